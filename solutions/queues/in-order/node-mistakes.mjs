// Mistakes in `in-order`, on Node, where a page says what they do there. An export `awaitsInHandler` is the mistake
// `awaits-in-handler`.

import { setTimeout as sleep } from "node:timers/promises";

/** Checks in the handler: what comes while it waits has a call of its own. */
export function awaitsInHandler(io) {
  const subscribers = new Map();
  let lastId = 0;

  io.on("connection", (socket) => {
    const { name } = socket.handshake.auth;
    socket.join(name);

    socket.on("subscribe", (topic, ack) => {
      if (!subscribers.has(topic)) subscribers.set(topic, new Set());
      subscribers.get(topic).add(name);
      ack?.("subscribed");
    });

    // ANCHOR: awaits
    socket.on("publish", async ({ topic, text }, ack) => {
      if (text.includes("https://")) await sleep(2300);
      lastId += 1;
      const message = { id: lastId, topic, text };
      for (const name of subscribers.get(topic) ?? []) {
        io.to(name).emit("message", message);
      }
      ack?.(message.id);
    });
    // ANCHOR_END: awaits
  });
}
