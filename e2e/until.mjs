// Waits for what comes by itself, and fails if it doesn't.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

/** How long anything may take, in milliseconds. */
export const SOON = 20_000;

/** Waits until `holds`. `what` says in words what should. */
export async function until(holds, what = () => `${holds}`) {
    const deadline = Date.now() + SOON;
    while (!(await holds())) {
        if (Date.now() > deadline) assert.fail(`not within ${SOON / 1000} s: ${what()}`);
        await sleep(20);
    }
}
