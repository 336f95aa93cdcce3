// Mistakes in `help-desk`, on Node, where a page says what they do there. An export `ioEmit` is the mistake `io-emit`.

// The rooms that anyone may join.
const OPEN = ["rust", "music"];

/** `io` means `/` on Node, too. */
export function ioEmit(io) {
  chat(io);
  const desk = io.of("/support");
  desk.on("connection", (socket) => {
    socket.on("say", (text) => {
      io.emit("said", text);
    });
    onJoin(socket);
    socket.on("tell", (room, text) => {
      desk.to(room).emit("told", text);
    });
    socket.on("solved", () => {
      socket.disconnect();
    });
  });
}

/** Node adds the slash. */
export function noSlash(io) {
  chat(io);
  const desk = io.of("support");
  desk.on("connection", (socket) => {
    socket.on("say", (text) => {
      desk.emit("said", text);
    });
    onJoin(socket);
    socket.on("tell", (room, text) => {
      desk.to(room).emit("told", text);
    });
    socket.on("solved", () => {
      socket.disconnect();
    });
  });
}

function chat(io) {
  io.on("connection", (socket) => {
    socket.on("say", (text) => {
      socket.broadcast.emit("said", text);
    });
    onJoin(socket);
    socket.on("tell", (room, text) => {
      io.to(room).emit("told", text);
    });
  });
}

// A handler for `join`. Both namespaces use it.
function onJoin(socket) {
  socket.on("join", (room, ack) => {
    const known = OPEN.includes(room);
    if (known) socket.join(room);
    if (typeof ack === "function") ack(known ? "joined" : "no such room");
  });
}
