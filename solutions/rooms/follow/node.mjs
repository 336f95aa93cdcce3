// The solution of `follow`, on Node.

export default function server(io) {
  io.on("connection", (socket) => {
    socket.on("say", (text) => {
      socket.broadcast.emit("said", text);
    });

    // On Node every socket is in a room named after its own id, too. Those rooms stay out of the list.
    socket.on("rooms", (ack) => {
      const { rooms, sids } = io.of("/").adapter;
      if (typeof ack === "function") ack([...rooms.keys()].filter((room) => !sids.has(room)).sort());
    });

    // ANCHOR: solution
    socket.on("follow", (room) => {
      socket.join(room);
    });

    socket.on("tell", (rooms, text) => {
      // With an empty list, `to` would limit nothing: everybody would hear it.
      if (Array.isArray(rooms) && rooms.length > 0) io.to(rooms).emit("told", text);
    });

    socket.on("tell_others", (room, text) => {
      io.except(room).emit("told", text);
    });
    // ANCHOR_END: solution
  });
}
