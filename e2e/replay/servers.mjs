// The servers that the clients talk to: the solutions in Rust, and the same on Node.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { format } from "node:util";
import { Server } from "socket.io";

/** How long a message may take from one server's process to another, in milliseconds. */
const BETWEEN_SERVERS = 50;

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Starts the program that has the scenes and the Rust servers: see e2e/rust/replay/src/bin/serve_scenes.rs. */
export async function startRust() {
  const cargo = process.env.CARGO ?? "cargo";
  const args = ["run", "--quiet", "--package", "replay", "--bin", "serve_scenes"];
  const program = spawn(cargo, args, { cwd: `${ROOT}/e2e/rust`, stdio: ["pipe", "pipe", "inherit"] });
  const waiting = [];
  const lines = createInterface({ input: program.stdout });
  lines.on("line", (line) => waiting.shift()?.resolve(JSON.parse(line)));
  lines.on("close", () => waiting.forEach(({ reject }) => reject(new Error("serve_scenes has exited"))));
  program.on("error", ({ message }) => {
    waiting.forEach(({ reject }) => reject(new Error(`cargo can't be run (${message}): set CARGO to its path`)));
  });
  // It answers in the order of the requests.
  const answer = () => new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  const request = (what) => {
    program.stdin.write(`${JSON.stringify(what)}\n`);
    return answer();
  };

  return {
    scenes: await answer(),
    serve: async (scene) => {
      const { server, url, urls } = await request({ serve: scene });
      return {
        url,
        // Where each of several servers is, by its letter.
        urls,
        kill: (at) => request({ kill: { server, at } }),
        takeEvents: async () => {
          // What is between two servers can't be asked whether there is more to come.
          if (urls) await sleep(BETWEEN_SERVERS);
          return (await request({ settle: server })).events;
        },
        stop: () => request({ stop: server }),
      };
    },
    keep: async (exercise, plays) => (await request({ keep: { exercise, plays } })).file,
    compare: async (expected, actual, ids) => (await request({ compare: { expected, actual, ids } })).difference,
    exit: async () => {
      program.stdin.end();
      await once(program, "exit");
    },
  };
}

/**
 * The servers on Node: `node` is the solution, which `node.mjs` exports. `node:io-except` is a known mistake, which
 * `node-mistakes.mjs` exports as `ioExcept`, where there is one.
 */
export async function serversOnNode({ chapter, exercise }) {
  const folder = `solutions/${chapter}/${exercise}`;
  const load = (file) => import(pathToFileURL(`${ROOT}/${folder}/${file}`));
  if (!existsSync(`${ROOT}/${folder}/node.mjs`)) {
    throw new Error(`${folder}/node.mjs is missing. Write the solution on Node there, as another exercise's does`);
  }
  const mistakes = existsSync(`${ROOT}/${folder}/node-mistakes.mjs`) ? await load("node-mistakes.mjs") : {};
  const name = (exported) => `node:${exported.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const all = Object.entries(mistakes).map(([exported, server]) => ({ name: name(exported), server }));
  const { default: server, options } = await load("node.mjs");
  return [{ name: "node", server, options }, ...all];
}

/** An entry of the emit cheatsheet, as a server: on `go` it does what the entry says, as in solutions/cheatsheet/rust.rs. */
export async function entryOnNode(name) {
  const entries = await import(pathToFileURL(`${ROOT}/solutions/cheatsheet/node.mjs`));
  if (!entries[name]) throw new Error(`solutions/cheatsheet/node.mjs has no function ${name}. Write it as the one in rust.rs`);
  const server = (io) => {
    io.on("connection", (socket) => {
      socket.join(socket.handshake.auth.rooms);
      socket.on("go", () => {
        const [bob] = io.sockets.adapter.rooms.get("bob");
        entries[name](io, socket, bob);
      });
    });
    io.of("/admin").on("connection", (socket) => socket.join(socket.handshake.auth.rooms));
  };
  return { name, server };
}

/**
 * Serves `server` on Node. What it logs on the console is recorded, so only one can be served at a time.
 *
 * If it returns a function, that one answers the requests which aren't Socket.IO's. If it takes a folder, it gets an empty one.
 * `options` are those that node.mjs exports, if its exercise is about them.
 */
export async function serveOnNode(server, heartbeat, options) {
  let routes = (_, response) => response.writeHead(404).end();
  const http = createServer((request, response) => routes(request, response));
  // The last one concerns namespaces that a pattern has made, and nothing else.
  const ours = {
    pingInterval: heartbeat.interval,
    pingTimeout: heartbeat.timeout,
    cleanupEmptyChildNamespaces: true,
  };
  const io = new Server(http, { ...ours, ...options });
  let events = [];
  const { log } = console;
  console.log = (...args) => events.push({ log: { level: "info", message: format(...args) } });
  const folder = server.length > 1 ? mkdtempSync(join(tmpdir(), "replay-")) : undefined;
  const returned = server(io, folder);
  if (typeof returned === "function") routes = returned;
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return {
    url: `http://127.0.0.1:${http.address().port}`,
    takeEvents: async () => {
      // Node has one thread: what is ready to run has run when its turn is over.
      for (let turns = 0; turns < 3; turns += 1) await turn();
      const taken = events;
      events = [];
      return taken;
    },
    stop: async () => {
      await io.close();
      if (folder) rmSync(folder, { recursive: true });
      console.log = log;
    },
  };
}
