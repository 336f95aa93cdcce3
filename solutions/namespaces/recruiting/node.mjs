// The solution of `recruiting`, on Node.

const TOKEN = "sesame";

export default function server(io) {
  const recruiters = io.of("/recruiters");
  const candidates = io.of("/candidates");

  // ANCHOR: solution
  recruiters.use((socket, next) => {
    if (socket.handshake.auth?.token === TOKEN) next();
    else next(new Error("not authorised"));
  });

  candidates.use((socket, next) => {
    const name = socket.handshake.auth?.name;
    if (typeof name === "string" && name) next();
    else next(new Error("no name"));
  });

  recruiters.on("connection", (socket) => {
    const { name } = socket.handshake.auth;
    const isMember = (candidate) => socket.rooms.has(conversation(candidate));

    socket.on("who", async (ack) => {
      const sockets = await candidates.fetchSockets();
      acknowledge(ack)(sockets.map((socket) => socket.data.name).sort());
    });

    socket.on("join", async (candidate, ack) => {
      const room = conversation(candidate);
      const here = await candidates.in(room).fetchSockets();
      if (!here.length) return acknowledge(ack)("no such candidate");
      if (!isMember(candidate)) {
        socket.join(room);
        candidates.to(room).emit("joined", name);
      }
      acknowledge(ack)("joined");
    });

    socket.on("leave", (candidate, ack) => {
      if (!isMember(candidate)) return acknowledge(ack)("not a member");
      socket.leave(conversation(candidate));
      candidates.to(conversation(candidate)).emit("left", name);
      acknowledge(ack)("left");
    });

    socket.on("tell", (candidate, text, ack) => {
      if (!isMember(candidate)) return acknowledge(ack)("not a member");
      // The colleagues are in the room here, and the candidate is in the one in the other namespace.
      socket.to(conversation(candidate)).emit("told", name, candidate, text);
      candidates.to(conversation(candidate)).emit("told", name, candidate, text);
      acknowledge(ack)("told");
    });

    // In `disconnecting` the socket is still in its rooms. Its own, named after its id, is empty in `/candidates`.
    socket.on("disconnecting", () => {
      for (const room of socket.rooms) candidates.to(room).emit("left", name);
    });
  });

  candidates.on("connection", (socket) => {
    const { name } = socket.handshake.auth;
    socket.data.name = name;
    socket.join(conversation(name));
    recruiters.emit("joined", name);

    socket.on("say", (text) => {
      recruiters.to(conversation(name)).emit("said", name, text);
    });

    socket.on("disconnect", () => {
      recruiters.in(conversation(name)).socketsLeave(conversation(name));
      recruiters.emit("left", name);
    });
  });
  // ANCHOR_END: solution
}

// The room of a conversation, in both namespaces. Not just the name: each id is the name of a room, too.
function conversation(candidate) {
  return `with ${candidate}`;
}

// A client chooses its arguments: the last one is a function only if it asked for an acknowledgement.
function acknowledge(ack) {
  return typeof ack === "function" ? ack : () => {};
}
