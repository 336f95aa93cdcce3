// What holds on every page.
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { QUESTION, ofEachBook, open, pages, unfold, violations } from "./book.mjs";

ofEachBook("every page", (book) => {
    // Each page is opened once wide and once narrow, for all of these checks: opening it is what takes long.
    let visits;
    before(async () => {
        visits = [];
        for (const path of await pages(book)) visits.push(await visit(book, path));
    });

    test("opens without an error in the console or on the network", () => {
        assert.ok(visits.length > 3, `only ${visits.map(({ path }) => path)} are in the table of contents`);
        assert.equal(all("errors"), "");
    });

    test("has nothing that axe-core finds, in light and in dark", () => {
        assert.equal(all("violations"), "");
    });

    test("is no wider than a phone", () => {
        assert.equal(all("tooWide"), "");
    });

    test("has no link to a place that isn't there", () => {
        const ids = new Map(visits.map((visit) => [book.base + visit.path, new Set(visit.ids)]));
        // The page of an address that isn't there has the links of the whole book once more, from the server's root.
        const from = visits.filter(({ path }) => path !== "404.html");
        const links = from.flatMap(({ path, links }) => links.map((to) => ({ path, to })));
        const lost = links.filter(({ to }) => {
            const [page, id] = to.split("#");
            return ids.has(page) && !ids.get(page).has(decodeURIComponent(id));
        });
        assert.ok(links.length > 100, `only ${links.length} links were looked at`);
        assert.deepEqual(lost, []);
    });

    test("is readable in every theme", async () => {
        const found = [];
        await open(book, QUESTION, { reducedMotion: "reduce" }, async (page) => {
            const rules = ["color-contrast", "link-in-text-block"];
            found.push(...(await lookClosely(page, ["rust", "coal", "ayu"], rules)));
        });
        assert.equal(found.join("\n"), "");
    });

    function all(what) {
        return visits.flatMap((visit) => visit[what].map((it) => `${visit.path}: ${it}`)).join("\n");
    }

    test("has tables that fit a phone, and stay tables", async () => {
        const phone = { viewport: { width: 360, height: 740 }, hasTouch: true };
        await open(book, "namespaces/when.html", phone, async (page) => {
            const table = page.getByRole("table").filter({ hasText: "help desk" });
            assert.equal(await table.getByRole("row").count(), 7);
            await table.getByRole("columnheader", { name: "its own handlers?", exact: true }).waitFor();
            const cell = table.getByRole("cell", { name: "many, at any moment", exact: true });
            // Where the columns don't fit, the column's title stands before the cell.
            const title = () => cell.evaluate((it) => getComputedStyle(it, "::before").content);
            assert.match(await title(), /how many, and known when\?/);
            await page.setViewportSize({ width: 1280, height: 900 });
            await page.waitForFunction(() => !document.querySelector(".in-blocks"));
            assert.equal(await title(), "none");
        });
    });
});

