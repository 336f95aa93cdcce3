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

    const kept = {
        get(kind, page, question) {
            const key = JSON.stringify(["workbook", kind, page, question]);
            try {
                return JSON.parse(localStorage.getItem(key)) ?? unkept.get(key) ?? null;
            } catch {
                return unkept.get(key) ?? null;
            }
        },
        // Returns whether it outlasts this page.
        set(kind, page, question, value) {
            const key = JSON.stringify(["workbook", kind, page, question]);
            unkept.set(key, value);
            try {
                localStorage.setItem(key, JSON.stringify(value));
                return true;
            } catch {
                return false;
            }
        },
        // All that is kept of a kind, as [page, question, value].
        all(kind) {
            const keys = new Set(unkept.keys());
            try {
                for (let i = 0; i < localStorage.length; i++) keys.add(localStorage.key(i));
            } catch {
                // There is no storage: what this page knows is all.
            }
            const found = [];
            for (const key of keys) {
                if (!key.startsWith('["workbook",')) continue;
                const [, of, page, question] = JSON.parse(key);
                if (of === kind) found.push([page, question, kept.get(kind, page, question)]);
            }
            return found;
        },
    };

    // -- The page -----------------------------------------------------------------------------------------------------

    // mdBook takes the arrow keys, `s`, `/` and `?` for itself, even on a button.
    function keepKeys(element) {
        element.addEventListener("keydown", (event) => {
            if (event.key !== "Escape") event.stopPropagation();
        });
    }
    document.querySelectorAll(".play, .choices, .claims, .card, .own-words").forEach(keepKeys);

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
