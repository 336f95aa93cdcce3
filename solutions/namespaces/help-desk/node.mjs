// The solution of `help-desk`, on Node.

// The rooms that anyone may join.
const OPEN = ["rust", "music"];

export default function server(io) {
  io.on("connection", (socket) => {
    socket.on("say", (text) => {
      socket.broadcast.emit("said", text);
    });
    onJoin(socket);
    socket.on("tell", (room, text) => {
      io.to(room).emit("told", text);
    });
  });

  // ANCHOR: solution
  const desk = io.of("/support");
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
  // ANCHOR_END: solution
}

// A handler for `join`. Both namespaces use it.
function onJoin(socket) {
  socket.on("join", (room, ack) => {
    const known = OPEN.includes(room);
    if (known) socket.join(room);
    if (typeof ack === "function") ack(known ? "joined" : "no such room");
  });
}
