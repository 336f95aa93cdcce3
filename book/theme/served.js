// Only in the book that `cargo run` serves: it can play on demand, and tells the page when the book is made anew.
"use strict";

window.workbook_served = true;

(() => {
    let edition;
    let events;

    function listen() {
        events = new EventSource("/api/reload");
        // Another edition than before: it was made while nobody looked at this page, or the tool was started again.
        events.addEventListener("edition", (event) => {
            if (edition !== undefined && edition !== event.data) location.reload();
            edition = event.data;
        });
        events.addEventListener("reload", () => location.reload());
        // The book cannot be made: the page stays as it last was, and says why.
        events.addEventListener("defects", (event) => {
            document.getElementById("workbook-defects")?.remove();
            if (!event.data) return;
            const banner = document.createElement("div");
            banner.id = "workbook-defects";
            banner.setAttribute("role", "alert");
            const title = document.createElement("b");
            title.textContent = "The book cannot be made anew. This page is as it last was.";
            const text = document.createElement("pre");
            text.textContent = event.data;
            banner.append(title, text);
            document.querySelector("main")?.prepend(banner);
        });
    }

    // A browser has six connections to a server, for all its tabs: a page that nobody looks at gives its own back.
    document.addEventListener("visibilitychange", () => {
        events?.close();
        if (!document.hidden) listen();
    });
    if (!document.hidden) listen();
})();
