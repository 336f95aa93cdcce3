// How the exercises stand: on their cards, in the table of contents, and in one place, "Where am I". In the served book the
// server knows, and the terminal shares it. Elsewhere the reader marks what is done, and this browser keeps it.
"use strict";

(() => {
    const { count, kept, make, words } = workbook;
    const served = window.workbookServed;
    // A sign for the eye, and words for everyone. What is new has neither.
    const STATES = {
        begun: ["◐", "begun"],
        passed: ["✓", "passed"],
        "changed-since": ["↻", "passed before, changed since"],
        done: ["✓", "done"],
    };
    const isDone = (exercise) => exercise.state === "passed" || exercise.state === "done";
    const cards = [...document.querySelectorAll(".card[data-exercise]")];
    let exercises = [];
    // What was done in each, as the server keeps it.
    let work = {};
    // Where the reader was, and what comes next, by name.
    let last = null;
    let next = null;

    // Called by `stages/exercises.js`.
    workbook.addExercises = (list) => {
        exercises = list;
        readKept();
    };

    // -- Where the states come from -----------------------------------------------------------------------------------

    function readKept() {
        for (const exercise of exercises) exercise.state = kept.get("done", exercise.name, "") ? "done" : "new";
        draw();
    }

    // The server is asked once more for all that changed while it was asked.
    let asking = false;
    let again = false;
    async function ask() {
        if (asking) {
            again = true;
            return;
        }
        asking = true;
        try {
            const asked = kept.sends();
            const { ok, said } = await served.get("/api/progress");
            if (!ok) throw new Error(said.error);
            ({ exercises, work, last, next } = said);
            kept.take(said.page, asked);
            draw();
            tell(said.notices.join(" "));
        } catch (error) {
            tell(error.message);
        }
        asking = false;
        if (again) {
            again = false;
            ask();
        }
    }
    workbook.askProgress = served ? ask : () => {};

    // What the reader should hear of the progress itself. It is there from the beginning: else a screen reader may say nothing.
    const notice = make("p", { id: "workbook-notice" });
    notice.setAttribute("role", "status");
    document.querySelector("main")?.prepend(notice);
    function tell(sentence) {
        if (notice.textContent !== sentence.replaceAll("`", "")) notice.replaceChildren(...words(sentence));
    }
    document.addEventListener("workbook-refused", ({ detail }) => tell(detail));

    // -- On the cards and in the table of contents --------------------------------------------------------------------

    function sign(state) {
        const [sign, word] = STATES[state] ?? [];
        if (!sign) return [];
        const mark = make("i", {}, sign);
        mark.setAttribute("aria-hidden", "true");
        return [mark, ` ${word}`];
    }

    function draw() {
        for (const card of cards) {
            const exercise = exercises.find(({ name }) => name === card.dataset.exercise);
            if (exercise) drawCard(card, exercise);
        }
        drawContents();
        drawButton();
    }

    function drawCard(card, exercise) {
        let chip = card.querySelector(".state");
        if (!chip) {
            chip = make("span", { className: "state" });
            card.querySelector(".minutes").before(chip);
        }
        chip.dataset.state = exercise.state;
        chip.replaceChildren(...sign(exercise.state));
        chip.hidden = !chip.childNodes.length;
        const box = card.querySelector(".mark-done input");
        if (box) box.checked = exercise.state === "done";
        if (served) showHints(card, exercise);
    }

    function drawContents() {
        for (const link of document.querySelectorAll("#mdbook-sidebar .chapter a[href]:not(.header-in-summary)")) {
            const { pathname, hash } = new URL(link.href);
            const here = hash ? [] : exercises.filter(({ page }) => pathname.endsWith(`/${page}`));
            link.querySelector(".standing")?.remove();
            const done = here.filter(isDone).length;
            const state =
                here.length && done === here.length
                    ? here[0].state
                    : ["changed-since", "begun"].find((state) => here.some((one) => one.state === state)) ??
                      (done ? "begun" : null);
            if (!state) continue;
            const standing = make("span", { className: "standing" }, "\u00a0");
            const mark = make("i", {}, STATES[state][0]);
            mark.setAttribute("aria-hidden", "true");
            const all = here.length === 1 ? STATES[state][1] : `${done} of ${here.length} exercises ${served ? "passed" : "done"}`;
            standing.append(mark, make("span", { className: "visually-hidden" }, ` (${all})`));
            link.append(standing);
        }
    }

    // -- The cards' own controls --------------------------------------------------------------------------------------

    function setUpCard(card) {
        const name = card.dataset.exercise;
        if (!served) {
            const box = make("input", { type: "checkbox" });
            box.addEventListener("change", () => {
                kept.set("done", name, "", box.checked || null);
                readKept();
            });
            card.append(make("label", { className: "mark-done" }, box, " I've done this exercise"));
            return;
        }
        const button = make("button", { type: "button", className: "work-here" }, "Work here");
        button.setAttribute("aria-label", `Work here: ${name}`);
        button.addEventListener("click", () => openEditor(card, button));
        card.querySelector(".todo")?.before(button);
        card.querySelector("details.solution")?.addEventListener("toggle", (event) => {
            if (event.target.open) workbook.solutionShown(name);
        });
        // The book was built again, and the page with it: the reader goes on where they were.
        if (working.get() === name) openEditor(card, button, false);
    }

    // One more hint at each press. How many were shown, the terminal knows, too.
    function showHints(card, exercise) {
        const hints = [...card.querySelectorAll("details.hint")];
        let more = card.querySelector(".more-hints");
        if (!more) {
            more = make("button", { type: "button", className: "more-hints" });
            hints.at(-1)?.after(more);
            more.addEventListener("click", () => {
                const number = Number(more.dataset.shown) + 1;
                showUntil(number);
                const hint = hints[number - 1];
                hint.open = true;
                hint.querySelector("summary").focus();
                tellOf("/api/hint", { exercise: exercise.name, number });
            });
        }
        const showUntil = (shown) => {
            more.dataset.shown = shown;
            hints.forEach((hint, i) => (hint.hidden = i >= shown));
            more.hidden = shown >= hints.length;
            more.textContent = shown ? `Next hint (${shown + 1} of ${hints.length})` : `A hint (1 of ${hints.length})`;
        };
        showUntil(Math.max(exercise.hints, Number(more.dataset.shown ?? 0)));
    }

    // Why it couldn't be sent, as a sentence. Empty: it was.
    async function send(path, body) {
        try {
            const { ok, said } = await served.post(path, body);
            return ok ? "" : said.error;
        } catch (error) {
            return error.message;
        }
    }

    const tellOf = async (path, body) => tell(await send(path, body));
    workbook.solutionShown = (exercise) => tellOf("/api/solution", { exercise });

    // The exercise whose editor is open in this tab. A browser that keeps nothing forgets it.
    const working = {
        get() {
            try {
                return sessionStorage.getItem("workbook-working");
            } catch {
                return null;
            }
        },
        set(name) {
            try {
                if (name) sessionStorage.setItem("workbook-working", name);
                else sessionStorage.removeItem("workbook-working");
            } catch {
                // Then it's closed after a reload.
            }
        },
    };

    // The editor is loaded when somebody wants it.
    let loading;
    async function openEditor(card, button, focus = true) {
        if (button.getAttribute("aria-disabled") === "true") return;
        button.setAttribute("aria-disabled", "true");
        loading ??= new Promise((resolve, reject) => {
            const script = make("script", { src: `${path_to_root}work.js`, onload: resolve });
            script.onerror = () => {
                loading = undefined;
                reject(new Error("The editor can't be loaded. Is `cargo run` still running?"));
            };
            document.head.append(make("link", { rel: "stylesheet", href: `${path_to_root}work.css` }), script);
        });
        try {
            await loading;
            const closed = () => {
                working.set(null);
                button.hidden = false;
                button.focus();
            };
            await workbook.openWork(card, card.dataset.exercise, { focus, closed });
            working.set(card.dataset.exercise);
            button.hidden = true;
            tell("");
        } catch (error) {
            tell(error.message);
        }
        button.removeAttribute("aria-disabled");
    }

    // -- Where am I ---------------------------------------------------------------------------------------------------

    const menu = document.querySelector("#mdbook-menu-bar .left-buttons");
    const open = make("button", { type: "button", className: "where-am-i", hidden: true });
    const dialog = make("dialog", { className: "where" });
    dialog.setAttribute("aria-labelledby", "where-am-i");
    // The arrow keys and `s` are mdBook's.
    dialog.addEventListener("keydown", (event) => event.stopPropagation());
    dialog.addEventListener("click", (event) => {
        if (event.target === dialog) dialog.close();
    });
    const standing = make("div");
    open.addEventListener("click", () => {
        drawDialog();
        dialog.replaceChildren(standing, ...keeping());
        dialog.showModal();
    });
    menu?.append(open);
    document.body.append(dialog);

    const passed = () => exercises.filter(isDone).length;
    const verb = served ? "passed" : "done";

    function drawButton() {
        open.hidden = !exercises.length;
        const mark = make("i", {}, "✓");
        mark.setAttribute("aria-hidden", "true");
        const unseen = (words) => make("span", { className: "visually-hidden" }, words);
        open.replaceChildren(mark, unseen("Where am I?"), ` ${passed()}/${exercises.length}`, unseen(` exercises ${verb}`));
        open.title = "Where am I?";
        // Who is in it keeps their place, unless something has changed.
        const shown = JSON.stringify([exercises, last]);
        if (dialog.open && shown !== drawDialog.shown) drawDialog();
    }

    function time(minutes) {
        const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
        if (!hours) return count(rest, "minute");
        return rest ? `${count(hours, "hour")} ${count(rest, "minute")}` : count(hours, "hour");
    }

    function link({ name, page, title }) {
        const to = make("a", { href: `${path_to_root}${page}#exercise` }, make("code", {}, name), `: ${title}`);
        to.addEventListener("click", () => dialog.close());
        return to;
    }

    // The part of the book that it is in, as the table of contents calls it.
    function partOf({ page, part }) {
        let title = part;
        for (const item of document.querySelectorAll("#mdbook-sidebar .chapter > li")) {
            if (item.classList.contains("part-title")) title = item.textContent.trim();
            const links = [...item.querySelectorAll("a[href]")];
            if (links.some(({ href }) => new URL(href).pathname.endsWith(`/${page}`))) return title;
        }
        return part;
    }

    function nextExercise() {
        if (served) return exercises.find(({ name }) => name === next);
        const left = exercises.filter((exercise) => !isDone(exercise));
        return left.find(({ further }) => !further) ?? left[0];
    }

    function drawDialog() {
        const left = exercises.filter((exercise) => !isDone(exercise));
        const sum = (some) => some.reduce((all, { minutes }) => all + minutes, 0);
        const [must, further] = [left.filter((it) => !it.further), left.filter((it) => it.further)];
        const bar = make("progress", { max: exercises.length, value: passed() });
        bar.setAttribute("aria-label", `Exercises ${verb}`);
        const upcoming = nextExercise();
        const leftover = [
            must.length ? `About ${time(sum(must))} are left.` : "",
            further.length ? `The further steps take ${time(sum(further))}.` : "",
        ];
        const parts = new Map();
        for (const exercise of exercises) {
            const part = partOf(exercise);
            parts.set(part, [...(parts.get(part) ?? []), exercise]);
        }
        const list = [...parts].flatMap(([part, some]) => [
            make("h3", {}, `${part}: ${some.filter(isDone).length} of ${some.length}`),
            make("ul", {}, ...some.map((exercise) => {
                const about = `${exercise.question}, ${exercise.minutes} min${exercise.further ? ", a further step" : ""}`;
                const state = make("span", { className: "state" }, ...sign(exercise.state));
                state.dataset.state = exercise.state;
                return make("li", {}, link(exercise), " ", make("small", {}, about), " ", state);
            })),
        ]);
        const close = make("button", { type: "button", className: "close" }, "Close");
        close.addEventListener("click", () => dialog.close());
        const heading = make("h2", { id: "where-am-i", tabIndex: -1 }, "Where am I?");
        drawDialog.shown = JSON.stringify([exercises, last]);
        const focused = standing.contains(document.activeElement) ? document.activeElement : null;
        standing.replaceChildren(
            make("div", { className: "heading" }, heading, close),
            make("p", {}, `${passed()} of ${exercises.length} exercises ${verb}. ${leftover.filter(Boolean).join(" ")}`),
            bar,
            make("p", {}, ...(upcoming ? [upcoming.name === last ? "You are at " : "Next: ", link(upcoming)] : ["All of them are done."])),
            ...list,
        );
        // Whoever was at a link or a button is at the same one again.
        const again = [...standing.querySelectorAll("a, button")].filter((it) => it.textContent === focused?.textContent);
        if (focused) (again.at(-1) ?? heading).focus();
    }

    // -- What is kept -------------------------------------------------------------------------------------------------

    function keeping() {
        const status = make("p", { className: "keeping-status" });
        status.setAttribute("role", "status");
        const where = served ? "in the folder `.workbook` of the workbook" : "in this browser";
        const saveButton = make("button", { type: "button" }, "Save to a file");
        saveButton.addEventListener("click", () => {
            const text = JSON.stringify({ workbook: "kept", version: 1, kept: kept.everything(), work }, null, 1);
            // Who saves each week finds each week's.
            const name = `my-workbook-${new Date().toISOString().slice(0, 10)}.json`;
            kept.download(new Blob([text], { type: "application/json" }), name);
            const code = served ? " Your code isn't in it. To take that along, copy the folder `exercises`." : "";
            status.replaceChildren(...words(`Saved as \`${name}\`.${code}`));
        });
        const file = make("input", { type: "file", accept: ".json,application/json", hidden: true });
        const loadButton = make("button", { type: "button" }, "Load from a file");
        loadButton.addEventListener("click", () => file.click());
        file.addEventListener("change", async () => {
            const [chosen] = file.files;
            if (!chosen) return;
            status.textContent = await load(chosen);
            // The same one may be chosen again.
            file.value = "";
        });
        const eraseButton = make("button", { type: "button" }, "Erase for the next class");
        eraseButton.addEventListener("click", () => {
            const number = Object.keys(kept.everything()).length;
            const what = served
                ? `${count(number, "answer")} of yours, and the progress of all exercises, in every browser. Your code stays. The command \`cargo workbook reset all\` puts all exercises back as they were shipped`
                : `${count(number, "answer")} of yours, and what you marked as done`;
            const yes = make("button", { type: "button" }, "Erase it all");
            const no = make("button", { type: "button" }, "Keep it");
            status.replaceChildren(...words(`This erases ${what}. It can't be undone. `), yes, " ", no);
            no.focus();
            no.addEventListener("click", () => {
                status.textContent = "Nothing was erased.";
                eraseButton.focus();
            });
            yes.addEventListener("click", async () => {
                const failed = served && (await send("/api/erase", { everything: "yes" }));
                if (failed) {
                    status.replaceChildren(...words(`✗ Nothing was erased. ${failed}`));
                    eraseButton.focus();
                    return;
                }
                working.set(null);
                kept.erase();
                location.reload();
            });
        });
        return [
            make("h3", {}, "What is kept"),
            make("p", {}, ...words(`Your choices, your own words and your progress are kept ${where}.`)),
            make("p", { className: "keeping" }, saveButton, " ", loadButton, " ", eraseButton, file),
            status,
        ];
    }

    // Takes what was saved to a file. Returns what to say of it.
    async function load(chosen) {
        let number, said;
        try {
            said = JSON.parse(await chosen.text());
            if (said.workbook !== "kept" || said.version !== 1) throw new Error("not ours");
            number = kept.replace(said.kept);
        } catch {
            return "✗ That isn't a file that was saved here. Nothing was changed.";
        }
        const passed = Object.entries(said.work ?? {}).filter(([, { passed }]) => passed);
        if (served) {
            const failed = await send("/api/take", { work: said.work ?? {} });
            if (failed) return `✗ The answers were loaded, and the progress wasn't. ${failed}`;
            ask();
        } else {
            for (const [name] of passed) kept.set("done", name, "", true);
            readKept();
        }
        return `Loaded ${count(number, "answer")}, and ${count(passed.length, "exercise")} that passed.`;
    }

    // -- Beginning ----------------------------------------------------------------------------------------------------

    cards.forEach(setUpCard);
    if (served) {
        ask();
        for (const event of ["workbook-progress", "workbook-saved"]) document.addEventListener(event, ask);
    } else {
        document.addEventListener("workbook-kept", readKept);
        // A script, not a fetch: it also loads from a file.
        document.head.append(make("script", { src: `${path_to_root}stages/exercises.js` }));
    }
})();
