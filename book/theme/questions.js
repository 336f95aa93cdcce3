// Questions: one chooses, commits, and then sees all the reasons; or answers in one's own words. What was chosen and
// written is kept in this browser.
"use strict";

(() => {
    const { make, kept } = workbook;

    // -- Questions with options ---------------------------------------------------------------------------------------

    document.querySelectorAll(".choices").forEach((root, number) => {
        const { page, question } = root.dataset;
        // The options of these are verdicts, and known by their words. Those of the others have letters.
        const isVerdict = root.classList.contains("right-or-wrong");
        const name = (option) => (isVerdict ? option.words.textContent : option.letter);
        const [button, status] = root.querySelector(".commit").children;
        const options = [...root.querySelectorAll("ol > li")].map((item, i) => {
            const text = item.querySelector("summary");
            const radio = make("input", { type: "radio", name: `choices-${number}` });
            const words = make("span");
            words.append(...text.childNodes);
            const why = item.querySelector(".why");
            const label = make("label", { className: "option" }, radio, words);
            item.replaceChildren(label, why);
            const letter = String.fromCharCode(65 + i);
            const option = { item, label, radio, why, letter, words, right: item.className === "right-one" };
            // What is right and wrong isn't told before: neither to the eye nor to anyone who looks for a class.
            item.className = "";
            radio.addEventListener("change", () => ready(option));
            return option;
        });
        const fieldset = make("fieldset", {}, make("legend", { className: "visually-hidden" }, "Your choice"));
        root.querySelector("ol").before(fieldset);
        fieldset.append(root.querySelector("ol"));

        function ready(option) {
            button.textContent = `I say ${name(option)}`;
            button.removeAttribute("aria-disabled");
        }

        function hideReasons() {
            root.classList.remove("committed");
            for (const option of options) {
                option.why.hidden = true;
                option.item.className = "";
                option.radio.disabled = false;
                option.radio.checked = false;
                option.label.querySelector(".chosen")?.remove();
            }
            status.textContent = "";
            button.textContent = "Choose one";
            button.setAttribute("aria-disabled", "true");
        }

        function commit(chosen) {
            root.classList.add("committed");
            for (const option of options) {
                option.why.hidden = false;
                option.item.className = option.right ? "right-one" : "wrong-one";
                option.radio.checked = option === chosen;
                option.radio.disabled = true;
            }
            chosen.label.append(make("span", { className: "chosen" }, "your choice"));
            const right = workbook.list(options.filter((option) => option.right).map(name));
            if (isVerdict) status.textContent = chosen.right ? `✓ Yes, it's ${right}.` : `✗ No, it's ${right}.`;
            else if (chosen.right) status.textContent = `✓ ${right} is right.`;
            else status.textContent = `✗ ${name(chosen)} isn't right; ${right} is. All the reasons are shown.`;
            button.textContent = "Choose again";
            button.removeAttribute("aria-disabled");
        }

        button.addEventListener("click", () => {
            if (root.classList.contains("committed")) {
                kept.set("choice", page, question, null);
                hideReasons();
                options[0].radio.focus();
                return;
            }
            const chosen = options.find((option) => option.radio.checked);
            if (!chosen) {
                status.textContent = "Choose one first.";
                return;
            }
            const { letter, right } = chosen;
            kept.set("choice", page, question, { letter, text: chosen.words.textContent.trim(), right });
            commit(chosen);
        });

        function restore() {
            const before = kept.get("choice", page, question);
            const same = options.find((option) => option.words.textContent.trim() === before?.text);
            const shown = root.classList.contains("committed") ? options.find((option) => option.radio.checked) : undefined;
            // Who is choosing isn't interrupted.
            if (same === shown) return;
            hideReasons();
            if (same) commit(same);
        }
        hideReasons();
        restore();
        document.addEventListener("workbook-kept", restore);
    });

    // -- In your own words --------------------------------------------------------------------------------------------

    document.querySelectorAll(".own-words").forEach((root) => {
        const { page, question } = root.dataset;
        const text = root.querySelector("textarea");
        const boxes = [...root.querySelectorAll(".checklist input")];
        const status = root.querySelector(".kept");
        function restore() {
            const before = kept.get("answer", page, question);
            // Who is writing isn't interrupted.
            if (document.activeElement !== text) text.value = before?.text ?? "";
            for (const box of boxes) box.checked = before?.ticked?.includes(box.value) ?? false;
        }
        restore();
        document.addEventListener("workbook-kept", restore);

        function keep() {
            const items = boxes.map((box) => box.value);
            const ticked = boxes.filter((box) => box.checked).map((box) => box.value);
            const lasts = kept.set("answer", page, question, { text: text.value, ticked, items });
            status.textContent = lasts
                ? ""
                : "This browser can't keep your answer. Download it before you leave this page.";
        }
        text.addEventListener("input", keep);
        for (const box of boxes) box.addEventListener("change", keep);

        root.querySelector(".download").addEventListener("click", () => {
            const file = new Blob([asMarkdown(JSON.parse(root.dataset.all))], { type: "text/markdown" });
            kept.download(file, "my-answers.md");
        });
    });

    // Every page's question, with what was answered, ticked and chosen.
    function asMarkdown(pages) {
        const lines = ["# My answers", ""];
        const choices = kept.all("choice").filter(([, , value]) => value);
        for (const { page, title, question } of pages) {
            const answer = kept.get("answer", page, question);
            lines.push(`## ${title}`, "", `**${question}**`, "", answer?.text?.trim() || "(no answer yet)", "");
            for (const item of answer?.items ?? []) {
                lines.push(`- [${answer.ticked.includes(item) ? "x" : " "}] ${item}`);
            }
            if (answer?.items?.length) lines.push("");
            for (const [, asked, { letter, text, right }] of choices.filter(([on]) => on === page)) {
                lines.push(`- ${asked}`, `  I said ${letter}: ${text} (${right ? "right" : "not right"})`);
            }
            if (choices.some(([on]) => on === page)) lines.push("");
        }
        return lines.join("\n");
    }
})();
