//! Everything that a learner's code may do to its verdict, in one list. Each has its own verdict, which is kept as a
//! snapshot; in bounded time and memory; and nothing is left running. (On Linux, where it can be seen what is left. The
//! other tests here look at some of them on every system, and more closely.)
//!
//! Elsewhere, because there it is decided:
//! - code that does not compile: `code_that_does_not_compile_is_told_with_its_place` in the tool's `commands/tests/check.rs`
//! - a test program that isn't the exercise's: `build_script.rs`
//! - a learner who saves during a check: `a_save_during_the_check_makes_it_no_pass`, beside the first

use std::fs;
use std::path::Path;
use std::time::Duration;

use libtest_mimic::Trial;
use worker::Message;

use crate::fixture::{EXERCISE, Fixture, SHORT, expected_snap, play, scenes, wait_until};
use crate::learner::FAKE;

/// A machine may be busy, and no timeout should end these.
const LONG: [&str; 2] = ["--timeout-ms", "3600000"];

/// A case: its name, the server, what is done to the exercise before, and the exit code.
struct Case {
    name: &'static str,
    learner: &'static str,
    /// How long a play may take.
    time: [&'static str; 2],
    prepare: fn(&Fixture),
    code: i32,
}

const fn case(name: &'static str, learner: &'static str) -> Case {
    Case { name, learner, time: LONG, prepare: |_| (), code: 101 }
}

/// Only a timeout ends it.
const fn endless(name: &'static str, learner: &'static str) -> Case {
    Case { time: SHORT, ..case(name, learner) }
}

const fn passes(name: &'static str, learner: &'static str) -> Case {
    Case { code: 0, ..case(name, learner) }
}

const fn tampered(name: &'static str, prepare: fn(&Fixture)) -> Case {
    Case { prepare, ..case(name, "right") }
}

/// The one whose verdict isn't always in the same words.
const THREADS: &str = "threads-for-ever";

/// All of them.
const CASES: &[Case] = &[
    passes("a-right-server", "right"),
    // Ends that should pass for a pass.
    case("exit-0", "exits"),
    case("abort", "aborts"),
    case("a-fake-summary", "fakes-a-message"),
    tampered("a-deleted-test", |fixture| {
        let file = format!("{EXERCISE}/scenes.toml");
        let text = fixture.read(&file);
        fixture.write(&file, text.split_once("\n[[scene]]\nname = \"pair\"").unwrap().0);
    }),
    tampered("a-renamed-test", |fixture| {
        fixture.edit(&format!("{EXERCISE}/scenes.toml"), "name = \"pair\"", "name = \"pairs\"");
    }),
    tampered("an-edited-snapshot", |fixture| {
        let file = format!("{EXERCISE}/expected.snap");
        fixture.write(&file, &fixture.read(&file).replace("said", "sait"));
    }),
    tampered("another-snapshot", |fixture| {
        fixture.write(&format!("{EXERCISE}/expected.snap"), &expected_snap("io-emit", &scenes()));
    }),
    tampered("no-snapshot", |fixture| {
        fs::remove_file(fixture.path(&format!("{EXERCISE}/expected.snap"))).unwrap();
    }),
    // Panics.
    case("a-panic-at-once", "panics-at-once"),
    case("a-panic-in-a-handler", "panics"),
    case("a-panic-in-a-task", "panics-in-a-task"),
    passes("a-panic-on-a-thread", "panics-on-a-thread"),
    case("a-stack-overflow", "overflows"),
    // Servers that never give back what they hold.
    endless("a-deadlock", "deadlocks"),
    endless("a-loop", "loops"),
    endless("a-loop-that-yields", "never-done"),
    endless("a-held-output", "holds-stdout"),
    // Floods.
    case("a-flood-of-frames", "floods"),
    endless("a-flood-of-lines", "prints-for-ever"),
    endless("a-line-without-end", "line-without-end"),
    // More and more of the machine.
    case("gigabytes-allocated", "allocates-for-ever"),
    case("gigabytes-written", "keeps-files-and-writes-for-ever"),
    case(THREADS, "starts-threads-for-ever"),
    // What goes on after the verdict.
    passes("threads-that-stay", "leaves-threads"),
    passes("a-child-process", "starts-a-process"),
    case("a-child-process-and-an-exit", "starts-a-process-and-exits"),
    endless("a-child-process-and-a-loop", "starts-a-process-and-loops"),
];

/// A test for each.
pub(crate) fn trials() -> impl Iterator<Item = Trial> {
    CASES.iter().map(|case| {
        Trial::test(format!("golden::{}", case.name), || {
            check(case);
            Ok(())
        })
    })
}

fn check(case: &Case) {
    let fixture = Fixture::new();
    (case.prepare)(&fixture);
    let mut command = fixture.command(case.learner, &case.time);
    if case.learner == "fakes-a-message" {
        let played = play("right", &scenes()[..1]).remove(0);
        command.env(FAKE, Message::Done(played.transcript, Duration::ZERO).to_json().unwrap());
    }
    let run = fixture.run_command(&mut command);
    wait_until(|| started_for(&fixture.path("")).is_empty());
    assert_eq!(run.code, Some(case.code), "{run:?}");
    if case.name == THREADS {
        // What fails first when the memory is used up isn't certain: a thread, or what a thread allocates.
        assert!(run.text.contains("✗ FAIL alone"), "{run:?}");
        return;
    }
    insta::with_settings!({ snapshot_path => "golden", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(case.name, steady(&run.text));
    });
}

/// The processes that run with this folder in their environment, or in their arguments.
fn started_for(folder: &Path) -> Vec<String> {
    let folder = folder.display().to_string();
    let is_of = |pid: &str| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        // Of one that has ended, it's empty.
        String::from_utf8_lossy(&environment).contains(&folder)
    };
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().into_string().ok());
    pids.filter(|pid| pid.bytes().all(|byte| byte.is_ascii_digit()) && is_of(pid)).collect()
}

/// A verdict without what isn't the same each time: the numbers of threads, and of how much was read in the time.
fn steady(text: &str) -> String {
    let mut steady = String::new();
    for line in text.lines() {
        let mut line = line.to_owned();
        for (before, after) in
            [("thread '", "panicked"), ("thread '", "has overflowed"), ("… ", " more lines")]
        {
            if let Some(start) = line.find(before)
                && let Some(end) = line.find(after)
            {
                let kept: String = line[start..end].chars().filter(|it| !it.is_ascii_digit()).collect();
                line.replace_range(start..end, &kept);
            }
        }
        // Where in the file of servers it is doesn't matter.
        if let Some(at) = line.find("learner.rs:") {
            let from = at + "learner.rs:".len();
            let digits = line[from..].find(|it: char| !it.is_ascii_digit() && it != ':');
            line.replace_range(from..digits.map_or(line.len(), |digits| from + digits), "…");
        }
        steady.push_str(line.trim_end());
        steady.push('\n');
    }
    steady
}
