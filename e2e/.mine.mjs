import { books, open, unfold, violations, CHROMIUM, FLAGS } from "./book.mjs";
import { chromium } from "playwright-core";
const [book] = books();
book.browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
for (const path of ["teach/index.html", "teach/thirty-laptops.html", "chat/broadcast.html"]) for (const width of [360, 1280])
  await open(book, path, { viewport: { width, height: 740 } }, async (page) => {
    await unfold(page); await page.waitForTimeout(300);
    const wide = await page.evaluate(() => [document.documentElement, document.querySelector("#mdbook-content")].some((e) => e.scrollWidth > e.clientWidth));
    console.log(path, width, "too wide:", wide);
    if (width === 1280) for (const t of ["light", "navy"]) { await page.locator(`#mdbook-theme-${t}`).dispatchEvent("click"); await page.waitForTimeout(200); console.log(t, await violations(page, {where: "main"})); }
    if (width === 360) await page.screenshot({ path: `../target/shots/p-${path.replace(/\W/g, "_")}.png`, fullPage: true });
  });
await book.browser.close();
