// The solution of `join-room`, on Node.

// The rooms that anyone may join.
const OPEN = ["rust", "music"];

export default function server(io) {
  io.on("connection", (socket) => {
    // ANCHOR: solution
    socket.on("join", (room, ack) => {
      if (OPEN.includes(room)) {
        socket.join(room);
        ack?.("joined");
      } else {
        ack?.("no such room");
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
