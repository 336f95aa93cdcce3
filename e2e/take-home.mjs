// Makes the crate of the page "Take it home" as the page says, in a folder outside the repository, builds and runs it,
// and talks to it: with the official client, and in a browser. Run by .ci/run: `node take-home.mjs`.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

import { chromium } from "playwright-core";
import { io } from "socket.io-client";

import { CHROMIUM, FLAGS } from "./book.mjs";
import { SOON, until } from "./until.mjs";

const BOOK = resolve(import.meta.dirname, "../book");
const FILES = ["Cargo.toml", "src/main.rs", "index.html"];
const ADDRESS = "http://127.0.0.1:8080";
// Kept from run to run: only the crate itself is built again.
const TARGET = resolve(import.meta.dirname, process.env.CARGO_TARGET_DIR ?? "../target", "take-home");

// -- The page shows these files, and says these commands ------------------------------------------------------------

const page = readFileSync(join(BOOK, "take-home.md"), "utf8");
for (const file of FILES) assert.ok(page.includes(`{{#include take-home/${file}}}`), `the page shows ${file}`);
for (const command of ["cargo new my-chat", "cd my-chat", "cargo run"]) {
    assert.ok(page.split("\n").includes(command), `the page says \`${command}\``);
}
assert.ok(page.includes(ADDRESS), `the page says ${ADDRESS}`);

// The page that explains the client's half shows these very lines.
const explained = readFileSync(join(BOOK, "the-chat-example.md"), "utf8").match(/```js\n(const socket = io\(\);.*?)```/s)[1];
const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean).join("\n");
assert.ok(lines(readFileSync(join(BOOK, "take-home/index.html"), "utf8")).includes(lines(explained)), "both pages show one script");

// -- The script from the CDN is the client that the e2e checks use ---------------------------------------------------

const html = readFileSync(join(BOOK, "take-home/index.html"), "utf8");
const [, cdn, version] = html.match(/src="(https:\/\/cdn\.jsdelivr\.net\/npm\/socket\.io-client@([\d.]+)\/\S+)"/);
const require = createRequire(import.meta.url);
const client = readFileSync(resolve(require.resolve("socket.io-client"), "../../../dist/socket.io.min.js"));
assert.equal(version, require("socket.io-client/package.json").version);
const integrity = `sha384-${createHash("sha384").update(client).digest("base64")}`;
assert.equal(html.match(/integrity="(\S+)"/)[1], integrity, "the integrity hash is that of the client");

// -- The crate, as the page says -------------------------------------------------------------------------------------

const folder = mkdtempSync(join(tmpdir(), "take-home-"));
const crate = join(folder, "my-chat");
// The workspace's settings must not reach it.
const env = { ...process.env, CARGO_TARGET_DIR: TARGET, NO_COLOR: "1" };
const cargo = (cwd, ...args) => execFileSync("cargo", args, { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
let server;
try {
    cargo(folder, "new", "--quiet", "my-chat");
    for (const file of FILES) cpSync(join(BOOK, "take-home", file), join(crate, file));
    try {
        cargo(crate, "build", "--quiet");
    } catch (error) {
        // Without a network: with the versions that cargo has fetched before.
        console.log(`cargo build fails (${String(error.stderr).trim().split("\n")[0]}); trying offline`);
        cargo(crate, "build", "--quiet", "--offline");
    }
    server = spawn("cargo", ["run", "--quiet", "--offline"], { cwd: crate, env, detached: true });
    const log = [];
    createInterface({ input: server.stdout }).on("line", (line) => log.push(line));
    createInterface({ input: server.stderr }).on("line", (line) => log.push(line));
    await until(() => log.some((line) => line.includes(`open ${ADDRESS}`)), () => `it serves: ${log.join("\n")}`);

    await talk(log);
    await browse();
    console.log("take-home: the crate is made, built and run as the page says, and the official client chats with it");
} finally {
    // The group is cargo and the program that it runs.
    if (server?.exitCode === null) {
        process.kill(-server.pid, "SIGTERM");
        await once(server, "exit");
    }
    rmSync(folder, { recursive: true });
}

// The official client in Node, over long-polling and over a WebSocket.
async function talk(log) {
    const [ada, bob] = [io(ADDRESS, { transports: ["polling"] }), io(ADDRESS, { transports: ["websocket"] })];
    try {
        await Promise.all([ada, bob].map((socket) => once(socket, "connect")));
        const heard = Promise.all([ada, bob].map((socket) => once(socket, "chat message")));
        ada.emit("chat message", "hi");
        assert.deepEqual(await heard, [["hi"], ["hi"]]);
    } finally {
        ada.close();
        bob.close();
    }
    for (const words of ["connected", "chat message", "disconnected"]) {
        await until(() => log.some((line) => line.includes(words)), () => `${words} is logged: ${log.join("\n")}`);
    }
}

// The page in a browser, in two tabs. The CDN is played by the client's own file: the browser checks its hash.
async function browse() {
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    try {
        const context = await browser.newContext();
        context.setDefaultTimeout(SOON);
        const headers = { "Access-Control-Allow-Origin": "*" };
        await context.route(cdn, (route) => route.fulfill({ contentType: "text/javascript", headers, body: client }));
        const tabs = [await context.newPage(), await context.newPage()];
        for (const tab of tabs) {
            const polled = tab.waitForResponse((response) => response.url().includes("sid="));
            await tab.goto(ADDRESS);
            await polled;
        }
        await tabs[0].getByLabel("Message").fill("hello from a tab");
        await tabs[0].keyboard.press("Enter");
        for (const tab of tabs) await tab.locator("#messages li", { hasText: "hello from a tab" }).waitFor();
    } finally {
        await browser.close();
    }
}
