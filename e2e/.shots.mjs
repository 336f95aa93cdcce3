import { chromium } from "playwright-core";
import { FLAGS, CHROMIUM, books } from "./book.mjs";
const [book] = books();
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
const shots = [["teach/index.html","t"],["teach/thirty-laptops.html","l"],["chat/broadcast.html?notes=&session=90+minutes&began="+(Date.now()-30*60000),"n"]];
for (const [w, h] of [[1280, 900],[375, 740]]) for (const theme of ["light","navy"]) {
  if ((w===375) !== (theme==="navy") ) { /* both combos for notes only */ }
  const ctx = await browser.newContext({ viewport: { width: w, height: h }, colorScheme: theme === "navy" ? "dark" : "light" });
  await ctx.addInitScript((t) => localStorage.setItem("mdbook-theme", t), theme);
  const page = await ctx.newPage();
  for (const [path, name] of shots) {
    await page.goto(book.base + path);
    await page.waitForTimeout(400);
    await page.screenshot({ path: `../target/shots/${name}-${w}-${theme}.png`, fullPage: name !== "n" });
  }
  await page.goto(book.base + "chat/broadcast.html#for-the-teacher"); await page.waitForTimeout(400);
  await page.screenshot({ path: `../target/shots/b-${w}-${theme}.png` });
  await ctx.close();
}
await browser.close();
