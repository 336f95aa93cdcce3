// The solution of `admin`, on Node.

// Lets a client connect if it has the token.
function onlyAdmins(socket, next) {
  if (socket.handshake.auth?.token === "sesame") next();
  else next(new Error("not authorised"));
}

export default function server(io) {
  // ANCHOR: solution
  io.on("connection", (socket) => {
    // A room for each name: it has all clients of that user, and a socket leaves it when it's disconnected.
    const { name } = socket.handshake.auth;
    socket.join(`user ${name}`); // Not just the name: each id is the name of a room, too.
    socket.data.name = name;

    socket.on("say", (text) => {
      socket.broadcast.emit("said", text);
    });
  });

  const admin = io.of("/admin");
  admin.use(onlyAdmins);
  admin.on("connection", (socket) => {
    // In these three, `io` means `/`.
    socket.on("announce", (text) => {
      io.emit("announced", text);
    });

    socket.on("who", async (ack) => {
      const sockets = await io.fetchSockets();
      const names = new Set(sockets.map((socket) => socket.data.name));
      if (typeof ack === "function") ack([...names].sort());
    });

    socket.on("kick", async (name, ack) => {
      const clients = await io.in(`user ${name}`).fetchSockets();
      for (const client of clients) client.disconnect();
      if (typeof ack === "function") ack(clients.length ? "disconnected" : "nobody of that name");
    });
  });
  // ANCHOR_END: solution
}
