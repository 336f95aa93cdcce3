// The solution of `history`, on Node.

// How many texts are kept.
const KEPT = 3;

export default function server(io) {
  const lines = [];

  // ANCHOR: solution
  io.on("connection", (socket) => {
    socket.emit("history", lines);

    socket.on("chat message", (text) => {
      lines.push(text);
      if (lines.length > KEPT) lines.shift();
      io.emit("chat message", text);
    });
  });
  // ANCHOR_END: solution
}
