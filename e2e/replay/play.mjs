// Plays a scene over TCP: takes a step, waits for what should come of it, and makes sure that it is all.

import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "./client.mjs";
import { fromData } from "./payload.mjs";

/**
 * How long to wait for what should come, in milliseconds. The whole of it passes only when something is wrong. (An
 * exercise's own heartbeat may take ten seconds, twice.)
 */
const TIMEOUT = 25_000;

/**
 * Plays `scene` over `server`. `compare` gets what is expected of each step, what came, and whose each id is. It returns
 * the difference, if there is one. `expect` may change what is expected of the server.
 *
 * Returns how many of the steps were played, and why no more. Throws at the first step with a difference.
 */
export async function playOverTcp(scene, server, transports, compare, expect = (event) => event) {
  const play = { server, transports, clients: [], serverEvents: [], requests: [] };
  try {
    for (const [i, { sentence, expected: result }] of scene.steps.entries()) {
      const expected = { ...result, server: result.server?.map(expect) ?? [] };
      const [[kind, what]] = Object.entries(expected.step);
      const why = obstacle(play, kind, what);
      if (why) return { steps: i, why: `${sentence}: ${why}` };
      await take(play, kind, what);
      await waitFor(play, expected);
      await settle(play);

      const error = play.clients.find((client) => client.error)?.error;
      const difference = error ?? (await compare(expected, takeResult(play, expected), idsOf(play)));
      if (difference) throw new Error(`step ${i + 1}, ${sentence}:\n${difference}`);
    }
    checkConnections(play);
    return { steps: scene.steps.length };
  } finally {
    for (const client of play.clients) client.close();
    await server.stop();
  }
}

/** All of a client's namespaces share one connection, which is a WebSocket by now. */
function checkConnections({ clients }) {
  for (const { name, proxy, connects, isUpgraded } of clients) {
    if (proxy.webSockets > connects) throw new Error(`${name} has opened ${proxy.webSockets} WebSockets`);
    if (!isUpgraded) throw new Error(`${name}'s connection hasn't become a WebSocket`);
  }
}

/** The things that are done in a step: one, or several at the same moment. Each is a kind and what belongs to it. */
function parts(kind, what) {
  return kind === "together" ? what.map((part) => Object.entries(part)[0]) : [[kind, what]];
}

function obstacle(play, kind, what) {
  if (kind === "together" && what.some((part) => part.connect)) return "over TCP nobody knows who of several connects first";
  if (kind === "connect" && what.at && !play.server.urls) return "there is one server here, and no other";
  if (kind === "cut_line" || kind === "mend_line") return "only the harness cuts the line between servers";
  if (kind === "lose_next" || kind === "crash_at_next") return "only the harness loses a message at a chosen moment";
  if (kind === "restart") return "the server here is started once";
  const obstacles = parts(kind, what).flatMap(([kind, what]) => {
    const names = what.clients ?? [what.client];
    return names.map((name) => present(play, name)?.obstacle(kind, what));
  });
  return obstacles.find((why) => why);
}

/** The client of that name, if it hasn't left. */
function present({ clients }, name) {
  return clients.find((client) => client.name === name && !client.hasLeft);
}

async function take(play, kind, what) {
  for (const part of parts(kind, what)) await takeOne(play, ...part);
}

