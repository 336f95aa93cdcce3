// The stage on a page: what was recorded is on the page already. This lets the reader go on from there.
//
// A click adds a step. The server of `cargo run` plays all the steps again; elsewhere the book's build has played every
// sequence of clicks to some depth, and `stages/ID.js` has the recordings. Both give steps of one form:
// { step, html, lines, heard, difference }, where `difference` is null or { extra, missing }. What differs from the
// solution is decided there, not here.
"use strict";

const workbook = (() => {
    const SOLUTION = "solution";
    const LEARNER = "mine";
    const served = Boolean(window.workbookServed);
    const recordings = {};

    // Why there is no play: a sentence for the reader, and a compiler's message.
    class Failure extends Error {
        constructor(sentence, compiler) {
            super(sentence);
            this.compiler = compiler;
        }
    }

    // -- Where plays come from ----------------------------------------------------------------------------------------

    // The served book: `{ steps, error, output }` of the recorded scene and the clicks after it.
    async function fetchPlay(stage, server, clicks) {
        const { exercise, scene, columns, actions } = stage.data;
        const steps = clicks.map((click) => actions[click].step);
        let response;
        let body;
        try {
            response = await fetch("/api/play", {
                method: "POST",
                headers: { "Content-Type": "application/json" },
                body: JSON.stringify({ exercise, scene, server, steps, columns }),
            });
            body = await response.json();
        } catch {
            throw new Failure(
                response
                    ? `This page can't read the reply of the workbook's server (${response.status}). Reload the page. If that doesn't help, stop cargo run and start it again.`
                    : "The workbook's server doesn't reply. Is cargo run still running in its terminal? Start it again, then click again.",
            );
        }
        if (!response.ok) {
            throw new Failure(body.error ?? `The play failed (${response.status}).`, body.compiler);
        }
        return body;
    }

    // The static book: the same, looked up in the recordings.
    async function lookUpPlay(stage, server, clicks) {
        const recording = (await loadRecordings(stage))[server];
        if (!recording) {
            throw new Failure("This page has no recording of that server. Build the book again.");
        }
        const steps = [...recording.steps];
        let here = recording;
        for (const click of clicks) {
            // The play has ended: nothing comes after that.
            if (here.error) break;
            if (!here.next) {
                throw new Failure(
                    `This page has recordings of ${count(clicks.length - 1, "click")} in a row, no more. To go on as long as you like, run cargo run in the workbook's folder and open this page there.`,
                );
            }
            here = here.next[click];
            if (!here) {
                throw new Failure(
                    `“${stage.data.actions[click].label}” can't be played here: a client must be connected to act.`,
                );
            }
            steps.push(here.step);
        }
        return { steps, error: here.error ?? null, output: "" };
    }

    // A script, not a fetch: it also loads from a file.
    function loadRecordings(stage) {
        stage.recordings ??= new Promise((resolve, reject) => {
            const script = document.createElement("script");
            script.src = path_to_root + stage.data.recordings;
            script.onload = () => resolve(recordings[stage.root.id] ?? {});
            script.onerror = () => {
                stage.recordings = undefined;
                reject(new Failure(`The recordings (${stage.data.recordings}) can't be loaded. Are you offline?`));
            };
            document.head.append(script);
        });
        return stage.recordings;
    }

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

    // What is right and what is wrong about a guess, in words.
    function judge(guess, heard) {
        const right = guess.filter((name) => heard.includes(name));
        const silent = guess.filter((name) => !heard.includes(name));
        const missed = heard.filter((name) => !guess.includes(name));
        if (silent.length + missed.length === 0) {
            return `✓ Your guess was right: ${heard.length ? `${list(heard)} heard it, and nobody else` : "nobody heard it"}.`;
        }
        const parts = [];
        if (right.length) parts.push(`right about ${list(right)}`);
        if (missed.length) parts.push(`you left out ${list(missed)}, who did hear it`);
        if (silent.length) parts.push(`you named ${list(silent)}, who heard nothing`);
        return `✗ Not quite: ${parts.join("; ")}.`;
    }

    // -- One stage ----------------------------------------------------------------------------------------------------

    function setUp(root) {
        const stage = {
            root,
            data: JSON.parse(root.dataset.stage),
            server: SOLUTION,
            clicks: [],
            turn: 0,
            steps: root.querySelector(".steps"),
            text: root.querySelector(".as-text pre"),
        };
        stage.recorded = {
            html: stage.steps.innerHTML,
            text: stage.text.textContent,
            count: stage.steps.children.length,
        };
        // What the page shows: after which clicks, and each step as data. Of the recorded scene there is no data.
        stage.shown = { clicks: [], steps: null };

        const { columns, actions } = stage.data;
        stage.select = make("select", {}, ...serverOptions(stage));
        stage.select.addEventListener("change", () => {
            stage.server = stage.select.value;
            show(stage);
        });
        root.querySelector(".bar").append(make("label", {}, "Server: ", stage.select));

        stage.claim = make("p", { className: "claim-played", hidden: true });
        root.querySelector(".bar").after(stage.claim);

        // What just happened. A screen reader announces it.
        stage.status = make("div", { className: "status" });
        stage.status.setAttribute("role", "status");
        stage.output = make("div");

        // The last box stands for nobody, and excludes the others.
        const boxes = [...columns, ""].map((name) => make("input", { type: "checkbox", value: name }));
        for (const box of boxes) {
            box.addEventListener("change", () => {
                for (const other of boxes) {
                    if (box.checked && other !== box && (!box.value || !other.value)) other.checked = false;
                }
            });
        }
        stage.boxes = boxes;
        const guess = make(
            "fieldset",
            { className: "guess" },
            make("legend", {}, "Who will hear it? Guess first, if you like."),
            ...boxes.map((box) => make("label", {}, box, box.value || "nobody")),
        );

        const buttons = actions.map((action, i) => {
            const button = make("button", { type: "button" }, action.label);
            button.addEventListener("click", () => click(stage, i, button));
            return button;
        });
        stage.startOver = make("button", { type: "button" }, "↺ start over");
        stage.startOver.addEventListener("click", () => {
            stage.clicks = [];
            show(stage, { keep: stage.startOver });
        });
        stage.controls = make(
            "div",
            { className: "controls" },
            guess,
            make("fieldset", {}, make("legend", {}, "Let it happen:"), make("div", { className: "actions" }, ...buttons)),
            stage.startOver,
        );
        root.querySelector(".as-text").before(stage.status, stage.controls, stage.output);
    }

    function serverOptions(stage) {
        const option = (name, label) => make("option", { value: name }, label);
        const mistakes = stage.data.servers.filter((server) => server.name !== SOLUTION);
        const options = [option(SOLUTION, "the solution")];
        if (mistakes.length) {
            const group = make("optgroup", { label: "known mistakes" });
            group.append(...mistakes.map((server) => option(server.name, server.label ?? server.name)));
            options.push(group);
        }
        if (served) options.push(option(LEARNER, "your code"));
        return options;
    }

    async function click(stage, action, button) {
        const ticked = stage.boxes.filter((box) => box.checked);
        const guess = ticked.length ? ticked.map((box) => box.value).filter(Boolean) : null;
        stage.clicks.push(action);
        await show(stage, { guess, keep: button, added: true });
    }

    // Plays the clicks over the chosen server and shows what happens.
    async function show(stage, { guess = null, keep = null, added = false } = {}) {
        const turn = ++stage.turn;
        const { server } = stage;
        const clicks = [...stage.clicks];
        const play = served ? fetchPlay : lookUpPlay;
        let played = { steps: null };
        let failure = null;
        // Only the steps are busy: the status is announced meanwhile.
        stage.steps.setAttribute("aria-busy", "true");
        // The first time, the compiler needs a while.
        if (server === LEARNER) announce(stage, "Your code is being compiled and played …");
        try {
            if (server !== SOLUTION || clicks.length) played = await play(stage, server, clicks);
        } catch (error) {
            failure = error instanceof Failure ? error : new Failure(`Script error: ${error.message}`);
        }
        // Another click came in the meantime: what it asks for is shown, not this.
        if (turn !== stage.turn) return;
        stage.steps.removeAttribute("aria-busy");

        const before = keep?.getBoundingClientRect().top;
        if (failure) {
            announce(stage, `✗ ${failure.message}`, failure.compiler);
            // What couldn't be played has not happened; nor has an earlier click whose play was never shown.
            if (added) stage.clicks = [...stage.shown.clicks];
            else clear(stage);
        } else {
            draw(stage, played);
            announce(stage, report(stage, played, { guess, added }));
            for (const box of stage.boxes) box.checked = false;
        }
        showClaim(stage);
        // The new step comes in above the controls. The button that was clicked stays under the pointer.
        if (keep) window.scrollBy({ top: keep.getBoundingClientRect().top - before, behavior: "instant" });
    }

    function draw(stage, played) {
        const before = stage.shown.steps;
        stage.shown = { clicks: [...stage.clicks], steps: null };
        stage.output.replaceChildren();
        if (!played.steps) {
            stage.steps.innerHTML = stage.recorded.html;
            stage.text.textContent = stage.recorded.text;
            return;
        }
        const first = stage.recorded.count;
        const old = [...stage.steps.children];
        stage.shown.steps = played.steps.map((step) => JSON.stringify(step));
        const next = played.steps.map((step, i) => {
            const element = make("template", { innerHTML: step.html }).content.firstElementChild;
            if (i >= first) element.classList.add("clicked");
            markDifference(element, step.difference);
            // A step that stays the same stays open where the reader opened it, and isn't animated again.
            const stays = before ? before[i] === stage.shown.steps[i] : !step.difference && i < first;
            return (stays && old[i]) || element;
        });
        stage.steps.replaceChildren(...next);
        const text = played.steps.flatMap((step) => [step.step, ...step.lines.map((line) => `  ${line}`)]);
        if (played.error) text.push(`  ${played.error}`);
        stage.text.textContent = text.join("\n");
        if (played.error) {
            stage.output.append(make("p", { className: "error" }, `✗ ${played.error}`));
        }
        if (played.slow) stage.output.append(make("p", {}, played.slow));
        if (played.output) {
            const output = make("details", { className: "output", open: true });
            output.append(make("summary", {}, "what your code printed"), make("pre", {}, played.output));
            stage.output.append(output);
        }
    }

    // Nothing can be shown of this server.
    function clear(stage) {
        stage.shown = { clicks: [...stage.clicks], steps: [] };
        stage.steps.replaceChildren();
        stage.text.textContent = "";
        stage.output.replaceChildren();
    }

    // Marks what differs from the solution, with a sign and in words.
    function markDifference(element, difference) {
        if (!difference) return;
        const { extra, missing } = difference;
        element.classList.add("differs");
        // The items that are read aloud are the lines of the step, in their order.
        const items = element.querySelectorAll(".picture > li:not([aria-hidden])");
        for (const line of extra) {
            items[line]?.classList.add("differs");
            items[line]?.querySelector(".label").prepend("≠ ");
        }
        const note = make("div", { className: "differs-note" }, make("b", {}, "≠ This step differs."));
        if (missing.length) {
            note.append(" With the solution:", make("ul", {}, ...missing.map((line) => make("li", {}, line))));
        } else if (extra.length) {
            note.append(" With the solution, what is marked ≠ doesn't happen.");
        } else {
            note.append(" The play ended here.");
        }
        element.querySelector(".picture").after(note);
    }

    // What to announce after a play.
    function report(stage, played, { guess, added }) {
        const sentences = [];
        if (played.error) sentences.push(`✗ ${played.error}.`);
        const last = played.steps?.at(-1);
        if (added && last && !played.error) {
            const { heard } = last;
            sentences.push(guess ? judge(guess, heard) : heard.length ? `Heard by ${list(heard)}.` : "Nobody hears anything.");
        }
        if (stage.server !== SOLUTION && !(added && guess)) {
            const all = played.steps.length;
            const different = played.steps.filter((step) => step.difference).length;
            if (different) {
                const verb = different === 1 ? "differs" : "differ";
                sentences.push(`≠ ${different} of ${count(all, "step")} ${verb} from the solution.`);
            } else if (!played.error) {
                sentences.push(`So far nothing differs from the solution${stage.clicks.length ? "" : ": let something happen"}.`);
            }
        }
        return sentences.join(" ");
    }

    function announce(stage, sentence, compiler) {
        stage.status.replaceChildren();
        if (sentence) stage.status.append(make("p", {}, sentence));
        if (compiler) stage.status.append(make("pre", { tabIndex: 0 }, compiler));
    }

    function showClaim(stage) {
        const claim = stage.data.servers.find((server) => server.name === stage.server)?.claim;
        stage.claim.hidden = !claim && stage.server !== LEARNER;
        if (claim) {
            // From the book's own build.
            stage.claim.innerHTML = `Played over a known mistake: <b>${claim}</b>`;
        } else {
            stage.claim.textContent = "Played over your own code, as you last saved it.";
        }
    }

    // -- The page -----------------------------------------------------------------------------------------------------

    // mdBook takes the arrow keys, `s`, `/` and `?` for itself, even on a button or in a wide diagram.
    function keepKeys(element) {
        element.addEventListener("keydown", (event) => {
            if (event.key !== "Escape") event.stopPropagation();
        });
    }

    // A block of code that scrolls must be reachable by keyboard, but only then. Whether it does changes with the
    // window, with the fonts that arrive, and with what is opened.
    function makeReachable() {
        for (const code of document.querySelectorAll("pre > code")) {
            if (code.scrollWidth > code.clientWidth) code.tabIndex = 0;
            else code.removeAttribute("tabindex");
        }
    }
    makeReachable();
    document.fonts.ready.then(makeReachable);
    addEventListener("load", makeReachable);
    addEventListener("resize", makeReachable);
    document.addEventListener("toggle", makeReachable, true);

    // mdBook's button for the table of contents is a label: no keyboard reaches it, and no screen reader knows what it
    // is. A real button takes its place. And its menu bar is made a landmark.
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
    }
    document.getElementById("mdbook-menu-bar")?.setAttribute("role", "banner");

    document.querySelectorAll(".play, .choices, .claims, .card").forEach(keepKeys);
    document.querySelectorAll(".stage[data-stage]").forEach(setUp);

    return {
        // Called by `stages/ID.js`.
        addRecordings(id, servers) {
            recordings[id] = servers;
        },
    };
})();
