// The solution of `hello`, on Node.

export default function server(io) {
  // ANCHOR: solution
  io.on("connection", (socket) => {
    socket.emit("chat message", "Welcome!");
  });
  // ANCHOR_END: solution
}
