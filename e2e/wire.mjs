// What the official client sends and hears where the stage of the book can't show it: long-polling, the upgrade to a
// WebSocket, a server that asks for an acknowledgement, bytes, and connecting again. It all goes through a proxy, is written
// down, and is held against the files of the folder `wire`. The page "On the wire" shows these files.
//
//     node wire.mjs              compares
//     node wire.mjs --update     writes the files

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";

import { io } from "socket.io-client";
import WebSocket, { WebSocketServer } from "ws";

import { serveOnNode, serversOnNode, startRust } from "./replay/servers.mjs";

const SOON = 20_000;

const rust = await startRust();
const find = (exercise, name) => rust.scenes.findIndex((it) => it.exercise === exercise && it.name === name);
const chat = find("chat-message", "three-people");
const [{ server: chatMessage }] = await serversOnNode(rust.scenes[chat]);
const HEARTBEAT = { interval: 25_000, timeout: 20_000 };
const onNode = (server) => () => serveOnNode(server, HEARTBEAT);

await check("upgrade-on-node.txt", onNode(chatMessage), upgrade);
await check("upgrade-on-socketioxide.txt", () => rust.serve(chat), upgrade);
await check("polling.txt", onNode(chatMessage), pollOnly);
for (const [on, serve] of [["node", onNode(asking)], ["socketioxide", () => rust.serve(find("extra", "client-acks"))]]) {
    await check(`server-asks-on-${on}.txt`, serve, beAsked);
    // Of these, both servers must send the same.
    await check("bytes.txt", serve, sendBytes);
    await check("leave.txt", serve, leaveNamespace);
}
await check("reconnect.txt", onNode(chatMessage), comeBack);
await rust.exit();

/** What e2e/rust/replay's extra server does, as far as it is needed here. */
function asking(io) {
    io.on("connection", (socket) => {
        socket.on("ask me", async () => socket.emit("you said", await socket.emitWithAck("are you there?", "ada")));
        socket.on("bytes", (bytes) => io.emit("bytes", bytes));
        socket.on("message", (text) => socket.emit("message", text));
    });
    io.of("/admin").on("connection", () => {});
}

/** Connects as a browser does, and says something when the WebSocket is there. */
async function upgrade(proxy) {
    const socket = io(proxy.url);
    await within(new Promise((done) => socket.io.engine.once("upgrade", done)), "the upgrade");
    await say(socket, "hi");
    return [socket, asText(proxy.exchanges)];
}

/** Where no WebSocket gets through: two events and one with bytes, at the same moment. */
async function pollOnly(proxy) {
    const socket = io(proxy.url, { transports: ["polling"] });
    await hears(socket, "connect");
    await Promise.all([say(socket, "hi"), say(socket, "anyone?"), say(socket, Buffer.from("hi!"))]);
    return [socket, asText(proxy.exchanges)];
}

async function beAsked(proxy) {
    const socket = await overWebSocket(proxy);
    socket.on("are you there?", (name, acknowledge) => acknowledge("here I am"));
    socket.emit("ask me");
    await hears(socket, "you said");
    return [socket, framesAfterConnect(proxy)];
}

async function sendBytes(proxy) {
    const socket = await overWebSocket(proxy);
    socket.emit("bytes", Buffer.from("hi!"));
    await hears(socket, "bytes");
    return [socket, framesAfterConnect(proxy)];
}

/** Leaves a namespace, and shows that the connection is still there. */
async function leaveNamespace(proxy) {
    const socket = await overWebSocket(proxy);
    const admin = socket.io.socket("/admin", { auth: { token: "sesame" } });
    await hears(admin, "connect");
    admin.disconnect();
    socket.emit("message", "still in /");
    await hears(socket, "message");
    return [socket, framesAfterConnect(proxy)];
}

/** The connection breaks. What is emitted while there is none is sent when there is one again. */
async function comeBack(proxy) {
    const socket = await overWebSocket(proxy, { reconnectionDelay: 10 });
    proxy.dropConnections();
    await hears(socket, "disconnect");
    await say(socket, "did I miss anything?");
    return [socket, asText(proxy.exchanges)];
}

async function overWebSocket(proxy, options) {
    const socket = io(proxy.url, { transports: ["websocket"], ...options });
    await hears(socket, "connect");
    return socket;
}

function hears(socket, event) {
    return within(new Promise((done) => socket.once(event, done)), event);
}

