// The tool itself (`cargo run`), started over the workspace or over a copy of it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const TARGET = resolve(process.env.CARGO_TARGET_DIR ?? "../target");
const TOOL = join(TARGET, "debug", "workbook");
// Where the workspace is that is copied: another one, where its pages are broken on purpose.
const SOURCE = resolve(process.env.WORKBOOK_SOURCE ?? "..");
const KITS = join(TARGET, "workbook");

/** Starts the tool with `args`. Waits until it has said its address. `said` is what it prints, as it grows. */
export async function start(...args) {
    if (!existsSync(TOOL)) throw new Error(`There is no ${TOOL}: run \`cargo build\` first.`);
    // As cargo tells it: where a program was built is no help, since a copy of the workspace is built into the same folder.
    const env = { ...process.env, CARGO_TARGET_DIR: TARGET, CARGO_MANIFEST_DIR: join(SOURCE, "crates", "workbook") };
    const child = spawn(TOOL, args, { env, stdio: ["ignore", "pipe", "inherit"] });
    const tool = { said: "", program: TOOL, env };
    tool.stop = async () => {
        if (child.exitCode !== null) return;
        child.kill("SIGINT");
        await once(child, "exit");
    };
    await new Promise((open, fail) => {
        createInterface({ input: child.stdout }).on("line", (line) => {
            tool.said += `${line}\n`;
            tool.address ??= line.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0];
            if (tool.address) open();
        });
        child.once("exit", () => fail(new Error(`the tool ended:\n${tool.said}`)));
    });
    return tool;
}

/** A copy of the workspace: a learner's files are the learner's. `remove` it after the tool's end. */
export function copyOfTheWorkspace() {
    const kits = () => (existsSync(KITS) ? readdirSync(KITS) : []);
    const before = new Set(kits());
    const root = mkdtempSync(join(tmpdir(), "workspace-"));
    for (const part of ["Cargo.toml", "Cargo.lock", "book.toml", "book", "crates", "exercises", "solutions", "e2e/wire"]) {
        cpSync(join(SOURCE, part), join(root, part), { recursive: true });
    }
    return {
        root,
        /** The learner's file, and what may stand in it. */
        exercise(chapter, name) {
            const kept = (which) => readFileSync(join(root, "solutions", chapter, name, `${which}.rs`), "utf8");
            const file = join(root, "exercises", chapter, name, "src", "lib.rs");
            return { file, starter: kept("starter"), solution: kept("solution") };
        },
        remove() {
            rmSync(root, { recursive: true });
            // It has a kit of its own, which nobody needs any more.
            for (const kit of kits()) if (!before.has(kit)) rmSync(join(KITS, kit), { recursive: true });
        },
    };
}
