// The solution of `missed`, on Node.

// The rooms that anyone may join.
const OPEN = ["rust", "music"];

// How many messages of each room are kept.
const KEPT = 3;

export default function server(io) {
  const rooms = new Map(OPEN.map((room) => [room, []]));

  // ANCHOR: solution
  io.on("connection", (socket) => {
    socket.on("join", (room, ack) => {
      const acknowledge = asked(ack);
      if (!rooms.has(room)) {
        acknowledge?.("no such room");
        return;
      }
      if (!socket.rooms.has(room)) {
        socket.join(room);
        for (const message of rooms.get(room)) socket.emit("told", message);
      }
      acknowledge?.("joined");
    });

    socket.on("tell", (room, text) => {
      if (!rooms.has(room)) return;
      const message = keep(rooms.get(room), text);
      io.to(room).emit("told", message);
    });
  });
  // ANCHOR_END: solution
}

// Gives a room's next message its number, and keeps it. The oldest is dropped if there are too many.
function keep(messages, text) {
  const number = (messages.at(-1)?.number ?? 0) + 1;
  const message = { number, text };
  messages.push(message);
  if (messages.length > KEPT) messages.shift();
  return message;
}

// A client chooses its arguments: the last one is a function only if it asked for an acknowledgement.
function asked(ack) {
  return typeof ack === "function" ? ack : () => {};
}
