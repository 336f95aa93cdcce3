// The solution of `room-chat`, on Node.

// The rooms that anyone may join.
const OPEN = ["rust", "music"];

// How many texts a room remembers.
const LIMIT = 3;

export default function server(io) {
  // What each room was told: who, and the text.
  const history = new Map(OPEN.map((room) => [room, []]));

  // ANCHOR: solution
  io.on("connection", (socket) => {
    const { name } = socket.handshake.auth;
    socket.data.name = name;
    // On Node a socket is also in a room named after its id. Only the open ones count.
    const isMember = (room) => OPEN.includes(room) && socket.rooms.has(room);

    socket.on("join", (room, ack) => {
      const answer = acknowledge(ack);
      if (!OPEN.includes(room)) return answer("no such room");
      if (!isMember(room)) {
        socket.join(room);
        if (history.get(room).length) socket.emit("history", room, history.get(room));
        socket.to(room).emit("joined", name, room);
      }
      answer("joined");
    });

    socket.on("tell", (room, text, ack) => {
      const answer = acknowledge(ack);
      if (!isMember(room)) return answer("not a member");
      const lines = history.get(room);
      lines.push([name, text]);
      if (lines.length > LIMIT) lines.shift();
      socket.to(room).emit("told", name, room, text);
      answer("told");
    });

    socket.on("typing", (room) => {
      if (isMember(room)) socket.to(room).emit("typing", name, room);
    });

    socket.on("leave", (room, ack) => {
      const answer = acknowledge(ack);
      if (!isMember(room)) return answer("not a member");
      socket.leave(room);
      socket.to(room).emit("left", name, room);
      answer("left");
    });

    // In `disconnecting` the socket is still in its rooms. In `disconnect` it isn't.
    socket.on("disconnecting", () => {
      for (const room of OPEN.filter(isMember)) socket.to(room).emit("left", name, room);
    });

    socket.on("who", async (room, ack) => {
      const answer = acknowledge(ack);
      if (!isMember(room)) return answer("not a member");
      const members = await io.in(room).fetchSockets();
      answer(members.map((member) => member.data.name).sort());
    });
  });
  // ANCHOR_END: solution
}

// A client chooses its arguments: the last one is a function only if it asked for an acknowledgement.
function acknowledge(ack) {
  return typeof ack === "function" ? ack : () => {};
}
