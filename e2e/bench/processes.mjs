// The servers and the load, each in a process of its own.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const TARGET = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../target/e2e", import.meta.url));
const program = (name) => join(TARGET, "release", name);

/** A server in Rust. `options` are those of e2e/rust/bench/src/serve.rs. */
export const rust = (name, ...options) => ({ command: program("serve"), args: [name], options });

/** The same with another allocator. */
export const rustWithMimalloc = (name, ...options) => ({ command: program("serve_mimalloc"), args: [name], options });

/** A server on Node: `rooms/join-room`. */
export const node = (name) => ({
  command: process.execPath,
  args: [fileURLToPath(new URL("serve.mjs", import.meta.url)), name],
  options: [],
});

/** Starts a server, lets `use` have its address and its process's id, and ends it. It has a folder of its own. */
export async function withServer({ command, args, options }, use) {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const server = spawn(command, [...args, folder, ...options], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(server, "exit");
  try {
    const failed = ended.then(() => Promise.reject(new Error(`${command} ${args.join(" ")} ended before its time`)));
    const [address] = await Promise.race([once(createInterface({ input: server.stdout }), "line"), failed]);
    return await Promise.race([use(address, `${server.pid}`), failed]);
  } finally {
    ended.catch(() => {});
    server.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true });
  }
}

/** Runs the load: see e2e/rust/bench/src/bin/load.rs. */
export async function load(...args) {
  // A backtrace of the load says nothing about a server.
  const env = { ...process.env, RUST_BACKTRACE: "0" };
  const run = promisify(execFile)(program("load"), args.map(String), { env });
  const { stdout } = await run.catch(({ stderr, message }) => Promise.reject(new Error(stderr || message)));
  return JSON.parse(stdout);
}
