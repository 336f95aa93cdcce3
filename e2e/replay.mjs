// The kept scenes again over real TCP, with the official JavaScript client: over the answers in Rust, as its users would
// connect (polling, then a WebSocket) and straight over a WebSocket; and over the answers on Node.
//
//     node replay.mjs             all of them
//     node replay.mjs broadcast   those whose name holds the word
//
// Where Node differs from socketioxide, replay/differences.json says so, and why. The exit code tells how it went.

import { readFile } from "node:fs/promises";
import { answerOnNode, serveOnNode, startStage } from "./replay/servers.mjs";
import { replay } from "./replay/play.mjs";

/** How many scenes are played at a time over Rust. They wait more than they work. */
const AT_A_TIME = 4;

/** The scenes of crates/replay's own that this client cannot play to the end, and how many of their steps it can. */
const PLAYED_IN_PART = { "own/refused": 2 };

const filters = process.argv.slice(2);
const began = Date.now();
const differences = JSON.parse(await readFile(new URL("replay/differences.json", import.meta.url), "utf8"));
const stage = await startStage();
const tally = { rust: 0, node: 0, own: 0, exercises: new Set(), failed: [], passed: 0, filtered: 0 };

const overRust = stage.scenes.flatMap((scene, i) => [
  job(scene, "websocket", () => stage.serve(i), ["websocket"]),
  job(scene, "polling, then websocket", () => stage.serve(i), ["polling", "websocket"]),
]);
const overNode = stage.scenes
  .filter((scene) => scene.part)
  .map((scene) => {
    const serve = async () => serveOnNode(await answerOnNode(scene), scene.heartbeat);
    return job(scene, "Node", serve, ["polling", "websocket"], differ(scene));
  });

say(`\nreplaying over TCP with the JavaScript client: ${overRust.length + overNode.length + 1} tests\n`);
const waiting = overRust[Symbol.iterator]();
await Promise.all(Array.from({ length: AT_A_TIME }, () => inTurn(waiting)));
await inTurn(overNode[Symbol.iterator]());
await checkTheCheck();
await stage.end();
if (!filters.length) checkDifferences();
tell();

async function inTurn(jobs) {
  for (const job of jobs) await job();
}

function job(scene, over, serve, transports, expect) {
  const name = `${scene.exercise}/${scene.scene}`;
  return async () => {
    if (filters.length && !filters.some((filter) => name.includes(filter))) {
      tally.filtered += 1;
      return;
    }
    try {
      const { steps, why } = await replay(scene, await serve(), transports, expect);
      const playable = PLAYED_IN_PART[name] ?? scene.acts.length;
      if (steps !== playable) throw new Error(why ?? `${steps} steps were played, and not only ${playable}`);
      tally.passed += 1;
      tally[over === "Node" ? "node" : scene.part ? "rust" : "own"] += 1;
      if (scene.part) tally.exercises.add(scene.exercise);
      const part = why ? `, in part: the first ${steps} of ${scene.acts.length} steps; ${why}` : "";
      say(`test ${name} (${over}) ... ok${part}\n`);
    } catch (error) {
      tally.failed.push(`${name} (${over})`);
      say(`test ${name} (${over}) ... FAILED\n${error.message}\n\n`);
    }
  };
}

/** A check that finds no fault must be seen to find one. */
async function checkTheCheck() {
  const scene = stage.scenes.find(({ exercise, scene }) => exercise === "broadcast" && scene === "three-people");
  const lying = (io) => io.on("connection", (socket) => socket.on("say", (text) => io.emit("said", text)));
  const caught = await replay(scene, await serveOnNode(lying, scene.heartbeat), ["websocket"]).catch((e) => e.message);
  const expected =
    'step 4, ada emits say "hi":\n' +
    "  - ada hears nothing   (expected, and not seen)\n" +
    '  + ada hears said "hi"   (seen, and not expected)';
  if (caught === expected) {
    tally.passed += 1;
    say("test the check/one who hears too much is caught ... ok\n");
  } else {
    tally.failed.push("the check/one who hears too much is caught");
    say(`test the check/one who hears too much is caught ... FAILED\n${JSON.stringify(caught)}\n\n`);
  }
}

/** What is to come on Node, where a difference is declared. */
function differ({ exercise }) {
  return (line) => {
    const difference = differences.find((d) => d.exercise === exercise && d.rust === line);
    if (!difference) return line;
    difference.seen = true;
    return difference.node;
  };
}

/** A difference that is declared and comes up nowhere would be believed by a reader. */
function checkDifferences() {
  for (const { exercise, rust, seen, why } of differences) {
    if (seen && why) continue;
    const what = seen ? "has no `why`" : "comes up in no scene";
    tally.failed.push(`replay/differences.json: ${exercise}, ${JSON.stringify(rust)} ${what}`);
  }
}

function tell() {
  const { rust, node, own, exercises, failed, passed, filtered } = tally;
  say(
    `\nreplayed over TCP with the JavaScript client: ${rust} plays over Rust, ${node} over Node, ` +
      `${exercises.size} exercises; ${own} plays of its own; ${differences.length} declared differences\n`,
  );
  if (failed.length) say(`\nfailures:\n${failed.map((name) => `    ${name}\n`).join("")}`);
  const seconds = ((Date.now() - began) / 1000).toFixed(2);
  say(
    `\ntest result: ${failed.length ? "FAILED" : "ok"}. ${passed} passed; ${failed.length} failed; 0 ignored; ` +
      `0 measured; ${filtered} filtered out; finished in ${seconds}s\n`,
  );
  process.exitCode = failed.length ? 1 : 0;
}

// Not `console.log`: that is what a server on Node logs with.
function say(text) {
  process.stdout.write(text);
}
