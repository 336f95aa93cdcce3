// What a teacher has: the timetables, and the second window with the notes.
import assert from "node:assert/strict";
import { test } from "node:test";

import { QUESTION, ofEachBook, open, violations } from "./book.mjs";

const SESSION = "90 minutes";

ofEachBook("for the teacher", (book) => {
    const look = (what, path, options, steps) => test(what, () => open(book, path, options, steps));

    look("the timetable's minutes follow each other, and end when the session does", "teach/index.html", { expects: /ERR_ABORTED/ }, async (page) => {
        const rows = await page
            .locator(".timetable table")
            .first()
            .locator("tbody tr")
            .evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
        let minute = 0;
        for (const [from, what, minutes] of rows) {
            assert.equal(from, `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, "0")}`, what);
            minute += Number(minutes);
        }
        assert.equal(minute, 90);
    });

    look("the second window has the notes, the solution and a clock", QUESTION, {}, async (page) => {
        const notes = await second(page);
        await notes.getByRole("heading", { name: "For the teacher" }).waitFor();
        await notes.getByText("The question to the room").first().waitFor();
        assert.equal(await notes.getByText("Predict first").count(), 0);
        await notes.getByText("The solution").first().click();
        await notes.getByText("solution.rs").first().waitFor();
        await notes.getByText("The clock isn't running.").waitFor();
        await notes.getByRole("button", { name: "Start the clock" }).click();
        await notes.getByText("since the beginning: within the plan.").waitFor();
        assert.match(await notes.locator("[aria-current=step]").textContent(), /^Open, 3 min 0:00–0:03/);
        assert.deepEqual(await violations(notes), []);
    });

    // What is still on its way when one goes to another page is cut off.
    look("it is in step with the first, and its clock goes on", "teach/index.html", { expects: /ERR_ABORTED/ }, async (page) => {
        const notes = await second(page, page.getByRole("button", { name: "second window" }).first());
        await notes.getByRole("button", { name: "Start the clock" }).click();
        await page.getByRole("link", { name: "Who hears what" }).first().click();
        await page.getByRole("heading", { level: 1, name: "Who hears what the server emits?" }).waitFor();
        await notes.getByRole("heading", { level: 1, name: "Who hears what the server emits?" }).waitFor();
        await notes.getByRole("button", { name: "Stop the clock" }).waitFor();
        assert.equal(await notes.getByLabel("Plan:").inputValue(), SESSION);
        // Nobody is at this page in the first minute.
        await notes.getByText(/\d+ minutes ahead of the plan/).waitFor();
        await notes.getByText(/^Next, at \d:\d\d: ./).waitFor();
        await notes.getByText("The first window shows: ").waitFor();
        // An hour later.
        const address = new URL(notes.url());
        address.searchParams.set("began", Date.now() - 80 * 60_000);
        await notes.goto(address.href);
        await notes.getByText(/1:20:\d\d since the beginning: \d+ minutes behind the plan/).waitFor();
    });

    look("it tells when the first window is closed", QUESTION, {}, async (page) => {
        const notes = await second(page);
        await notes.getByText("The first window shows: ").waitFor();
        await page.close();
        await notes.getByText("The first window doesn't reply.").waitFor();
    });

    look("every fold of a page opens, and closes again", QUESTION, {}, async (page) => {
        const button = page.getByRole("button", { name: "Open every fold" });
        const closed = () => page.locator("main details:not([open])").count();
        const before = await closed();
        assert.ok(before > 3, `${before} folds`);
        await button.press("Enter");
        assert.equal(await closed(), 0);
        assert.equal(await button.getAttribute("aria-pressed"), "true");
        await button.press("Enter");
        assert.equal(await closed(), before);
    });

    look("without JavaScript the notes are at the page's end, and no button is", QUESTION, { javaScriptEnabled: false }, async (page) => {
        assert.ok(await page.getByText("The question to the room").isVisible());
        assert.equal(await page.locator(".second-window:visible, .unfold:visible").count(), 0);
    });
});

// Opens the second window, and follows what the first one does.
async function second(page, button = page.getByRole("button", { name: "second window" })) {
    const opened = page.waitForEvent("popup");
    await button.press("Enter");
    const notes = await opened;
    notes.setDefaultTimeout(20_000);
    return notes;
}
