// Mistakes in `typing`, on Node, where a verdict says what they do there. An export `ioToId` is the mistake `io-to-id`.

/** Every socket is in a room named after its id, from the start: the whisper arrives. */
export function ioToId(io) {
  const ids = new Map();

  io.on("connection", (socket) => {
    const { name } = socket.handshake.auth;
    ids.set(name, socket.id);

    socket.on("say", (text) => {
      socket.broadcast.emit("said", text);
    });

    socket.on("typing", () => {
      socket.broadcast.emit("typing", name);
    });

    socket.on("whisper", (to, text) => {
      if (ids.has(to)) io.to(ids.get(to)).emit("whispered", name, text);
    });
  });
}
