// Work in the page: the editor in an exercise's card, its verdict, and how the exercises stand. In a copy of the workspace, as
// the files are a learner's.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, beforeEach, test } from "node:test";

import { chromium } from "playwright-core";

import { CHROMIUM, FLAGS, QUESTION, violations } from "./book.mjs";
import { copyOfTheWorkspace, start } from "./tool.mjs";
import { until } from "./until.mjs";

let browser, copy, tool, exercise;

before(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    copy = copyOfTheWorkspace();
    exercise = copy.exercise("chat", "broadcast");
    writeFileSync(exercise.file, exercise.starter);
    tool = await start("--root", copy.root, "--port", "0");
});

after(async () => {
    await browser?.close();
    await tool?.stop();
    copy?.remove();
});

// Each begins at the beginning.
beforeEach(() => {
    writeFileSync(exercise.file, exercise.starter);
    rmSync(kept(), { force: true });
});

const kept = () => `${copy.root}/.workbook/progress.json`;

/** What the tool keeps, as text. */
function progress() {
    return existsSync(kept()) ? readFileSync(kept(), "utf8") : "{}";
}

const onDisk = () => readFileSync(exercise.file, "utf8");

/** Opens the page of an exercise, and the editor in its card. What goes wrong on the page fails the test. */
async function work(t, options = {}, { page: path, name, file } = { page: QUESTION, name: "broadcast", file: "chat/broadcast" }) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const problems = [];
    t.after(async () => {
        await context.close();
        assert.deepEqual(problems, []);
    });
    // The first build makes the kit.
    context.setDefaultTimeout(180_000);
    context.on("weberror", (error) => problems.push(error.error().stack));
    context.on("console", (message) => {
        // What the server refuses is an error in the console, and a server that is started again isn't there for a moment.
        if (message.type() === "error" && !/409|403|413|500|net::ERR/.test(message.text())) problems.push(message.text());
    });
    const page = await context.newPage();
    await page.goto(`${tool.address}/${path}`);
    const card = page.locator(`.card[data-exercise="${name}"]`);
    await card.getByRole("button", { name: "Work here" }).click();
    const editor = page.getByRole("textbox", { name: `exercises/${file}/src/lib.rs` });
    await editor.waitFor();
    const says = (words) => card.locator(".state-line", { hasText: words }).waitFor();
    const stands = (words) => card.locator(".title .state", { hasText: words }).waitFor();
    const check = async (text) => {
        await editor.fill(text);
        await editor.press("Control+Enter");
    };
    return { page, card, editor, says, stands, check };
}

/** Opens "Where am I". */
async function whereAmI(page) {
    await page.getByRole("button", { name: /Where am I/ }).click();
    return page.getByRole("dialog");
}

/** All that the editor says from now on, as it says it. */
function listen(card) {
    return card.locator(".state-line").evaluate((line) => {
        window.said = [];
        new MutationObserver(() => window.said.push(line.textContent)).observe(line, { childList: true });
    });
}

