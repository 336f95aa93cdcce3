// The solution of `redeliver`, on Node.

import { setTimeout as sleep } from "node:timers/promises";

/** How often a message is emitted to a subscriber, at most. */
const TIMES = 3;

/** How long a subscriber has to acknowledge it, in milliseconds. */
const PATIENCE = 5_000;

export default function server(io) {
  /** The names of those who have subscribed, by topic. */
  const subscribers = new Map();
  /** Who is connected, in the order in which they connected. */
  let connections = [];
  const deadLetters = [];
  let accepted = 0;

  // ANCHOR: solution
  io.on("connection", (socket) => {
    const { name } = socket.handshake.auth;
    connections.push({ name, socket });

    socket.on("subscribe", (topic, acknowledge) => {
      if (!subscribers.has(topic)) subscribers.set(topic, new Set());
      subscribers.get(topic).add(name);
      acknowledge?.("subscribed");
    });

    socket.on("publish", ({ topic, text }, acknowledge) => {
      const message = { id: ++accepted, topic, text };
      acknowledge?.(message.id);
      // Nobody waits for somebody else: no `await` here.
      for (const name of subscribers.get(topic) ?? []) deliver(name, message);
    });

    socket.on("deadLetters", (acknowledge) => acknowledge?.(deadLetters));

    socket.on("disconnect", () => {
      connections = connections.filter((it) => it.socket !== socket);
    });
  });

  /** Emits the message until its subscriber has acknowledged it. If nothing helps, it's a dead letter. */
  async function deliver(name, message) {
    for (let time = 0; time < TIMES; time++) {
      const [acknowledged] = await Promise.all([ask(name, message), sleep(PATIENCE)]);
      if (acknowledged) return;
    }
    deadLetters.push([name, message]);
  }

  /** Emits it once. Returns whether it was acknowledged in time. */
  async function ask(name, message) {
    const newest = connections.findLast((it) => it.name === name);
    if (!newest) return false;
    const asked = newest.socket.timeout(PATIENCE).emitWithAck("message", message);
    return asked.then(() => true, () => false);
  }
  // ANCHOR_END: solution
}
