// The solution of `members-only`, on Node.

// The rooms that anyone may join.
const OPEN = ["rust", "music"];

export default function server(io) {
  io.on("connection", (socket) => {
    socket.on("join", (room, ack) => {
      if (OPEN.includes(room)) {
        socket.join(room);
        ack?.("joined");
      } else {
        ack?.("no such room");
      }
    });

    // ANCHOR: solution
    socket.on("tell", (room, text, ack) => {
      if (socket.rooms.has(room)) {
        socket.to(room).emit("told", text);
        ack?.("told");
      } else {
        ack?.("not a member");
      }
    });
    // ANCHOR_END: solution
  });
}
