// The solution of `catch-up`, on Node.

export default function server(io) {
  let accepted = 0;
  // The names of those who have subscribed, by topic.
  const subscribers = new Map();
  // What each subscriber hasn't received yet, by name.
  const queues = new Map();

  io.on("connection", (socket) => {
    const { name } = socket.handshake.auth;

    socket.on("subscribe", (topic, ack) => {
      if (!subscribers.has(topic)) subscribers.set(topic, new Set());
      subscribers.get(topic).add(name);
      asked(ack)("subscribed");
    });

    socket.on("publish", ({ topic, text }, ack) => {
      const message = { id: ++accepted, topic, text };
      const names = [...(subscribers.get(topic) ?? [])];
      for (const name of names) queues.set(name, [...queue(name), message]);
      asked(ack)(message.id);
      for (const name of names) io.to(name).emit("message", message);
    });

    socket.on("received", (id, ack) => {
      const known = queue(name).some((message) => message.id === id);
      queues.set(name, queue(name).filter((message) => message.id !== id));
      asked(ack)(known ? "received" : "unknown message");
    });

    // ANCHOR: solution
    socket.on("getAll", (ack) => {
      if (socket.rooms.has(name)) {
        asked(ack)([]);
      } else {
        asked(ack)(queue(name));
        // In this room are those connections of a person that have caught up.
        socket.join(name);
      }
    });
    // ANCHOR_END: solution
  });

  // The messages that are in the queue of that name, the oldest first.
  function queue(name) {
    return queues.get(name) ?? [];
  }
}

// A client chooses its arguments: the last one is a function only if it asked for an acknowledgement.
function asked(ack) {
  return typeof ack === "function" ? ack : () => {};
}
