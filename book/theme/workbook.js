// The stage on a page: what was recorded is on the page already; this lets the reader go on from there.
//
// A click adds a step. Where our own server serves the book, it plays all the steps anew; elsewhere the book's build has
// played every sequence of clicks to some depth, and `stages/ID.js` has them as a tree. Both give acts of one form:
// { step, html, text, heard }.
"use strict";

const workbook = (() => {
    const ANSWER = "answer";
    const YOURS = "yours";
    const served = Boolean(window.workbook_served);
    const trees = {};

    // What a play can end with besides acts: a sentence for the reader, and a compiler's message.
    class Failure extends Error {
        constructor(sentence, compiler) {
            super(sentence);
            this.compiler = compiler;
        }
    }

    // -- Where acts come from ---------------------------------------------------------------------------------------

    // The served book: `{ acts, trouble, says }` of the recorded scene and the clicks after it.
    async function ask(stage, server, clicks) {
        const { exercise, scene, columns, actions } = stage.data;
        const steps = clicks.map((click) => actions[click].step);
        let response;
        let answer;
        try {
            response = await fetch("/api/play", {
                method: "POST",
                headers: { "Content-Type": "application/json" },
                body: JSON.stringify({ exercise, scene, server, steps, columns }),
            });
            answer = await response.json();
        } catch {
            throw new Failure(
                response
                    ? `The workbook's server gave an answer that this page cannot read (${response.status}). Reload the page; if it stays so, stop cargo run and start it again.`
                    : "The workbook's server does not answer. Is cargo run still running in its terminal? Start it again, then click once more.",
            );
        }
        if (!response.ok) {
            throw new Failure(answer.error ?? `The play failed (${response.status}).`, answer.compiler);
        }
        return answer;
    }

    // The static book: the same, looked up.
    async function look_up(stage, server, clicks) {
        const tree = (await tree_of(stage))[server];
        if (!tree) {
            throw new Failure("This page has no recording of that server. Build the book again.");
        }
        const acts = [...tree.acts];
        let here = tree;
        for (const click of clicks) {
            if (!here.next) {
                throw new Failure(
                    `This page has recordings of ${count(clicks.length - 1, "click")} in a row, no more. To go on as long as you like, run cargo run in the workbook's folder and open this page there.`,
                );
            }
            here = here.next[click];
            if (!here) {
                throw new Failure(
                    `“${stage.data.actions[click].label}” cannot be played here: whoever acts must be on stage.`,
                );
            }
            acts.push(here.act);
        }
        return { acts, trouble: null };
    }

    // A script, not a fetch: it also loads from a file.
    function tree_of(stage) {
        stage.tree ??= new Promise((resolve, reject) => {
            const script = document.createElement("script");
            script.src = path_to_root + stage.data.tree;
            script.onload = () => resolve(trees[stage.root.id] ?? {});
            script.onerror = () => {
                stage.tree = undefined;
                reject(new Failure(`The recordings (${stage.data.tree}) cannot be loaded. Are you offline?`));
            };
            document.head.append(script);
        });
        return stage.tree;
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

    const lines_of = (act) => (act.text ? act.text.split("\n") : []);

    // What a guess hit and what it missed, in words.
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

    function set_up(root) {
        const stage = {
            root,
            data: JSON.parse(root.dataset.stage),
            server: ANSWER,
            clicks: [],
            turn: 0,
            acts: root.querySelector(".acts"),
            text: root.querySelector(".as-text pre"),
        };
        stage.recorded = { acts: stage.acts.innerHTML, text: stage.text.textContent, count: stage.acts.children.length };
        // What is to be seen: after which clicks, and act by act; of the recording, the acts are not known as data.
        stage.shown = { clicks: [], acts: null };

        const { columns, actions } = stage.data;
        stage.select = make("select", {}, ...servers(stage));
        stage.select.addEventListener("change", () => {
            stage.server = stage.select.value;
            show(stage);
        });
        root.querySelector(".bar").append(make("label", {}, "Server: ", stage.select));

        stage.claim = make("p", { className: "claim-played", hidden: true });
        root.querySelector(".bar").after(stage.claim);

        // What just happened, said at once to who listens rather than looks.
        stage.status = make("div", { className: "said-so" });
        stage.status.setAttribute("role", "status");
        stage.output = make("div");

        // The last one stands for nobody, and excludes the others.
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
        stage.over = make("button", { type: "button" }, "↺ start over");
        stage.over.addEventListener("click", () => {
            stage.clicks = [];
            show(stage, { keep: stage.over });
        });
        stage.controls = make(
            "div",
            { className: "controls" },
            guess,
            make("fieldset", {}, make("legend", {}, "Let it happen:"), make("div", { className: "actions" }, ...buttons)),
            stage.over,
        );
        root.querySelector(".as-text").before(stage.status, stage.controls, stage.output);
    }

    function servers(stage) {
        const option = (name, label) => make("option", { value: name }, label);
        const claims = stage.data.servers.filter((server) => server.name !== ANSWER);
        const options = [option(ANSWER, "the answer")];
        if (claims.length) {
            const group = make("optgroup", { label: "answers you will hear" });
            group.append(...claims.map((server) => option(server.name, server.label ?? server.name)));
            options.push(group);
        }
        if (served) options.push(option(YOURS, "your code"));
        return options;
    }

    async function click(stage, action, button) {
        const ticked = stage.boxes.filter((box) => box.checked);
        const guess = ticked.length ? ticked.map((box) => box.value).filter(Boolean) : null;
        stage.clicks.push(action);
        await show(stage, { guess, keep: button, added: true });
    }

    // Plays the clicks over the chosen server and shows what happens; over another than the answer, also what would
    // have happened with the answer.
    async function show(stage, { guess = null, keep = null, added = false } = {}) {
        const turn = ++stage.turn;
        const { server } = stage;
        const clicks = [...stage.clicks];
        const play = served ? ask : look_up;
        const recorded = { acts: null };
        let played;
        let answer = null;
        let failure = null;
        // Of the acts alone: what is said meanwhile is to be heard.
        stage.acts.setAttribute("aria-busy", "true");
        // A first time the compiler needs a while.
        if (server === YOURS) say(stage, "Your code is being compiled and played …");
        try {
            if (server === ANSWER) {
                played = clicks.length ? await play(stage, server, clicks) : recorded;
            } else {
                [played, answer] = await Promise.all([play(stage, server, clicks), play(stage, ANSWER, clicks)]);
            }
        } catch (error) {
            failure = error instanceof Failure ? error : new Failure(`The page tripped: ${error.message}`);
        }
        // Another click came in the meantime: what it asked for is what is to be seen.
        if (turn !== stage.turn) return;
        stage.acts.removeAttribute("aria-busy");

        const before = keep?.getBoundingClientRect().top;
        if (failure) {
            say(stage, `✗ ${failure.message}`, failure.compiler);
            // What could not be played has not happened; nor has a click before it that came to nothing yet.
            if (added) stage.clicks = [...stage.shown.clicks];
            else curtain(stage);
        } else {
            draw(stage, played, answer);
            say(stage, ...report(stage, played, answer, { guess, added }));
            for (const box of stage.boxes) box.checked = false;
        }
        tell_claim(stage);
        // The new act comes in above the controls; the button that was clicked stays under the pointer.
        if (keep) window.scrollBy({ top: keep.getBoundingClientRect().top - before, behavior: "instant" });
    }

    function draw(stage, played, answer) {
        const { acts: before } = stage.shown;
        stage.shown = { clicks: [...stage.clicks], acts: null };
        if (!played.acts) {
            stage.acts.innerHTML = stage.recorded.acts;
            stage.text.textContent = stage.recorded.text;
            stage.output.replaceChildren();
            return;
        }
        const first = stage.recorded.count;
        const old = [...stage.acts.children];
        // All that an act is drawn from.
        stage.shown.acts = played.acts.map((act, i) => JSON.stringify([act, answer && (answer.acts[i] ?? null)]));
        const next = played.acts.map((act, i) => {
            const holder = make("template", { innerHTML: act.html });
            const element = holder.content.firstElementChild;
            if (i >= first) element.classList.add("clicked");
            if (answer) mark(stage, element, act, answer.acts[i]);
            // An act that stays the same stays open where the reader opened it, and is not played in again.
            const stays = before ? before[i] === stage.shown.acts[i] : !answer && i < first;
            return (stays && old[i]) || element;
        });
        stage.acts.replaceChildren(...next);
        const text = played.acts.map((act) => [act.step, ...lines_of(act).map((line) => `  ${line}`)].join("\n"));
        if (played.trouble) text.push(`  ${played.trouble}`);
        stage.text.textContent = text.join("\n");
        stage.output.replaceChildren();
        if (played.trouble) {
            stage.output.append(make("p", { className: "trouble" }, `✗ ${played.trouble}`));
        }
        if (played.says) {
            const says = make("details", { className: "output", open: true });
            says.append(make("summary", {}, "what your code printed"), make("pre", {}, played.says));
            stage.output.append(says);
        }
    }

    // Nothing can be shown of this server.
    function curtain(stage) {
        stage.shown = { clicks: [...stage.clicks], acts: [] };
        stage.acts.replaceChildren();
        stage.text.textContent = "";
        stage.output.replaceChildren();
    }

    // Which of `lines` are none of `others`: true for each of them. What the server logs counts only where it is part
    // of the task.
    function surplus(stage, lines, others) {
        const rest = [...others];
        return lines.map((line) => {
            const i = rest.indexOf(line);
            if (i >= 0) rest.splice(i, 1);
            return i < 0 && (stage.data.logs || !line.startsWith("server logs: "));
        });
    }

    const differs = (stage, act, right) => {
        const [here, there] = [lines_of(act), right ? lines_of(right) : []];
        return [surplus(stage, here, there), surplus(stage, there, here)].flat().includes(true);
    };

    // Marks what differs from the answer, with a sign and in words.
    function mark(stage, element, act, right) {
        if (!differs(stage, act, right)) return;
        const [here, there] = [lines_of(act), right ? lines_of(right) : []];
        element.classList.add("differs");
        const items = element.querySelectorAll(".picture > li:not([aria-hidden])");
        surplus(stage, here, there).forEach((is_surplus, i) => {
            if (!is_surplus || !items[i]) return;
            items[i].classList.add("differs");
            items[i].querySelector(".label").prepend("≠ ");
        });
        const is_missing = surplus(stage, there, here);
        const missing = there.filter((_, i) => is_missing[i]);
        const note = make("div", { className: "differs-note" }, make("b", {}, "≠ This differs from the answer"));
        if (missing.length) {
            note.append(", where it goes:", make("ul", {}, ...missing.map((line) => make("li", {}, line))));
        } else {
            note.append(", where what is marked ≠ does not happen.");
        }
        element.querySelector(".picture").after(note);
    }

    // What to say after a play.
    function report(stage, played, answer, { guess, added }) {
        const sentences = [];
        if (played.trouble) sentences.push(`✗ ${played.trouble}.`);
        const last = played.acts?.at(-1);
        if (added && last && !played.trouble) {
            const heard = last.heard;
            sentences.push(guess ? judge(guess, heard) : heard.length ? `Heard by ${list(heard)}.` : "Nobody hears anything.");
        }
        if (answer && !(added && guess)) {
            const different = played.acts.filter((act, i) => differs(stage, act, answer.acts[i])).length;
            sentences.push(
                different
                    ? `≠ ${different} of ${count(played.acts.length, "step")} went otherwise than with the answer.`
                    : `So far all is as with the answer${stage.clicks.length ? "" : ": let something happen"}.`,
            );
        }
        return [sentences.join(" "), null];
    }

    function say(stage, sentence, compiler) {
        stage.status.replaceChildren();
        if (sentence) stage.status.append(make("p", {}, sentence));
        if (compiler) stage.status.append(make("pre", { tabIndex: 0 }, compiler));
    }

    function tell_claim(stage) {
        const claim = stage.data.servers.find((server) => server.name === stage.server)?.claim;
        stage.claim.hidden = !claim && stage.server !== YOURS;
        if (claim) {
            // From the book's own build.
            stage.claim.innerHTML = `Played over the answer that says: <b>${claim}</b>`;
        } else {
            stage.claim.textContent = `Played over your own code, as you last saved it.`;
        }
    }

    // -- The page -----------------------------------------------------------------------------------------------------

    // mdBook takes the arrow keys, `s`, `/` and `?` for itself, even from who is at a button or reads a wide diagram.
    function keep_keys(element) {
        element.addEventListener("keydown", (event) => {
            if (event.key !== "Escape") event.stopPropagation();
        });
    }

    // A block of code that scrolls must be reachable by keyboard, but only then. Whether it does changes with the
    // window, with the fonts that arrive, and with what is opened.
    function let_reach() {
        for (const code of document.querySelectorAll("pre > code")) {
            if (code.scrollWidth > code.clientWidth) code.tabIndex = 0;
            else code.removeAttribute("tabindex");
        }
    }
    let_reach();
    document.fonts.ready.then(let_reach);
    addEventListener("load", let_reach);
    addEventListener("resize", let_reach);
    document.addEventListener("toggle", let_reach, true);

    // mdBook's button for the table of contents is a label: no keyboard reaches it, and no screen reader knows what it
    // is. A real button takes its place. And its menu bar is no landmark.
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

    document.querySelectorAll(".play, .choices, .claims, .card").forEach(keep_keys);
    document.querySelectorAll(".stage[data-stage]").forEach(set_up);

    return {
        // Called by `stages/ID.js`.
        tree(id, tree) {
            trees[id] = tree;
        },
    };
})();
