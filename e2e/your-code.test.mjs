// "Your code" on a page's stage: it follows the learner's file. In a copy of the workspace, as the files are a learner's.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { chromium } from "playwright-core";

import { CHROMIUM, FLAGS, QUESTION } from "./book.mjs";
import { copyOfTheWorkspace, start } from "./tool.mjs";

let browser, copy, tool;

before(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    copy = copyOfTheWorkspace();
    tool = await start("--root", copy.root, "--port", "0");
});

after(async () => {
    await browser?.close();
    await tool?.stop();
    copy?.remove();
});

test("it is compiled, played and judged, and again at each save", async () => {
    const { file, starter, solution } = copy.exercise("chat", "broadcast");
    writeFileSync(file, starter);
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    // The first build may make the kit.
    page.setDefaultTimeout(120_000);
    await page.goto(`${tool.address}/${QUESTION}`);
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
