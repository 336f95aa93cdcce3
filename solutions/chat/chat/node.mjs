// The solution of `chat`, on Node.

export default function server(io) {
  // ANCHOR: solution
  // Who is here: the socket of each name. A Map keeps the order in which its keys were added.
  const here = new Map();

  io.use((socket, next) => {
    const { name } = socket.handshake.auth;
    if (typeof name !== "string" || name.trim() === "") return next(new Error("no name"));
    // Nothing here awaits, so nobody comes between the look and the take.
    if (here.has(key(name))) return next(new Error("name taken"));
    here.set(key(name), socket);
    socket.data.name = name.trim();
    // A client that leaves before it is connected gets no `disconnect`. This is for each, and comes first.
    socket.conn.once("close", () => giveBack(socket));
    next();
  });

  function giveBack(socket) {
    const it = key(socket.data.name);
    if (here.get(it) === socket) here.delete(it);
  }

  io.on("connection", (socket) => {
    const { name } = socket.data;

    socket.on("say", (text) => {
      socket.broadcast.emit("said", name, text);
    });

    socket.on("typing", () => {
      socket.broadcast.emit("typing", name);
    });

    socket.on("who", (ack) => {
      if (typeof ack === "function") ack([...here.values()].map((other) => other.data.name));
    });

    socket.on("whisper", (to, text, ack) => {
      const other = typeof to === "string" ? here.get(key(to)) : undefined;
      other?.emit("whispered", name, text);
      if (typeof ack === "function") ack(other ? "whispered" : "no such name");
    });

    socket.on("disconnect", (reason) => {
      giveBack(socket);
      socket.broadcast.emit("left", name, how(reason));
    });

    socket.broadcast.emit("joined", name);
  });
  // ANCHOR_END: solution
}

// Two names are the same to people if they have the same key.
function key(name) {
  return name.trim().toLowerCase();
}

// How a client left, in a word for people.
function how(reason) {
  switch (reason) {
    case "client namespace disconnect":
      return "goodbye";
    case "ping timeout":
      return "silent";
    default:
      return "lost";
  }
}
