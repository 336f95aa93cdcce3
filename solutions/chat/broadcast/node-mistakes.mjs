// Mistakes in `broadcast`, on Node, where a page says what they do there. An export `ioExcept` is the mistake `io-except`.

/** Every socket is in a room named after its id, from the start: this leaves out the sender. */
export function ioExcept(io) {
  io.on("connection", (socket) => {
    socket.on("say", (text) => {
      io.except(socket.id).emit("said", text);
    });
  });
}

/** Emits to the sender's own room, without the sender. */
export function socketToOwnId(io) {
  io.on("connection", (socket) => {
    socket.on("say", (text) => {
      socket.to(socket.id).emit("said", text);
    });
  });
}

/** Emits to the sender's own room. */
export function ioToId(io) {
  io.on("connection", (socket) => {
    socket.on("say", (text) => {
      io.to(socket.id).emit("said", text);
    });
  });
}