/** The frames after the first CONNECT and its reply. socketioxide pings at once and Node later, so without the heartbeat. */
function framesAfterConnect(proxy) {
    const [, ...frames] = asText(proxy.exchanges).split("\n").filter((line) => !/^ {2}(▼ 2|▲ 3)$/.test(line));
    const reply = frames.findIndex((line) => line.startsWith("  ▼ 40"));
    const after = frames.slice(reply + 1).map((line) => line.trim().replace(/"sid":"[^"]+"/, '"sid":"SOCKET-ID"'));
    return after.join("\n");
}

/** Emits, and waits until it comes back. */
function say(socket, text) {
    const back = new Promise((done) => {
        socket.on("chat message", (heard) => String(heard) === String(text) && done());
    });
    socket.emit("chat message", text);
    return within(back, `“${text}”`);
}

async function check(file, serve, act) {
    const server = await serve();
    const proxy = await startProxy(server.url);
    const [socket, written] = await act(proxy);
    socket.disconnect();
    proxy.stop();
    await server.stop();
    const path = join(import.meta.dirname, "wire", file);
    if (process.argv.includes("--update")) writeFileSync(path, written);
    else assert.equal(written, readFileSync(path, "utf8"), `${file}: if this is right, run it with --update`);
    process.stdout.write(`wire/${file} ... ok\n`);
}

function within(promise, what) {
    const late = new Promise((_, fail) => {
        setTimeout(() => fail(new Error(`${what} didn't come`)), SOON).unref();
    });
    return Promise.race([promise, late]);
}

/** Passes requests and WebSockets on, and records them: `{ kind, line, frames: [[▲ or ▼, text]] }`. */
async function startProxy(upstream) {
    const exchanges = [];
    const begin = (kind, url) => exchanges[exchanges.push({ kind, line: `${kind} ${shown(url)}`, frames: [] }) - 1];
    // The client begins three things at once: it asks to connect, polls, and tries a WebSocket. Here one waits for the
    // other, so that the same comes of it each time.
    const [hasAsked, asked] = aMoment();
    const [isConnected, connected] = aMoment();

    const proxy = http.createServer(async (request, response) => {
        const sent = await bodyOf(request);
        const exchange = begin(request.method, request.url);
        if (request.method === "GET" && request.url.includes("sid=")) await hasAsked;
        if (sent) exchange.frames.push(["▲", sent]);
        const { method, headers } = request;
        const passed = http.request(upstream + request.url, { method, headers }, async (answer) => {
            const body = await bodyOf(answer);
            exchange.frames.push(["▼", body]);
            response.writeHead(answer.statusCode, answer.headers).end(body);
            if (request.method === "POST") asked();
            if (body.includes("40{")) connected();
        });
        // When the test is over, a request may still be held.
        passed.on("error", () => response.destroy());
        passed.end(sent);
    });
    const webSockets = new WebSocketServer({ noServer: true });
    proxy.on("upgrade", async (request, socket, head) => {
        if (request.url.includes("sid=")) await isConnected;
        const exchange = begin("WebSocket", request.url);
        webSockets.handleUpgrade(request, socket, head, (client) => {
            const server = new WebSocket(upstream.replace("http", "ws") + request.url);
            const isOpen = once(server, "open");
            client.on("message", async (data, binary) => {
                exchange.frames.push(["▲", textOf(data, binary)]);
                await isOpen;
                server.send(data, { binary });
            });
            server.on("message", (data, binary) => {
                exchange.frames.push(["▼", textOf(data, binary)]);
                client.send(data, { binary });
            });
            client.on("close", () => server.close());
            server.on("close", () => client.close());
        });
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    return {
        url: `http://127.0.0.1:${proxy.address().port}`,
        exchanges,
        dropConnections: () => webSockets.clients.forEach((client) => client.terminate()),
        stop: () => {
            proxy.close();
            proxy.closeAllConnections();
        },
    };
}

/** A promise, and what keeps it. */
function aMoment() {
    let keep;
    return [new Promise((done) => (keep = done)), keep];
}

async function bodyOf(stream) {
    let body = "";
    for await (const bytes of stream) body += bytes;
    return body;
}

function textOf(data, isBinary) {
    const bytes = [...data].map((byte) => byte.toString(16).padStart(2, "0"));
    return isBinary ? `<${bytes.length} bytes: ${bytes.join(" ")}>` : String(data);
}

function shown(url) {
    const query = new URLSearchParams(url.slice(url.indexOf("?")));
    return ["transport", "sid"].filter((key) => query.has(key)).map((key) => `${key}=${query.get(key)}`).join(" ");
}

/** What was recorded, for a reader: names for ids, and a sign for the separator. */
function asText(exchanges) {
    // A client has one request of each kind at a time, so each kind has its order. A poll is held while others come and go:
    // it stands after what it may answer.
    const of = (wanted) => exchanges.filter(({ kind }) => kind === wanted);
    const posts = of("POST");
    // Now and then a client has polled once more before it has changed to the WebSocket. It gets a second noop.
    const isSecond = ({ frames }, i, all) => i > 0 && String(frames) === "▼,6" && String(all[i - 1].frames) === "▼,6";
    const [open, ...polls] = of("GET").filter((poll, ...of) => !isSecond(poll, ...of));
    const pairs = polls.flatMap((poll, i) => [posts[i], poll]).concat(posts.slice(polls.length));
    const inOrder = [open, ...pairs, ...of("WebSocket")].filter(Boolean);
    const lines = inOrder.flatMap(({ line, frames }) => [line, ...frames.map(([sign, text]) => `  ${sign} ${text}`)]);
    let text = `${lines.join("\n")}\n`.replaceAll("\x1e", "¦");
    // In socketioxide an Engine.IO id is the socket's, too: it keeps the first name that it gets here.
    for (const [kind, name] of [[/[ ¦]0\{"sid":"([^"]+)"/g, "ENGINE-ID"], [/[ ¦]40\{"sid":"([^"]+)"/g, "SOCKET-ID"]]) {
        const ids = [...text.matchAll(kind)].map(([, id]) => id).filter((id) => !id.startsWith("ENGINE"));
        ids.forEach((id, i) => (text = text.replaceAll(id, i ? `${name}-${i + 1}` : name)));
    }
    return text;
}
