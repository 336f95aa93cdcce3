// Only in the book that `cargo run` serves: its server can play on demand, tells the page when the book is rebuilt, and
// when the learner has saved an exercise.
"use strict";

// What the pages ask the server. Only a page that was served by it can: what writes or runs takes a token, which no other
// site can read, as a header, which no form of another site can send.
window.workbookServed = (() => {
    const SILENT =
        "The workbook's server doesn't reply. Is `cargo run` still running in its terminal? Start it again, then try again.";
    let token;

    const unreadable = (status) =>
        `This page can't read the reply of the workbook's server (${status}). Reload the page. If that doesn't help, stop \`cargo run\` and start it again.`;

    // { ok, status, said }. Throws an Error with a sentence if there is no reply, or an AbortError.
    async function ask(path, options = {}) {
        let response;
        try {
            response = await fetch(path, options);
            return { ok: response.ok, status: response.status, said: await response.json() };
        } catch (error) {
            // The page itself wants it no more: that is no reason to alarm anybody.
            if (options.signal?.aborted) throw error;
            throw new Error(response ? unreadable(response.status) : SILENT);
        }
    }

    async function post(path, body, signal) {
        for (let again = false; ; again = true) {
            token ??= (await ask("/api/token")).said.token;
            const headers = { "Content-Type": "application/json", "X-Workbook-Token": token };
            const reply = await ask(path, { method: "POST", headers, body: JSON.stringify(body), signal });
            // The tool was started again since: it has another one.
            if (reply.said.kind !== "token" || again) return reply;
            token = undefined;
        }
    }

    return { get: (path) => ask(path), post };
})();

(() => {
    let version;
    let events;
    // How often each exercise was saved so far. `null`: not known yet.
    let saves = null;

    function listen() {
        events = new EventSource("/api/reload");
        // Another version than before: it was built while nobody looked at this page, or the tool was started again.
        events.addEventListener("version", (event) => {
            if (version !== undefined && version !== event.data) location.reload();
            version = event.data;
        });
        events.addEventListener("reload", () => location.reload());
        events.addEventListener("saves", (event) => {
            const now = JSON.parse(event.data);
            const saved = Object.keys(now).filter((exercise) => saves && now[exercise] !== saves[exercise]);
            saves = now;
            for (const exercise of saved) {
                document.dispatchEvent(new CustomEvent("workbook-saved", { detail: exercise }));
            }
        });
        // The terminal has checked something, or another page.
        events.addEventListener("progress", () => document.dispatchEvent(new CustomEvent("workbook-progress")));
        // The book can't be built: the page stays as it is, and says why.
        events.addEventListener("defects", (event) => {
            banner(event.data && "The book can't be rebuilt. You see the last version that could.", event.data);
        });
        events.addEventListener("open", () => banner(""));
        events.addEventListener("error", () => {
            // It tries again by itself. A server that is being started again is there in a moment.
            if (!document.hidden) setTimeout(() => {
                if (events.readyState === EventSource.CONNECTING && version !== undefined) {
                    banner("The workbook's server doesn't reply. Start cargo run again: this page then reloads.");
                }
            }, 3_000);
        });
    }

    function banner(title, text = "") {
        document.getElementById("workbook-defects")?.remove();
        if (!title) return;
        const box = document.createElement("div");
        box.id = "workbook-defects";
        box.setAttribute("role", "alert");
        box.append(Object.assign(document.createElement("b"), { textContent: title }));
        if (text) box.append(Object.assign(document.createElement("pre"), { textContent: text }));
        document.body.append(box);
    }

    // A browser has six connections to a server, for all its tabs. A page that nobody looks at doesn't hold one, and no
    // page takes one before it has loaded.
    document.addEventListener("visibilitychange", () => {
        events?.close();
        if (!document.hidden && document.readyState === "complete") listen();
    });
    addEventListener("load", () => {
        if (!document.hidden) listen();
    });
})();
