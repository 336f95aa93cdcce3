// The answer to `join-room`, on Node.

// The rooms that anyone may join.
const OPEN = ["rust", "music"];

export default function server(io) {
  io.on("connection", (socket) => {
    // ANCHOR: answer
    socket.on("join", (room, answer) => {
      if (OPEN.includes(room)) {
        socket.join(room);
        answer?.("joined");
      } else {
        answer?.("no such room");
      }
    });
    // ANCHOR_END: answer

    // ANCHOR: tell
    socket.on("tell", (room, text) => {
      io.to(room).emit("told", text);
    });
    // ANCHOR_END: tell
  });
}
