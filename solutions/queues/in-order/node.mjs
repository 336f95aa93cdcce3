// The solution of `in-order`, on Node.

import { setTimeout as sleep } from "node:timers/promises";

// How long it takes to look up a link, in milliseconds.
const LOOK_UP = 2300;

export default function server(io) {
  // For each topic the names of its subscribers.
  const subscribers = new Map();
  let lastId = 0;

  // Accepts a message: gives it its id, and emits it to all devices of its subscribers.
  const accept = ({ topic, text }) => {
    lastId += 1;
    for (const name of subscribers.get(topic) ?? []) io.to(name).emit("message", { id: lastId, topic, text });
    return lastId;
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
    // What this connection has published so far. Each message begins when this promise has ended, and becomes a part of it.
    let before = Promise.resolve();
    socket.on("publish", (publish, ack) => {
      before = before.then(async () => {
        await check(publish.text);
        asked(ack)(accept(publish));
      });
    });
    // ANCHOR_END: solution
  });
}

// Checks a text. If it has a link, that takes a while.
async function check(text) {
  if (text.includes("https://")) await sleep(LOOK_UP);
}

// A client chooses its arguments: the last one is a function only if it asked for an acknowledgement.
function asked(ack) {
  return typeof ack === "function" ? ack : () => {};
}
