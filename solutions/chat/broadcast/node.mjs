// The answer to `broadcast`, on Node.

export default function server(io) {
  io.on("connection", (socket) => {
    // ANCHOR: answer
    socket.on("say", (text) => {
      socket.broadcast.emit("said", text);
    });
    // ANCHOR_END: answer
  });
}
