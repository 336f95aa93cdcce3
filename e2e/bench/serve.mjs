// Serves a solution on Node: `node bench/serve.mjs rooms/join-room [FOLDER]`, run from `e2e`. As `e2e/rust/bench/src/serve.rs` does.

import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Server } from "socket.io";

const [name, folder] = process.argv.slice(2);
const file = join(import.meta.dirname, "../../solutions", name, "node.mjs");
const { default: server } = await import(pathToFileURL(file));
const http = createServer();
server(new Server(http), folder);
http.listen(0, "127.0.0.1", () => console.log(`127.0.0.1:${http.address().port}`));
// It ends with its input: nothing stays behind if the driver is killed.
process.stdin.resume().on("end", () => process.exit());
