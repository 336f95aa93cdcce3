// Mistakes in `last-words`, on Node, where a page says what they do there. An export `cleansUp` is the mistake `cleans-up`.

/** Looks at the rooms in `disconnect`: by then Node has cleaned up itself. */
export function cleansUp(io) {
  const open = ["rust", "music"];

  io.on("connection", (socket) => {
    const { name } = socket.handshake.auth;

    socket.on("join", (room, ack) => {
      if (open.includes(room)) socket.join(room);
      if (typeof ack === "function") ack(open.includes(room) ? "joined" : "no such room");
    });

    socket.on("tell", (room, text) => {
      io.to(room).emit("told", text);
    });

    socket.on("leave", (room, ack) => {
      const member = open.includes(room) && socket.rooms.has(room);
      if (member) {
        socket.leave(room);
        socket.to(room).emit("left", name, room);
      }
      if (typeof ack === "function") ack(member ? "left" : "not a member");
    });

    socket.on("disconnect", () => {
      for (const room of socket.rooms) socket.to(room).emit("left", name, room);
    });
  });
}
