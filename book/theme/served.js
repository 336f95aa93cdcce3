// Only in the book that `cargo run` serves: its server can play on demand, and tells the page when the book is rebuilt.
"use strict";

window.workbookServed = true;

(() => {
    let version;
    let events;

    function listen() {
        events = new EventSource("/api/reload");
        // Another version than before: it was built while nobody looked at this page, or the tool was started again.
        events.addEventListener("version", (event) => {
            if (version !== undefined && version !== event.data) location.reload();
            version = event.data;
        });
        events.addEventListener("reload", () => location.reload());
        // The book can't be built: the page stays as it is, and says why.
        events.addEventListener("defects", (event) => {
            document.getElementById("workbook-defects")?.remove();
            if (!event.data) return;
            const banner = document.createElement("div");
            banner.id = "workbook-defects";
            banner.setAttribute("role", "alert");
            const title = document.createElement("b");
            title.textContent = "The book can't be rebuilt. You see the last version that could.";
            const text = document.createElement("pre");
            text.textContent = event.data;
            banner.append(title, text);
            document.querySelector("main")?.prepend(banner);
        });
    }

    // A browser has six connections to a server, for all its tabs. A page that nobody looks at doesn't hold one.
    document.addEventListener("visibilitychange", () => {
        events?.close();
        if (!document.hidden) listen();
    });
    if (!document.hidden) listen();
})();
