// Mistakes in `follow`, on Node, where a page says what they do there. An export `emptyIsAll` is the mistake `empty-is-all`.

/** Doesn't look whether the list is empty. */
export function emptyIsAll(io) {
  io.on("connection", (socket) => {
    socket.on("say", (text) => {
      socket.broadcast.emit("said", text);
    });

    socket.on("rooms", (ack) => {
      const { rooms, sids } = io.of("/").adapter;
      if (typeof ack === "function") ack([...rooms.keys()].filter((room) => !sids.has(room)).sort());
    });

    socket.on("follow", (room) => {
      socket.join(room);
    });

    socket.on("tell", (rooms, text) => {
      io.to(rooms).emit("told", text);
    });

    socket.on("tell_others", (room, text) => {
      io.except(room).emit("told", text);
    });
  });
}
