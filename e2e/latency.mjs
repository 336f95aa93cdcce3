// How long a verdict takes, in the page and in the terminal, side by side: the same exercise, one after the other, each time
// with a change that must be compiled. Then `watch` beside that of rustlings, if it's installed (`cargo install rustlings`).
//
//     node latency.mjs [NAME] [ROUNDS]        # as broadcast 15
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";

import { chromium } from "playwright-core";

import { CHROMIUM, FLAGS } from "./book.mjs";
import { copyOfTheWorkspace, start } from "./tool.mjs";
import { rustlings, watching } from "./watching.mjs";

const [name = "broadcast", rounds = "15"] = process.argv.slice(2);
const PAGES = { hello: "chat/example.html", "chat-message": "chat/example.html", broadcast: "chat/broadcast.html" };
if (!PAGES[name]) throw new Error(`Say one of ${Object.keys(PAGES).join(", ")}.`);

const copy = copyOfTheWorkspace();
const { file, solution } = copy.exercise("chat", name);
writeFileSync(file, solution);
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
const tool = await start("--root", copy.root, "--port", "0");
try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    // The first build makes the kit.
    page.setDefaultTimeout(300_000);
    await page.goto(`${tool.address}/${PAGES[name]}`);
    const card = page.locator(`.card[data-exercise="${name}"]`);
    await card.getByRole("button", { name: "Work here" }).click();
    const area = card.locator(".work textarea");
    await area.waitFor();

    let number = 0;
    const changed = () => `${solution}\n// change ${++number}\n`;

    // From the keys to the frame in which the verdict is on the screen.
    async function inPage() {
        // The page takes over what was written to the disk meanwhile; to write before that would be a conflict.
        const onDisk = readFileSync(file, "utf8");
        while ((await area.inputValue()) !== onDisk) await page.waitForTimeout(20);
        await area.fill(changed());
        await card.evaluate((card) => {
            const area = card.querySelector(".work textarea");
            window.drawn = new Promise((done) => {
                let began;
                const pressed = (event) => {
                    if (event.key === "Enter") began = performance.now();
                };
                area.addEventListener("keydown", pressed, { capture: true });
                const watch = new MutationObserver(() => {
                    if (!began) return;
                    watch.disconnect();
                    area.removeEventListener("keydown", pressed, { capture: true });
                    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
                });
                watch.observe(card.querySelector(".work .verdict"), { childList: true });
            });
        });
        await area.press("Control+Enter");
        const took = await page.evaluate(() => window.drawn);
        const said = await card.locator(".state-line").textContent();
        if (!said.startsWith("✓")) throw new Error(said);
        return took;
    }

    async function inTerminal(program, ...args) {
        writeFileSync(file, changed());
        const began = performance.now();
        const child = spawn(program, args, { env: tool.env, stdio: ["ignore", "ignore", "inherit"], cwd: copy.root });
        const [code] = await once(child, "exit");
        if (code !== 0) throw new Error(`${program} ended with ${code}`);
        return performance.now() - began;
    }

    const ways = {
        "the page, from Ctrl+Enter to the verdict drawn": inPage,
        [`the tool, check ${name}`]: () => inTerminal(tool.program, "check", name, "--root", copy.root),
    };
    const [page_, terminal] = await sideBySide(ways);
    console.log(`${(page_ - terminal).toFixed(0).padStart(6)} ms  longer in the page: at most 100 is the aim`);
    await page.close();

    const command = `${tool.program} watch ${name} --root ${copy.root}`;
    const ours = await watching({ command, cwd: copy.root, env: tool.env, file, text: solution, verdict: "test result" });
    let others;
    try {
        others = await rustlings();
        const [our, their] = await sideBySide({
            [`watch ${name}, from a save to the verdict`]: ours.save,
            ...(others && { "rustlings, watching a trivial exercise": others.save }),
        });
        if (others) console.log(`${(our / their).toFixed(2).padStart(6)}     of rustlings' time: at most 0.6 is the aim`);
    } finally {
        await ours.stop();
        await others?.stop();
    }
} finally {
    await browser.close();
    await tool.stop();
    copy.remove();
}

/** Runs each way in turn, many times, and prints how long they took. The medians, in ms. */
async function sideBySide(ways) {
    // One round to warm up.
    for (const way of Object.values(ways)) await way();
    const took = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
    for (let round = 0; round < Number(rounds); round++) {
        for (const [way, run] of Object.entries(ways)) took[way].push(await run());
    }
    const median = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
    for (const [way, all] of Object.entries(took)) {
        console.log(`${median(all).toFixed(0).padStart(6)} ms (${Math.min(...all).toFixed(0)}–${Math.max(...all).toFixed(0)})  ${way}`);
    }
    return Object.values(took).map(median);
}
