// Only in the book that `cargo run` serves: it can play on demand, and tells the page when the book is made anew.
"use strict";

window.workbook_served = true;

(() => {
    const events = new EventSource("/api/reload");
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
})();
