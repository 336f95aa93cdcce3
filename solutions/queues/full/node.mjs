// The solution of `full`, on Node.

// How many messages a queue has room for.
const ROOM = 3;

export default function server(io) {
  // For each topic the names of its subscribers, and for each name its queue.
  const subscribers = new Map();
  const queues = new Map();
  let lastId = 0;

  const queueOf = (name) => {
    if (!queues.has(name)) queues.set(name, { messages: [], dropped: 0 });
    return queues.get(name);
  };

  io.on("connection", (socket) => {
    const { name } = socket.handshake.auth;
    socket.join(name);

    socket.on("subscribe", (topic, ack) => {
      if (!subscribers.has(topic)) subscribers.set(topic, new Set());
      subscribers.get(topic).add(name);
      asked(ack)("subscribed");
    });

    // ANCHOR: solution
    socket.on("publish", ({ topic, text }, ack) => {
      lastId += 1;
      const message = { id: lastId, topic, text };
      for (const name of subscribers.get(topic) ?? []) {
        const queue = queueOf(name);
        if (queue.messages.length === ROOM) {
          queue.messages.shift();
          queue.dropped += 1;
        }
        queue.messages.push(message);
        io.to(name).emit("message", message);
      }
      asked(ack)(message.id);
    });

    socket.on("getAll", (ack) => {
      const queue = queueOf(name);
      if (queue.dropped) socket.emit("dropped", queue.dropped);
      queue.dropped = 0;
      asked(ack)(queue.messages);
    });
    // ANCHOR_END: solution

    socket.on("received", (id, ack) => {
      const { messages } = queueOf(name);
      const place = messages.findIndex((message) => message.id === id);
      if (place >= 0) messages.splice(place, 1);
      asked(ack)(place >= 0 ? "received" : "unknown message");
    });
  });
}

// A client chooses its arguments: the last one is a function only if it asked for an acknowledgement.
function asked(ack) {
  return typeof ack === "function" ? ack : () => {};
}
