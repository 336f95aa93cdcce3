// The solution of `after-a-crash`, on Node. It needs no database: it writes down each change in a file, one after the other,
// and does them all again when it's started.

import { fdatasyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";

export default function server(io, folder) {
  let accepted = 0;
  // The names of those who have subscribed, by topic.
  const subscribers = new Map();
  // What each subscriber hasn't received yet, by name.
  const queues = new Map();

  // ANCHOR: solution
  const changes = {
    subscribed({ name, topic }) {
      subscribers.set(topic, new Set(subscribers.get(topic)).add(name));
    },
    accepted({ message, names }) {
      accepted = message.id;
      for (const name of names) queues.set(name, [...queue(name), message]);
    },
    received({ name, id }) {
      queues.set(name, queue(name).filter((message) => message.id !== id));
    },
  };

  const file = openSync(join(folder, "changes"), "a+");
  const text = readFileSync(file, "utf8");
  // A line without an end is from a crash in the middle of it. Nobody was told of it yet.
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  ftruncateSync(file, Buffer.byteLength(whole));
  for (const line of whole.split("\n").slice(0, -1)) apply(JSON.parse(line));

  function apply([change, what]) {
    changes[change](what);
  }

  // What belongs together is one line, so that it's there as a whole or not at all.
  function store(change, what) {
    writeSync(file, `${JSON.stringify([change, what])}\n`);
    fdatasyncSync(file);
    apply([change, what]);
  }
  // ANCHOR_END: solution

  io.on("connection", (socket) => {
    const { name } = socket.handshake.auth;
    // A room with all connections of this person.
    socket.join(name);

    socket.on("subscribe", (topic, ack) => {
      store("subscribed", { name, topic });
      asked(ack)("subscribed");
    });

    socket.on("publish", ({ topic, text }, ack) => {
      const message = { id: accepted + 1, topic, text };
      const names = [...(subscribers.get(topic) ?? [])];
      store("accepted", { message, names });
      asked(ack)(message.id);
      for (const name of names) io.to(name).emit("message", message);
    });

    socket.on("received", (id, ack) => {
      const known = queue(name).some((message) => message.id === id);
      if (known) store("received", { name, id });
      asked(ack)(known ? "received" : "unknown message");
    });

    socket.on("getAll", (ack) => {
      asked(ack)(queue(name));
    });
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
