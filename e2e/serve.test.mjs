// The page that tries a server (`cargo run -- try NAME`), in two tabs; and its client, against Node's own server.
import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { chromium } from "playwright-core";
import { Server } from "socket.io";

import { CHROMIUM, FLAGS, violations } from "./book.mjs";
import { copyOfTheWorkspace, start } from "./tool.mjs";
import { until } from "./until.mjs";

let browser;
before(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
});
after(() => browser?.close());

test("a message reaches both tabs, and the terminal tells of it", async (t) => {
    const server = await serve(t, "chat-message", "--solution");
    const [ada, bob] = await tabs(t, server.address, 2);
    await ada.getByRole("button", { name: 'chat message "hi"' }).click();
    for (const tab of [ada, bob]) await line(tab, '← chat message "hi"');
    await bob.getByLabel("Arguments").fill('["hello, ada"]');
    await bob.getByRole("button", { name: "Emit", exact: true }).click();
    for (const tab of [ada, bob]) await line(tab, '← chat message "hello, ada"');

    await ada.getByText("The frames on the wire").click();
    const frames = await ada.locator("#frames").textContent();
    assert.match(frames, /▲ sent +42\["chat message","hi"\]/);
    assert.match(frames, /▼ received +42\["chat message","hello, ada"\]/);
    await until(() => /connected +\S+ {2}to \//.test(server.said));
    await until(() => /event +\S+ {2}"chat message"/.test(server.said));
});

test("an acknowledgement is shown", async (t) => {
    const server = await serve(t, "join-room", "--solution");
    const [ada, bob] = await tabs(t, server.address, 2);
    await ada.getByRole("button", { name: 'join "rust" + ack' }).click();
    await line(ada, "← join acknowledged");
    await bob.getByRole("button", { name: /^tell "rust"/ }).click();
    await line(ada, '← told "news"');
});

test("a refusal says why, and the right auth is let in", async (t) => {
    const server = await serve(t, "middleware", "--solution");
    const [tab] = await tabs(t, server.address, 1);
    await tab.getByRole("button", { name: "/admin", exact: true }).click();
    await line(tab, "✗ connect_error");
    await status(tab, "not connected");
    await tab.getByRole("button", { name: '/admin with {"token":"sesame"}' }).click();
    await status(tab, "connected to /admin");
});

test("an exercise's own page is a chat in two windows", async (t) => {
    const server = await serve(t, "chat", "--solution");
    await until(() => /page of its own, too: http\S+\/window\.html/.test(server.said));
    const context = await browser.newContext();
    t.after(() => context.close());
    context.setDefaultTimeout(20_000);
    context.on("weberror", (error) => assert.fail(error.error()));
    const enter = async (name) => {
        const page = await context.newPage();
        await page.goto(`${server.address}/window.html`);
        await page.getByLabel("Your name").fill(name);
        await page.getByLabel("Your name").press("Enter");
        return page;
    };
    const says = (page, words) => page.locator("#lines li", { hasText: words }).first().waitFor();
    const state = (page, words) => page.locator("#state", { hasText: words }).waitFor();

    const ada = await enter("Ada");
    await state(ada, "connected");
    const bob = await enter(" ADA ");
    await state(bob, "refused: name taken");
    await bob.getByLabel("Your name").fill("<b>Bob</b>");
    await bob.getByRole("button", { name: "Connect" }).click();
    await says(ada, "<b>Bob</b> has joined");
    await ada.locator("#names li", { hasText: "<b>Bob</b>" }).waitFor();
    await bob.getByLabel("Say", { exact: true }).pressSequentially("hi");
    await ada.locator("#typing", { hasText: "<b>Bob</b> is typing" }).waitFor();
    await bob.getByLabel("Say", { exact: true }).press("Enter");
    await says(bob, "you: hi");
    await says(ada, "<b>Bob</b>: hi");
    assert.equal(await bob.locator("#lines li").count(), 1, "nobody hears themselves");

    await ada.getByLabel("to", { exact: true }).selectOption("<b>Bob</b>");
    await ada.getByLabel("Say", { exact: true }).fill("psst");
    await ada.getByRole("button", { name: "Send" }).click();
    await says(bob, "Ada, to you alone: psst");
    for (const page of [ada, bob]) assert.deepEqual(await violations(page, {}), []);
    await bob.setViewportSize({ width: 320, height: 700 });
    assert.ok((await bob.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, "too wide");
    await bob.getByRole("button", { name: "Disconnect" }).click();
    await says(ada, "<b>Bob</b> has left (goodbye)");
    assert.equal(await ada.locator("#names li").count(), 1);
});

test("the delivery hub's own page shows parcels on their way, and the queue of who was away", async (t) => {
    const server = await serve(t, "delivery-hub", "--solution");
    await until(() => /page of its own, too: http\S+\/window\.html/.test(server.said));
    const context = await browser.newContext();
    t.after(() => context.close());
    context.setDefaultTimeout(20_000);
    context.on("weberror", (error) => assert.fail(error.error()));
    const enter = async (name, role) => {
        const page = await context.newPage();
        await page.goto(`${server.address}/window.html`);
        await page.getByLabel("Your name").fill(name);
        await page.getByLabel("You are a").selectOption(role);
        await page.getByLabel("Your name").press("Enter");
        await page.locator("#state", { hasText: /^connected$/ }).waitFor();
        return page;
    };
    const parcel = (page, list, words) => page.locator(`#${list} li`, { hasText: words }).waitFor();

    const ada = await enter("Ada <b>A.</b>", "vendor");
    await ada.getByLabel("Order").fill("a-1");
    await ada.getByLabel("Order").press("Enter");
    await parcel(ada, "waiting", "a-1");
    await ada.getByLabel("Order").fill("a-1");
    await ada.getByRole("button", { name: "Announce" }).click();
    await ada.locator("#log li", { hasText: "pickup a-1: known order" }).waitFor();
    // Dora comes later, and the parcel is still there. Fay sees it, too, and is too late.
    const dora = await enter("Dora", "driver");
    const fay = await enter("Fay", "driver");
    await parcel(dora, "waiting", "from Ada <b>A.</b>");
    await dora.getByRole("button", { name: "Take a-1" }).press("Enter");
    await parcel(ada, "in-transit", "Dora drives");
    await fay.getByRole("button", { name: "Take a-1" }).click();
    await parcel(fay, "in-transit", "another driver");
    assert.equal(await fay.getByRole("button", { name: "Delivered a-1" }).count(), 0);
    // Ada is away when it arrives.
    await ada.getByRole("button", { name: "Disconnect" }).click();
    await dora.getByRole("button", { name: "Delivered a-1" }).click();
    await parcel(dora, "delivered", "a-1");
    await ada.getByRole("button", { name: "Connect" }).click();
    await parcel(ada, "delivered", "a-1");
    for (const id of [1, 2]) await ada.getByRole("button", { name: `Received ${id}` }).click();
    await ada.locator("#queue li", { hasText: "none" }).waitFor();
    await ada.locator("#log li", { hasText: "received 2: received" }).waitFor();

    for (const page of [ada, dora, fay]) assert.deepEqual(await violations(page, {}), []);
    for (const page of [ada, dora]) {
        await page.emulateMedia({ colorScheme: "dark" });
        assert.deepEqual(await violations(page, {}), []);
        await page.setViewportSize({ width: 320, height: 700 });
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, "too wide");
    }
});

test("what isn't JSON is told at the field, and nothing is sent", async (t) => {
    const server = await serve(t, "chat-message", "--solution");
    const [tab] = await tabs(t, server.address, 1);
    for (const wrong of ["hi", '"hi"', "[hi]"]) {
        await tab.getByLabel("Arguments").fill(wrong);
        await tab.getByRole("button", { name: "Emit", exact: true }).click();
        const told = await tab.getByLabel("Arguments").evaluate((field) => field.validationMessage);
        assert.match(told, /must be a list in JSON/, wrong);
    }
    assert.equal(await tab.locator("#log .out").count(), 0);
});

test("a tab comes back to a server that is started again, and stays away if it is told to", async (t) => {
    const server = await serve(t, "chat-message", "--solution");
    const [ada, bob] = await tabs(t, server.address, 2);
    await bob.getByLabel("reconnect by itself").uncheck();
    await server.stop();
    for (const tab of [ada, bob]) await line(tab, "✗ disconnect transport close");
    await status(ada, "tries again by itself");
    await serve(t, "chat-message", "--solution", "--port", new URL(server.address).port);
    await status(ada, "connected to /");
    await status(bob, "not connected");
    await bob.getByRole("button", { name: "Connect" }).click();
    await status(bob, "connected to /");
    await bob.getByRole("button", { name: "Disconnect" }).click();
    await line(bob, "✗ disconnect io client disconnect");
});

test("the page can be used by keyboard, read in light and dark, and is no wider than a phone", async (t) => {
    const server = await serve(t, "middleware", "--solution");
    for (const options of [{}, { colorScheme: "dark" }, { viewport: { width: 320, height: 700 } }]) {
        const [tab] = await tabs(t, server.address, 1, options);
        const first = tab.getByRole("button", { name: /^say/ });
        await first.focus();
        await tab.keyboard.press("Enter");
        await line(tab, "→ say");
        await tab.getByText("The frames on the wire").click();
        assert.deepEqual(await violations(tab, {}), []);
        const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${wide} px too wide`);
    }
});

test("your own server starts again when you save it, and says what is wrong with it", async (t) => {
    const copy = copyOfTheWorkspace();
    const { file, starter, solution } = copy.exercise("chat", "chat-message");
    writeFileSync(file, starter);
    const server = await serve(t, "--root", copy.root, "chat-message");
    // After the server's own end.
    t.after(copy.remove);
    const [tab] = await tabs(t, server.address, 1);
    await tab.getByRole("button", { name: 'chat message "hi"' }).click();
    await until(() => /event +\S+ {2}"chat message"/.test(server.said));

    writeFileSync(file, solution);
    await line(tab, "✗ disconnect transport close");
    await status(tab, "connected to /");
    await tab.getByRole("button", { name: 'chat message "hi"' }).click();
    await line(tab, '← chat message "hi"');

    // What doesn't compile takes nothing away.
    writeFileSync(file, solution.replace("&text", "&txt"));
    await until(() => server.said.includes("cannot find value `txt`"));
    await until(() => server.said.includes("Your server doesn't compile. The server from before goes on."));
    await status(tab, "connected to /");

    writeFileSync(file, solution.replace('io.emit("chat message"', 'if text == "hi" { panic!("oh no") }\n$&'));
    await until(() => server.said.match(/Starting again/g)?.length === 2);
    await status(tab, "connected to /");
    await until(() => server.said.match(/connected +/g)?.length === 3);
    await tab.getByRole("button", { name: 'chat message "hi"' }).click();
    await until(() => /panic +oh no, at \S+lib\.rs:\d+/.test(server.said));
});

test("the client speaks with Node's own server", async (t) => {
    const http = createServer();
    const io = new Server(http, { pingInterval: 100, pingTimeout: 3000 });
    t.after(() => io.close());
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const url = `http://127.0.0.1:${http.address().port}`;
    io.of("/admin").use((socket, next) => {
        const refusal = Object.assign(new Error("no entry"), { data: { hint: "sesame" } });
        next(socket.handshake.auth?.token === "sesame" ? undefined : refusal);
    });
    io.of("/admin").on("connection", async (socket) => {
        socket.on("add", (a, b, acknowledge) => acknowledge(a + b));
        socket.on("bye", () => socket.disconnect());
        socket.on("be silent", () => clearTimeout(socket.conn.pingIntervalTimer));
        socket.on("drop", () => socket.conn.close());
        socket.emit("heard", await socket.emitWithAck("ping me", "now"));
    });

    const { address } = await serve(t, "chat-message", "--solution");
    const [tab] = await tabs(t, address, 1);
    const happened = await tab.evaluate(async (url) => {
        const { Socket } = await import("/client.js");
        const happened = [];
        const next = (socket, event) => new Promise((resolve) => socket.on(event, (...args) => resolve(args)));
        const refused = new Socket({ url, namespace: "/admin" });
        refused.on("connect", () => happened.push("connected without a token"));
        refused.connect();
        happened.push(await next(refused, "connect_error"));

        const socket = new Socket({ url, namespace: "/admin", auth: { token: "sesame" } });
        socket.on("ping me", (when, acknowledge) => acknowledge("pong", when));
        const [connected, heard] = [next(socket, "connect"), next(socket, "heard")];
        socket.connect();
        await connected;
        happened.push(await heard, await socket.emitWithAck("add", 1, 2));
        // The server pings again only when the last ping was answered.
        let pings = 0;
        await new Promise((twice) => (socket.onframe = (_, frame) => frame === "2" && ++pings === 2 && twice()));
        for (const accident of ["drop", "be silent"]) {
            const [first, lost, again] = [socket.id, next(socket, "disconnect"), next(socket, "connect")];
            socket.emit(accident);
            happened.push(await lost);
            await again;
            happened.push(socket.id !== first);
        }
        const told = next(socket, "disconnect");
        socket.emit("bye");
        happened.push(await told, socket.connected);
        return happened;
    }, url);
    assert.deepEqual(happened, [
        [{ message: "no entry", data: { hint: "sesame" } }],
        ["pong"],
        [3],
        ["transport close"],
        true,
        ["ping timeout"],
        true,
        ["io server disconnect"],
        false,
    ]);
});

/** Serves one of the book's servers, and ends it with the test. */
async function serve(t, ...args) {
    if (!args.includes("--port")) args.push("--port", "0");
    const server = await start("try", ...args);
    t.after(server.stop);
    return server;
}

/** Opens the page in that many tabs, each connected. What goes wrong in one fails the test. */
async function tabs(t, address, count, options = {}) {
    const context = await browser.newContext(options);
    t.after(() => context.close());
    context.setDefaultTimeout(20_000);
    context.on("weberror", (error) => assert.fail(error.error()));
    const open = [];
    for (let i = 0; i < count; i++) {
        const page = await context.newPage();
        await page.goto(address);
        await status(page, "connected to /");
        open.push(page);
    }
    return open;
}

/** Waits for a line of what happened with these words in it. */
function line(page, words) {
    return page.locator("#log li", { hasText: words }).first().waitFor();
}

function status(page, words) {
    return page.locator("#status", { hasText: words }).waitFor();
}
