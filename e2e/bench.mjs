// Numbers: `node bench.mjs` measures all, `node bench.mjs --help` says what else it can. Kept results: e2e/bench/RESULTS.md.
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";

import { fanOut } from "./bench/fan-out.mjs";
import { hub, waiting } from "./bench/queues.mjs";
import { kill } from "./bench/kill.mjs";
import { machine } from "./bench/machine.mjs";

const HELP = `node bench.mjs [fan-out] [hub] [waiting] [kill] [--quick]

Builds the servers and the load for a release, runs socketioxide and Node in turns, and prints tables. Without a name: all.

  fan-out   one room of 10, 1,000 and 10,000 clients: messages a second, time of the CPU, memory
  hub       the queue servers, with a database and without: accepted, received and caught-up messages a second
  waiting   10,000, 30,000 and 100,000 messages wait for one client: time and memory for each
  kill      kills the server with the database 1,000 times, and looks whether it keeps its promises

  --quick        small numbers, in less than a minute after the build: does it still run?
  --in-flight N  how many messages \`fan-out\` has on their way at a time (8)
  --seed N       the random moments of \`kill\` (1)
  --server NAME  what \`kill\` kills (after-a-crash). after-a-crash/acks-first is a mistake that it must notice`;

const PARTS = { "fan-out": fanOut, hub, waiting, kill };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: "boolean" },
    quick: { type: "boolean", default: false },
    "in-flight": { type: "string", default: "8" },
    seed: { type: "string", default: "1" },
    server: { type: "string", default: "after-a-crash" },
  },
});
const unknown = positionals.find((name) => !PARTS[name]);
if (values.help || unknown) {
  console.log(unknown ? `There is no \`${unknown}\`.\n\n${HELP}` : HELP);
  process.exit(unknown ? 1 : 0);
}
execFileSync(process.env.CARGO ?? "cargo", ["build", "--release", "--locked", "--quiet", "--package", "bench"], {
  cwd: new URL("rust", import.meta.url),
  stdio: "inherit",
});
console.log(machine());
for (const name of positionals.length > 0 ? positionals : Object.keys(PARTS)) {
  console.log(`\n${name}`);
  const began = Date.now();
  try {
    await PARTS[name](values);
  } catch (error) {
    console.log(error.message);
    process.exit(1);
  }
  console.log(`(${Math.round((Date.now() - began) / 1000)} s)`);
}
