// The solution of `typing`, on Node.

export default function server(io) {
  // ANCHOR: solution
  io.on("connection", (socket) => {
    // A room for each name: anyone who knows the name can reach its client. The socket leaves it when it's disconnected.
    const { name } = socket.handshake.auth;
    socket.join(name);

    socket.on("say", (text) => {
      socket.broadcast.emit("said", text);
    });

    socket.on("typing", () => {
      socket.broadcast.emit("typing", name);
    });

    socket.on("whisper", (to, text) => {
      socket.to(to).emit("whispered", name, text);
    });
  });
  // ANCHOR_END: solution
}
