// What the numbers were taken on. Without it they mean nothing.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";

export function machine() {
  const { version } = JSON.parse(readFileSync(new URL("../node_modules/socket.io/package.json", import.meta.url)));
  const lock = readFileSync(new URL("../rust/Cargo.lock", import.meta.url), "utf8");
  const socketioxide = lock.match(/name = "socketioxide"\nversion = "(.*)"/)[1];
  const rustc = execFileSync("rustc", ["--version"], { encoding: "utf8" }).split(" ")[1];
  const [load] = loadavg();
  return [
    `${new Date().toISOString().slice(0, 16)} UTC`,
    `${cpus().length} cores of ${cpus()[0].model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`,
    `Rust ${rustc}, socketioxide ${socketioxide}; Node ${process.versions.node}, socket.io ${version}`,
    // More than a little, and others were at work: only what stands in one table can be compared then.
    `${load.toFixed(1)} processes at work when it begins`,
  ].join("\n");
}