test("a wrong server gets its verdict, and the right one passes", async (t) => {
    const { starter, solution } = exercise;
    const { page, card, editor, says, stands, check } = await work(t);
    assert.equal(await editor.inputValue(), starter);
    assert.ok(await editor.evaluate((area) => area === document.activeElement));

    await check(solution.replace("&text", "&txt"));
    await says(/doesn't compile: 1 error/);
    assert.equal(onDisk(), solution.replace("&text", "&txt"));
    await card.locator(".messages", { hasText: "cannot find value `txt`" }).waitFor();
    const line = solution.split("\n").findIndex((line) => line.includes("&text")) + 1;
    assert.equal(await card.locator(".numbers .error").textContent(), `${line}`);
    await card.getByRole("button", { name: `line ${line}` }).click();
    const selected = await editor.evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
    assert.match(selected, /&txt/);
    await stands("begun");

    await check(solution.replace("socket.broadcast().emit", "socket.emit").replace(".await.ok()", ".ok()"));
    await says(/✗ 0 of 5 scenes pass/);
    await card.getByText("Your server emits to the sender only").waitFor();
    // Two diagrams: what differs is marked in both, by a sign.
    const lines = (title) => {
        const play = card.locator(".plays figure", { has: page.locator("figcaption", { hasText: title }) });
        return play.locator(".picture > .differs .label").allTextContents();
    };
    assert.deepEqual(await lines("Expected"), ["≠ nothing", '≠ said "hi"', '≠ said "hi"']);
    assert.deepEqual(await lines("Yours"), ['≠ said "hi"', "≠ nothing", "≠ nothing"]);
    assert.equal(await card.locator(".others li").count(), 4);
    // Who asks for it sees the solution beside their own, and the terminal knows.
    assert.equal(await card.locator(".beside-yours .both pre").count(), 0);
    await card.getByText("The solution beside yours").click();
    await card.locator(".beside-yours .both pre").nth(1).waitFor();
    assert.match((await card.locator(".beside-yours .both pre").allTextContents())[1], /socket\.broadcast\(\)/);
    await until(() => JSON.parse(progress()).exercises?.broadcast?.solution_seen);
    assert.deepEqual(await violations(page, { where: "main" }), []);

    await check(solution);
    await says(/✓ All 5 scenes pass/);
    await card.getByText("The solution beside yours").waitFor();
    await card.getByRole("link", { name: /^typing/ }).waitFor();
    await stands("passed");
    const contents = page.locator("#mdbook-sidebar a", { hasText: "Who hears what the server emits" }).first();
    assert.match(await contents.textContent(), /◐ \(1 of 2 exercises passed\)/);

    // Another editor changes it: it has passed before.
    writeFileSync(exercise.file, `${solution}\n// more\n`);
    await stands("passed before, changed since");
    assert.equal(await editor.inputValue(), `${solution}\n// more\n`);
    assert.match(await contents.textContent(), /↻/);
    await card.getByText("You have changed the code since").waitFor();
    writeFileSync(exercise.file, solution);
    await stands(/passed$/);

    await page.getByRole("button", { name: /Where am I\? 1\/\d+ exercises passed/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/^1 of \d+ exercises passed\. About \d+ hours/).waitFor();
    assert.deepEqual(await violations(page, {}), []);
    await page.keyboard.press("Escape");
    assert.ok(!(await dialog.isVisible()));
});

test("a conflict shows both and loses nothing", async (t) => {
    const { card, editor, says, page } = await work(t);
    await editor.fill("mine\n");
    await card.locator(".file-state", { hasText: "not saved" }).waitFor();
    writeFileSync(exercise.file, "theirs\n");
    await says(/changed on the disk, and here/);
    const both = () => card.locator(".both pre").allTextContents();
    assert.deepEqual(await both(), ["≠mine\n\n", "≠theirs\n\n"]);
    assert.equal(onDisk(), "theirs\n");
    assert.deepEqual(await violations(page, { where: "main" }), []);

    await card.getByRole("button", { name: "Keep mine" }).click();
    await card.getByText("What was on the disk isn't lost").waitFor();
    assert.equal(onDisk(), "mine\n");
    await card.getByRole("button", { name: "Bring it back" }).click();
    assert.equal(await editor.inputValue(), "theirs\n");

    await editor.fill("mine again\n");
    writeFileSync(exercise.file, "theirs again\n");
    await card.getByRole("button", { name: "Take the disk's" }).click();
    assert.equal(await editor.inputValue(), "theirs again\n");
    assert.equal(onDisk(), "theirs again\n");
    await editor.press("Control+z");
    assert.equal(await editor.inputValue(), "mine again\n", "the browser's own undo has it, too");

    // What isn't saved outlasts the page.
    await editor.fill("a draft\n");
    await page.reload();
    await editor.waitFor();
    assert.equal(await editor.inputValue(), "a draft\n");
    assert.equal(onDisk(), "theirs again\n");
});

test("what is written while a conflict is shown isn't lost either", async (t) => {
    const { card, editor, says } = await work(t);
    await editor.fill("mine\n");
    writeFileSync(exercise.file, "theirs\n");
    await says(/changed on the disk, and here/);
    await editor.fill("mine, and more\n");
    await card.getByRole("button", { name: "Take the disk's" }).click();
    assert.equal(await editor.inputValue(), "theirs\n");
    await card.getByRole("button", { name: "Bring it back" }).click();
    assert.equal(await editor.inputValue(), "mine, and more\n");
});

test("a file that is removed, or can't be read, takes nothing of the page with it", async (t) => {
    const { card, editor, says } = await work(t);
    const text = await editor.inputValue();
    rmSync(exercise.file);
    await says(/The file was removed from the disk/);
    assert.equal(await editor.inputValue(), text);
    await card.getByRole("button", { name: "Keep mine" }).click();
    await until(() => existsSync(exercise.file) && onDisk() === text);
    writeFileSync(exercise.file, Buffer.from([0xff, 0xfe]));
    await says(/can't be read/);
    assert.equal(await editor.inputValue(), text);
});

test("who saves twice in a row has no conflict with themselves", async (t) => {
    const { card, editor, page } = await work(t);
    await page.route("**/api/save", async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        await route.continue();
    });
    for (const text of ["one\n", "two\n", "three\n"]) {
        await editor.fill(text);
        await editor.press("Control+s");
    }
    await until(() => onDisk() === "three\n");
    await card.locator(".file-state", { hasText: "as on the disk" }).waitFor();
    assert.equal(await editor.inputValue(), "three\n");
    assert.equal(await card.locator(".conflict h3").count(), 0);
});

test("a check that takes the place of another alarms nobody, and the last one counts", async (t) => {
    const { card, editor, says, check, page } = await work(t);
    await listen(card);
    await check(exercise.solution.replace("&text", "&txt"));
    await editor.fill(exercise.solution);
    await Promise.all([page.waitForRequest("**/api/check"), editor.press("Control+Enter")]);
    await editor.press("Control+Enter");
    await says(/✓ All 5 scenes pass/);
    const said = await page.evaluate(() => window.said);
    assert.deepEqual(said.filter((it) => it.startsWith("✗ The") || it.includes("reply")), []);
});

test("a client is worked on in the page as well", async (t) => {
    const name = "first-client";
    const client = copy.exercise("chat", name);
    writeFileSync(client.file, client.starter);
    const { card, says, stands, check, page } = await work(t, {}, { page: `${name}.html`, name, file: `chat/${name}` });
    // The first one compiles rust_socketio.
    page.setDefaultTimeout(400_000);
    await check(client.solution.replace('"name": "echo"', '"name": "ohce"'));
    await says(/✗ \d of \d scenes pass/);
    const lines = (title) => {
        const play = card.locator(".plays figure", { has: page.locator("figcaption", { hasText: title }) });
        return play.locator(".picture > .differs .label").allTextContents();
    };
    assert.match((await lines("Expected")).join("\n"), /≠ .*echo/);
    assert.match((await lines("Yours")).join("\n"), /≠ .*ohce/);
    assert.deepEqual(await violations(page, { where: "main" }), []);
    await check(client.solution);
    await says(/✓ All \d scenes pass/);
    await stands("passed");
    // The stage of this page has a server: another exercise's, and it says which.
    const stage = page.locator(".stage").first();
    await stage.getByRole("combobox").selectOption("mine");
    await stage.locator(".claim-played", { hasText: "exercises/chat/proof-of-life/src/lib.rs" }).waitFor();
});

test("the keyboard comes in, indents, and gets out again", async (t) => {
    const { card, editor, says, page } = await work(t);
    await editor.fill("fn a() {");
    await editor.press("Enter");
    await editor.press("Tab");
    await editor.pressSequentially("b();");
    assert.equal(await editor.inputValue(), "fn a() {\n        b();");
    await editor.press("Shift+Tab");
    assert.equal(await editor.inputValue(), "fn a() {\n    b();");
    await editor.press("Control+s");
    await card.locator(".file-state", { hasText: "as on the disk" }).waitFor();
    assert.equal(onDisk(), "fn a() {\n    b();");
    await editor.press("Escape");
    await says(/Press Tab to leave/);
    await editor.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Check it");
    assert.equal(await editor.inputValue(), "fn a() {\n    b();");
    await page.keyboard.press("Shift+Tab");
    await editor.press("Tab");
    assert.match(await editor.inputValue(), /^ {4}|( {4})$/m, "it indents again");
    assert.equal(new URL(page.url()).pathname, `/${QUESTION}`, "no key turned the page");
});

test("hints come one by one, and the terminal knows how many", async (t) => {
    const { card } = await work(t);
    assert.equal(await card.locator("details.hint:visible").count(), 0);
    await card.getByRole("button", { name: "A hint (1 of 3)" }).click();
    await card.getByRole("button", { name: "Next hint (2 of 3)" }).click();
    assert.equal(await card.locator("details.hint[open]").count(), 2);
    await until(() => JSON.parse(progress()).exercises?.broadcast?.hints === 2);
});

test("progress from the terminal is on the page at once", async (t) => {
    const { card } = await work(t);
    await card.getByRole("button", { name: "A hint (1 of 3)" }).waitFor();
    const terminal = spawn(tool.program, ["hint", "broadcast", "--root", copy.root], { env: tool.env, stdio: "ignore" });
    assert.deepEqual(await once(terminal, "exit"), [0, null]);
    await card.getByRole("button", { name: "Next hint (2 of 3)" }).waitFor();
    assert.equal(await card.locator("details.hint:visible").count(), 1);
});

test("it fits a phone, and can be read in the dark", async (t) => {
    for (const options of [{ viewport: { width: 375, height: 800 } }, { colorScheme: "dark" }]) {
        writeFileSync(exercise.file, exercise.starter);
        const { page, says, check } = await work(t, options);
        await check(exercise.solution.replace("socket.broadcast().emit", "socket.emit").replace(".await.ok()", ".ok()"));
        await says(/✗ 0 of 5 scenes pass/);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${wide} px too wide`);
        assert.deepEqual(await violations(page, { where: "main" }), []);
    }
});

test("what a page keeps is kept by the server, taken elsewhere and erased", async (t) => {
    const { page } = await work(t);
    const words = page.locator(".own-words textarea").first();
    await words.fill("In my own words");
    await until(() => progress().includes("In my own words"));
    // Another browser.
    const other = await work(t);
    await until(async () => (await other.page.locator(".own-words textarea").first().inputValue()) === "In my own words");

    await page.getByRole("button", { name: /Where am I/ }).click();
    const dialog = page.getByRole("dialog");
    const saved = page.waitForEvent("download");
    await dialog.getByRole("button", { name: "Save to a file" }).click();
    const file = await (await saved).path();
    assert.match(readFileSync(file, "utf8"), /In my own words/);
    await dialog.getByRole("button", { name: "Erase for the next class" }).click();
    await dialog.getByText(/This erases \d+ answers? of yours, and the progress of all exercises/).waitFor();
    await dialog.getByRole("button", { name: "Keep it" }).click();
    await dialog.getByText("Nothing was erased").waitFor();
    await dialog.getByRole("button", { name: "Erase for the next class" }).click();
    const reloaded = page.waitForEvent("load");
    await dialog.getByRole("button", { name: "Erase it all" }).click();
    await reloaded;
    await until(async () => (await words.inputValue()) === "");
    await page.getByRole("button", { name: /Where am I\? 0\// }).click();
    await dialog.locator("input[type=file]").setInputFiles(file);
    await dialog.getByText(/Loaded \d+ answers?/).waitFor();
    await page.reload();
    await until(async () => (await words.inputValue()) === "In my own words");
});

test("what is kept while the server replies isn't replaced by what it knew before", async (t) => {
    const { page } = await work(t);
    const words = page.locator(".own-words textarea").first();
    await words.fill("before");
    await until(() => progress().includes("before"));
    // It would be asked again at once, which heals it.
    await page.route("**/api/reload", (route) => route.fulfill({ contentType: "text/event-stream", body: "" }));
    let letThrough;
    const held = new Promise((done) => (letThrough = done));
    const asked = page.waitForRequest("**/api/progress");
    await page.route("**/api/progress", async (route) => {
        const response = await route.fetch();
        await held;
        await route.fulfill({ response });
    });
    await page.reload();
    await asked;
    await words.fill("after");
    await words.blur();
    await until(() => progress().includes("after"));
    const replied = page.waitForResponse("**/api/progress");
    letThrough();
    await (await replied).finished();
    await page.getByRole("button", { name: /Where am I\? \d+\// }).waitFor();
    assert.equal(await words.inputValue(), "after");
});

test("what was done is taken elsewhere, too", async (t) => {
    const { page, card } = await work(t);
    await card.getByRole("button", { name: "A hint (1 of 3)" }).click();
    await until(() => JSON.parse(progress()).exercises?.broadcast?.hints >= 1);
    await page.reload();
    const dialog = await whereAmI(page);
    const saved = page.waitForEvent("download");
    await dialog.getByRole("button", { name: "Save to a file" }).click();
    await dialog.getByText("Your code isn't in it").waitFor();
    const file = await (await saved).path();
    await dialog.getByRole("button", { name: "Erase for the next class" }).click();
    const reloaded = page.waitForEvent("load");
    await dialog.getByRole("button", { name: "Erase it all" }).click();
    await reloaded;
    assert.equal(JSON.parse(progress()).exercises?.broadcast, undefined);
    await whereAmI(page);
    await dialog.locator("input[type=file]").setInputFiles(file);
    await dialog.getByText(/Loaded \d+ answers?, and \d+ exercises? that passed/).waitFor();
    await until(() => JSON.parse(progress()).exercises?.broadcast?.hints >= 1);
    const other = Buffer.from("[]");
    await dialog.locator("input[type=file]").setInputFiles({ name: "x.json", mimeType: "application/json", buffer: other });
    await dialog.getByText("That isn't a file that was saved here. Nothing was changed.").waitFor();
});

test("what is erased stays erased, also in a browser that was away", async (t) => {
    const there = await work(t);
    const words = (page) => page.locator(".own-words textarea").first();
    await words(there.page).fill("of the class before");
    await until(() => progress().includes("of the class before"));
    await there.page.goto("about:blank");

    const { page } = await work(t);
    await until(async () => (await words(page).inputValue()) === "of the class before");
    const dialog = await whereAmI(page);
    await page.route("**/api/erase", (route) => route.fulfill({ status: 500, json: { error: "The disk is full." } }));
    await dialog.getByRole("button", { name: "Erase for the next class" }).click();
    await dialog.getByRole("button", { name: "Erase it all" }).click();
    await dialog.getByText("Nothing was erased. The disk is full.").waitFor();
    assert.equal(await words(page).inputValue(), "of the class before");
    await page.unroute("**/api/erase");
    await dialog.getByRole("button", { name: "Erase for the next class" }).click();
    const reloaded = page.waitForEvent("load");
    await dialog.getByRole("button", { name: "Erase it all" }).click();
    await reloaded;
    assert.ok(!progress().includes("of the class before"));

    const asked = there.page.waitForResponse("**/api/progress");
    await there.page.goBack();
    await asked;
    await until(async () => (await words(there.page).inputValue()) === "");
    // What it would send, it sends within half a second.
    await words(there.page).fill("of the next class");
    await until(() => progress().includes("of the next class"));
    assert.ok(!progress().includes("of the class before"));
});

test("what is too much to be kept is told", async (t) => {
    const { page } = await work(t);
    await page.locator(".own-words textarea").first().fill("x".repeat(520 * 1024));
    await page.locator("#workbook-notice", { hasText: "512 KiB is the most" }).waitFor();
    await page.locator(".own-words textarea").first().fill("");
});

test("who is in “Where am I” stays where they are when something changes", async (t) => {
    const { page } = await work(t);
    const dialog = await whereAmI(page);
    const link = dialog.getByRole("link", { name: /^join-room/ });
    await link.focus();
    await link.evaluate((it) => (it.dataset.before = "yes"));
    // More than a comment: that alone is as it was shipped.
    writeFileSync(exercise.file, `${exercise.starter}\nconst BEGUN: u8 = 0;\n`);
    const changed = dialog.getByRole("listitem").filter({ has: page.getByRole("link", { name: /^broadcast/ }) });
    await changed.locator(".state", { hasText: "begun" }).waitFor();
    await until(async () => !(await link.getAttribute("data-before")));
    assert.match(await page.evaluate(() => document.activeElement.textContent), /^join-room/);
});

test("a page of another origin can write nothing, run nothing and read nothing", async (t) => {
    const server = createServer((_, response) => response.end("<!doctype html><title>elsewhere</title>"));
    t.after(() => server.close());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const context = await browser.newContext();
    t.after(() => context.close());
    const before = onDisk();
    for (const host of ["127.0.0.1", "localhost"]) {
        const page = await context.newPage();
        await page.goto(`http://${host}:${server.address().port}/`);
        const got = await page.evaluate(async (address) => {
            const body = JSON.stringify({ exercise: "broadcast", text: "theirs", base: null });
            const kinds = [
                { method: "POST", body, headers: { "Content-Type": "application/json", "X-Workbook-Token": "0" } },
                { method: "POST", body, mode: "no-cors", headers: { "Content-Type": "text/plain" } },
                { mode: "no-cors" },
                {},
            ];
            const got = [];
            for (const path of ["save", "check", "play", "hint", "page", "take", "erase", "token", "progress", "file/broadcast"]) {
                for (const options of kinds) {
                    try {
                        got.push(await (await fetch(`${address}/api/${path}`, options)).text());
                    } catch {
                        got.push("");
                    }
                }
            }
            // A form needs nobody's leave to post.
            const frame = Object.assign(document.createElement("iframe"), { name: "frame" });
            const form = Object.assign(document.createElement("form"), {
                action: `${address}/api/save`,
                method: "post",
                enctype: "text/plain",
                target: "frame",
            });
            form.append(Object.assign(document.createElement("input"), { name: body.slice(0, -1), value: '"}' }));
            document.body.append(frame, form);
            const loaded = new Promise((resolve) => (frame.onload = resolve));
            form.submit();
            await loaded;
            return got;
        }, tool.address);
        assert.deepEqual([...new Set(got)], [""]);
    }
    assert.equal(onDisk(), before);
});

// The attacker's name first leads to the attacker, who sends the script, and then to this machine.
test("a name of another site that leads here gets nothing", async (t) => {
    const { port } = new URL(tool.address);
    const rebound = await chromium.launch({
        executablePath: CHROMIUM,
        args: [...FLAGS, "--host-resolver-rules=MAP evil.example 127.0.0.1"],
    });
    t.after(() => rebound.close());
    const page = await rebound.newPage();
    const before = onDisk();
    const reply = await page.goto(`http://evil.example:${port}/`);
    assert.equal(reply.status(), 403);
    const got = await page.evaluate(async () => {
        const body = JSON.stringify({ exercise: "broadcast", text: "theirs", base: null });
        const headers = { "Content-Type": "application/json", "X-Workbook-Token": "0" };
        const got = [];
        for (const path of ["api/token", "api/progress", "api/file/broadcast", "chat/broadcast.html", "workbook.js"]) {
            got.push((await fetch(`/${path}`)).status);
        }
        for (const path of ["save", "check", "play", "page", "take", "erase"]) {
            got.push((await fetch(`/api/${path}`, { method: "POST", body, headers })).status);
        }
        return got;
    });
    assert.deepEqual([...new Set(got)], [403]);
    assert.equal(onDisk(), before);
});

// What a learner's code says could be anything: the page shows it as text.
test("what the code prints, logs and emits is shown as text and never as a page", async (t) => {
    const { card, says, check, page } = await work(t);
    const evil = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>';
    const raw = (text) => `r#"${text}"#`;
    const server = exercise.solution.replace(
        "socket.broadcast()",
        `println!("{}", ${raw(evil)}); socket.emit("said", ${raw(evil)}).ok(); socket.broadcast()`,
    );
    assert.notEqual(server, exercise.solution);
    await check(server);
    await says(/✗ \d of 5 scenes pass/);
    assert.ok((await card.locator(".verdict").textContent()).includes("<img src=x"));
    assert.equal(await card.locator(".verdict img, .verdict script").count(), 0);
    await check(`compile_error!(${raw(evil)});`);
    await says(/doesn't compile/);
    await card.locator(".messages", { hasText: "<img src=x" }).waitFor();
    assert.equal(await card.locator(".verdict img, .verdict script").count(), 0);
    assert.equal(await page.evaluate(() => window.hit), undefined);
});

test("a page from before a restart has the new token by itself", async (t) => {
    const { page, card, editor } = await work(t);
    const { port } = new URL(tool.address);
    await tool.stop();
    // The page would reload when it hears of the new run. Until then it goes on.
    await page.route("**/api/reload", (route) => route.abort());
    tool = await start("--root", copy.root, "--port", port);
    await editor.fill("again\n");
    await card.getByRole("button", { name: "Save" }).click();
    await until(() => onDisk() === "again\n");
});
