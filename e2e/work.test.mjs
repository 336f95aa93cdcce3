// Work in the page: the editor in an exercise's card, its verdict, and how the exercises stand. In a copy of the workspace, as
// the files are a learner's.
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, beforeEach, test } from "node:test";

import { chromium } from "playwright-core";

import { CHROMIUM, FLAGS, QUESTION, violations } from "./book.mjs";
import { copyOfTheWorkspace, start } from "./tool.mjs";

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

beforeEach(() => writeFileSync(exercise.file, exercise.starter));

/** What the tool keeps, as text. */
function progress() {
    const file = `${copy.root}/.workbook/progress.json`;
    return existsSync(file) ? readFileSync(file, "utf8") : "{}";
}

const onDisk = () => readFileSync(exercise.file, "utf8");

/** Opens the question's page, and the editor in its card. What goes wrong on the page fails the test. */
async function work(t, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const problems = [];
    t.after(async () => {
        await context.close();
        assert.deepEqual(problems, []);
    });
    // The first build makes the kit.
    context.setDefaultTimeout(90_000);
    context.on("weberror", (error) => problems.push(error.error().stack));
    context.on("console", (message) => {
        // A conflict is an error of the server's, and a server that is started again isn't there for a moment.
        if (message.type() === "error" && !/409|403|net::ERR/.test(message.text())) problems.push(message.text());
    });
    const page = await context.newPage();
    await page.goto(`${tool.address}/${QUESTION}`);
    const card = page.locator('.card[data-exercise="broadcast"]');
    await card.getByRole("button", { name: "Work here" }).click();
    const editor = page.getByRole("textbox", { name: "exercises/chat/broadcast/src/lib.rs" });
    await editor.waitFor();
    const says = (words) => card.locator(".state-line", { hasText: words }).waitFor();
    const stands = (words) => card.locator(".title .state", { hasText: words }).waitFor();
    const check = async (text) => {
        await editor.fill(text);
        await editor.press("Control+Enter");
    };
    return { page, card, editor, says, stands, check };
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
            for (const path of ["save", "check", "play", "hint", "erase", "token", "progress", "file/broadcast"]) {
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

async function until(holds) {
    const deadline = Date.now() + 20_000;
    while (!(await holds())) {
        if (Date.now() > deadline) assert.fail(`not within 20 s: ${holds}`);
        await new Promise((resolve) => setTimeout(resolve, 30));
    }
}
