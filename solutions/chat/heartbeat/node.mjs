// The solution of `heartbeat`, on Node.

// ANCHOR: options
// For `new Server(http, options)`: in milliseconds.
export const options = { pingInterval: 5_000, pingTimeout: 2_500 };
// ANCHOR_END: options

export default function server(io) {
  // ANCHOR: solution
  io.on("connection", (socket) => {
    socket.on("chat message", (text) => {
      io.emit("chat message", text);
    });

    socket.on("disconnect", (reason) => {
      socket.broadcast.emit("left", socket.id, how(reason));
    });
  });
  // ANCHOR_END: solution
}

// How a client left, in a word for people.
function how(reason) {
  switch (reason) {
    case "client namespace disconnect":
      return "goodbye";
    case "ping timeout":
      return "silent";
    default:
      return "lost";
  }
}
