// What the scripts of a page share, and what makes a page reachable by keyboard. `stage.js` has the stage,
// `questions.js` the questions.
"use strict";

const workbook = (() => {
    // -- Small things -------------------------------------------------------------------------------------------------

    const count = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;

    function list(names) {
        if (names.length === 0) return "nobody";
        return names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
    }

    // make("p", { className: "x" }, "text", element, …)
    function make(tag, properties = {}, ...children) {
        const element = Object.assign(document.createElement(tag), properties);
        element.append(...children);
        return element;
    }

    // A sentence with `code` in it, as nodes.
    function words(sentence) {
        return sentence.split("`").map((part, i) => (i % 2 ? make("code", {}, part) : part));
    }

    // -- What is kept in the browser ----------------------------------------------------------------------------------

    // Where nothing can be kept (a private window, a full disk), it is kept until the page is left.
    const unkept = new Map();

    const keyOf = (kind, page, question) => JSON.stringify(["workbook", kind, page, question]);
    // When all was erased last. The server says it, so that each browser sees whether it has forgotten what it had.
    const ERASED = keyOf("erased", "", "");
    // Of this page, or of this browser, alone.
    const PRIVATE = ["draft", "erased"];
    const isPrivate = (key) => PRIVATE.includes(JSON.parse(key)[1]);
    // From then on nothing is kept: the page is about to be loaded again.
    let erased = false;

    function store(key, value) {
        if (erased) return false;
        unkept.set(key, value);
        try {
            if (value === null) localStorage.removeItem(key);
            else localStorage.setItem(key, JSON.stringify(value));
            return true;
        } catch {
            return false;
        }
    }

    function keys() {
        const all = new Set(unkept.keys());
        try {
            for (let i = 0; i < localStorage.length; i++) all.add(localStorage.key(i));
        } catch {
            // There is no storage: what this page knows is all.
        }
        return [...all].filter((key) => key.startsWith('["workbook",'));
    }

    const kept = {
        get: (kind, page, question) => read(keyOf(kind, page, question)),
        // Returns whether it outlasts this page.
        set(kind, page, question, value) {
            const key = keyOf(kind, page, question);
            if (!isPrivate(key)) later(key, value);
            return store(key, value);
        },
        // All that is kept of a kind, as [page, question, value].
        all: (kind) =>
            keys()
                .map((key) => [JSON.parse(key), read(key)])
                .filter(([[, of]]) => of === kind)
                .map(([[, , page, question], value]) => [page, question, value]),
        // All that can be taken elsewhere, by its key.
        everything() {
            const found = keys().filter((key) => !isPrivate(key));
            return Object.fromEntries(found.map((key) => [key, read(key)]).filter(([, value]) => value !== null));
        },
        // Takes what came from elsewhere in the place of what is here. Returns how much that is.
        replace(everything) {
            const found = Object.entries(everything).filter(([key]) => JSON.parse(key)[0] === "workbook" && !isPrivate(key));
            for (const [key, value] of found) {
                store(key, value);
                later(key, value);
            }
            tellOfKept();
            return found.length;
        },
        // The page must be loaded again after it.
        erase() {
            forget(keys());
            erased = true;
        },
        // How often something was sent so far: see `take`.
        sends: () => sends,
        // What the server keeps counts: another browser may have written it. What it doesn't know yet is sent. It was asked
        // after `asked` sends: what came later it may not have known.
        take(page, asked) {
            if (erased) return;
            let changed = false;
            // All was erased while this browser was elsewhere.
            if (page[ERASED] && page[ERASED] !== read(ERASED)) {
                changed = true;
                forget(Object.keys(kept.everything()));
            }
            for (const [key, value] of Object.entries(kept.everything())) {
                if (key in page || isNewer(key, asked)) continue;
                if (!known) later(key, value);
                // It was there: another page has erased it.
                else if (known.has(key)) {
                    store(key, null);
                    changed = true;
                }
            }
            known = new Set(Object.keys(page));
            for (const [key, value] of Object.entries(page)) {
                if (isNewer(key, asked) || JSON.stringify(read(key)) === JSON.stringify(value)) continue;
                store(key, value);
                changed = true;
            }
            if (changed) tellOfKept();
        },
        download(blob, name) {
            const link = make("a", { href: URL.createObjectURL(blob), download: name });
            document.body.append(link);
            link.click();
            link.remove();
            setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
        },
    };

    const tellOfKept = () => document.dispatchEvent(new CustomEvent("workbook-kept"));

    function forget(all) {
        for (const key of all) store(key, null);
        unkept.clear();
        unsent.clear();
        noteUnsent();
    }

    // Another tab of this browser has kept or erased something.
    addEventListener("storage", ({ key }) => {
        if (key !== null && (!key.startsWith('["workbook",') || isPrivate(key))) return;
        if (key === null) unkept.clear();
        else unkept.delete(key);
        tellOfKept();
    });

    function read(key) {
        try {
            return JSON.parse(localStorage.getItem(key)) ?? unkept.get(key) ?? null;
        } catch {
            return unkept.get(key) ?? null;
        }
    }

    // In the served book the server keeps it, too, so that another browser has it. Not at every letter; what isn't sent when
    // the page is left is sent by the next one.
    const UNSENT = "workbook-unsent";
    const unsent = new Map();
    // What was sent, with the number of the send.
    const sent = new Map();
    let sends = 0;
    const isNewer = (key, asked) => unsent.has(key) || sent.get(key) > asked;
    let sending;
    // What the server had when it was asked last. `null`: it wasn't asked yet.
    let known = null;
    function noteUnsent() {
        try {
            localStorage.setItem(UNSENT, JSON.stringify([...unsent.keys()]));
        } catch {
            // Then it's sent from this page or not at all.
        }
    }
    function later(key, value) {
        if (!window.workbookServed || erased) return;
        unsent.set(key, value);
        noteUnsent();
        clearTimeout(sending);
        sending = setTimeout(send, 500);
    }
    async function send() {
        const keep = Object.fromEntries(unsent);
        try {
            const { ok, said } = await window.workbookServed.post("/api/page", { keep });
            // What is refused isn't tried again and again: this browser has it all the same.
            if (!ok) document.dispatchEvent(new CustomEvent("workbook-refused", { detail: said.error }));
            sends++;
            for (const [key, value] of Object.entries(keep)) {
                if (unsent.get(key) === value) unsent.delete(key);
                sent.set(key, sends);
            }
            noteUnsent();
        } catch {
            // The server is away. It's sent with the next one.
        }
    }
    if (window.workbookServed) {
        try {
            for (const key of JSON.parse(localStorage.getItem(UNSENT)) ?? []) later(key, read(key));
        } catch {
            // Nothing is known to be unsent.
        }
    }

    // -- The page -----------------------------------------------------------------------------------------------------

    // mdBook takes the arrow keys, `s`, `/` and `?` for itself, even on a button.
    function keepKeys(element) {
        element.addEventListener("keydown", (event) => {
            if (event.key !== "Escape") event.stopPropagation();
        });
    }
    document.querySelectorAll(".play, .choices, .claims, .card, .own-words, .where").forEach(keepKeys);

    // A table of the text that is wider than its page, as on a phone, is drawn as one block for each row, with the column's
    // title before each cell. The roles keep it a table for a screen reader, which reads the titles by itself.
    const tables = [...document.querySelectorAll(".content main > .table-wrapper > table")];
    for (const table of tables) {
        const titles = [...table.querySelectorAll("thead th")].map((title) => title.textContent);
        const give = (role, selector) => table.querySelectorAll(selector).forEach((it) => it.setAttribute("role", role));
        table.setAttribute("role", "table");
        give("rowgroup", "thead, tbody");
        give("row", "tr");
        give("columnheader", "thead th");
        give("cell", "td");
        for (const cell of table.querySelectorAll("td")) {
            const title = titles[cell.cellIndex] ?? "";
            cell.dataset.title = title.endsWith("?") ? `${title} ` : `${title}: `;
        }
    }
    function fitTables() {
        tables.forEach((table) => table.classList.remove("in-blocks"));
        const wide = tables.filter(({ parentElement: it }) => it.scrollWidth > it.clientWidth);
        wide.forEach((table) => table.classList.add("in-blocks"));
    }

    // What scrolls must be reachable by keyboard, but only then. Whether it does changes with the window, with the fonts
    // that arrive, and with what is opened.
    function makeReachable() {
        fitTables();
        for (const element of document.querySelectorAll("pre > code, .table-wrapper")) {
            if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
            else element.removeAttribute("tabindex");
        }
    }
    makeReachable();
    document.fonts.ready.then(makeReachable);
    addEventListener("load", makeReachable);
    addEventListener("resize", makeReachable);
    document.addEventListener("toggle", makeReachable, true);

    // The names above a diagram stay below mdBook's menu bar, which comes and goes.
    const menuBar = document.getElementById("mdbook-menu-bar");
    if (menuBar) {
        const tell = () => {
            const bottom = Math.max(0, menuBar.getBoundingClientRect().bottom);
            document.documentElement.style.setProperty("--menu-bottom", `${bottom}px`);
        };
        tell();
        addEventListener("scroll", tell, { passive: true });
        addEventListener("resize", tell);
        menuBar.setAttribute("role", "banner");
    }

    // mdBook's button for the table of contents is a label: no keyboard reaches it, and no screen reader knows what it
    // is. A real button takes its place. Where the contents cover the page, Escape closes them.
    const label = document.getElementById("mdbook-sidebar-toggle");
    const shown = document.getElementById("mdbook-sidebar-toggle-anchor");
    if (label && shown) {
        const { className, title, innerHTML } = label;
        const button = make("button", { type: "button", className, title, innerHTML });
        const tell = () => button.setAttribute("aria-expanded", shown.checked);
        button.setAttribute("aria-label", title);
        button.setAttribute("aria-controls", "mdbook-sidebar");
        button.addEventListener("click", () => label.click());
        shown.addEventListener("change", tell);
        tell();
        label.style.display = "none";
        label.after(button);
        document.addEventListener("keydown", (event) => {
            if (event.key !== "Escape" || !shown.checked || innerWidth > 620) return;
            label.click();
            button.focus();
        });
    }

    // The first stop of the keyboard leads past the table of contents.
    const main = document.querySelector("main");
    if (main) {
        main.id ||= "text";
        main.tabIndex = -1;
        document.body.prepend(make("a", { className: "skip-link", href: `#${main.id}` }, "Skip to the text"));
    }

    return { count, list, make, words, kept };
})();
