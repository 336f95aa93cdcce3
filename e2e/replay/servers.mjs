// The servers that the clients talk to: the answers in Rust, and the answers on Node.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { setImmediate as turn } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { format } from "node:util";
import { Server } from "socket.io";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Starts the program that knows the scenes and has the Rust servers: see crates/replay/examples/serve_scenes.rs. */
export async function startStage() {
  const cargo = process.env.CARGO ?? "cargo";
  const args = ["run", "--quiet", "--package", "replay", "--example", "serve_scenes"];
  const program = spawn(cargo, args, { cwd: ROOT, stdio: ["pipe", "pipe", "inherit"] });
  const waiting = [];
  const lines = createInterface({ input: program.stdout });
  lines.on("line", (line) => waiting.shift()?.resolve(JSON.parse(line)));
  lines.on("close", () => waiting.forEach(({ reject }) => reject(new Error("serve_scenes has ended"))));
  program.on("error", ({ message }) => {
    waiting.forEach(({ reject }) => reject(new Error(`cargo cannot be run (${message}): set CARGO to its path`)));
  });
  // What it writes is in the order in which it was asked.
  const answer = () => new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  const ask = (question) => {
    program.stdin.write(`${JSON.stringify(question)}\n`);
    return answer();
  };

  return {
    scenes: await answer(),
    serve: async (scene) => {
      const { server, url } = await ask({ serve: scene });
      return {
        url,
        takeNotes: async () => (await ask({ quiet: server })).notes,
        stop: () => ask({ stop: server }),
      };
    },
    end: async () => {
      program.stdin.end();
      await once(program, "exit");
    },
  };
}

/** The answer on Node: what a solution's `node.mjs` exports. */
export async function answerOnNode({ part, exercise }) {
  const path = `solutions/${part}/${exercise}/node.mjs`;
  if (!existsSync(`${ROOT}/${path}`)) {
    throw new Error(`${path} is missing: write there how the answer looks on Node, as another solution's does`);
  }
  return (await import(pathToFileURL(`${ROOT}/${path}`))).default;
}

/** Serves `server` on Node. What it logs is noted; so only one can be served at a time. */
export async function serveOnNode(server, heartbeat) {
  const http = createServer();
  const io = new Server(http, { pingInterval: heartbeat.interval, pingTimeout: heartbeat.timeout });
  let notes = [];
  const log = console.log;
  console.log = (...args) => notes.push(`server logs: ${format(...args)}`);
  server(io);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return {
    url: `http://127.0.0.1:${http.address().port}`,
    takeNotes: async () => {
      // One thread: whatever is ready to run has run when its turn is over.
      for (let turns = 0; turns < 3; turns += 1) await turn();
      const taken = notes;
      notes = [];
      return taken;
    },
    stop: async () => {
      await io.close();
      console.log = log;
    },
  };
}
