// What holds on every page.
import assert from "node:assert/strict";
import { test } from "node:test";

import { QUESTION, of_each_book, open, pages, unfold, violations } from "./book.mjs";

of_each_book("every page", (book) => {
    test("is there, and troubles neither the console nor the network", async () => {
        const all = await pages(book);
        assert.ok(all.length > 3, `only ${all} are in the table of contents`);
        for (const path of all) await open(book, path, {}, unfold);
    });

    test("has nothing that axe-core finds, in light and in dark", async () => {
        const found = [];
        for (const path of await pages(book)) found.push(...(await look_closely(book, path, ["light", "navy"])));
        assert.equal(found.join("\n"), "");
    });

    test("is readable in every theme", async () => {
        const themes = ["rust", "coal", "ayu"];
        const found = await look_closely(book, QUESTION, themes, ["color-contrast", "link-in-text-block"]);
        assert.equal(found.join("\n"), "");
    });

    test("is no wider than a phone", async () => {
        const wide = [];
        for (const path of await pages(book)) {
            const phone = { viewport: { width: 360, height: 740 }, hasTouch: true };
            await open(book, path, phone, async (page) => {
                await unfold(page);
                wide.push(...(await page.evaluate(too_wide)).map((it) => `${path}: ${it}`));
            });
        }
        assert.equal(wide.join("\n"), "");
    });
});

// What axe-core finds on a page in each of the themes.
async function look_closely(book, path, themes, rules) {
    const found = [];
    await open(book, path, { reducedMotion: "reduce" }, async (page) => {
        await unfold(page);
        // The page hears of it a moment later. If it does not, axe-core will tell.
        await page.waitForFunction(all_reachable).catch(() => {});
        for (const theme of themes) {
            // mdBook's own button; its menu need not be open for a click.
            await page.locator(`#mdbook-theme-${theme}`).dispatchEvent("click");
            await page.waitForFunction((name) => document.documentElement.classList.contains(name), theme);
            found.push(...(await violations(page, { rules })).map((it) => `${path} in ${theme}: ${it}`));
        }
    });
    return found;
}

function all_reachable() {
    const blocks = [...document.querySelectorAll("pre > code")];
    return blocks.every((code) => code.scrollWidth <= code.clientWidth || code.tabIndex === 0);
}

// What scrolls the page sideways, or would if mdBook did not cut it off.
function too_wide() {
    const scrolls = [document.documentElement, document.querySelector("#mdbook-content")];
    if (scrolls.every((element) => !element || element.scrollWidth <= element.clientWidth)) return [];
    const inside = [...document.querySelectorAll("main *")];
    const culprits = inside.filter((element) => {
        if (element.closest("pre, .frame-of-acts, .table-wrapper, .unseen")) return false;
        return element.getBoundingClientRect().right > innerWidth;
    });
    return culprits.length ? culprits.slice(0, 5).map((it) => it.outerHTML.slice(0, 160)) : ["something is too wide"];
}