async function takeOne(play, kind, { clients, client: name, ns = "/", at, auth, event, args, path, server }) {
  if (kind === "wait") return; // After every step there is a wait for what should come of it.
  if (kind === "kill") return play.server.kill(server);
  if (kind === "request") return request(play, name ?? "monitor", path);
  if (kind === "connect") {
    for (const name of clients) {
      let client = present(play, name);
      if (!client) {
        client = await Client.start(name, at ? play.server.urls[at] : play.server.url, play.transports);
        play.clients.push(client);
      }
      const { length } = client.events;
      client.connect(ns, auth);
      if (clients.length === 1) continue; // The wait after the step is enough.
      // One after the other, as in the harness.
      await until(() => client.events.length > length && client.isUpgraded);
      await settle(play);
    }
    return;
  }
  // When the server has closed the connection, nothing is sent, as in the harness.
  const client = present(play, name) ?? play.clients.findLast((client) => client.name === name);
  if (!client) return;
  switch (kind) {
    case "emit":
      return client.canSend(ns) ? client.emit(ns, event, fromData(args)) : undefined;
    case "emit_with_ack":
      return client.canSend(ns) ? client.emitWithAck(ns, event, fromData(args)) : undefined;
    case "acknowledge":
      return client.acknowledge(fromData(args));
    case "disconnect":
      client.canSend(ns);
      return client.disconnect(ns);
    case "drop_connection":
      return client.dropConnection();
    case "close_connection":
      return client.closeConnection();
    case "cut_off":
      return client.cutOff();
    case "stop_pongs":
      return client.proxy.stopPongs();
    default:
      throw new Error(`there is no step ${kind}`);
  }
}

/** Asks for a page. Who asks need not be a client of Socket.IO. */
async function request(play, name, path) {
  const { status, headers, text } = await fetch(play.server.url + path)
    .then(async (it) => ({ status: it.status, headers: it.headers, text: await it.text() }))
    .catch(() => ({}));
  const isJson = headers?.get("content-type")?.split(";")[0] === "application/json";
  const body = isJson ? { json: JSON.parse(text) } : { text };
  const event = status ? { response: { status, body } } : { no_response: {} };
  play.requests.push({ name, events: [event] });
}

/** Waits until as many events have come as should come. Whether they are the right ones is compared later. */
async function waitFor(play, expected) {
  const received = (name) => eventsOf(play, name).length;
  const outcomes = expected.clients ?? [];
  await until(() => outcomes.every(({ client, events }) => received(client) >= events.length));
  // Pings and disconnects mean the same over any transport, but their time is certain only over a WebSocket.
  await until(() => play.clients.every((client) => client.hasLeft || client.isUpgraded));
  await until(() => play.clients.every((client) => client.isMissed));
  await until(async () => {
    play.serverEvents.push(...(await play.server.takeEvents()));
    return play.serverEvents.length >= expected.server.length;
  });
}

/** Waits until, as far as one can know, nothing more will come. */
async function settle(play) {
  await fence(play);
  play.serverEvents.push(...(await play.server.takeEvents()));
  await fence(play);
}

async function fence({ clients }) {
  const answered = new AbortController();
  const timeout = sleep(TIMEOUT, undefined, { signal: answered.signal }).then(
    () => Promise.reject(new Error("the server doesn't answer")),
    () => {},
  );
  await Promise.race([Promise.all(clients.map((client) => client.fence())), timeout]);
  answered.abort();
}

async function until(done) {
  const deadline = Date.now() + TIMEOUT;
  while (!(await done()) && Date.now() < deadline) await sleep(1);
}

/**
 * For each id the name of its client and the number of its connection, as the harness counts them: one in which it was only
 * refused doesn't count.
 */
function idsOf({ clients }) {
  const [next, ids] = [{}, {}];
  for (const { name, connections } of clients) {
    for (const { ids: all, isAccepted } of connections) {
      const number = (next[name] ??= 1);
      for (const id of all) ids[id] = [name, number];
      if (isAccepted) next[name] += 1;
    }
  }
  return ids;
}

/** What the client of that name received. One that left and came back is several clients here. */
function eventsOf({ clients, requests }, name) {
  return [...clients, ...requests].filter((client) => client.name === name).flatMap((client) => client.events);
}

/** Takes the result of the current step: a `StepResult` of crates/scenario, as JSON. */
function takeResult(play, expected) {
  const names = [...new Set([...play.clients, ...play.requests].map(({ name }) => name))];
  const outcomes = names.map((client) => ({ client, events: eventsOf(play, client) }));
  // The silence of those who are there is told, too.
  const clients = outcomes.filter(({ client, events }) => events.length || present(play, client));
  for (const client of play.clients) client.events = [];
  play.requests = [];
  return { step: expected.step, server: play.serverEvents.splice(0), clients };
}
