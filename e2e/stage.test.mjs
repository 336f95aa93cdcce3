// What a reader can do on a question's page.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { QUESTION, ofEachBook, open, violations } from "./book.mjs";

ofEachBook("a question's page", (book) => {
    const look = (what, options, steps) => test(what, () => open(book, QUESTION, options, steps));

    look("a click on the stage shows what happens, and the frames behind it", {}, async (page) => {
        const stage = firstStage(page);
        await stage.reveal();
        const before = await stage.steps.count();
        const text = await stage.text();
        await stage.action("ada emits").click();
        await stage.has(before + 1);
        const step = stage.steps.last();
        assert.match(await step.locator(".sentence").textContent(), /^ada emits say/);
        assert.match(await sentences(step), /^ada hears nothing\nbob hears said/);
        assert.equal(await step.locator(".frame:visible").count(), 0);
        await stage.root.getByLabel("on the wire").check();
        await step.getByText('42["say"').first().waitFor();
        const frames = (await step.locator(".frame").allTextContents()).join("\n");
        assert.match(frames, /^▲ada sends 42\["say".*\n▼bob gets 42\["said"/);
        // A frame stands below its arrow, and no label crosses the lifeline that its arrow ends at.
        const overlaps = await step.locator(".arrow").evaluateAll((arrows) =>
            arrows.filter((arrow) => {
                const [line, label] = [arrow, arrow.querySelector(".label")].map((it) => it.getBoundingClientRect());
                return label.left < line.left || label.right > line.right;
            }).length,
        );
        assert.equal(overlaps, 0);
        // Below, the same as text.
        const more = await stage.text();
        assert.ok(more.startsWith(text), more);
        assert.match(more.slice(text.length), /^\nada emits say .*\n {2}ada hears nothing\n {2}bob hears said/);
        await stage.root.getByRole("button", { name: "start over" }).click();
        await stage.has(before);
    });

    look("a guess is judged at once, in words", {}, async (page) => {
        const stage = firstStage(page);
        await stage.reveal();
        const box = (name) => stage.root.locator(".guess").getByRole("checkbox", { name, exact: true });
        // Without a guess, it is only said who heard.
        await stage.action("ada emits").click();
        await stage.says(/^Heard by /);
        const heard = (await stage.root.getByRole("status").textContent()).match(/^Heard by (.*)\.$/)[1].split(/, | and /);
        assert.ok(heard.includes("bob") && !heard.includes("ada"), heard.join());

        await box("ada").check();
        await stage.action("ada emits").click();
        await stage.says(/^✗ Not quite: you left out bob.*, who did hear it; you named ada, who heard nothing\.$/);
        await box("ada").check();
        await box("bob").check();
        await stage.action("ada emits").click();
        await stage.says(/^~ Not quite: right about bob; .*you named ada, who heard nothing\.$/);
        // At the feet of the columns, too.
        const marks = await stage.steps.last().locator(".guessed").allTextContents();
        assert.deepEqual(marks.slice(0, 2), ["✗ guessed", "✓ guessed"]);
    });

    look("a right guess is praised; nobody and somebody exclude each other", {}, async (page) => {
        const stage = firstStage(page);
        await stage.reveal();
        const box = (name) => stage.root.locator(".guess").getByRole("checkbox", { name, exact: true });
        await stage.action("ada emits").click();
        await stage.says(/^Heard by /);
        const heard = (await stage.root.getByRole("status").textContent()).match(/^Heard by (.*)\.$/)[1].split(/, | and /);
        for (const name of heard) await box(name).check();
        await stage.action("ada emits").click();
        await stage.says(/^✓ Your guess was right: bob.* heard it, and nobody else\.$/);

        await box("bob").check();
        await box("nobody").check();
        assert.equal(await box("bob").isChecked(), false);
        await stage.action("ada emits").click();
        await stage.says(/^✗ Not quite: you left out bob/);
    });

    look("another server plays the same clicks, and what differs is marked", {}, async (page) => {
        const stage = firstStage(page);
        await stage.reveal();
        const before = await stage.steps.count();
        await stage.action("ada emits").click();
        await stage.has(before + 1);
        await stage.server("io-emit");
        await stage.says(/≠ \d+ of \d+ steps differs? from the solution\./);
        await stage.has(before + 1);
        const step = stage.steps.last();
        assert.match(await sentences(step), /^ada hears ≠ said/m);
        assert.match(await step.innerText(), /≠ This step differs\. With the solution:\s*ada hears nothing/);
        const count = Number((await stage.root.getByRole("status").textContent()).match(/\d+/)[0]);
        assert.equal(await stage.root.locator(".step.differs").count(), count);
        const found = await violations(page, { where: ".stage" });
        assert.equal(found.join("\n"), "");
        // The page says which claim this server stands for.
        assert.match(await stage.root.innerText(), /A known mistake:\s*io\.emit/);
        await stage.server("solution");
        await page.waitForFunction(() => !document.querySelector(".stage .step.differs"));
        assert.match(await sentences(stage.steps.last()), /^ada hears nothing$/m);
    });

    look("what a real Node server did is shown, and nothing after it", {}, async (page) => {
        const stage = firstStage(page);
        await stage.reveal();
        const before = await stage.steps.count();
        const group = stage.root.locator("optgroup[label='on Node'] option");
        assert.equal((await group.allTextContents())[0], "the solution on Node");
        await stage.server("node:io-except");
        await stage.says(/So far nothing differs from the solution\./);
        assert.match(await stage.root.innerText(), /Recorded on a real Node server:\s*except on Node/);
        await stage.server("node:io-to-id");
        await stage.says(/≠ 1 of \d+ steps differs from the solution\./);
        assert.match(await sentences(stage.steps.last()), /^ada hears ≠ said/m);
        assert.equal(await stage.action("ada emits").getAttribute("aria-disabled"), "true");
        await stage.action("ada emits").click({ force: true });
        await stage.says(/Node was recorded for these steps only\. Choose another server to go on\./);
        await stage.has(before);
        // Clicked before, they aren't in the recording either.
        await stage.server("solution");
        await stage.action("ada emits").click();
        await stage.has(before + 1);
        await stage.server("node");
        await stage.says(/Node was recorded for these steps only\. Start over, or choose another server\./);
        await stage.root.getByRole("button", { name: "start over" }).click();
        await stage.has(before);
        await stage.says(/So far nothing differs from the solution\./);
    });

    look("the keyboard alone can do it, and mdBook keeps its hands off", {}, async (page) => {
        const stage = firstStage(page);
        const address = page.url();
        await stage.root.getByRole("combobox").focus();
        const reach = async (name) => {
            for (let presses = 0; presses < 40; presses++) {
                const here = await page.evaluate(() => {
                    const { activeElement } = document;
                    return activeElement.type === "checkbox" ? activeElement.value : activeElement.textContent;
                });
                if (here === name || (name.includes(" ") && here.startsWith(name))) return;
                await page.keyboard.press("Tab");
            }
            assert.fail(`Tab does not reach ${name}`);
        };
        await reach("cyd");
        await page.keyboard.press("Space");
        await reach("See what happens");
        await page.keyboard.press("Enter");
        await stage.says(/Not quite: right about cyd; you left out bob/);
        const before = await stage.steps.count();
        await page.keyboard.press("Shift+Tab");
        await stage.root.getByRole("combobox").focus();
        await reach("ada");
        await page.keyboard.press("Space");
        await reach("ada emits");
        // mdBook's own shortcuts: the next page, the search. It leaves them to fields, but not to buttons.
        await page.keyboard.press("ArrowRight");
        await page.keyboard.press("s");
        await page.keyboard.press("Enter");
        await stage.says(/Not quite: you left out bob/);
        await stage.has(before + 1);
        assert.equal(page.url(), address);
        assert.equal(await page.locator("#mdbook-search-wrapper").isVisible(), false);
        assert.match(await page.evaluate(() => document.activeElement.textContent), /^ada emits/);
    });

    look("one chooses, commits, and sees all the reasons; the choice is kept", {}, async (page) => {
        const choices = page.locator(".choices").first();
        const commit = choices.locator(".commit button");
        assert.equal(await choices.locator(".why:visible, .right-one, .wrong-one").count(), 0, "nothing is told");
        await commit.click({ force: true });
        assert.match(await choices.getByRole("status").textContent(), /Choose one first/);
        await choices.getByRole("radio").nth(1).check();
        assert.equal(await commit.textContent(), "I say B");
        await commit.press("Enter");
        const look = async () => {
            assert.equal(await choices.locator(".why:visible").count(), await choices.getByRole("radio").count());
            assert.match(await choices.locator(".wrong-one .why").first().innerText(), /^✗\s*Not so\.\s*\S+/);
            assert.match(await choices.locator(".right-one .why").first().innerText(), /^✓\s*Right\.\s*\S+/);
            assert.match(await choices.getByRole("status").textContent(), /^✗ B isn't right/);
        };
        await look();
        await page.reload();
        await look();
        await commit.click();
        assert.equal(await choices.locator(".why:visible").count(), 0);
    });

    look("one's own words are kept, and downloaded with all that was chosen", {}, async (page) => {
        const own = page.locator(".own-words");
        await own.getByRole("textbox").fill("The server tells all but Ada.");
        await own.getByRole("checkbox").first().check();
        const choices = page.locator(".choices").first();
        await choices.getByRole("radio").first().check();
        await choices.locator(".commit button").click();
        await page.reload();
        assert.equal(await own.getByRole("textbox").inputValue(), "The server tells all but Ada.");
        assert.ok(await own.getByRole("checkbox").first().isChecked());
        const [download] = await Promise.all([page.waitForEvent("download"), own.getByRole("button").click()]);
        assert.equal(download.suggestedFilename(), "my-answers.md");
        const text = await readFile(await download.path(), "utf8");
        assert.match(text, /\*\*\n\nThe server tells all but Ada\.\n\n- \[x\] .*\n- \[ \] /);
        assert.match(text, /\n {2}I said A: .* \(not right\)\n/);
        assert.ok(text.split("\n## ").length > 5, "every page's question");
    });

    look("where nothing can be kept, all the rest works", { expects: /ERR_ABORTED/ }, async (page) => {
        await page.addInitScript(() => {
            Object.defineProperty(window, "localStorage", { get: () => { throw new Error("no storage"); } });
        });
        // mdBook's own scripts take it as well.
        await page.reload();
        const choices = page.locator(".choices").first();
        await choices.getByRole("radio").first().check();
        await choices.locator(".commit button").click();
        await choices.locator(".why").first().waitFor();
        await page.locator(".own-words textarea").fill("x");
        assert.match(await page.locator(".own-words .kept").textContent(), /can't keep your answer/);
    });

    look("the last step is hidden until there is a guess, or it is waved off", {}, async (page) => {
        const stage = firstStage(page);
        const box = (name) => stage.root.locator(".guess").getByRole("checkbox", { name, exact: true });
        await stage.has(1);
        assert.doesNotMatch(await stage.text(), /emits/);
        assert.equal(await stage.root.locator(".actions button:visible").count(), 0);
        await stage.root.getByRole("button", { name: "See what happens" }).click();
        await stage.says(/Tick who will hear/);
        // On another server it stays hidden.
        await stage.server("io-emit");
        await stage.says(/So far nothing differs/);
        await stage.has(1);
        await stage.server("solution");
        await box("bob").check();
        await box("cyd").check();
        await stage.root.getByRole("button", { name: "See what happens" }).click();
        await stage.says(/^✓ Your guess was right: bob and cyd heard it, and nobody else\.$/);
        await stage.has(2);
        assert.match(await stage.text(), /emits/);
        await page.reload();
        await stage.root.getByRole("button", { name: "Just show me" }).click();
        await stage.says(/^Heard by bob and cyd\.$/);
        await stage.has(2);
    });

    look("a guess is kept, and the outcome stays hidden until the reader wants it", {}, async (page) => {
        const stage = firstStage(page);
        const box = (name) => stage.root.locator(".guess").getByRole("checkbox", { name, exact: true });
        await box("bob").check();
        await stage.root.getByRole("button", { name: "See what happens" }).click();
        await stage.has(2);
        await page.reload();
        await stage.says("This is what you guessed before: bob.");
        await stage.has(1);
        assert.ok(await box("bob").isChecked());
        await box("cyd").check();
        await stage.root.getByRole("button", { name: "See what happens" }).click();
        await stage.says(/^✓ Your guess was right: bob and cyd/);
        await page.reload();
        await stage.says("This is what you guessed before: bob and cyd.");
        // It isn't taken for a guess about the next step.
        await stage.root.getByRole("button", { name: "Just show me" }).click();
        await stage.says(/^Heard by bob and cyd\.$/);
        assert.equal(await stage.root.locator(".guess input:checked").count(), 0);
    });

    look("only what can be done now can be pressed, and undone", {}, async (page) => {
        const stage = firstStage(page);
        await stage.reveal();
        const before = await stage.steps.count();
        const name = (name) => stage.root.locator(`.names [data-name=${name}]`);
        assert.equal(await name("dan").isVisible(), false, "nobody has a column before they connect");
        const undo = stage.root.getByRole("button", { name: "undo" });
        assert.equal(await undo.getAttribute("aria-disabled"), "true");
        await stage.action("cyd disconnects").click();
        await stage.has(before + 1);
        assert.match(await name("cyd").getAttribute("class"), /gone/);
        assert.equal(await stage.action("cyd disconnects").getAttribute("title"), "cyd isn't connected.");
        await stage.action("cyd disconnects").click({ force: true });
        await stage.says(/^✗ cyd isn't connected\.$/);
        await stage.has(before + 1);
        await stage.action("dan connects").click();
        await stage.has(before + 2);
        assert.ok(await name("dan").isVisible());
        assert.equal(await stage.action("dan connects").getAttribute("title"), "dan is connected already.");
        await stage.root.locator(".guess").getByLabel("dan").check();
        await stage.action("ada emits").click();
        await stage.has(before + 3);
        await undo.click();
        await stage.has(before + 2);
        // The guess can be made again.
        assert.ok(await stage.root.locator(".guess").getByLabel("dan").isChecked());
        await undo.click();
        await undo.click();
        await stage.has(before);
        assert.equal(await stage.action("cyd disconnects").getAttribute("aria-disabled"), null);
    });

    look("without JavaScript the recorded diagram and its text are there", { javaScriptEnabled: false }, async (page) => {
        const stage = page.locator(".stage").first();
        assert.equal(await stage.locator("button:visible, select:visible, .guess input:visible").count(), 0);
        await stage.getByText("on the wire").click();
        assert.ok(await stage.getByText('42["say"').first().isVisible());
        await stage.getByText("your browser must allow JavaScript").waitFor();
        const step = stage.locator(".step", { hasText: "ada emits" }).first();
        assert.ok(await step.locator(".arrow").first().isVisible());
        assert.match(await sentences(step), /^bob hears said/m);
        await stage.getByText("as text").click();
        assert.match(await stage.locator(".as-text pre").innerText(), /^ada emits say .*\n {2}ada hears nothing/m);
        const choice = page.locator(".choices summary").first();
        await choice.click();
        await page.locator(".choices .why").first().waitFor();
    });

    look("a step is read aloud in the words of the transcript", {}, async (page) => {
        // What is hidden from the eye is read. What is hidden from the ear isn't.
        await firstStage(page).reveal();
        const read = await page.locator(".stage").first().locator(".steps").ariaSnapshot();
        assert.match(read, /listitem: ✓?\s*ada hears nothing/);
        assert.match(read, /listitem: bob hears said "hi"/);
        assert.doesNotMatch(read, /listitem: server$/m);
    });

    const impossible = { expects: /\b400\b|play net::ERR_ABORTED/ };
    look("of several quick clicks the last counts; a click that fails is forgotten", impossible, async (page) => {
        const stage = firstStage(page);
        await stage.reveal();
        const before = await stage.steps.count();
        await stage.action("ada emits").click();
        await stage.has(before + 1);
        const right = await stage.steps.last().innerHTML();
        // All at once: start over, another server, two clicks.
        await stage.root.evaluate((root) => {
            const button = (name) => [...root.querySelectorAll("button")].find((it) => it.textContent.includes(name));
            const select = root.querySelector("select");
            button("start over").click();
            select.value = "io-emit";
            select.dispatchEvent(new Event("change"));
            button("ada emits").click();
            button("ada emits").click();
        });
        await stage.has(before + 2);
        for (const step of [stage.steps.nth(before), stage.steps.nth(before + 1)]) {
            assert.match(await sentences(step), /^ada hears ≠ said/m);
        }
        await stage.says(/≠ \d+ of/);
        const count = (await stage.root.getByRole("status").textContent()).match(/≠ (\d+) of/)[1];
        assert.equal(await stage.root.locator(".step.differs").count(), Number(count), "nothing of the solution is left");
        await stage.server("solution");
        await page.waitForFunction(() => !document.querySelector(".stage .step.differs"));
        assert.equal(await stage.steps.nth(before).innerHTML(), right);

        // A click that the page allowed too early fails, and the one before it stays.
        await stage.root.getByRole("button", { name: "start over" }).click();
        await stage.has(before);
        await stage.root.evaluate((root) => {
            const button = [...root.querySelectorAll(".actions button")].find((it) => it.textContent === "cyd disconnects");
            for (let times = 0; times < 3; times++) button.click();
        });
        await stage.says(/^✗ .*cyd/);
        await stage.action("ada emits").click();
        await stage.has(before + 1);
    });

    if (book.served) {
        // A reload cuts off what is still on its way.
        const cutOff = { expects: /ERR_ABORTED/ };
        look("when the book is rebuilt the page reloads; when it can't be, the page says why", cutOff, async (page) => {
            // The page listens once it has loaded: that must be over.
            await page.waitForFunction(() => performance.getEntriesByType("resource").some((it) => it.name.endsWith("/api/reload")));
            const events = ["event: reload\ndata: 2\n\n", "event: defects\ndata: book/wire.md:3: no such scene\n\n"];
            await page.route("**/api/reload", (route) =>
                route.fulfill({ contentType: "text/event-stream", body: events.shift() ?? "" }),
            );
            let times = 0;
            page.on("framenavigated", () => times++);
            await page.reload();
            await page.getByRole("alert").filter({ hasText: "book/wire.md:3: no such scene" }).waitFor();
            assert.equal(times, 2, "once by the test, once by itself");
        });

        const expects = /\b422\b|ERR_FAILED/;
        look("the page says when the server refuses, and when it doesn't reply", { expects }, async (page) => {
            const stage = firstStage(page);
            await stage.reveal();
            const before = await stage.steps.count();
            await page.route("**/api/play", (route) => {
                const compiler = "error[E0425]: cannot find value `txt`";
                route.fulfill({ status: 422, json: { error: "Your code does not compile.", compiler } });
            });
            await stage.server("mine");
            await stage.says(/Your code does not compile\.\s*error\[E0425\]/);
            await page.unroute("**/api/play");
            await stage.server("solution");
            await stage.has(before);
            const error = "the handler of `say` blocks the thread and never gives it back";
            await page.route("**/api/play", (route) =>
                route.fulfill({ json: { steps: [], error, output: "so far" } }),
            );
            await stage.server("mine");
            await stage.says(/✗ the handler of say blocks the thread/);
            await stage.root.getByText("what your code printed").waitFor();
            await page.unroute("**/api/play");
            await stage.server("solution");
            await stage.has(before);
            await page.route("**/api/play", (route) => route.abort());
            await stage.action("ada emits").click();
            await stage.says(/doesn't reply\. Is cargo run still running/);
            await page.unroute("**/api/play");
            await stage.action("ada emits").click();
            await stage.has(before + 1);
        });
    } else {
        look("after the last recorded click, the page says how to go on", {}, async (page) => {
            const stage = firstStage(page);
            await stage.reveal();
            for (;;) {
                const before = await stage.steps.count();
                await stage.action("ada emits").click();
                await page.waitForFunction(
                    (count) => {
                        const stage = document.querySelector(".stage");
                        const status = stage.querySelector("[role=status]").textContent;
                        return stage.querySelectorAll(".step").length > count || status.includes("cargo run");
                    },
                    before,
                );
                if ((await stage.steps.count()) === before) break;
            }
            await stage.says(/recordings of 3 clicks in a row, no more\..*cargo run/);
            await stage.root.getByRole("button", { name: "start over" }).click();
            await page.waitForFunction(() => !document.querySelector(".stage .step.clicked"));
        });
    }
});

/** The first stage of a page, and what can be done with it. */
function firstStage(page) {
    const root = page.locator(".stage").first();
    const steps = root.locator(".step:not(.unseen)");
    return {
        root,
        steps,
        action: (name) => root.locator(".actions").getByRole("button", { name }).first(),
        server: (name) => root.getByRole("combobox").selectOption(name),
        text: () => root.locator(".as-text pre").textContent(),
        has: (count) =>
            page.waitForFunction(
                (n) => document.querySelector(".stage").querySelectorAll(".step:not(.unseen)").length === n,
                count,
            ),
        reveal: () => root.getByRole("button", { name: "Just show me" }).click(),
        says: (words) => root.getByRole("status").filter({ hasText: words }).waitFor(),
    };
}

/** The sentences of a step, one a line, as a screen reader reads them. */
async function sentences(step) {
    const items = await step.locator(".picture > .line").evaluateAll((all) =>
        all.map((item) => [...item.childNodes].filter((node) => node.tagName !== "I").map((node) => node.textContent).join("")),
    );
    return items.join("\n");
}
