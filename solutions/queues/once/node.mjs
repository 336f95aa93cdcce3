// The solution of `once`, on Node.

export default function server(io) {
  /** The names of those who have subscribed, by topic. */
  const subscribers = new Map();
  /** What each subscriber hasn't received yet, by name. */
  const queues = new Map();
  /** The id of each message, by its publisher's name and key. */
  const keys = new Map();
  /** Which message was received by whom. */
  const received = new Set();
  let accepted = 0;

  const queueOf = (name) => queues.get(name) ?? [];
  const pair = (name, it) => JSON.stringify([name, it]);

  io.on("connection", (socket) => {
    // A room for each name: `io.to(name)` reaches all devices of a person.
    const { name } = socket.handshake.auth;
    socket.join(name);

    socket.on("subscribe", (topic, acknowledge) => {
      if (!subscribers.has(topic)) subscribers.set(topic, new Set());
      subscribers.get(topic).add(name);
      acknowledge?.("subscribed");
    });

    // ANCHOR: solution
    socket.on("publish", ({ key, topic, text }, acknowledge) => {
      const known = keys.get(pair(name, key));
      if (known) return acknowledge?.(known);

      const message = { id: ++accepted, topic, text };
      keys.set(pair(name, key), message.id);
      acknowledge?.(message.id);
      for (const name of subscribers.get(topic) ?? []) {
        queues.set(name, [...queueOf(name), message]);
        io.to(name).emit("message", message);
      }
    });

    socket.on("received", (id, acknowledge) => {
      if (queueOf(name).some((it) => it.id === id)) {
        queues.set(name, queueOf(name).filter((it) => it.id !== id));
        received.add(pair(name, id));
      }
      acknowledge?.(received.has(pair(name, id)) ? "received" : "unknown message");
    });
    // ANCHOR_END: solution

    socket.on("getAll", (acknowledge) => acknowledge?.(queueOf(name)));
  });
}
