// Programs that watch a file: ours, and rustlings. Each runs on a terminal of its own, as at a learner's.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Of one screen nothing may be left when it's drawn again.
const PAUSE = 600;
const TIMEOUT = 60_000;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Starts `command` on a terminal, in `cwd`, and presses `keys`. It watches `file`, and draws `verdict` when it has looked at it. */
export async function watching({ command, cwd, env = process.env, file, text, verdict, keys = "" }) {
    let said = "";
    /** Waits until the verdict is drawn, after so much was said. Resolves with how long that took, in ms. */
    const drawn = async (since) => {
        const began = performance.now();
        while (!said.slice(since).includes(verdict)) {
            if (performance.now() - began > TIMEOUT) throw new Error(`\`${command}\` doesn't say ${verdict}:\n${said.slice(since)}`);
            await pause(1);
        }
        return performance.now() - began;
    };
    // `script` gives it a terminal, and passes on what is written there.
    const child = spawn("script", ["-qfec", `stty cols 100 rows 40; exec ${command}`, "/dev/null"], { cwd, env });
    child.stdin.write(keys);
    child.stdout.on("data", (data) => (said += data));
    let number = 0;
    const watch = {
        /** From a save to the verdict on it, in ms. */
        async save() {
            await pause(PAUSE);
            const since = said.length;
            writeFileSync(file, `${text}\n// save ${++number}\n`);
            return drawn(since);
        },
        async stop() {
            if (child.exitCode !== null) return;
            // Both programs quit at this key.
            child.stdin.write("q");
            await once(child, "exit");
        },
    };
    try {
        await drawn(0);
    } catch (error) {
        await watch.stop();
        throw error;
    }
    return watch;
}

/** rustlings with its first exercise, solved. `undefined`: it isn't installed. */
export async function rustlings() {
    const folder = mkdtempSync(join(tmpdir(), "rustlings-"));
    // It asks whether it may.
    const made = spawnSync("rustlings", ["init"], { cwd: folder, input: "\n\n\n", encoding: "utf8" });
    const remove = () => rmSync(folder, { recursive: true });
    if (made.error) return remove();
    const cwd = join(folder, "rustlings");
    const file = join(cwd, "exercises", "00_intro", "intro1.rs");
    const watch = await watching({ command: "rustlings", cwd, file, text: readFileSync(file, "utf8"), verdict: "Exercise done", keys: "\n" });
    return {
        save: watch.save,
        async stop() {
            await watch.stop();
            remove();
        },
    };
}
