// The solution of `publish-subscribe`, on Node.

// ANCHOR: solution
export default function server(io) {
  const subscribers = new Map(); // Names by topic.
  let lastId = 0;

  io.on("connection", (socket) => {
    const { name } = socket.handshake.auth;
    // All devices of a person are in the room with that name. No topic is a room, so none can be taken for a name.
    socket.join(name);

    socket.on("subscribe", (topic, ack) => {
      if (!subscribers.has(topic)) subscribers.set(topic, new Set());
      subscribers.get(topic).add(name);
      asked(ack)("subscribed");
    });

    socket.on("publish", ({ topic, text }, ack) => {
      lastId += 1;
      const message = { id: lastId, topic, text };
      for (const name of subscribers.get(topic) ?? []) io.to(name).emit("message", message);
      asked(ack)(message.id);
    });
  });
}
// ANCHOR_END: solution

// A client chooses its arguments: the last one is a function only if it asked for an acknowledgement.
function asked(ack) {
  return typeof ack === "function" ? ack : () => {};
}
