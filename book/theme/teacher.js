// For the teacher: a second window with the notes of the page, the clock against the plan, and what comes next. It is the
// same page with `?notes` in its address. Once a second it asks the window that opened it which page it shows, and goes
// there too. The two speak by messages: a channel or the storage wouldn't reach from one file of a folder to another.
"use strict";

(() => {
    const { make } = workbook;
    const QUESTION = "workbook: which page?";
    const book = new URL(path_to_root || "./", location.href).href;
    const own = decodeURI(location.href.split(/[?#]/)[0].slice(book.length)) || "index.html";
    const asked = new URLSearchParams(location.search);
    if (asked.has("notes")) showNotes();
    else answer();

    // -- The first window -----------------------------------------------------------------------------------------------

    function answer() {
        addEventListener("message", (event) => {
            if (event.data === QUESTION) event.source?.postMessage({ workbook: own, at: heading() }, "*");
        });
        for (const button of document.querySelectorAll(".second-window")) {
            button.addEventListener("click", () => {
                const address = new URL(location.href.split(/[?#]/)[0]);
                address.search = new URLSearchParams({ notes: "", session: button.dataset.session ?? "" });
                const opened = open(address, "workbook-notes", "popup,width=560,height=820");
                if (!opened) button.after(make("span", { role: "alert" }, " The browser blocked it. Allow pop-ups for this page."));
            });
        }
        for (const button of document.querySelectorAll(".unfold")) {
            let folds;
            button.setAttribute("aria-pressed", "false");
            button.addEventListener("click", () => {
                const isOpen = button.getAttribute("aria-pressed") === "true";
                folds = isOpen ? folds : [...document.querySelectorAll("main details:not([open])")];
                for (const fold of folds) fold.open = !isOpen;
                button.setAttribute("aria-pressed", !isOpen);
            });
        }
    }

    // The section that is on the screen.
    function heading() {
        const above = [...document.querySelectorAll("main h2")].filter((it) => it.getBoundingClientRect().top < innerHeight / 2);
        return above.at(-1)?.textContent ?? "";
    }

    // -- The second -----------------------------------------------------------------------------------------------------

    function showNotes() {
        document.documentElement.classList.add("notes-window");
        // mdBook turns pages with the arrow keys. Here the first window does.
        const keep = (event) => /^Arrow(Left|Right)$/.test(event.key) && event.stopPropagation();
        addEventListener("keydown", keep, true);

        const main = document.querySelector("main");
        const title = main.querySelector("h1")?.textContent ?? document.title;
        const plan = JSON.parse(main.querySelector(".teacher")?.dataset.plan ?? '{"parts":[],"sessions":[]}');
        const sessions = new Map(plan.sessions.map((it) => [it.name, it]));
        let session = asked.get("session") ?? "";
        // When the session began, in milliseconds; of a single page, when the page did.
        let began = Number(asked.get("began")) || null;

        const choose = make("select", { id: "session" }, make("option", { value: "" }, "this page alone"));
        // A session that this page isn't in stays chosen: the clock goes on.
        for (const name of new Set([...sessions.keys(), session])) if (name) choose.append(make("option", { value: name }, name));
        choose.value = session;
        const start = make("button", { type: "button" });
        const clock = make("p", { className: "clock" });
        clock.setAttribute("role", "timer");
        const parts = make("ol", { className: "plan" });
        const [next, first] = [make("p", { className: "then" }), make("p", { className: "first-window" })];
        const panel = make(
            "section",
            { className: "notes-panel" },
            make("p", { className: "bar" }, make("label", { htmlFor: "session" }, "Plan: "), choose, " ", start),
            clock,
            parts,
            next,
            first,
        );
        panel.setAttribute("aria-label", "Clock and plan");

        // The notes, and what the class doesn't see yet.
        const notes = make("div", { className: "notes" }, make("h1", {}, title), panel);
        const from = main.querySelector("h2[id='for-the-teacher']");
        const solutions = [...main.querySelectorAll(".card .solution")];
        const models = [...main.querySelectorAll(".own-words details")];
        const all = [...main.children];
        if (from) notes.append(...all.slice(all.indexOf(from)));
        else notes.append(make("p", {}, "This page has no notes."));
        if (solutions.length + models.length) notes.append(make("h2", {}, "Folded on the page"), ...solutions, ...models);
        for (const link of notes.querySelectorAll("a[href]")) link.target = "_blank";
        notes.querySelectorAll(".teacher .scripted").forEach((it) => it.remove());
        main.replaceChildren(notes);

        function address(path) {
            const to = new URL(path, book);
            to.search = new URLSearchParams({ notes: "", session, ...(began && { began }) });
            return to.href;
        }

        // What the address says outlasts a reload.
        const remember = () => history.replaceState(null, "", address(own));
        start.addEventListener("click", () => {
            began = began ? null : Date.now();
            remember();
            draw();
        });
        choose.addEventListener("change", () => {
            session = choose.value;
            remember();
            draw();
        });

        function draw() {
            start.textContent = began ? "Stop the clock" : "Start the clock";
            const planned = sessions.get(session);
            const [at, until] = planned ? [planned.at, planned.until] : [0, Infinity];
            const sum = (some) => some.reduce((all, part) => all + part.minutes, 0);
            // In some sessions the exercise is for home.
            const isHere = sum(plan.parts) <= until - at;
            const shown = plan.parts.filter((part) => isHere || !part.name.startsWith("Exercise"));
            const end = planned ? until : sum(shown);
            const now = began ? Math.max(0, Date.now() - began) / 60_000 : null;

            let minute = at;
            const lines = shown.map((part) => {
                const line = make("li", {}, `${part.name}, ${part.minutes} min `, make("span", {}, `${time(minute)}–${time(minute + part.minutes)}`));
                if (now !== null && now >= minute && now < minute + part.minutes) {
                    line.setAttribute("aria-current", "step");
                    line.append(" ◀ now, by the plan");
                }
                minute += part.minutes;
                return line;
            });
            parts.replaceChildren(...(session && !planned ? [] : lines));
            clock.replaceChildren(...said(now, at, end));
            next.textContent = planned
                ? `Next, at ${time(planned.until)}: ${planned.next}`
                : session
                  ? `This page isn't in the plan “${session}”.`
                  : "";
        }

        function said(now, at, end) {
            if (now === null) return ["The clock isn't running."];
            const late = session && !sessions.has(session) ? 0 : now > end ? now - end : Math.min(0, now - at);
            const minutes = (n) => workbook.count(Math.max(1, Math.round(n)), "minute");
            const judged = late > 0 ? `${minutes(late)} behind the plan` : late < 0 ? `${minutes(-late)} ahead of the plan` : "within the plan";
            return [make("b", {}, time(now, true)), ` since the beginning: ${judged}.`];
        }

        // Minutes as 1:05, or with their seconds as 1:05:09.
        function time(minutes, exact) {
            const two = (n) => String(Math.floor(n)).padStart(2, "0");
            return `${Math.floor(minutes / 60)}:${two(minutes % 60)}${exact ? `:${two((minutes * 60) % 60)}` : ""}`;
        }

        let heard = Date.now();
        addEventListener("message", (event) => {
            const page = event.data?.workbook;
            if (event.source !== opener || typeof page !== "string" || !page.endsWith(".html")) return;
            heard = Date.now();
            first.textContent = event.data.at ? `The first window shows: ${event.data.at}` : "";
            if (page === own || !new URL(page, book).href.startsWith(book)) return;
            // Of a single page the clock begins again with the page.
            if (!session && began) began = Date.now();
            location.replace(address(page));
        });

        function tick() {
            draw();
            opener?.postMessage(QUESTION, "*");
            if (!opener || opener.closed || Date.now() - heard > 4_000) {
                first.textContent = "The first window doesn't reply. To be in step again, open the notes from its page.";
            }
        }
        tick();
        setInterval(tick, 1_000);
    }
})();
