// What the page "Behind a load balancer" says, tried: two servers in Rust, a Redis, and nginx with the page's configuration.
// Run by .ci/run: `node load-balancer.mjs`.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { io } from "socket.io-client";

import { startRust } from "./replay/servers.mjs";
import { SOON, until } from "./until.mjs";

const BOOK = resolve(import.meta.dirname, "../book");

const page = readFileSync(join(BOOK, "load-balancer.md"), "utf8");
assert.ok(page.includes("{{#include load-balancer/nginx.conf}}"), "the page shows the configuration");
const sticky = readFileSync(join(BOOK, "load-balancer/nginx.conf"), "utf8");
const HASH = "    hash $remote_addr;\n";
assert.ok(sticky.includes(HASH));

const rust = await startRust();
const scene = rust.scenes.findIndex(({ exercise, name }) => exercise === "two-nodes" && name === "two-servers");
const servers = await rust.serve(scene);
try {
  await behind(sticky.replace(HASH, ""), async (url) => {
    const answer = await second(url);
    assert.equal(answer.status, 400);
    console.log(`in turn: the second request gets ${answer.status} ${answer.text}`);
    assert.ok(page.includes(answer.text), `the page says what the client gets: ${answer.text}`);
    const reached = await connect(url, ["websocket"]);
    console.log("in turn: a client that begins with a WebSocket is connected");
    reached.close();
  });
  await behind(sticky, async (url) => {
    assert.equal((await second(url)).status, 200);
    console.log("by address: the second request gets 200");
    // Each has an address of its own, so that they are spread over both servers: always in the same way, since only the
    // address decides.
    const addresses = Array.from({ length: 30 }, (_, i) => `127.${i + 1}.${(i * 37) % 250}.${(i * 101) % 250}`);
    const clients = await Promise.all(addresses.map((address) => connect(url, ["polling", "websocket"], address)));
    const upgraded = clients.map((client) => transport(client));
    assert.deepEqual(await Promise.all(upgraded), addresses.map(() => "websocket"));
    // All of them hear what one says, at whichever server.
    const heard = clients.slice(1).map((client) => once(client, "said"));
    clients[0].emit("say", "hi");
    await soon(Promise.all(heard));
    console.log(`by address: ${clients.length} clients are connected, begin by polling, and hear each other`);
    // Without the second server only some are left: both had some.
    await servers.kill("B");
    await until(() => clients.some((client) => !client.connected));
    // All of them notice it at once, one after the other.
    await sleep(500);
    const left = clients.filter((client) => client.connected).length;
    console.log(`by address: ${left} of them were at server A`);
    assert.ok(left > 0 && left < clients.length);
    clients.forEach((client) => client.close());
  });
} finally {
  await servers.stop();
  await rust.exit();
}

/** Runs nginx with that configuration, on a free port, in front of the servers. */
async function behind(configuration, look) {
  const folder = mkdtempSync(join(tmpdir(), "nginx-"));
  const port = await freePort();
  const to = (text, url) => text.replace(url === servers.urls.A ? "127.0.0.1:4000" : "127.0.0.1:4001", new URL(url).host);
  const ours = [servers.urls.A, servers.urls.B].reduce(to, configuration).replace("listen 8080", `listen 127.0.0.1:${port}`);
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((it) => `${it}_temp_path ${folder}/${it};`);
  const all = `daemon off; pid ${folder}/pid; error_log ${folder}/error.log;\nevents {}\nhttp { access_log off; ${paths.join(" ")}\n${ours}}\n`;
  writeFileSync(join(folder, "nginx.conf"), all);
  const nginx = spawn("nginx", ["-p", folder, "-c", join(folder, "nginx.conf")], { stdio: "inherit" });
  const ended = once(nginx, "exit");
  try {
    const url = `http://127.0.0.1:${port}`;
    await until(() => fetch(url).then(() => true, () => nginx.exitCode !== null));
    assert.equal(nginx.exitCode, null, "nginx runs");
    await look(url);
  } finally {
    nginx.kill("SIGQUIT");
    nginx.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true });
  }
}

/** The response to the second request of a client that polls. */
async function second(url) {
  const first = await fetch(`${url}/socket.io/?EIO=4&transport=polling`);
  const { sid } = JSON.parse((await first.text()).slice(1));
  const response = await fetch(`${url}/socket.io/?EIO=4&transport=polling&sid=${sid}`, { method: "POST", body: "40" });
  return { status: response.status, text: await response.text() };
}

async function connect(url, transports, localAddress) {
  const client = io(url, { transports, forceNew: true, reconnection: false, agent: new Agent({ localAddress }) });
  await soon(Promise.race([once(client, "connect"), once(client, "connect_error").then(([error]) => Promise.reject(error))]));
  return client;
}

async function transport({ io: { engine } }) {
  if (engine.transport.name === "polling") await soon(once(engine, "upgrade"));
  return engine.transport.name;
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

function soon(promise) {
  return Promise.race([promise, sleep(SOON, undefined, { ref: false }).then(() => Promise.reject(new Error("nothing comes")))]);
}
