// The queue servers: e2e/rust/bench/src/hub.rs.

import { load, node, rust, withServer } from "./processes.mjs";
import { median, print, short } from "./table.mjs";

const run = (server, name, count) => withServer(server, (address, pid) => load("hub", address, pid, name, count));

/** Messages a second, with the database and without. */
export async function hub({ quick }) {
  const [count, runs] = quick ? [300, 1] : [3_000, 3];
  const servers = [
    ["in memory: received", "socketioxide", rust("received"), "received"],
    ["in memory: received", "Node", node("queues/received"), "received"],
    ["in memory: delivery-hub", "socketioxide", rust("delivery-hub"), "delivery-hub"],
    ["in memory: delivery-hub", "Node", node("queues/delivery-hub"), "delivery-hub"],
    ["on disk: after-a-crash", "socketioxide and redb", rust("after-a-crash"), "after-a-crash"],
    ["on disk: after-a-crash", "Node and a log", node("queues/after-a-crash"), "after-a-crash"],
  ];
  const results = servers.map(() => []);
  for (let turn = 0; turn < runs; turn += 1) {
    for (const [index, [, , server, name]] of servers.entries()) results[index].push(await run(server, name, count));
  }
  const rows = servers.map(([what, on], index) => {
    const rate = (part) => short(median(results[index].map((it) => count / it[part])));
    return [what, on, rate("accepted"), rate("received"), rate("caughtUp")];
  });
  print([["server", "on", "accepted/s", "received/s", "caught up/s"], ...rows]);
  console.log(`${short(count)} messages, 64 on their way at a time.`);
}

const HEAD = ["server", "waiting", "caught up in ms", "µs each: accept", "catch up", "receive", "bytes each: waiting", "to send"];

/** What waits for one client: the time and the memory of each message, which mustn't grow with their number. */
export async function waiting({ quick }) {
  const sizes = quick ? [300, 1_000] : [10_000, 30_000, 100_000];
  for (const name of ["delivery-hub", "after-a-crash"]) {
    const rows = [];
    for (const count of sizes) {
      const it = await run(rust(name), name, count);
      const each = (part) => short((it[part] / count) * 1e6);
      const bytes = (part) => short(it[part] / count);
      rows.push([
        name,
        count.toLocaleString("en"),
        short(it.caughtUp * 1000),
        each("accepted"),
        each("caughtUp"),
        each("received"),
        bytes("waitingBytes"),
        bytes("sendingBytes"),
      ]);
    }
    print([HEAD, ...rows]);
  }
}
