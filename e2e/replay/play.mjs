// Playing a scene again: a step, what is to come of it, and no more.

import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "./client.mjs";
import { revive } from "./sentences.mjs";

/** How long to wait for what is to come, in milliseconds. It is only ever waited out when something is wrong. */
const PATIENCE = 10_000;

/**
 * Plays a scene and compares what the clients tell with what is to come of each step.
 *
 * Answers how many of the steps were played, and why no more; throws at the first step that tells another story.
 */
export async function replay(scene, server, transports, expect = (line) => line) {
  const stage = { server, transports, clients: [], notes: [] };
  try {
    for (const [i, act] of scene.acts.entries()) {
      const [[kind, what]] = Object.entries(act.step);
      const why = obstacle(stage, kind, what);
      if (why) return { steps: i, why: `${act.says}: ${why}` };
      await take(stage, kind, what);

      const expected = sentences(act.notes.map(expect), act.heard);
      await waitFor(stage, act);
      await quiet(stage);
      const seen = gather(stage, act);
      if (seen.join("\n") !== expected.join("\n")) {
        throw new Error(`step ${i + 1}, ${act.says}:\n${difference(expected, seen)}`);
      }
    }
    checkConnections(stage);
    return { steps: scene.acts.length };
  } finally {
    for (const client of stage.clients) client.close();
    await server.stop();
  }
}

/** All of a client's namespaces share one connection, which is a WebSocket by now. */
function checkConnections({ clients }) {
  for (const client of clients) {
    const { name, proxy, entrances } = client;
    if (proxy.webSockets > entrances) throw new Error(`${name} has opened ${proxy.webSockets} WebSockets`);
    if (!client.isUpgraded) throw new Error(`${name}'s connection has not become a WebSocket`);
  }
}

function obstacle(stage, kind, what) {
  const names = what.clients ?? [what.client];
  return names.map((name) => present(stage, name)?.obstacle(kind, what)).find((why) => why);
}

/** The client of that name, if its connection is not gone. */
function present({ clients }, name) {
  return clients.find((client) => client.name === name && !client.isGone);
}

async function take(stage, kind, { clients, client: name, ns = "/", auth, event, args }) {
  if (kind === "wait") return; // What is to come is waited for after every step.
  if (kind === "enter") {
    for (const name of clients) {
      let client = present(stage, name);
      if (!client) {
        client = await Client.connect(name, stage.server.url, stage.transports);
        client.entrances = 0;
        stage.clients.push(client);
      }
      if (!client.isOpen) client.entrances += 1;
      client.enter(ns, auth);
    }
    return;
  }
  // When the server has closed the connection, nothing comes of it, here or on stage.
  const client = present(stage, name);
  if (!client) return;
  switch (kind) {
    case "emit":
      return client.emit(ns, event, revive(args));
    case "ask":
      return client.ask(ns, event, revive(args));
    case "answer":
      return client.answer(revive(args));
    case "disconnect":
      return client.disconnect(ns);
    case "lose":
      return client.lose();
    case "fall_silent":
      return client.proxy.silence();
    default:
      throw new Error(`no such step as ${kind}`);
  }
}

/** Waits until as much has come as is to come. Whether it is the same is asked when all is quiet. */
async function waitFor(stage, act) {
  const heard = (name) => stage.clients.filter((c) => c.name === name).reduce((n, c) => n + c.lines.length, 0);
  await until(() => act.heard.every(({ client, lines }) => heard(client) >= lines.length));
  // Heartbeats, goodbyes and losses mean the same over any transport, but can be timed only over a WebSocket.
  await until(() => stage.clients.every((client) => client.isGone || client.isUpgraded));
  await until(async () => {
    stage.notes.push(...(await stage.server.takeNotes()));
    return stage.notes.length >= act.notes.length;
  });
}

/** Waits until, as far as one can tell, nothing more is to come. */
async function quiet(stage) {
  await fence(stage);
  stage.notes.push(...(await stage.server.takeNotes()));
  await fence(stage);
}

async function fence({ clients }) {
  const tooLate = new AbortController();
  const patience = sleep(PATIENCE, undefined, { signal: tooLate.signal }).then(
    () => Promise.reject(new Error("the server does not answer")),
    () => {},
  );
  await Promise.race([Promise.all(clients.map((client) => client.fence())), patience]);
  tooLate.abort();
}

async function until(done) {
  const deadline = Date.now() + PATIENCE;
  while (!(await done()) && Date.now() < deadline) await sleep(1);
}

/** What was seen, as sentences, with names in the place of ids. */
function gather(stage, act) {
  const names = [...new Set(stage.clients.map((client) => client.name))];
  const told = names.map((name) => {
    const lines = stage.clients.filter((client) => client.name === name).flatMap((c) => c.lines.splice(0));
    // In order for each namespace: see `told` in crates/replay/src/story.rs.
    lines.sort((a, b) => Number(a.ns > b.ns) - Number(a.ns < b.ns));
    return { client: name, lines: lines.map((line) => line.text) };
  });
  const expected = (name) => act.heard.some(({ client }) => client === name);
  const heard = told.filter(({ client, lines }) => lines.length || expected(client));
  const ids = stage.clients.flatMap((client) => [...client.ids].map((id) => [id, client.name]));
  const named = (line) => ids.reduce((line, [id, name]) => line.replaceAll(id, name), line);
  const heardByName = heard.map(({ client, lines }) => ({ client, lines: lines.map(named) }));
  return sentences(stage.notes.splice(0).map(named), heardByName);
}

/** What the server noted, in no order, and what each client received; silence is a sentence too. */
function sentences(notes, heard) {
  const silence = (client) => [`${client} hears nothing`];
  return [...notes.toSorted(), ...heard.flatMap(({ client, lines }) => (lines.length ? lines : silence(client)))];
}

function difference(expected, seen) {
  const missing = expected.filter((line) => !seen.includes(line)).map((line) => `  - ${line}   (expected, and not seen)`);
  const extra = seen.filter((line) => !expected.includes(line)).map((line) => `  + ${line}   (seen, and not expected)`);
  if (missing.length + extra.length) return [...missing, ...extra].join("\n");
  const list = (lines) => lines.map((line) => `    ${line}`).join("\n");
  return `  expected, in this order and as often:\n${list(expected)}\n  seen:\n${list(seen)}`;
}
