// The scenes of the exercises again over real TCP, with the official JavaScript client. It plays them over the solutions in
// Rust, as a browser connects (polling, then a WebSocket) and over a WebSocket at once; and over servers on Node: the
// solutions, and known mistakes.
//
//     node replay.mjs                      all scenes
//     node replay.mjs broadcast            the scenes whose name contains the word
//     node replay.mjs --update broadcast   plays over Node only, and keeps in node.snap what comes
//
// Of the short scenes a solution's folder keeps in `node.snap` what its servers on Node play as: the page's stage shows that.
// Where a solution on Node logs in other words than the one in Rust, replay/differences.json says how and why. The exit code
// is 0 if all scenes pass.

import { readFile } from "node:fs/promises";
import { playOverTcp } from "./replay/play.mjs";
import { entryOnNode, serveOnNode, serversOnNode, startRust } from "./replay/servers.mjs";

/** How many scenes are played at a time over Rust. They wait more than they work. */
const CONCURRENCY = 4;

/** How a browser connects. */
const BROWSER = ["polling", "websocket"];

const update = process.argv.includes("--update");
const filters = process.argv.slice(2).filter((word) => word !== "--update");
const began = Date.now();
const differences = JSON.parse(await readFile(new URL("replay/differences.json", import.meta.url), "utf8"));
const rust = await startRust();
const tally = { rust: 0, node: 0, extra: 0, exercises: new Set(), failed: [], passed: 0, filtered: 0 };

const overRust = rust.scenes.flatMap((scene, i) => [
  test(scene, "websocket", () => rust.serve(i), ["websocket"]),
  test(scene, "polling, then websocket", () => rust.serve(i), BROWSER),
]);
const overNode = [];
for (const scene of rust.scenes.filter((scene) => (scene.chapter || scene.onNode) && !isOverSeveral(scene))) {
  const servers = await serversFor(scene);
  if (scene.onNode) overNode.push(...servers.map((server) => recordedTest(scene, server, servers)));
  else overNode.push(test(scene, "Node", () => serveOnNode(servers[0].server, scene.heartbeat, servers[0].options), BROWSER, inWordsOfNode));
}
/** What came of the plays on Node, by exercise, to be kept. */
const plays = new Map();

if (update) {
  await runAll(overNode);
  await keepPlays();
} else {
  print(`\nreplaying over TCP with the JavaScript client: ${overRust.length + overNode.length + 1} tests\n`);
  const queue = overRust[Symbol.iterator]();
  await Promise.all(Array.from({ length: CONCURRENCY }, () => runAll(queue)));
  await runAll(overNode);
  await checkFaultyServer();
  if (!filters.length) checkDifferences();
}
await rust.exit();
printSummary();

/** Whether a scene is played over several servers. On Node there is one. */
function isOverSeveral(scene) {
  return scene.steps.some(({ expected }) => expected.step.connect?.at);
}

/** The servers on Node of a scene. Each entry of the cheatsheet is a scene with a server of its own. */
async function serversFor(scene) {
  return scene.chapter ? serversOnNode(scene) : [await entryOnNode(scene.name)];
}

async function runAll(tests) {
  for (const test of tests) await test();
}

function isWanted(name) {
  const wanted = !filters.length || filters.some((filter) => name.includes(filter));
  if (!wanted) tally.filtered += 1;
  return wanted;
}

