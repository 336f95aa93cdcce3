// The solution of `own-room`, on Node.

// The rooms that anyone may join.
const OPEN = ["rust", "music"];

// The room of a user's devices. No open room begins like this, so a user may be called “rust”.
const ownRoom = (name) => `user:${name}`;

export default function server(io) {
  io.on("connection", (socket) => {
    // ANCHOR: solution
    // All devices of a user are in one room. A device leaves it when it's disconnected.
    const { name } = socket.handshake.auth;
    socket.join(ownRoom(name));

    socket.on("whisper", (to, text) => {
      // Note on every device whose whisper it's about to hear.
      for (const id of io.sockets.adapter.rooms.get(ownRoom(to)) ?? []) {
        io.sockets.sockets.get(id).data.lastWhisper = socket.id;
      }
      io.to(ownRoom(to)).emit("whispered", name, text);
    });

    socket.on("reply", (text) => {
      // On Node every socket is in a room named after its id, so an id is as good as a room.
      const { lastWhisper } = socket.data;
      if (lastWhisper) io.to(lastWhisper).emit("replied", name, text);
    });
    // ANCHOR_END: solution

    socket.on("join", (room, ack) => {
      // A client chooses its arguments: the last one is a function only if it asked for an acknowledgement.
      const answer = typeof ack === "function" ? ack : () => {};
      if (OPEN.includes(room)) {
        socket.join(room);
        answer("joined");
      } else {
        answer("no such room");
      }
    });

    socket.on("tell", (room, text) => {
      if (OPEN.includes(room)) io.to(room).emit("told", text);
    });
  });
}
