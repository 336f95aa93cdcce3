// The solution of `catch-up-by-offset`, on Node.

export default function server(io) {
  // All messages, the oldest first.
  const log = [];
  // The names of those who have subscribed, by topic.
  const subscribers = new Map();

  io.on("connection", (socket) => {
    const { name, offset } = socket.handshake.auth;

    socket.on("subscribe", (topic, ack) => {
      if (!subscribers.has(topic)) subscribers.set(topic, new Set());
      subscribers.get(topic).add(name);
      asked(ack)("subscribed");
    });

    socket.on("publish", ({ topic, text }, ack) => {
      const message = { id: log.length + 1, topic, text };
      log.push(message);
      asked(ack)(message.id);
      for (const name of subscribers.get(topic) ?? []) io.to(name).emit("message", message);
    });

    // ANCHOR: solution
    for (const message of log) {
      const isFor = subscribers.get(message.topic)?.has(name);
      if (message.id > (offset ?? 0) && isFor) socket.emit("message", message);
    }
    // The room has all connections of this person. From now on this one hears what is new.
    socket.join(name);
    // ANCHOR_END: solution
  });
}

// A client chooses its arguments: the last one is a function only if it asked for an acknowledgement.
function asked(ack) {
  return typeof ack === "function" ? ack : () => {};
}
