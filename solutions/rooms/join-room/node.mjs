// The solution of `join-room`, on Node.

// The rooms that anyone may join.
const OPEN = ["rust", "music"];

export default function server(io) {
  io.on("connection", (socket) => {
    // ANCHOR: solution
    socket.on("join", (room, ack) => {
      // A client chooses its arguments: the last one is a function only if it asked for an acknowledgement.
      const answer = typeof ack === "function" ? ack : () => {};
      if (OPEN.includes(room)) {
        socket.join(room);
        answer("joined");
      } else {
        answer("no such room");
      }
    });
    // ANCHOR_END: solution

    // ANCHOR: tell
    socket.on("tell", (room, text) => {
      io.to(room).emit("told", text);
    });
    // ANCHOR_END: tell
  });
}
