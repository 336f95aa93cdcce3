// The answer to `chat-message`, on Node.

export default function server(io) {
  io.on("connection", (socket) => {
    // ANCHOR: answer
    socket.on("chat message", (text) => {
      io.emit("chat message", text);
    });
    // ANCHOR_END: answer
  });
}