// With a server, it knows: see work.test.mjs.
ofEachBook("without a server", (book) => {
    if (book.served) return;
    test("what the reader marks as done is kept, and counted", async () => {
        await open(book, QUESTION, {}, async (page) => {
            const card = page.locator('.card[data-exercise="broadcast"]');
            const done = card.getByLabel("I've done this exercise");
            const link = page.locator("#mdbook-sidebar a", { hasText: "Who hears what the server emits" }).first();
            await page.getByRole("button", { name: /Where am I\? 0\/\d+ exercises done/ }).waitFor();
            await done.check();
            await card.locator(".title .state", { hasText: "✓ done" }).waitFor();
            assert.match(await link.textContent(), /◐ \(1 of 2 exercises done\)/);
            await page.reload();
            await page.getByRole("button", { name: /Where am I\? 1\/\d+ exercises done/ }).click();
            assert.ok(await done.isChecked());
            const dialog = page.getByRole("dialog");
            await dialog.getByRole("heading", { name: /^Part I · The chat example: 1 of \d+$/ }).waitFor();
            assert.deepEqual(await violations(page), []);
            await dialog.getByRole("button", { name: "Erase for the next class" }).click();
            await dialog.getByText(/This erases .* what you marked as done/).waitFor();
            const reloaded = page.waitForEvent("load");
            await dialog.getByRole("button", { name: "Erase it all" }).click();
            await reloaded;
            assert.ok(!(await done.isChecked()));
            // Another tab hears of it.
            const other = await page.context().newPage();
            await other.goto(page.url());
            await other.locator(".own-words textarea").fill("mine");
            await page.waitForFunction(() => document.querySelector(".own-words textarea").value === "mine");
            await other.getByLabel("I've done this exercise").first().check();
            await page.waitForFunction(() => document.querySelector(".mark-done input").checked);
            await other.evaluate(() => localStorage.clear());
            await page.waitForFunction(() => document.querySelector(".own-words textarea").value === "");
            await other.close();
            // Without a server there is nothing to work on.
            assert.equal(await page.getByRole("button", { name: "Work here" }).count(), 0);
        });
    });
});

// What there is to say about a page: on a wide screen, in light and in dark, and on a phone.
async function visit(book, path) {
    const visit = { path, errors: [], violations: [], tooWide: [], ids: [], links: [] };
    const wide = async (page) => {
        visit.ids = await page.locator("[id]").evaluateAll((all) => all.map((element) => element.id));
        visit.links = await page.locator("main a[href*='#']").evaluateAll((all) => all.map((link) => link.href));
        // What stands on the page to print stands on the others, too, and all at once it takes as long as all of them.
        if (path !== "print.html") visit.violations = await lookClosely(page, ["light", "navy"]);
    };
    const narrow = async (page) => {
        await unfold(page);
        visit.tooWide = await page.evaluate(tooWide);
    };
    const phone = { viewport: { width: 360, height: 740 }, hasTouch: true };
    for (const [options, look] of [
        [{ reducedMotion: "reduce" }, wide],
        [phone, narrow],
    ]) {
        await open(book, path, options, look).catch((error) => visit.errors.push(error.message));
    }
    return visit;
}

// What axe-core finds on a page in each of the themes.
async function lookClosely(page, themes, rules) {
    const found = [];
    await unfold(page);
    // The page reacts a moment later. If it doesn't, axe-core reports it.
    await page.waitForFunction(allReachable).catch(() => {});
    for (const theme of themes) {
        // mdBook's own button. Its menu doesn't need to be open for a click.
        await page.locator(`#mdbook-theme-${theme}`).dispatchEvent("click");
        await page.waitForFunction((name) => document.documentElement.classList.contains(name), theme);
        found.push(...(await violations(page, { rules })).map((it) => `in ${theme}: ${it}`));
    }
    return found;
}

function allReachable() {
    const blocks = [...document.querySelectorAll("pre > code, .table-wrapper")];
    return blocks.every((code) => code.scrollWidth <= code.clientWidth || code.tabIndex === 0);
}

// What scrolls the page sideways, or would if mdBook did not cut it off.
function tooWide() {
    const tables = [...document.querySelectorAll("main > .table-wrapper")];
    const scrolled = tables.filter((table) => table.scrollWidth > table.clientWidth);
    if (scrolled.length) return scrolled.map((table) => `a table scrolls: ${table.textContent.slice(0, 60)}`);
    const scrolls = [document.documentElement, document.querySelector("#mdbook-content")];
    if (scrolls.every((element) => !element || element.scrollWidth <= element.clientWidth)) return [];
    const inside = [...document.querySelectorAll("main *")];
    const culprits = inside.filter((element) => {
        if (element.closest("pre, .table-wrapper, .visually-hidden, .sentence")) return false;
        return element.getBoundingClientRect().right > innerWidth;
    });
    return culprits.length ? culprits.slice(0, 5).map((it) => it.outerHTML.slice(0, 160)) : ["something is too wide"];
}
