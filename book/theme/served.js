// Only in the book that `cargo run` serves: its server can play on demand, tells the page when the book is rebuilt, and
// when the learner has saved an exercise.
"use strict";

window.workbookServed = true;

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
