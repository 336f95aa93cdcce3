// Makes the README's pictures from the real pages: a stage with a guess, the editor with a verdict, and "Where am I". In a
// copy of the workspace, with some exercises done.
//
//     node pictures.mjs            # writes ../.github/*.webp
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";

import { chromium } from "playwright-core";

import { CHROMIUM, FLAGS, QUESTION } from "./book.mjs";
import { copyOfTheWorkspace, start } from "./tool.mjs";

const OUT = resolve("../.github");
const QUALITY = 80;

const copy = copyOfTheWorkspace();
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
const tool = await start("--root", copy.root, "--port", "0");
try {
    await stage();
    await editor();
} finally {
    await browser.close();
    await tool.stop();
    copy.remove();
}

async function stage() {
    const page = await open({ width: 1000, height: 2600 });
    const stage = page.locator(".stage").first();
    await stage.getByLabel("bob", { exact: true }).check();
    await stage.getByRole("button", { name: "See what happens" }).click();
    await stage.getByLabel("ada", { exact: true }).check();
    await stage.getByLabel("cyd", { exact: true }).check();
    await stage.getByRole("button", { name: 'bob emits say "hello"' }).click();
    await stage.getByText("Your guess was right").waitFor();
    await picture(page, "stage", await stage.boundingBox());
}

// The verdict on a known mistake; and then how the exercises stand.
async function editor() {
    for (const name of ["hello", "chat-message"]) await pass(name);
    const page = await open({ width: 1400, height: 2600 });
    const { card, area, check } = await work(page);
    // As a learner would have it: without what marks it as the solution.
    const lines = copy.exercise("chat", "broadcast").solution.split("\n");
    const solution = lines.filter((line) => !/ANCHOR|^\/\/! /.test(line)).join("\n").trimStart();
    const toSender = solution.replace("socket.broadcast().emit", "socket.emit").replace(".await.ok()", ".ok()");
    await check(toSender, "✗ 0 of 5 scenes pass");
    // No cursor, and the long text of the card isn't in the picture.
    await area.evaluate((it) => it.blur());
    const [from, to] = [await card.locator(".work").boundingBox(), await card.locator(".failing").boundingBox()];
    const margin = 8;
    await picture(page, "editor", {
        x: from.x - margin,
        y: from.y - margin,
        width: from.width + 2 * margin,
        height: to.y + to.height - from.y + 2 * margin,
    });
    await check(solution, "✓ All 5 scenes pass");
    await page.setViewportSize({ width: 1000, height: 780 });
    await page.getByRole("button", { name: /Where am I/ }).click();
    const dialog = page.getByRole("dialog");
    await picture(page, "where-am-i", await dialog.boundingBox());
}

async function pass(name) {
    const page = await open({ width: 1000, height: 900 }, "chat/example.html");
    const { check } = await work(page, name);
    await check(copy.exercise("chat", name).solution, "✓ All");
    await page.close();
}

async function work(page, name = "broadcast") {
    const card = page.locator(`.card[data-exercise="${name}"]`);
    await card.getByRole("button", { name: "Work here" }).click();
    const area = card.locator(".work textarea");
    const check = async (text, says) => {
        await area.fill(text);
        await area.press("Control+Enter");
        await card.locator(".state-line", { hasText: says }).waitFor();
    };
    return { card, area, check };
}

async function open(viewport, path = QUESTION) {
    // Twice the dots: sharp on today's screens.
    const page = await browser.newPage({ viewport, deviceScaleFactor: 2, reducedMotion: "reduce" });
    // The first build makes the kit.
    page.setDefaultTimeout(300_000);
    await page.goto(`${tool.address}/${path}`);
    return page;
}

async function picture(page, name, box) {
    await page.mouse.move(0, 0);
    await page.evaluate(() => document.fonts.ready);
    const client = await page.context().newCDPSession(page);
    const scroll = await page.evaluate(() => [scrollX, scrollY]);
    const clip = { ...box, x: box.x + scroll[0], y: box.y + scroll[1], scale: 1 };
    const { data } = await client.send("Page.captureScreenshot", { format: "webp", quality: QUALITY, clip });
    const file = resolve(OUT, `${name}.webp`);
    const bytes = Buffer.from(data, "base64");
    writeFileSync(file, bytes);
    console.log(`${file}: ${Math.round(bytes.length / 1024)} KiB`);
}
