//! What a learner gets to read, whatever the learner's code does to its process.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use tempfile::TempDir;

/// An exercise and its solution in a folder of their own, kept and sealed.
struct Exercise(TempDir);

const EXERCISE: &str = r#"
title = "Everyone but the sender"
question = "Chat 3"
page = "chat/broadcast.md"
task = "What one says reaches every other client."
minutes = 5
hint = ["A nudge.", "Nearly the answer."]

[starter]
why = "It does nothing yet."

[[wrong]]
name = "io-emit"
claim = "`io.emit(…)`"
why = "It speaks to everyone, Ada too."
verdict = "wrong"
"#;

impl Exercise {
    fn new() -> Self {
        let exercise = Self(tempfile::tempdir().unwrap());
        for folder in ["src", "tests"] {
            fs::create_dir_all(exercise.dir("exercises").join(folder)).unwrap();
        }
        fs::create_dir_all(exercise.dir("solutions")).unwrap();
        fs::write(exercise.dir("exercises").join("exercise.toml"), EXERCISE).unwrap();
        fs::write(exercise.dir("exercises").join("src/lib.rs"), "// as shipped\n").unwrap();
        fs::write(exercise.dir("exercises").join("tests/grade.rs"), "fn main() {}\n").unwrap();
        let keep =
            |kind: &str, learner: &str| exercise.run_in(kind, learner, &[], &[("INSTA_UPDATE", "always")]);
        assert!(keep("solutions", "right").status.success());
        // The wrong answer is kept as the answer would be, and put in its place.
        let snapshots = exercise.dir("exercises").join("tests/snapshots");
        let right = exercise.0.path().join("right");
        fs::rename(&snapshots, &right).unwrap();
        assert!(keep("solutions", "io-emit").status.success());
        fs::create_dir_all(exercise.dir("solutions").join("wrong")).unwrap();
        fs::rename(&snapshots, exercise.dir("solutions").join("wrong/io-emit")).unwrap();
        assert!(keep("solutions", "right").status.success());
        exercise
    }

    fn dir(&self, kind: &str) -> PathBuf {
        self.0.path().join(kind).join("chat").join("learner")
    }

    fn run_in(&self, kind: &str, learner: &str, args: &[&str], env: &[(&str, &str)]) -> Output {
        Command::new(program())
            .args(args)
            .env("LEARNER", learner)
            .env("LEARNER_DIR", self.dir(kind))
            .env("INSTA_WORKSPACE_ROOT", self.0.path())
            .env("INSTA_UPDATE", "no")
            .env("INSTA_OUTPUT", "none")
            .envs(env.iter().copied())
            .output()
            .unwrap()
    }

