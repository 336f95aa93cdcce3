// The solution of `broadcast`, on Node.

export default function server(io) {
  io.on("connection", (socket) => {
    // ANCHOR: solution
    socket.on("say", (text) => {
      socket.broadcast.emit("said", text);
    });
    // ANCHOR_END: solution
  });
}
