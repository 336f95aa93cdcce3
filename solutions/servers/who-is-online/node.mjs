// The solution of `who-is-online`, on Node. With `io.adapter(createAdapter(pubClient, subClient))` it is one of several
// servers, and `fetchSockets` asks all of them.

const OPEN = ["rust", "music"];

export default function server(io) {
  // ANCHOR: solution
  io.on("connection", (socket) => {
    socket.data.name = socket.handshake.auth.name;
    chat(socket);

    socket.on("who", async (ack) => {
      // It rejects if the others can't be asked.
      const sockets = await io.fetchSockets().catch(() => io.local.fetchSockets());
      const names = new Set(sockets.map((it) => it.data.name));
      ack([...names].sort());
    });
  });
  // ANCHOR_END: solution
}

// What was there before.
function chat(socket) {
  socket.on("say", (text) => {
    socket.broadcast.emit("said", text);
  });

  socket.on("join", (room, ack) => {
    if (OPEN.includes(room)) {
      socket.join(room);
      ack("joined");
    } else {
      ack("no such room");
    }
  });

  socket.on("tell", (room, text) => {
    socket.to(room).emit("told", text);
  });
}