    /// What the learner reads, and whether the test passed.
    fn test(&self, learner: &str, args: &[&str]) -> (String, bool) {
        let output = self.run_in("exercises", learner, args, &[]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(!text.contains('\u{1b}'), "no colours in a pipe: {text:?}");
        (text, output.status.success())
    }
}

/// The example `learner`, which cargo builds for the tests: unless it is told to run these tests alone.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    let program = profile.join("examples").join("learner").with_extension(std::env::consts::EXE_EXTENSION);
    let built = fs::metadata(&program).and_then(|file| file.modified()).ok();
    let written = newest(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(
        built.is_some() && built >= written,
        "it is missing or old: `cargo build -p stage --example learner`"
    );
    program
}

/// When the newest file in a folder, or in a folder of it, was written.
fn newest(folder: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let written =
        |path: PathBuf| if path.is_dir() { newest(&path) } else { path.metadata().unwrap().modified().ok() };
    entries.filter_map(written).max()
}

#[test]
fn a_right_answer_passes() {
    let (text, passed) = Exercise::new().test("right", &[]);
    assert!(passed, "{text}");
    insta::assert_snapshot!(text, @"

    learner · Chat 3 · Everyone but the sender
      What one says reaches every other client.

    ✓ pass alone: Ada is alone
    ✓ pass pair: Ada and Bob

    All 2 scenes play as they should.
      Compare with solutions/chat/learner/src/lib.rs.

    test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out
    ");
}

#[test]
fn a_part_of_the_scenes_is_not_all_of_them() {
    let exercise = Exercise::new();
    let (text, passed) = exercise.test("right", &["pair"]);
    assert!(passed && !text.contains("play as they should"), "{text}");
    assert!(
        text.contains("What was played of it is right: 1 of 2 scenes. The others were left out."),
        "{text}"
    );
    let (text, passed) = exercise.test("right", &["nowhere"]);
    assert!(passed && !text.contains("play as they should"), "{text}");
    assert!(text.contains("No scene is called so, and none was played. There are alone and pair."), "{text}");
    assert!(text.ends_with("0 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out\n"), "{text}");
}

#[test]
fn a_wrong_answer_is_shown_and_called_by_its_name() {
    let (text, passed) = Exercise::new().test("io-emit", &["pair"]);
    assert!(!passed, "{text}");
    insta::assert_snapshot!(text, @r#"

    learner · Chat 3 · Everyone but the sender
      What one says reaches every other client.

    ✗ FAIL pair: Ada and Bob

        ada and bob enter
          ada is in
          bob is in
        ada emits say "hi"
      -   ada hears nothing
      ·   server logs: I got hi
      +   ada hears said "hi"
          bob hears said "hi"

      -  expected, and did not happen     +  happened, and was not expected
      ·  logged, and not graded

    This is what “`io.emit(…)`” does. (io-emit)
      It speaks to everyone, Ada too.

      your code  exercises/chat/learner/src/lib.rs
      the page   `cargo run`, then http://127.0.0.1:3000/chat/broadcast.html
      a hint     cargo test -p learner -- --hint

    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 1 filtered out
    "#);
}

#[test]
fn a_panic_is_shown_where_it_happened() {
    let (text, passed) = Exercise::new().test("panics", &["alone"]);
    assert!(!passed);
    assert!(
        text.contains("  +   server panics: index out of bounds: the len is 0 but the index is 2"),
        "{text}"
    );
    assert!(text.contains("(examples/learner.rs:"), "{text}");
}

#[test]
fn a_panic_before_anyone_enters_is_shown() {
    let (text, passed) = Exercise::new().test("panics-at-once", &[]);
    assert!(!passed);
    assert!(text.contains("the server panics before anyone can enter: assertion"), "{text}");
    assert!(text.contains("I cannot begin"), "{text}");
}

#[test]
fn a_loop_is_named_and_ended_and_the_rest_is_not_played() {
    let (text, passed) = Exercise::new().test("loops", &[]);
    assert!(!passed);
    assert!(text.contains("  +   the handler of `say` blocks the thread and never comes back"), "{text}");
    assert!(text.contains("· not played pair: Ada and Bob"), "{text}");
    assert!(text.ends_with("0 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n"), "{text}");
}

#[test]
fn a_process_that_holds_its_own_output_is_ended() {
    let (text, passed) = Exercise::new().test("holds-stdout", &["alone"]);
    assert!(!passed);
    assert!(text.contains("  +   the handler of `say` blocks the thread and never comes back"), "{text}");
}

#[test]
fn a_process_that_never_stops_printing_is_ended() {
    let (text, passed) = Exercise::new().test("prints-for-ever", &["alone"]);
    assert!(!passed);
    assert!(text.contains("  +   the handler of `say` blocks the thread and never comes back"), "{text}");
    assert!(text.contains("    again\n") && text.contains(" more lines\n"), "{text}");
}

#[test]
fn a_handler_that_is_never_done_is_named() {
    let (text, passed) = Exercise::new().test("never-done", &["alone"]);
    assert!(!passed);
    assert!(text.contains("  +   the handler of `say` is never done"), "{text}");
}

#[test]
fn a_flood_is_named() {
    let (text, passed) = Exercise::new().test("floods", &["alone"]);
    assert!(!passed);
    assert!(text.contains("  +   the server floods ada with more than 1000 frames"), "{text}");
}

#[test]
fn to_exit_is_not_to_pass() {
    let (text, passed) = Exercise::new().test("exits", &[]);
    assert!(!passed);
    assert!(text.contains("  +   the handler of `say` ends the whole process (exit "), "{text}");
    assert!(
        text.contains("    ada enters\n      ada is in\n    ada emits"),
        "what came before is told: {text}"
    );
    assert!(text.contains("✗ FAIL pair"), "the next scene has a process of its own: {text}");
}

#[cfg(unix)]
#[test]
fn an_abort_and_an_overflow_are_named() {
    let exercise = Exercise::new();
    let (text, passed) = exercise.test("aborts", &["alone"]);
    assert!(!passed);
    assert!(text.contains("ends the whole process (signal: 6 (SIGABRT)"), "{text}");
    let (text, passed) = exercise.test("overflows", &["alone"]);
    assert!(!passed);
    assert!(text.contains("ends the whole process (signal: 6 (SIGABRT)"), "{text}");
    assert!(text.contains("has overflowed its stack"), "{text}");
}

#[test]
fn what_a_server_prints_is_shown_beside_a_failure_and_not_beside_a_pass() {
    let exercise = Exercise::new();
    let (text, passed) = exercise.test("prints", &[]);
    assert!(passed && !text.contains("no line end"), "{text}");
    for learner in ["prints-a-lot", "complains-a-lot"] {
        let (text, passed) = exercise.test(learner, &[]);
        assert!(passed, "{learner}: {text}");
    }
}

#[test]
fn hints_come_one_at_a_time() {
    let exercise = Exercise::new();
    let (text, passed) = exercise.test("right", &["--hint"]);
    assert!(
        passed && text.contains("Hint 1 of 2\n  A nudge.\n\n  More: cargo test -p learner -- --hint 2"),
        "{text}"
    );
    let (text, _) = exercise.test("right", &["--hint", "2"]);
    assert!(text.contains("Nearly the answer.") && text.contains("That was the last."), "{text}");
    let (text, _) = exercise.test("right", &["--hint", "99"]);
    assert!(text.contains("Hint 2 of 2"), "{text}");
}

#[test]
fn scenes_are_listed_as_tests() {
    let (text, passed) = Exercise::new().test("right", &["--list", "--format", "terse"]);
    assert!(passed);
    assert_eq!(text, "alone: test\npair: test\n");
}

#[test]
fn an_expectation_that_was_changed_fails_and_says_how_to_mend_it() {
    let exercise = Exercise::new();
    let snapshot = exercise.dir("exercises").join("tests/snapshots/pair.snap");
    let text = fs::read_to_string(&snapshot).unwrap();
    fs::write(&snapshot, text.replace("ada hears nothing", "ada hears said \"hi\"")).unwrap();
    let (text, passed) = exercise.test("io-emit", &[]);
    assert!(!passed);
    assert!(
        text.contains("✗ exercises/chat/learner/tests/snapshots/pair.snap is not as it was shipped."),
        "{text}"
    );
    assert!(text.contains("\n    git restore exercises/chat/learner/tests\n"), "{text}");
}

#[test]
fn a_missing_expectation_fails() {
    let exercise = Exercise::new();
    fs::remove_file(exercise.dir("exercises").join("tests/snapshots/pair.snap")).unwrap();
    let (text, passed) = exercise.test("right", &[]);
    assert!(!passed);
    assert!(text.contains("tests/snapshots/pair.snap is missing."), "{text}");
}

#[test]
fn a_failure_writes_nothing() {
    let exercise = Exercise::new();
    let files = |dir: &Path| {
        let mut files: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        files.sort();
        files
    };
    let snapshots = exercise.dir("exercises").join("tests/snapshots");
    let before = files(&snapshots);
    let (_, passed) = exercise.test("io-emit", &[]);
    assert!(!passed);
    assert_eq!(files(&snapshots), before);
}

#[test]
fn a_broken_description_names_the_file_and_the_line() {
    let exercise = Exercise::new();
    fs::write(
        exercise.dir("exercises").join("exercise.toml"),
        EXERCISE.replace("minutes = 5", "minutes = soon"),
    )
    .unwrap();
    let output = exercise.run_in("exercises", "right", &[], &[]);
    assert!(!output.status.success());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("exercise.toml: TOML parse error at line 6"), "{text}");
    assert!(text.contains("minutes = soon"), "{text}");
}
