// The built book in a browser: opened from its folder (BOOK_DIR), from its server (BOOK_URL), or both.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { after, before, describe } from "node:test";
import { pathToFileURL } from "node:url";

import { chromium } from "playwright-core";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** The page on which the stage is checked. */
export const QUESTION = "chat/broadcast.html";

export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"];

/** The books to check: `{ name, base, served }`. `base` ends with a slash. */
export function books() {
    const { BOOK_DIR, BOOK_URL } = process.env;
    const books = [];
    if (BOOK_DIR) {
        const folder = resolve(BOOK_DIR);
        if (!existsSync(resolve(folder, "index.html"))) {
            throw new Error(`BOOK_DIR=${BOOK_DIR} holds no built book: run \`cargo run -- build\` first.`);
        }
        books.push({ name: "the static book", base: `${pathToFileURL(folder)}/`, served: false });
    }
    if (BOOK_URL) books.push({ name: "the served book", base: BOOK_URL.replace(/\/*$/, "/"), served: true });
    if (!books.length) {
        throw new Error("Say which book to open: BOOK_DIR=target/book, BOOK_URL=http://127.0.0.1:3000, or both.");
    }
    return books;
}

/** Describes the same checks for each book. A browser is started before them and closed after them. */
export function ofEachBook(what, checks) {
    for (const book of books()) {
        describe(`${book.name}: ${what}`, () => {
            before(async () => {
                book.browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
            });
            after(() => book.browser?.close());
            checks(book);
        });
    }
}

/**
 * Opens a page in a new browser context, runs `look` on it and closes it. All that goes wrong on the page in the
 * meantime fails the check, unless `expects` matches it: an error in the console, a request that fails, a request to
 * another site.
 */
export async function open(book, path, { expects, ...options }, look) {
    const context = await book.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const problems = [];
    context.on("console", (message) => {
        if (message.type() === "error") problems.push(`console: ${message.text()}`);
    });
    context.on("weberror", (error) => problems.push(`script: ${error.error().stack}`));
    context.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith(book.base) && !url.startsWith("data:")) problems.push(`asks elsewhere: ${url}`);
    });
    context.on("requestfailed", (request) => problems.push(`fails: ${request.url()} ${request.failure()?.errorText}`));
    context.on("response", (response) => {
        if (response.status() >= 400) problems.push(`fails: ${response.url()} ${response.status()}`);
    });
    // A book that is rebuilt during a check would reload the page under it.
    await context.route("**/api/reload", (route) => route.fulfill({ contentType: "text/event-stream", body: "" }));
    // All checks share one server. What a page asks it to keep isn't kept: the next check would find it, or not, as it is
    // sent a moment later. `work.test.mjs` looks at what is kept, with servers of its own.
    await context.route("**/api/page", (route) => route.fulfill({ json: {} }));
    let closing = false;
    await context.route("**/api/progress", async (route) => {
        try {
            const response = await route.fetch();
            await route.fulfill({ response, json: { ...(await response.json()), page: {} } });
        } catch (error) {
            // A page that is closed while it asks gets no reply, and needs none.
            if (!closing) throw error;
        }
    });
    try {
        const page = await context.newPage();
        page.setDefaultTimeout(20_000);
        await page.goto(new URL(path, book.base).href, { waitUntil: "load" });
        await look(page);
        const unexpected = problems.filter((problem) => !expects?.test(problem));
        if (unexpected.length) throw new Error(`${path}:\n  ${unexpected.join("\n  ")}`);
    } finally {
        closing = true;
        await context.close();
    }
}

/** The paths of all pages: those in the table of contents, and those that mdBook adds. */
export async function pages(book) {
    const paths = new Set(["index.html", "print.html"]);
    // Only a server shows this one, at any address: its links start at the server's root.
    if (book.served) paths.add("404.html");
    await open(book, "index.html", {}, async (page) => {
        const links = await page.locator("#mdbook-sidebar a[href]").evaluateAll((all) => all.map((link) => link.href));
        for (const link of links) {
            const path = link.slice(book.base.length).split("#")[0];
            if (link.startsWith(book.base) && path) paths.add(path);
        }
    });
    return [...paths];
}

/** Opens everything that is folded, so that all of it is checked. */
export function unfold(page) {
    return page.locator("details").evaluateAll((all) => all.forEach((details) => (details.open = true)));
}

/**
 * What axe-core finds on a page, a line each: within `where` (all of it if left out), by `rules` (all of them if left
 * out).
 */
export async function violations(page, { where = "html", rules } = {}) {
    // Evaluated, and not added as a script: the served book lets no script in.
    if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(readFileSync(AXE, "utf8"));
    // Its one rule on style sheets would have to fetch them, which a page from a file may not.
    const options = { preload: false, resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
    const run = async ([where, options]) => (await globalThis.axe.run(where, options)).violations;
    const found = await page.evaluate(run, [where, options]);
    return found.flatMap(({ id, help, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target.join(" ")}: ${failureSummary}`),
    );
}
