// The solution of `{name}`, on Node.

export default function server(io) {
  io.on("connection", (socket) => {
    // ANCHOR: solution
    socket.on("say", (text) => {
      socket.emit("said", text);
    });
    // ANCHOR_END: solution
  });
}
