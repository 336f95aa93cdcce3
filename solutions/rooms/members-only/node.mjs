// The solution of `members-only`, on Node.

// The rooms that anyone may join.
const OPEN = ["rust", "music"];

export default function server(io) {
  io.on("connection", (socket) => {
    socket.on("join", (room, ack) => {
      const answer = acknowledge(ack);
      if (OPEN.includes(room)) {
        socket.join(room);
        answer("joined");
      } else {
        answer("no such room");
      }
    });

    // ANCHOR: solution
    socket.on("tell", (room, text, ack) => {
      const answer = acknowledge(ack);
      if (socket.rooms.has(room)) {
        socket.to(room).emit("told", text);
        answer("told");
      } else {
        answer("not a member");
      }
    });
    // ANCHOR_END: solution
  });
}

// A client chooses its arguments: the last one is a function only if it asked for an acknowledgement.
function acknowledge(ack) {
  return typeof ack === "function" ? ack : () => {};
}
