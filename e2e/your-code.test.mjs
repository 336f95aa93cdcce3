// "Your code" on a page's stage: it follows the learner's file. In a copy of the workspace, as the files are a learner's.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";

import { chromium } from "playwright-core";

import { CHROMIUM, FLAGS, QUESTION } from "./book.mjs";

const TARGET = process.env.CARGO_TARGET_DIR ?? "../target";
const TOOL = resolve(TARGET, "debug", "workbook");
const KITS = resolve(TARGET, "workbook");

let browser, root, child, address, kits;

before(async () => {
    if (!existsSync(TOOL)) throw new Error(`There is no ${TOOL}: run \`cargo build\` first.`);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    root = mkdtempSync(join(tmpdir(), "your-code-"));
    kits = new Set(existsSync(KITS) ? readdirSync(KITS) : []);
    for (const part of ["Cargo.toml", "Cargo.lock", "book.toml", "book", "crates", "exercises", "solutions", "e2e/wire"]) {
        cpSync(resolve("..", part), join(root, part), { recursive: true });
    }
    const env = { ...process.env, CARGO_TARGET_DIR: resolve(TARGET) };
    child = spawn(TOOL, ["--root", root, "--port", "0"], { env, stdio: ["ignore", "pipe", "inherit"] });
    address = await new Promise((open, fail) => {
        createInterface({ input: child.stdout }).on("line", (line) => {
            const url = line.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0];
            if (url) open(url);
        });
        child.once("exit", () => fail(new Error("the tool ended")));
    });
});

after(async () => {
    await browser?.close();
    if (child?.exitCode === null) {
        child.kill("SIGINT");
        await once(child, "exit");
    }
    if (root) rmSync(root, { recursive: true });
    // The copy has a kit of its own, which nobody needs any more.
    for (const kit of existsSync(KITS) ? readdirSync(KITS) : []) {
        if (!kits.has(kit)) rmSync(join(KITS, kit), { recursive: true });
    }
});

test("it is compiled, played and judged, and again at each save", async () => {
    const file = join(root, "exercises/chat/broadcast/src/lib.rs");
    const [starter, solution] = ["starter", "solution"].map((name) =>
        readFileSync(join(root, `solutions/chat/broadcast/${name}.rs`), "utf8"),
    );
    writeFileSync(file, starter);
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    // The first build may make the kit.
    page.setDefaultTimeout(120_000);
    await page.goto(`${address}/${QUESTION}`);
    const stage = page.locator(".stage").first();
    const says = (words) => stage.locator(".output, [role=status]").filter({ hasText: words }).first().waitFor();
    await stage.getByRole("button", { name: "Just show me" }).click();
    await stage.getByRole("combobox").selectOption("mine");
    await says(/as it was shipped/);
    const hears = () => stage.locator(".as-text pre").textContent();
    assert.match(await hears(), /bob hears nothing/);

    writeFileSync(file, solution);
    await says(/✓ All \d+ scenes of broadcast pass/);
    assert.match(await hears(), /ada hears nothing\n +bob hears said "hi"/);

    writeFileSync(file, solution.replace("&text", "&txt"));
    await says(/cannot find value txt|cannot find value `txt`/);

    // A known mistake, by its name's sentence; and a loop without an end costs only itself.
    writeFileSync(file, solution.replace("socket.broadcast().emit", "socket.emit").replace(".await.ok()", ".ok()"));
    await says(/Your server emits to the sender only/);
    assert.match(await hears(), /ada hears said "hi"\n +bob hears nothing/);
    writeFileSync(file, solution.replace("socket.broadcast()", "loop {}\n            socket.broadcast()"));
    await says(/blocks the thread/);
    writeFileSync(file, solution);
    await says(/✓ All \d+ scenes of broadcast pass/);
});
