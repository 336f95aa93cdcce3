// The solution of `leave-room`, on Node.

// The rooms that anyone may join.
const OPEN = ["rust", "music"];

export default function server(io) {
  io.on("connection", (socket) => {
    const { name } = socket.handshake.auth;

    socket.on("join", (room, ack) => {
      const acknowledge = asked(ack);
      if (OPEN.includes(room)) {
        socket.join(room);
        acknowledge("joined");
      } else {
        acknowledge("no such room");
      }
    });

    socket.on("tell", (room, text) => {
      io.to(room).emit("told", text);
    });

    // ANCHOR: solution
    socket.on("leave", (room, ack) => {
      const acknowledge = asked(ack);
      // `OPEN` as well: on Node a socket is also in a room named after its own id, and should stay there.
      if (OPEN.includes(room) && socket.rooms.has(room)) {
        socket.leave(room);
        acknowledge("left");
        socket.to(room).emit("left", name, room);
      } else {
        acknowledge("not a member");
      }
    });
    // ANCHOR_END: solution
  });
}

// A client chooses its arguments: the last one is a function only if it asked for an acknowledgement.
function asked(ack) {
  return typeof ack === "function" ? ack : () => {};
}
