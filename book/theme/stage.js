// The stage on a page. What was recorded is on the page already; this lets the reader guess, see, and go on from there.
//
// A click adds a step. The server of `cargo run` plays all the steps again; elsewhere the book's build has played every
// sequence of clicks to some depth, and `stages/ID.js` has the recordings. Both give steps of one form:
// { step, html, lines, heard, present, panic, difference }. What differs from the solution, and who is connected, is
// decided there, not here.
"use strict";

(() => {
    const SOLUTION = "solution";
    const LEARNER = "mine";
    const served = window.workbookServed;
    const { count, kept, list, make, words } = workbook;
    const recordings = {};

    // Called by `stages/ID.js`.
    workbook.addRecordings = (id, servers) => {
        recordings[id] = servers;
    };

    // Why there is no play: a sentence for the reader, and a compiler's message.
    class Failure extends Error {
        constructor(sentence, compiler) {
            super(sentence);
            this.compiler = compiler;
        }
    }

    // -- Where plays come from ----------------------------------------------------------------------------------------

    // The served book: `{ steps, error, output, … }` of the recorded scene and the clicks after it.
    async function fetchPlay(stage, server, actions, signal) {
        const { exercise, scene, columns } = stage.data;
        const steps = actions.map((action) => stage.data.actions[action].step);
        let reply;
        try {
            reply = await served.post("/api/play", { exercise, scene, server, steps, columns }, signal);
        } catch (error) {
            throw new Failure(error.message);
        }
        const { ok, status, said } = reply;
        if (!ok) throw new Failure(said.error ?? `The play failed (${status}).`, said.compiler);
        return said;
    }

    // The static book: the same, looked up in the recordings.
    async function lookUpPlay(stage, server, actions) {
        const recording = (await loadRecordings(stage))[server];
        if (!recording) {
            throw new Failure("This page has no recording of that server. Build the book again.");
        }
        const steps = [...recording.steps];
        let here = recording;
        for (const action of actions) {
            // The play has ended: nothing comes after that.
            if (here.error) break;
            if (!here.next) {
                throw new Failure(
                    `This page has recordings of ${count(actions.length - 1, "click")} in a row, no more. To go on as long as you like, run \`cargo run\` in the workbook's folder and open this page there.`,
                );
            }
            here = here.next[action];
            if (!here) {
                throw new Failure(
                    `“${stage.data.actions[action].label}” can't be played here: a client must be connected to act.`,
                );
            }
            steps.push(here.step);
        }
        return { steps, error: here.error ?? null };
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

    // -- Who hears, and who can act -----------------------------------------------------------------------------------

    // How right a guess is, and what is right and wrong about it, in words.
    function judge(guess, heard) {
        const right = guess.filter((name) => heard.includes(name));
        const silent = guess.filter((name) => !heard.includes(name));
        const missed = heard.filter((name) => !guess.includes(name));
        if (silent.length + missed.length === 0) {
            const who = heard.length ? `${list(heard)} heard it, and nobody else` : "nobody heard it";
            return { truth: "right-one", sign: "✓", sentence: `Your guess was right: ${who}.` };
        }
        const parts = [];
        if (right.length) parts.push(`right about ${list(right)}`);
        if (missed.length) parts.push(`you left out ${list(missed)}, who did hear it`);
        if (silent.length) parts.push(`you named ${list(silent)}, who heard nothing`);
        const [truth, sign] = right.length ? ["half-one", "~"] : ["wrong-one", "✗"];
        return { truth, sign, sentence: `Not quite: ${parts.join("; ")}.` };
    }

    // Why a step can't be taken now, as a sentence. `null`: it can. `present` has the namespaces of each client.
    function whyNot(step, present) {
        const [kind] = Object.keys(step);
        const { clients, client, ns = "/" } = step[kind];
        const where = ns === "/" ? "" : ` to ${ns}`;
        if (kind === "connect") {
            const there = clients.filter((name) => present[name]?.includes(ns));
            return there.length ? `${list(there)} is connected${where} already.` : null;
        }
        // A request needs no connection.
        if (!client || kind === "request") return null;
        const needsNs = ["emit", "emit_with_ack", "disconnect"].includes(kind);
        const isThere = needsNs ? present[client]?.includes(ns) : client in present;
        return isThere ? null : `${client} isn't connected${where}.`;
    }

    // -- One stage ----------------------------------------------------------------------------------------------------

    function setUp(root) {
        const find = (selector) => root.querySelector(selector);
        const data = JSON.parse(root.dataset.stage);
        const stage = {
            root,
            data,
            server: SOLUTION,
            // The actions that were clicked, each with the guess that was made for it, and about which server.
            clicks: [],
            // The last recorded step is hidden until there is a guess.
            hidden: root.classList.contains("guessing"),
            // The guess for the last recorded step.
            firstGuess: null,
            turn: 0,
            abort: null,
            steps: find(".steps"),
            text: find(".as-text pre"),
            select: find("select"),
            claim: find(".claim-played"),
            status: find(".status"),
            output: find(".output"),
            boxes: [...root.querySelectorAll(".guess input")],
            buttons: [...root.querySelectorAll(".actions button")],
            undo: find(".undo"),
            startOver: find(".start-over"),
        };
        // The recorded play, as others come: its drawing is on the page.
        const drawn = [...stage.steps.children];
        stage.recorded = { steps: data.steps.map((step, i) => ({ ...step, html: drawn[i].outerHTML })), error: null };
        stage.played = stage.recorded;
        // What the page shows, to keep what stays the same: each step as text.
        stage.shown = { server: SOLUTION, clicks: [], keys: stage.recorded.steps.map((step) => JSON.stringify(step)) };

        if (served) stage.select.append(make("option", { value: LEARNER }, "your code"));
        stage.select.addEventListener("change", () => {
            stage.server = stage.select.value;
            show(stage);
        });

        // The box without a name stands for nobody, and excludes the others.
        for (const box of stage.boxes) {
            box.addEventListener("change", () => {
                for (const other of stage.boxes) {
                    if (box.checked && other !== box && (!box.value || !other.value)) other.checked = false;
                }
            });
        }
        find(".guess").addEventListener("submit", (event) => {
            event.preventDefault();
            if (!stage.hidden) return;
            const guess = takeGuess(stage);
            if (guess) reveal(stage, guess);
            else announce(stage, "Tick who will hear something, or “nobody”.");
        });
        find(".show").addEventListener("click", () => {
            takeGuess(stage);
            reveal(stage, null);
        });

        stage.buttons.forEach((button, action) => button.addEventListener("click", () => click(stage, action, button)));
        stage.undo.addEventListener("click", () => {
            if (refuse(stage, stage.undo)) return;
            // Its guess can be made again.
            putGuess(stage, stage.clicks.pop().guess);
            show(stage, { keep: stage.undo });
        });
        stage.startOver.addEventListener("click", () => {
            if (refuse(stage, stage.startOver)) return;
            stage.clicks = [];
            show(stage, { keep: stage.startOver });
        });

        if (served) {
            // The learner has saved: their server is played again.
            document.addEventListener("workbook-saved", (event) => {
                if (stage.server === LEARNER && event.detail === data.exercise) show(stage, { saved: true });
            });
            // Nobody looks: nothing is compiled. When somebody does again, it is.
            document.addEventListener("visibilitychange", () => {
                if (stage.server !== LEARNER) return;
                if (document.hidden && stage.abort) {
                    stop(stage);
                    stage.stopped = true;
                } else if (!document.hidden && stage.stopped) {
                    stage.stopped = false;
                    show(stage);
                }
            });
        }
        draw(stage);
        remindOfGuess(stage);
        document.addEventListener("workbook-kept", () => remindOfGuess(stage));
    }

    // -- Guesses ------------------------------------------------------------------------------------------------------

    // The names that are ticked, and no longer: the boxes are free for the next guess. `null`: there is no guess.
    function takeGuess(stage) {
        const ticked = stage.boxes.filter((box) => box.checked);
        for (const box of ticked) box.checked = false;
        return ticked.length ? ticked.map((box) => box.value).filter(Boolean) : null;
    }

    // Ticks a guess, unless another one is being made.
    function putGuess(stage, guess) {
        if (!guess || stage.boxes.some((box) => box.checked)) return;
        for (const box of stage.boxes) {
            box.checked = guess.length ? guess.includes(box.value) : box.value === "";
        }
    }

    // What the reader guessed on an earlier day. The outcome stays hidden: they may want to guess again.
    function remindOfGuess(stage) {
        const { exercise, scene } = stage.data;
        const guess = kept.get("guess", exercise, scene);
        if (!stage.hidden || !Array.isArray(guess) || stage.boxes.some((box) => box.checked)) return;
        putGuess(stage, guess);
        announce(stage, `This is what you guessed before: ${list(guess)}.`);
    }

    // Shows the last recorded step.
    function reveal(stage, guess) {
        const { exercise, scene } = stage.data;
        if (guess) kept.set("guess", exercise, scene, guess);
        stage.hidden = false;
        stage.firstGuess = { guess, server: stage.server };
        // A play that is on its way shows it, when it comes.
        stage.revealed = Boolean(stage.abort);
        if (stage.revealed) return;
        draw(stage, { animate: true });
        tell(stage, { first: stage.data.steps.length - 1 });
        stage.buttons[0]?.focus({ preventScroll: true });
    }

    // The guess for a step of the play that is shown, by its number.
    function guessFor(stage, number) {
        const recorded = stage.data.steps.length;
        const made = number === recorded - 1 ? stage.firstGuess : stage.shown.clicks[number - recorded];
        // It was about what that server does.
        return made?.server === stage.server ? made.guess : null;
    }

    // -- Clicks -------------------------------------------------------------------------------------------------------

    // Says why a button can't be pressed now, if it can't.
    function refuse(stage, button) {
        if (button.getAttribute("aria-disabled") !== "true") return false;
        announce(stage, `✗ ${button.title}`);
        return true;
    }

    function click(stage, action, button) {
        if (refuse(stage, button)) return;
        stage.clicks.push({ action, guess: takeGuess(stage), server: stage.server });
        show(stage, { keep: button, added: true });
    }

    function stop(stage) {
        stage.turn++;
        stage.abort?.abort();
        stage.abort = null;
        stage.steps.removeAttribute("aria-busy");
    }

    // Plays the clicks over the chosen server, and shows what happens. What was asked for before isn't wanted any more.
    async function show(stage, { keep = null, added = false, saved = false } = {}) {
        stop(stage);
        const { turn, server } = stage;
        const clicks = [...stage.clicks];
        const actions = clicks.map((click) => click.action);
        const play = served ? fetchPlay : lookUpPlay;
        const abort = new AbortController();
        stage.abort = abort;
        // Only the steps are busy: the status is announced meanwhile.
        stage.steps.setAttribute("aria-busy", "true");
        showClaim(stage);
        // The first time, the compiler needs a while.
        if (server === LEARNER) {
            announce(stage, saved ? "You have saved. Your code is being compiled and played …" : "Your code is being compiled and played …");
        } else if (stage.compiling) {
            announce(stage, "");
        }
        stage.compiling = server === LEARNER;
        let played = stage.recorded;
        let failure = null;
        try {
            if (clicks.length && serverOf(stage).onNode) throw new Failure(onlyRecorded(stage));
            if (server !== SOLUTION || clicks.length) played = await play(stage, server, actions, abort.signal);
        } catch (error) {
            failure = error instanceof Failure ? error : new Failure(`Script error: ${error.message}`);
        }
        if (turn !== stage.turn) return;
        stage.abort = null;
        stage.steps.removeAttribute("aria-busy");

        const before = keep?.getBoundingClientRect().top;
        // The first step that is new. After another server was chosen, none is.
        const sameServer = stage.shown.server === server;
        const isNew = (added || stage.revealed) && sameServer;
        const first = isNew ? stage.steps.querySelectorAll(".step:not(.unseen)").length : null;
        stage.revealed = false;
        if (failure) {
            // What couldn't be played has not happened; nor has an earlier click whose play was never shown.
            if (added) {
                const lost = stage.clicks.at(-1);
                stage.clicks = [...stage.shown.clicks];
                putGuess(stage, lost.guess);
            } else if (!sameServer) {
                stage.played = { steps: [], error: null };
                draw(stage);
            }
            stage.shown.server = server;
            stage.steps.classList.add("stale");
            stage.output.replaceChildren();
            announce(stage, `✗ ${failure.message}`, failure.compiler);
        } else {
            stage.played = played;
            stage.shown.server = server;
            stage.shown.clicks = clicks;
            draw(stage, { animate: isNew });
            tell(stage, { first });
        }
        // The new step comes in above the controls. The button that was clicked stays under the pointer.
        if (keep) window.scrollBy({ top: keep.getBoundingClientRect().top - before, behavior: "instant" });
    }

    // -- Drawing ------------------------------------------------------------------------------------------------------

    function visibleSteps(stage) {
        const { steps } = stage.played;
        return stage.hidden ? steps.slice(0, stage.data.steps.length - 1) : steps;
    }

    function draw(stage, { animate = false } = {}) {
        const { played, shown } = stage;
        const first = stage.data.steps.length;
        const { steps } = played;
        const visible = visibleSteps(stage).length;
        const old = [...stage.steps.children];
        // The hidden step is in the page, for paper. It hasn't been seen.
        const seen = stage.steps.querySelectorAll(".step:not(.unseen)").length;
        const keys = steps.map((step) => JSON.stringify(step));
        const next = steps.map((step, i) => {
            const unseen = i >= visible;
            // A step that stays the same isn't animated again.
            if (keys[i] === shown.keys[i] && old[i] && !old[i].classList.contains("unseen")) {
                old[i].classList.remove("fresh");
                old[i].classList.toggle("unseen", unseen);
                return old[i];
            }
            const element = make("template", { innerHTML: step.html }).content.firstElementChild;
            if (i >= first) element.classList.add("clicked");
            if (animate && i >= Math.min(seen, old.length)) element.classList.add("fresh");
            element.classList.toggle("unseen", unseen);
            markDifference(element, step.difference);
            if (!unseen) markGuess(stage, element, guessFor(stage, i), step);
            return element;
        });
        stage.steps.classList.remove("stale");
        stage.steps.replaceChildren(...next);
        stage.root.classList.toggle("guessing", stage.hidden);
        shown.keys = keys;

        const text = visibleSteps(stage).flatMap((step) => [step.step, ...step.lines.map((line) => `  ${line}`)]);
        if (played.error) text.push(`  ${played.error}`);
        stage.text.textContent = text.join("\n");
        drawOutput(stage);
        offer(stage, visibleSteps(stage));
    }

    // What can be said of the play beside its steps.
    function drawOutput(stage) {
        const { error, slow, warnings, verdict, output } = stage.played;
        stage.output.replaceChildren();
        // It would tell what the reader is asked to guess.
        if (stage.hidden) return;
        if (error) stage.output.append(make("p", { className: "error" }, "✗ ", ...words(error)));
        if (verdict) stage.output.append(make("p", { className: "verdict" }, ...words(verdict)));
        const fold = (title, text, open) => {
            const details = make("details", { open });
            details.append(make("summary", {}, title), make("pre", { tabIndex: 0 }, text));
            stage.output.append(details);
        };
        if (warnings) fold("The compiler warns", warnings, true);
        if (output) fold("what your code printed", output, true);
        if (slow) stage.output.append(make("p", {}, ...words(slow)));
    }

    // Who has a name above, who can be guessed below, and what can be done now.
    function offer(stage, steps) {
        const present = steps.at(-1)?.present ?? {};
        const seen = new Set(steps.flatMap((step) => Object.keys(step.present)));
        // Who only makes requests never connects, and is always there.
        for (const { step } of stage.data.actions) {
            if (step.request) seen.add(step.request.client ?? "monitor");
        }
        for (const name of stage.root.querySelectorAll(".names [data-name]")) {
            name.classList.toggle("absent", !seen.has(name.dataset.name));
            name.classList.toggle("gone", steps.some((step) => name.dataset.name in step.present) && !(name.dataset.name in present));
        }
        // A client that connects in the next step can hear in it, too.
        const hidden = stage.hidden ? stage.played.steps[stage.data.steps.length - 1] : null;
        const connecting = stage.data.actions.flatMap(({ step }) => step.connect?.clients ?? []);
        const coming = hidden ? Object.keys(hidden.present) : connecting;
        for (const box of stage.boxes) {
            const can = !box.value || box.value in present || coming.includes(box.value);
            box.closest("label").classList.toggle("absent", !can);
            if (!can) box.checked = false;
        }
        const allow = (button, reason) => {
            if (reason) button.setAttribute("aria-disabled", "true");
            else button.removeAttribute("aria-disabled");
            button.title = reason ?? "";
        };
        let ended = stage.played.error ? "The play has ended. Undo, or start over." : null;
        if (serverOf(stage).onNode) ended = onlyRecorded(stage);
        stage.buttons.forEach((button, i) => {
            allow(button, ended ?? whyNot(stage.data.actions[i].step, present));
        });
        const nothing = stage.clicks.length ? null : "You have let nothing happen yet.";
        allow(stage.undo, nothing);
        allow(stage.startOver, nothing);
        if (!stage.hidden) {
            stage.root.querySelector(".guess .question").textContent =
                "Who will hear the next one? Tick, if you like, and then let it happen.";
        }
    }

    // Marks what differs from the solution, with a sign and in words. Where both are seen beside each other, few will do.
    function markDifference(element, difference, beside = false) {
        if (!difference) return;
        const { extra, missing } = difference;
        element.classList.add("differs");
        const items = element.querySelectorAll(".picture > .line");
        for (const line of extra) {
            items[line]?.classList.add("differs");
            items[line]?.querySelector(".label").prepend("≠ ");
        }
        const note = make("li", { className: "differs-note" }, make("b", {}, "≠ This step differs."));
        if (beside) {
            // The other one shows it.
        } else if (missing.length) {
            note.append(" With the solution:", make("ul", {}, ...missing.map((line) => make("li", {}, line))));
        } else if (extra.length) {
            note.append(" With the solution, what is marked ≠ doesn't happen.");
        } else {
            note.append(" The play ended here.");
        }
        element.querySelector(".picture").append(note);
    }

    // Marks what was guessed, at the feet of the columns. The status says the same in words.
    function markGuess(stage, element, guess, step) {
        if (!guess) return;
        stage.data.columns.forEach((name, i) => {
            const [said, heard] = [guess.includes(name), step.heard.includes(name)];
            if (!said && !heard) return;
            const right = said && heard;
            const mark = make(
                "li",
                { className: `guessed ${right ? "right-one" : "wrong-one"}` },
                right ? "✓ guessed" : said ? "✗ guessed" : "✗ left out",
            );
            mark.setAttribute("aria-hidden", "true");
            // The server's column is the second. The last row is for remarks.
            const track = i === 0 ? 1 : 2 * i + 3;
            mark.style.gridColumn = `${track} / ${track + 2}`;
            mark.style.gridRow = "var(--foot)";
            element.querySelector(".picture").append(mark);
        });
    }

    // -- Words --------------------------------------------------------------------------------------------------------

    // Announces what came of a play. `first` is the first step that is new; `null`: none is.
    function tell(stage, { first }) {
        const { played } = stage;
        const steps = visibleSteps(stage);
        const sentences = [];
        let judged = null;
        if (played.error) sentences.push(`✗ ${played.error}.`);
        const panic = steps.map((step) => step.panic).filter(Boolean).at(-1);
        if (panic) sentences.push(`✗ A handler panicked: ${panic}.`);
        if (first !== null && steps.length > first && !played.error) {
            // Of several quick clicks, each guess is judged by its own step. The last is told.
            const { heard } = steps.at(-1);
            const guess = guessFor(stage, steps.length - 1);
            if (guess) judged = judge(guess, heard);
            else sentences.push(heard.length ? `Heard by ${list(heard)}.` : "Nobody hears anything.");
        }
        if (stage.server !== SOLUTION && !judged) {
            const different = steps.filter((step) => step.difference).length;
            if (different) {
                const verb = different === 1 ? "differs" : "differ";
                sentences.push(`≠ ${different} of ${count(steps.length, "step")} ${verb} from the solution.`);
            } else if (!played.error) {
                sentences.push("So far nothing differs from the solution.");
            }
        }
        announce(stage, sentences.join(" "), null, judged);
    }

    function announce(stage, sentence, compiler, judged) {
        stage.status.replaceChildren();
        if (judged) {
            const sign = make("i", {}, judged.sign);
            stage.status.append(make("p", { className: `judged ${judged.truth}` }, sign, ` ${judged.sentence}`));
        }
        if (sentence) stage.status.append(make("p", {}, ...words(sentence)));
        if (compiler) stage.status.append(make("pre", { tabIndex: 0 }, compiler));
    }

    // What the page knows of the chosen server. Of the learner's own it knows nothing.
    function serverOf(stage) {
        return stage.data.servers.find((server) => server.name === stage.server) ?? {};
    }

    // A server on Node isn't here to go on.
    function onlyRecorded(stage) {
        const remedy = stage.clicks.length ? "Start over, or choose another server." : "Choose another server to go on.";
        return `Node was recorded for these steps only. ${remedy}`;
    }

    function showClaim(stage) {
        const { claim, onNode } = serverOf(stage);
        stage.claim.hidden = !claim && stage.server !== LEARNER;
        if (claim) {
            // From the book's own build.
            stage.claim.innerHTML = `${onNode ? "Recorded on a real Node server" : "A known mistake"}: <b>${claim}</b>`;
        } else if (stage.server === LEARNER) {
            const file = make("code", {}, stage.data.file);
            stage.claim.replaceChildren("Your code: ", file, ". It is played again each time you save.");
        }
    }

    workbook.markDifference = markDifference;
    document.querySelectorAll(".stage[data-stage]").forEach(setUp);
})();
