// The solution of `presence`, on Node.

export default function server(io) {
  // A Set keeps the order in which its members were added.
  const here = new Set();

  // ANCHOR: solution
  io.on("connection", (socket) => {
    console.log(`${socket.id} connected`);
    here.add(socket.id);

    socket.on("chat message", (text) => {
      console.log(`${socket.id} said ${JSON.stringify(text)}`);
      io.emit("chat message", text);
    });

    // A client may put anything there. It's a function only if the client asked for an acknowledgement.
    socket.on("who", (ack) => {
      if (typeof ack === "function") ack([...here]);
    });

    // It runs for every socket, however the client left.
    socket.on("disconnect", (reason) => {
      console.log(`${socket.id} disconnected (${reason})`);
      here.delete(socket.id);
      socket.broadcast.emit("left", socket.id, how(reason));
    });
  });
  // ANCHOR_END: solution
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
