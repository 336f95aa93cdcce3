// The scenes of the exercises again over real TCP, with the official JavaScript client. It plays them over the solutions in
// Rust, as a browser connects (polling, then a WebSocket) and over a WebSocket at once; and over the solutions on Node.
//
//     node replay.mjs             all scenes
//     node replay.mjs broadcast   the scenes whose name contains the word
//
// Where Node differs from socketioxide, replay/differences.json says how and why. The exit code is 0 if all scenes pass.

import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { playOverTcp } from "./replay/play.mjs";
import { serveOnNode, solutionOnNode, startRust } from "./replay/servers.mjs";

/** How many scenes are played at a time over Rust. They wait more than they work. */
const CONCURRENCY = 4;

/** The scenes of e2e/rust/replay that this client can't play to the end, and how many of their steps it can. */
const PLAYED_IN_PART = {};

const filters = process.argv.slice(2);
const began = Date.now();
const differences = JSON.parse(await readFile(new URL("replay/differences.json", import.meta.url), "utf8"));
const rust = await startRust();
const tally = { rust: 0, node: 0, extra: 0, exercises: new Set(), failed: [], passed: 0, filtered: 0 };

const overRust = rust.scenes.flatMap((scene, i) => [
  test(scene, "websocket", () => rust.serve(i), ["websocket"]),
  test(scene, "polling, then websocket", () => rust.serve(i), ["polling", "websocket"]),
]);
const overNode = rust.scenes
  .filter((scene) => scene.chapter)
  .map((scene) => {
    const serve = async () => serveOnNode(await solutionOnNode(scene), scene.heartbeat);
    return test(scene, "Node", serve, ["polling", "websocket"], expectOnNode(scene));
  });

print(`\nreplaying over TCP with the JavaScript client: ${overRust.length + overNode.length + 1} tests\n`);
const queue = overRust[Symbol.iterator]();
await Promise.all(Array.from({ length: CONCURRENCY }, () => runAll(queue)));
await runAll(overNode);
await checkFaultyServer();
await rust.exit();
if (!filters.length) checkDifferences();
printSummary();

async function runAll(tests) {
  for (const test of tests) await test();
}

function test(scene, over, serve, transports, expect) {
  const name = `${scene.exercise}/${scene.name}`;
  return async () => {
    if (filters.length && !filters.some((filter) => name.includes(filter))) {
      tally.filtered += 1;
      return;
    }
    try {
      const { steps, why } = await playOverTcp(scene, await serve(), transports, rust.compare, expect);
      const playable = PLAYED_IN_PART[name] ?? scene.steps.length;
      if (steps !== playable) throw new Error(why ?? `${steps} steps can be played, not ${playable}`);
      tally[over === "Node" ? "node" : scene.chapter ? "rust" : "extra"] += 1;
      if (scene.chapter) tally.exercises.add(scene.exercise);
      pass(`${name} (${over})`, why && `, in part: ${steps} of ${scene.steps.length} steps (${why})`);
    } catch (error) {
      fail(`${name} (${over})`, error.message);
    }
  };
}

/** A check that finds no difference must be seen to find one. */
async function checkFaultyServer() {
  const name = "a client that hears too much is noticed";
  const scene = rust.scenes.find((scene) => scene.exercise === "broadcast" && scene.name === "three-people");
  const faulty = (io) => io.on("connection", (socket) => socket.on("say", (text) => io.emit("said", text)));
  const server = await serveOnNode(faulty, scene.heartbeat);
  const message = await playOverTcp(scene, server, ["websocket"], rust.compare).catch((error) => error.message);
  const expected =
    'step 4, ada emits say "hi":\n' +
    "  - ada hears nothing   (expected, but it didn't happen)\n" +
    '  + ada hears said "hi"   (it happened, but wasn\'t expected)\n' +
    '    bob hears said "hi"\n' +
    '    cyd hears said "hi"\n';
  if (message === expected) pass(name);
  else fail(name, JSON.stringify(message));
}

/** What a server on Node should do where the solution in Rust does `event`: another thing if differences.json has it. */
function expectOnNode({ exercise }) {
  return (event) => {
    const difference = differences.find((d) => d.exercise === exercise && isDeepStrictEqual(d.rust, event));
    if (!difference) return event;
    difference.isUsed = true;
    return difference.node;
  };
}

/** A declared difference that no scene shows would mislead a reader. */
function checkDifferences() {
  for (const { exercise, rust, isUsed, why } of differences) {
    if (isUsed && why) continue;
    const problem = isUsed ? "has no `why`" : "is in no scene";
    fail("replay/differences.json", `${exercise}: ${JSON.stringify(rust)} ${problem}`);
  }
}

function pass(name, note = "") {
  tally.passed += 1;
  print(`test ${name} ... ok${note}\n`);
}

function fail(name, message) {
  tally.failed.push(name);
  print(`test ${name} ... FAILED\n${message}\n\n`);
}

function printSummary() {
  const { rust, node, extra, exercises, failed, passed, filtered } = tally;
  print(
    `\nreplayed over TCP with the JavaScript client: ${exercises.size} exercises, ${rust} plays over Rust and ${node} ` +
      `over Node; ${extra} plays of extra scenes; ${differences.length} declared differences\n`,
  );
  if (failed.length) print(`\nfailures:\n${failed.map((name) => `    ${name}\n`).join("")}`);
  const seconds = ((Date.now() - began) / 1000).toFixed(2);
  print(
    `\ntest result: ${failed.length ? "FAILED" : "ok"}. ${passed} passed; ${failed.length} failed; 0 ignored; ` +
      `0 measured; ${filtered} filtered out; finished in ${seconds}s\n`,
  );
  process.exitCode = failed.length ? 1 : 0;
}

// `console.log` is what a server on Node logs with, so this doesn't use it.
function print(text) {
  process.stdout.write(text);
}
