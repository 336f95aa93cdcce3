// The solution of `proof-of-life`, on Node.

export default function server(io) {
  // ANCHOR: solution
  io.on("connection", (socket) => {
    console.log(`${socket.id} connected`);

    socket.on("chat message", (text) => {
      console.log(`${socket.id} said ${JSON.stringify(text)}`);
      io.emit("chat message", text);
    });

    socket.on("disconnect", (reason) => {
      console.log(`${socket.id} disconnected (${reason})`);
    });
  });
  // ANCHOR_END: solution
}
