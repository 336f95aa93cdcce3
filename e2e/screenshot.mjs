// Makes the README's picture from the real page: the stage of Chat 3, after a guess and a click.
//
//     BOOK_DIR=../target/book node screenshot.mjs ../.github/screenshot.png
import { chromium } from "playwright-core";

import { FLAGS, CHROMIUM, QUESTION, books } from "./book.mjs";

const [out] = process.argv.slice(2);
if (!out) throw new Error("Say where the picture is to be written: node screenshot.mjs FILE.png");
const [book] = books();
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
try {
    const page = await browser.newPage({ viewport: { width: 1000, height: 2600 } });
    await page.goto(book.base + QUESTION);
    const stage = page.locator(".stage").first();
    await stage.getByLabel("bob", { exact: true }).check();
    await stage.getByRole("button", { name: "See what happens" }).click();
    await stage.getByLabel("ada", { exact: true }).check();
    await stage.getByLabel("cyd", { exact: true }).check();
    await stage.getByRole("button", { name: 'bob emits say "hello"' }).click();
    await stage.getByText("Your guess was right").waitFor();
    // The message has travelled.
    await page.waitForTimeout(2_500);
    await stage.screenshot({ path: out });
} finally {
    await browser.close();
}
