// The solution of `chat-message`, on Node.

export default function server(io) {
  io.on("connection", (socket) => {
    // ANCHOR: solution
    socket.on("chat message", (text) => {
      io.emit("chat message", text);
    });
    // ANCHOR_END: solution
  });
}
