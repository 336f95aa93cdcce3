// One room, and one client that tells it something: e2e/rust/bench/src/fan_out.rs.

import { load, node, rust, rustWithMimalloc, withServer } from "./processes.mjs";
import { median, print, short } from "./table.mjs";

// What a user can do about memory: see RESULTS.md.
const LEAN = ["copies_head=1", "ws_read_buffer_size=512"];
const SERVERS = {
  socketioxide: rust("join-room"),
  "socketioxide, lean": rust("join-room", ...LEAN),
  "socketioxide, lean, mimalloc": rustWithMimalloc("join-room", ...LEAN),
  Node: node("rooms/join-room"),
};

export async function fanOut({ quick, "in-flight": inFlight }) {
  const [sizes, runs, seconds] = quick ? [[10, 300], 1, 0.5] : [[10, 1_000, 10_000], 3, 2];
  const rows = [];
  for (const members of sizes) {
    const results = Object.fromEntries(Object.keys(SERVERS).map((name) => [name, []]));
    // In turns: what else the machine does meets all of them.
    for (let run = 0; run < runs; run += 1) {
      for (const [name, server] of Object.entries(SERVERS)) {
        results[name].push(await withServer(server, (address, pid) => load("fan-out", address, pid, members, seconds, inFlight)));
      }
    }
    const rate = (name) => median(results[name].map((it) => it.delivered / it.seconds));
    for (const name of Object.keys(SERVERS)) {
      const of = (value) => short(median(results[name].map(value)));
      const each = (bytes, { empty }) => (bytes - empty.rss) / members / 1000;
      rows.push([
        short(members).replace(/\.0+$/, ""),
        name,
        short(Math.round(rate(name) / 100) * 100),
        short(rate(name) / rate("Node")),
        of((it) => (it.serverCpu / it.delivered) * 1e6),
        of((it) => (it.loadCpu / it.delivered) * 1e6),
        of((it) => each(it.connected.rss, it)),
        of((it) => each(it.busy.peak, it)),
      ]);
    }
  }
  const head = ["clients", "server", "messages/s", "of Node's", "CPU µs each", "load's CPU µs", "kB a client, idle", "kB, at most"];
  print([head, ...rows]);
  console.log(`31 bytes each, ${inFlight} on their way at a time. ${runs} runs of ${seconds} s in turns, the median of each.`);
}
