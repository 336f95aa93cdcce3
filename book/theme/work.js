// Work in the page: an editor on the learner's file, and the verdict on it. The served book loads this when the reader wants
// it. The file on the disk is the only one: a save from another editor shows here, and one from here there.
//
// The editor is a plain text field, which phones, keyboards and screen readers know. The colours are those of a copy of the
// text that lies behind it.
"use strict";

(() => {
    const { count, kept, make, words } = workbook;
    const served = window.workbookServed;
    const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
    const KEY = isMac ? "⌘" : "Ctrl";
    const INDENT = "    ";

    /** Opens the editor in a card. `closed` is called when the reader closes it. */
    workbook.openWork = async (card, name, { focus, closed }) => {
        if (card.querySelector(".work")) return;
        const { ok, said } = await served.get(`/api/file/${name}`);
        if (!ok) throw new Error(said.error);
        const work = { card, name, closed, disk: said, turn: 0, checked: null, last: Promise.resolve() };
        build(work);
        setText(work, said.text);
        takeDraft(work);
        card.classList.add("working");
        makeRoom(work);
        if (focus) work.area.focus();
        else announce(work, "");
    };

    // -- The editor ---------------------------------------------------------------------------------------------------

    function build(work) {
        const { name } = work;
        const id = `work-${name}`;
        work.area = make("textarea", { id, spellcheck: false, autocomplete: "off", wrap: "off" });
        work.area.setAttribute("autocapitalize", "off");
        work.area.setAttribute("aria-describedby", `${id}-help`);
        work.numbers = hidden(make("div", { className: "numbers" }));
        work.copy = make("code", { className: "hljs rust" });
        const editor = make("div", { className: "editor" }, work.numbers);
        editor.append(make("div", { className: "text" }, hidden(make("pre", {}, work.copy)), work.area));
        work.fileState = make("span", { className: "file-state" });
        work.fileState.setAttribute("role", "status");
        const label = make("label", { htmlFor: id }, make("code", {}, work.disk.file));
        const check = button("Check it", () => checkIt(work), "check");
        check.title = `${KEY}+Enter`;
        const save = button("Save", () => saveIt(work));
        save.title = `${KEY}+S`;
        const close = button("Close", () => closeIt(work));
        const help = make(
            "p",
            { className: "help", id: `${id}-help` },
            `${KEY}+Enter saves, compiles and plays it. Tab indents. To leave the editor by keyboard, press Esc and then Tab.`,
        );
        work.conflict = make("div", { className: "conflict" });
        work.status = make("p", { className: "state-line" });
        work.status.setAttribute("role", "status");
        work.verdict = make("div", { className: "verdict" });
        work.root = make(
            "section",
            { className: "work" },
            make("div", { className: "work-bar" }, label, work.fileState),
            editor,
            help,
            make("div", { className: "work-buttons" }, check, save, close),
            work.conflict,
            work.status,
            work.verdict,
        );
        work.root.setAttribute("aria-label", `Work on ${name}`);
        work.card.querySelector(".work-here").after(work.root);

        work.area.addEventListener("input", () => changed(work));
        work.area.addEventListener("scroll", () => follow(work), { passive: true });
        work.area.addEventListener("keydown", (event) => key(work, event));
        work.onSaved = (event) => event.detail === name && lookAtDisk(work);
        document.addEventListener("workbook-saved", work.onSaved);
        work.room = new ResizeObserver(() => makeRoom(work));
        work.room.observe(content());
    }

    const hidden = (element) => {
        element.setAttribute("aria-hidden", "true");
        return element;
    };

    function button(text, click, className = "") {
        const made = make("button", { type: "button", className }, text);
        made.addEventListener("click", click);
        return made;
    }

    const content = () => document.querySelector("#mdbook-content, .content") ?? document.body;

    // Two diagrams beside each other need more room than a column of text has.
    function makeRoom(work) {
        work.card.style.setProperty("--room", `${content().clientWidth}px`);
    }

    function setText(work, text) {
        work.area.value = text;
        work.area.setSelectionRange(0, 0);
        changed(work, { typed: false });
    }

    const isDirty = (work) => work.area.value !== work.disk.text;

    function changed(work, { typed = true } = {}) {
        const text = work.area.value;
        const lines = text.split("\n").length;
        work.area.rows = Math.min(32, Math.max(12, lines + 1));
        try {
            // What highlight.js returns is escaped. A line break at the end needs something behind it to be seen.
            work.copy.innerHTML = `${hljs.highlight("rust", text, true).value}\n `;
        } catch {
            work.copy.textContent = `${text}\n `;
        }
        if (work.numbers.childElementCount !== lines) {
            work.numbers.replaceChildren(...Array.from({ length: lines }, (_, i) => make("span", {}, `${i + 1}`)));
            work.marks = [];
        }
        follow(work);
        if (typed) {
            clearMarks(work);
            kept.set("draft", work.name, "", isDirty(work) ? { text, base: work.disk.version } : null);
            work.root.classList.toggle("outdated", Boolean(work.checked) && text !== work.checked);
        }
        showFileState(work);
    }

    function clearMarks(work) {
        for (const mark of work.marks ?? []) mark.className = "";
        work.marks = [];
    }

    function showFileState(work) {
        const words = isDirty(work) ? "● not saved yet" : "✓ as on the disk";
        if (work.fileState.textContent !== words) work.fileState.textContent = words;
    }

    // The copy and the numbers stay where the text is.
    function follow(work) {
        const { scrollTop, scrollLeft } = work.area;
        work.copy.parentElement.scrollTop = scrollTop;
        work.copy.parentElement.scrollLeft = scrollLeft;
        work.numbers.scrollTop = scrollTop;
    }

    function key(work, event) {
        // mdBook would turn the page.
        event.stopPropagation();
        const { area } = work;
        const command = isMac ? event.metaKey : event.ctrlKey;
        const leaving = work.leaving;
        if (!["Shift", "Tab"].includes(event.key)) work.leaving = false;
        if (event.isComposing) return;
        if (command && event.key === "Enter") checkIt(work);
        else if (command && event.key.toLowerCase() === "s") saveIt(work);
        else if (event.key === "Escape") {
            work.leaving = true;
            announce(work, "Press Tab to leave the editor.");
        } else if (event.key === "Tab" && !leaving && !event.ctrlKey && !event.altKey && !event.metaKey) indent(area, event.shiftKey);
        else if (event.key === "Enter" && !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey) {
            const line = area.value.slice(0, area.selectionStart).split("\n").at(-1);
            insert(area, `\n${line.match(/^ */)[0]}${/[{(\[|]$/.test(line.trimEnd()) ? INDENT : ""}`);
        } else return;
        event.preventDefault();
    }

    // So that the browser's own undo takes it back.
    function insert(area, text) {
        if (!document.execCommand("insertText", false, text)) {
            area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
            area.dispatchEvent(new Event("input"));
        }
    }

    function indent(area, back) {
        const { value, selectionStart, selectionEnd } = area;
        if (!back && selectionStart === selectionEnd) {
            insert(area, INDENT);
            return;
        }
        const first = value.lastIndexOf("\n", selectionStart - 1) + 1;
        const end = value.indexOf("\n", Math.max(selectionStart, selectionEnd - 1));
        const last = end < 0 ? value.length : end;
        const lines = value.slice(first, last).split("\n");
        const moved = lines.map((line) => (back ? line.replace(/^ {1,4}/, "") : INDENT + line));
        if (moved.join("\n") === lines.join("\n")) return;
        area.setSelectionRange(first, last);
        insert(area, moved.join("\n"));
        const by = moved[0].length - lines[0].length;
        const until = first + moved.join("\n").length;
        if (selectionStart === selectionEnd) area.setSelectionRange(Math.max(first, selectionStart + by), Math.max(first, selectionStart + by));
        else area.setSelectionRange(first, until);
    }

    function goTo(work, line) {
        const { area } = work;
        const lines = area.value.split("\n");
        const start = lines.slice(0, line - 1).reduce((all, text) => all + text.length + 1, 0);
        area.focus();
        area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
        const height = area.scrollHeight / lines.length;
        area.scrollTop = Math.max(0, (line - 4) * height);
        area.scrollIntoView({ block: "nearest" });
    }

    function closeIt(work) {
        stop(work);
        document.removeEventListener("workbook-saved", work.onSaved);
        work.room.disconnect();
        work.root.remove();
        work.card.classList.remove("working");
        // What isn't saved is there again when it is opened.
        work.closed();
    }

    // -- The file -----------------------------------------------------------------------------------------------------

    // What wasn't saved when the page was left.
    function takeDraft(work) {
        const draft = kept.get("draft", work.name, "");
        if (!draft || draft.text === work.disk.text) return;
        setText(work, draft.text);
        if (draft.base === work.disk.version) announce(work, "This is what you wrote before. It isn't saved yet.");
        else showConflict(work, work.disk);
    }

    // One after the other: a save that is on its way would look like another editor's.
    function inTurn(work, act) {
        const mine = work.last.then(act);
        work.last = mine.catch(() => {});
        return mine;
    }

    // The disk's file may be another now.
    const lookAtDisk = (work) => inTurn(work, () => look(work));

    async function look(work) {
        const reply = await ask(work, () => served.get(`/api/file/${work.name}`));
        if (!reply) return;
        const { ok, said } = reply;
        if (!ok) {
            announce(work, `✗ ${said.error}`);
            return;
        }
        if (said.version === work.disk.version) return;
        // A file that was removed takes nothing of what stands here with it.
        if (said.text !== work.area.value && (isDirty(work) || said.version === null)) {
            showConflict(work, said);
            return;
        }
        const { selectionStart, scrollTop } = work.area;
        work.disk = said;
        work.area.value = said.text;
        changed(work);
        work.area.setSelectionRange(selectionStart, selectionStart);
        work.area.scrollTop = scrollTop;
        work.conflict.replaceChildren();
        announce(work, "The file was saved in another editor. This is what it is now.");
    }

    // Whether it is on the disk now.
    const saveIt = (work, base) => inTurn(work, () => save(work, base ?? work.disk.version));

    async function save(work, base) {
        const text = work.area.value;
        const reply = await ask(work, () => served.post("/api/save", { exercise: work.name, text, base }));
        if (!reply) return false;
        const { ok, said } = reply;
        if (said.kind === "conflict") {
            showConflict(work, said.disk);
            work.conflict.querySelector("h3").focus();
            return false;
        }
        if (!ok) {
            announce(work, `✗ ${said.error}`);
            return false;
        }
        work.disk = said;
        work.conflict.replaceChildren();
        changed(work);
        return true;
    }

    // The reply, or `null` after telling why there is none.
    async function ask(work, request) {
        try {
            return await request();
        } catch (error) {
            if (error.name !== "AbortError") announce(work, `✗ ${error.message}`);
            return null;
        }
    }

    // Both texts, and what to do. Whatever is chosen, the other one isn't lost.
    function showConflict(work, disk) {
        const mine = work.area.value;
        const gone = disk.version === null;
        const [ours, theirs] = differing(mine, disk.text);
        const what = gone ? "The file was removed from the disk." : "The file has changed on the disk, and here, too.";
        const heading = make("h3", { tabIndex: -1 }, `✗ ${what}`);
        // What is here then: the reader may have gone on writing.
        const keepMine = async () => {
            work.disk = disk;
            if (!(await saveIt(work, disk.version))) return;
            if (!gone) offerOther(work, disk.text, "What was on the disk");
            work.area.focus();
        };
        const takeTheirs = () => {
            const here = work.area.value;
            work.disk = disk;
            replaceText(work, disk.text);
            changed(work);
            offerOther(work, here, "What you had here");
            work.area.focus();
        };
        const wasIn = work.conflict.contains(document.activeElement);
        work.conflict.replaceChildren(
            heading,
            make("p", {}, "Nothing was written. Which one do you want to go on with?"),
            make(
                "div",
                { className: "both" },
                make("div", {}, make("h4", {}, "Yours, in this page"), code(mine, ours)),
                make("div", {}, make("h4", {}, gone ? "On the disk: the file was removed" : "On the disk"), code(disk.text, theirs)),
            ),
            make(
                "p",
                { className: "work-buttons" },
                button("Keep mine", keepMine),
                button("Take the disk's", takeTheirs),
            ),
        );
        if (wasIn) heading.focus();
        announce(work, `✗ ${what} Choose below which one to keep.`);
    }

    function replaceText(work, text) {
        work.area.focus();
        work.area.select();
        insert(work.area, text);
        work.area.setSelectionRange(0, 0);
    }

    function offerOther(work, other, what) {
        const back = button("Bring it back", () => {
            const now = work.area.value;
            replaceText(work, other);
            offerOther(work, now, "What you had before that");
        });
        work.conflict.replaceChildren(make("p", { className: "other" }, `${what} isn't lost while this page is open. `, back));
        announce(work, "");
    }

    // The lines of each text that the other doesn't have, by their numbers. What is the same at both ends is left out.
    function differing(a, b) {
        const [x, y] = [a.split("\n"), b.split("\n")];
        let first = 0;
        while (first < x.length && first < y.length && x[first] === y[first]) first++;
        let end = 0;
        while (end < x.length - first && end < y.length - first && x.at(-1 - end) === y.at(-1 - end)) end++;
        const only = (lines, others) => {
            const middle = others.slice(first, others.length - end);
            return lines.map((line, i) => i >= first && i < lines.length - end && !middle.includes(line));
        };
        return [only(x, y), only(y, x)];
    }

    // A text, with a sign at the lines that are marked.
    function code(text, marked = []) {
        const lines = text.split("\n").map((line, i) => {
            const shown = make("span", { className: marked[i] ? "differs" : "" });
            if (marked[i]) shown.append(hidden(make("i", {}, "≠")));
            shown.append(`${line}\n`);
            return shown;
        });
        return make("pre", { tabIndex: 0 }, make("code", {}, ...lines));
    }

    // -- The verdict --------------------------------------------------------------------------------------------------

    function stop(work) {
        work.turn++;
        work.abort?.abort();
        work.verdict.removeAttribute("aria-busy");
    }

    async function checkIt(work) {
        stop(work);
        const { turn } = work;
        work.abort = new AbortController();
        work.verdict.setAttribute("aria-busy", "true");
        announce(work, "Your code is being compiled and played …");
        const saved = await saveIt(work);
        if (turn !== work.turn) return;
        const reply = saved && (await ask(work, () => served.post("/api/check", { exercise: work.name }, work.abort.signal)));
        if (turn !== work.turn) return;
        work.verdict.removeAttribute("aria-busy");
        // Another page has asked for a newer one: nothing is known of this one.
        if (!reply || reply.said.kind === "superseded") {
            if (reply) announce(work, "Another page has begun a check. This one was stopped.");
            return;
        }
        if (reply.ok) drawVerdict(work, reply.said);
        else announce(work, `✗ ${reply.said.error}`);
        workbook.askProgress();
    }

    function announce(work, sentence) {
        work.status.className = "state-line";
        work.status.replaceChildren(...words(sentence));
    }

    function drawVerdict(work, said) {
        const seconds = `${(said.milliseconds / 1000).toFixed(2)} s`;
        announce(work, `${said.sentence} (${seconds})`);
        work.status.classList.add(said.passed ? "right-one" : "wrong-one");
        work.checked = work.disk.text;
        work.root.classList.toggle("outdated", work.area.value !== work.checked || said.version !== work.disk.version);
        const parts = [make("p", { className: "outdated-note" }, "You have changed the code since. Check it again.")];
        if (said.saved_meanwhile) {
            parts.push(make("p", {}, "The file was saved while it was checked, so this verdict may be about either text. Check it again."));
        }
        if (said.not_kept) parts.push(make("p", {}, ...words(`This check isn't kept. ${said.not_kept}`)));
        parts.push(...drawDiagnosis(work, said));
        parts.push(...drawMessages(work, said.compiler));
        if (said.failing) parts.push(drawScene(said.failing));
        if (said.others.length) {
            const line = ({ name, title, state }) =>
                make("li", {}, state === "failed" ? "✗ " : "· not run: ", make("b", {}, name), `: ${title}`);
            parts.push(make("ul", { className: "others" }, ...said.others.map(line)));
        }
        if (said.later.length) parts.push(make("p", {}, `Not yet graded: ${said.later.join(", ")}.`));
        if (said.log.length) parts.push(fold("What your server logged", said.log.join("\n"), !said.passed));
        if (said.output) parts.push(fold("What your code printed", said.output, true));
        if (said.slow) parts.push(make("p", {}, ...words(said.slow)));
        if (said.passed && said.look && solutionOf(work)) parts.push(make("p", { className: "look" }, ...words(said.look)));
        if (solutionOf(work)) parts.push(drawBeside(work, said.passed));
        if (said.passed) parts.push(drawNext(said.next));
        work.verdict.replaceChildren(...parts);
    }

    function drawDiagnosis(work, { diagnosis, line }) {
        const [first, ...rest] = diagnosis;
        const parts = first ? [make("p", { className: "does" }, make("b", {}, ...words(first)))] : [];
        parts.push(...rest.map((sentence) => make("p", {}, ...words(sentence))));
        if (line) parts.push(make("p", {}, "Look at ", lineLink(work, line), "."));
        return parts;
    }

    const lineLink = (work, line) => button(`line ${line}`, () => goTo(work, line), "line-link");

    function drawMessages(work, messages) {
        clearMarks(work);
        for (const { line, level } of messages) {
            const mark = work.numbers.children[line - 1];
            if (!mark || mark.className === "error") continue;
            mark.className = level;
            work.marks.push(mark);
        }
        if (!messages.length) return [];
        const item = ({ level, text, line, advice, page }) => {
            const shown = make("li", { className: level });
            const heading = make("p", {}, level === "error" ? "✗ error" : "! warning");
            if (line) heading.append(" at ", lineLink(work, line));
            shown.append(heading);
            if (advice) {
                const tip = make("p", { className: "advice" }, ...words(advice));
                if (page) tip.append(" ", make("a", { href: path_to_root + page }, "More in the book"));
                shown.append(tip);
            }
            shown.append(make("pre", { tabIndex: 0 }, make("code", {}, text)));
            return shown;
        };
        return [make("h3", {}, "What the compiler says"), make("ul", { className: "messages" }, ...messages.map(item))];
    }

    function drawScene({ name, title, command, plays }) {
        const { from, all, expected, actual } = plays;
        const shown = Math.max(expected.steps.length, actual.steps.length);
        const scene = make("section", { className: "failing" });
        scene.append(make("h3", {}, "✗ ", make("code", {}, name), `: ${title}`));
        scene.append(make("div", { className: "plays" }, drawPlay("Expected", expected, from), drawPlay("Yours", actual, from)));
        if (shown < all) {
            const until = from + shown - 1;
            scene.append(make("p", {}, ...words(`Steps ${from} to ${until} of ${all}. All of them: \`${command}\``)));
        }
        return scene;
    }

    function drawPlay(title, { style, names, steps, error }, from) {
        // Drawn by the server, which escapes what it shows.
        const diagram = make("div", { className: "diagram", innerHTML: names });
        const list = make("ol", { className: "steps", start: from });
        list.setAttribute("role", "list");
        for (const { html, difference } of steps) {
            const step = make("template", { innerHTML: html }).content.firstElementChild;
            workbook.markDifference(step, difference, true);
            list.append(step);
        }
        diagram.append(list);
        const figure = make("figure", { className: "play" }, make("figcaption", {}, title), diagram);
        figure.style.cssText = style;
        if (error) figure.append(make("p", { className: "error" }, `✗ ${error}`));
        return figure;
    }

    function fold(title, text, open) {
        return make("details", { open }, make("summary", {}, title), make("pre", { tabIndex: 0 }, make("code", {}, text)));
    }

    // The students' edition has none.
    const solutionOf = (work) => work.card.querySelector(".solution code.language-rust")?.textContent;

    // Folded until the reader has passed, or asks for it. Then the terminal knows, too.
    function drawBeside(work, passed) {
        const both = make("div", { className: "both" });
        const fill = () =>
            both.replaceChildren(
                make("div", {}, make("h4", {}, "Yours"), coloured(work.area.value)),
                make("div", {}, make("h4", {}, "The solution"), coloured(solutionOf(work))),
            );
        const beside = make("details", { className: "beside-yours", open: passed }, make("summary", {}, "The solution beside yours"), both);
        if (passed) fill();
        else {
            beside.addEventListener("toggle", () => {
                if (!beside.open) return;
                fill();
                workbook.solutionShown(work.name);
            });
        }
        return beside;
    }

    // What goes on from it, and the next one.
    function drawNext(next) {
        const links = next.map(({ name, title, page, further }) => {
            const to = make("a", { href: `${path_to_root}${page}#exercise` }, make("code", {}, name), `: ${title}`);
            return make("li", {}, further ? "More of it: " : "Next: ", to);
        });
        if (!links.length) return make("p", {}, "That was the last exercise.");
        return make("ul", { className: "afterwards" }, ...links);
    }

    function coloured(text) {
        const shown = make("code", { className: "hljs rust" });
        shown.innerHTML = hljs.highlight("rust", text, true).value;
        return make("pre", { tabIndex: 0 }, shown);
    }
})();