function test(scene, over, serve, transports, expect) {
  const name = `${scene.exercise}/${scene.name}`;
  return async () => {
    if (update || !isWanted(name)) return;
    try {
      const { steps, why } = await playOverTcp(scene, await serve(), transports, rust.compare, expect);
      if (steps !== scene.steps.length) throw new Error(why);
      tally[over === "Node" ? "node" : scene.chapter ? "rust" : "extra"] += 1;
      if (scene.chapter) tally.exercises.add(scene.exercise);
      pass(`${name} (${over})`, scene.inPart && `, in part: ${scene.inPart}`);
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

/** Plays a short scene over a server on Node. What comes is held against node.snap, or kept. */
function recordedTest(scene, { name: server, server: setUp, options }, all) {
  const name = `${scene.exercise}/${scene.name}`;
  const { solution, recorded } = scene.onNode;
  const over = server === "node" ? "Node" : server;
  const again = `\`node replay.mjs --update ${scene.exercise}\``;
  return async () => {
    if (!isWanted(name)) return;
    try {
      const unknown = Object.keys(recorded).filter((name) => !all.some((server) => server.name === name));
      if (unknown.length && !update) throw new Error(`node.snap has plays of ${unknown}, which isn't there. Run ${again}`);
      if (!recorded[server] && !update) throw new Error(`node.snap has no play of it. Record it: ${again}`);
      const [play, compare] = record(scene, server);
      const steps = recorded[server] ?? solution;
      const on = await serveOnNode(setUp, scene.heartbeat, options);
      const played = await playOverTcp({ steps }, on, BROWSER, update ? compare : rust.compare).catch(({ message }) => {
        throw new Error(update ? message : `${message}\nnode.snap has it otherwise. If Node is right, keep it: ${again}`);
      });
      if (played.why) throw new Error(played.why);
      if (server === "node") await checkSolution(solution, update ? play.steps : recorded.node.map((it) => it.expected), play.ids);
      if (update) plays.set(scene.exercise, [...(plays.get(scene.exercise) ?? []), play]);
      tally.node += 1;
      pass(`${name} (${over})`);
    } catch (error) {
      fail(`${name} (${over})`, error.message);
    }
  };
}

/** A play to be kept, and what to give `playOverTcp` in the place of a comparison to fill it. */
function record(scene, server) {
  const play = { server, scene: scene.name, steps: [], ids: {} };
  const compare = async (_, actual, ids) => {
    play.steps.push(actual);
    Object.assign(play.ids, ids);
  };
  return [play, compare];
}

/** The solution on Node does what the one in Rust does, but for the declared differences. */
async function checkSolution(solution, played, ids) {
  for (const [i, { sentence, expected }] of solution.entries()) {
    const inWords = { ...expected, server: expected.server?.map(inWordsOfNode) };
    const difference = await rust.compare(inWords, played[i], ids);
    if (difference) throw new Error(`node.mjs doesn't do what solution.rs does. Step ${i + 1}, ${sentence}:\n${difference}`);
  }
}

/** Writes the node.snap of each exercise whose scenes have all been played. */
async function keepPlays() {
  for (const [exercise, kept] of plays) {
    const scenes = rust.scenes.filter((scene) => scene.exercise === exercise && scene.onNode);
    const servers = (await Promise.all(scenes.map(serversFor))).flat();
    if (kept.length < servers.length) {
      fail(exercise, "not all of its scenes were played, so nothing is kept. Name the exercise, and no scene");
      continue;
    }
    const names = new Set(servers.map(({ name }) => name));
    const inOrder = [...names].flatMap((name) => kept.filter(({ server }) => server === name));
    print(`wrote ${await rust.keep(exercise, inOrder)}\n`);
  }
}

/** What a solution on Node does where the one in Rust does `event`: replay/differences.json has what it logs otherwise. */
function inWordsOfNode(event) {
  const rule = differences.find(({ rust }) => event.log?.message?.includes(rust));
  if (!rule) return event;
  rule.isUsed = true;
  return { log: { ...event.log, message: event.log.message.replace(rule.rust, rule.node) } };
}

/** A declared difference that no scene shows would mislead a reader. */
function checkDifferences() {
  for (const { rust, isUsed, why } of differences) {
    if (isUsed && why) continue;
    fail("replay/differences.json", `${rust} ${isUsed ? "has no `why`" : "is in no scene"}`);
  }
}

function pass(name, note) {
  tally.passed += 1;
  print(`test ${name} ... ok${note ?? ""}\n`);
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
