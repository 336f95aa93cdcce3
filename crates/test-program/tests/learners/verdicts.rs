//! The verdict on servers that let every scene end.

use crate::fixture::{EXERCISE, Fixture, SOLUTION, STARTER};

crate::tests![
    a_right_server_passes,
    the_next_exercise_is_named_after_a_pass,
    a_mistake_is_shown_and_named,
    each_other_scene_that_fails_has_its_command,
    a_part_of_the_scenes_is_diagnosed_by_all,
    the_stage_that_stands_is_told,
    the_line_to_look_at_is_told,
    everything_is_shown_if_it_is_asked_for,
    the_exercise_as_shipped_is_recognised,
    comments_and_spaces_change_nothing_as_shipped,
    one_changed_token_is_no_longer_as_shipped,
    the_servers_log_is_shown,
    a_panic_is_shown_where_it_happened,
    a_panic_in_a_task_fails,
    a_panic_on_a_thread_is_seen_after_a_pass,
    a_panic_before_anyone_connects_is_shown,
    a_broken_description_names_the_file_and_the_line,
    a_scene_that_makes_no_sense_is_named,
];

fn a_right_server_passes() {
    insta::assert_snapshot!(Fixture::new().passes("right", &[]), @"

    learner · Chat 3 · Everyone but the sender
    ✓ pass alone, pair

    All 2 scenes pass.
      Look at the one line.
      a solution  solutions/chat/learner/solution.rs
      try it      cargo run -- try learner
      next        That was the last exercise.

    test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out
    ");
}

fn the_next_exercise_is_named_after_a_pass() {
    let fixture = Fixture::new();
    let about = fixture.read(&format!("{EXERCISE}/exercise.toml")).replace("order = 1", "order = 2");
    fixture.write("exercises/chat/later/Cargo.toml", "");
    fixture.write("exercises/chat/later/exercise.toml", &about.replace("Chat 3", "Chat 4"));
    fixture.write("exercises/chat/later/scenes.toml", &fixture.read(&format!("{EXERCISE}/scenes.toml")));
    let text = fixture.passes("right", &[]);
    let next = "\n  next        cargo test -p later (Chat 4: Everyone but the sender)\n";
    assert!(text.contains(next) && !text.contains("more of it"), "{text}");

    // One that goes on from this one is for those who want more.
    fixture.write(&format!("{EXERCISE}/Cargo.toml"), "");
    fixture.edit("exercises/chat/later/exercise.toml", "order = 2", "order = 2\nafter = \"learner\"");
    let text = fixture.passes("right", &[]);
    let more = "\n  more of it  cargo test -p later (Chat 4: Everyone but the sender)\n  next        That was the last exercise.\n";
    assert!(text.contains(more), "{text}");
    let text = fixture.passes("right", &["pair"]);
    assert!(!text.contains("  next  ") && !text.contains("Look at"), "there is more to do here: {text}");
}

fn a_mistake_is_shown_and_named() {
    insta::assert_snapshot!(Fixture::new().fails("io-emit", &["pair"]), @r#"

    learner · Chat 3 · Everyone but the sender
    ✗ FAIL pair: Ada and Bob
      ada and bob connect
                  ada and bob are connected
      ada emits say "hi"
        (log)     “I got hi who=ada's id”
        expected: ada hears nothing
        got:      ada hears said "hi"
                  bob hears said "hi"
      (the rest is as expected)

    Your server emits to everyone. (io-emit)
      People say “`io.emit(…)`”. It emits to everyone, Ada too.

      your code  exercises/chat/learner/src/lib.rs
      the page   Chat 3: book/chat/broadcast.md (`cargo run` serves it)
      a hint     cargo test -p learner -- --hint
    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 1 filtered out
    "#);
}

fn the_exercise_as_shipped_is_recognised() {
    let fixture = Fixture::new();
    fixture.write("exercises/chat/learner/src/lib.rs", STARTER);
    insta::assert_snapshot!(fixture.fails("starter", &[]), @r#"

    learner · Chat 3 · Everyone but the sender
    ✓ pass alone
    ✗ FAIL pair: Ada and Bob
      ada and bob connect
                  ada and bob are connected
      ada emits say "hi"
                  ada hears nothing
        expected: bob hears said "hi"
        got:      bob hears nothing
      (the rest is as expected)

    This is the exercise as it was shipped.
      It emits nothing yet.

      your code  exercises/chat/learner/src/lib.rs
      the page   Chat 3: book/chat/broadcast.md (`cargo run` serves it)
      a hint     cargo test -p learner -- --hint
    test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out
    "#);
}

fn each_other_scene_that_fails_has_its_command() {
    let text = Fixture::new().fails("io-emit", &[]);
    let other = "    got:      ada hears said \"hi\"\n✗ FAIL pair   cargo test -p learner pair\n";
    assert!(text.contains(other), "{text}");
}

fn a_part_of_the_scenes_is_diagnosed_by_all() {
    // In the scene `alone` it fails as `io-emit` does; in `pair` it doesn't.
    let fixture = Fixture::new();
    for args in [&[][..], &["alone"]] {
        let text = fixture.fails("echoes", args);
        assert!(
            !text.contains("(io-emit)") && text.contains("Ada should not hear `said` with \"hi\"."),
            "{text}"
        );
    }
    assert!(fixture.fails("io-emit", &["alone"]).contains("(io-emit)"));
}

fn the_stage_that_stands_is_told() {
    let fixture = Fixture::new();
    fixture.in_stages();
    let text = fixture.passes("right", &[]);
    assert!(text.contains("\n✓ pass alone, pair\n\nAll 2 scenes pass, in all 2 stages.\n"), "{text}");
    // It fails both.
    let text = fixture.fails("io-emit", &[]);
    let head = "\nlearner · Chat 3 · Everyone but the sender\nStage 1 of 2, First steps. Not yet: Two of them.\n\
                ✗ FAIL alone: Ada is alone\n";
    assert!(text.starts_with(head) && !text.contains("pair"), "{text}");
    assert!(text.ends_with("FAILED. 0 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out\n"), "{text}");
    // It fails the first only, and its mistake is known by that.
    let text = fixture.fails("echoes", &[]);
    assert!(text.contains("\nStage 1 of 2, First steps. Not yet: ") && text.contains("(io-emit)"), "{text}");
    let text = fixture.fails("io-emit", &["two-of-them"]);
    assert!(text.contains("\nStage 2 of 2, Two of them.\n✗ FAIL pair: Ada and Bob\n"), "{text}");
    assert!(text.ends_with("FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 1 filtered out\n"), "{text}");
}

fn the_line_to_look_at_is_told() {
    let fixture = Fixture::new();
    let file = format!("{EXERCISE}/src/lib.rs");
    fixture.write(&file, "pub fn server(io: &SocketIo) {\n    socket.on(\"say\", x);\n    io.emit(y);\n}\n");
    let text = fixture.fails("io-emit", &[]);
    assert!(
        text.contains("  your code  exercises/chat/learner/src/lib.rs:2\n"),
        "the event's handler: {text}"
    );
    fixture.edit(
        &format!("{EXERCISE}/exercise.toml"),
        "verdict = \"wrong\"",
        "verdict = \"wrong\"\ncode = [\"io.emit(\"]",
    );
    let text = fixture.fails("io-emit", &[]);
    assert!(
        text.contains("  your code  exercises/chat/learner/src/lib.rs:3\n"),
        "the mistake's code: {text}"
    );
}

fn everything_is_shown_if_it_is_asked_for() {
    let fixture = Fixture::new();
    for flag in ["--nocapture", "--show-output"] {
        let text = fixture.passes("logs", &[flag]);
        let pair = "\npair: Ada and Bob\n  ada and bob connect\n    ada is connected\n    bob is connected\n  ada emits say \
                    \"hi\"\n    server logs: I got hi\n    ada hears nothing\n    bob hears said \"hi\"\n  1 second passes\n";
        assert!(text.contains(pair) && text.contains("\nalone: Ada is alone\n"), "{text}");
        assert!(text.contains("All 2 scenes pass."), "{text}");
        let text = fixture.fails("prints-and-fails", &[flag]);
        assert!(text.contains("  Your server printed:\n    no line end\n    to stderr\n"), "{text}");
    }
}

const AS_SHIPPED: &str = "This is the exercise as it was shipped.";

fn comments_and_spaces_change_nothing_as_shipped() {
    let fixture = Fixture::new();
    let edited = [
        format!("// Where do I start?\n{STARTER}"),
        STARTER.replace("say);", "/* what\nis this? */ say); // ?"),
        STARTER.replace('\n', "\r\n\r\n").replace("    ", "\t"),
    ];
    for source in edited {
        fixture.write(&format!("{EXERCISE}/src/lib.rs"), &source);
        let text = fixture.fails("starter", &[]);
        assert!(text.contains(AS_SHIPPED), "{source}\n{text}");
    }
}

fn one_changed_token_is_no_longer_as_shipped() {
    let fixture = Fixture::new();
    fixture.write(&format!("{EXERCISE}/src/lib.rs"), &STARTER.replace("say", "said"));
    let text = fixture.fails("starter", &[]);
    assert!(!text.contains(AS_SHIPPED) && !text.contains("(io-emit)"), "{text}");
    // What it was can't be known.
    fixture.write(&format!("{EXERCISE}/src/lib.rs"), STARTER);
    std::fs::remove_file(fixture.path(&format!("{SOLUTION}/starter.rs"))).unwrap();
    assert!(!fixture.fails("starter", &[]).contains(AS_SHIPPED));
}

fn the_servers_log_is_shown() {
    let fixture = Fixture::new();
    let text = fixture.passes("logs", &[]);
    let logged = "\n  In the scene `alone` your server logged and printed:\n    info: I got hi\n";
    assert!(text.contains(logged), "{text}");
    let text = fixture.fails("io-emit", &["alone"]);
    assert!(text.contains("\n    (log)     “I got hi who=ada's id”\n"), "{text}");
}

fn a_panic_is_shown_where_it_happened() {
    let text = Fixture::new().fails("panics", &["alone"]);
    let panic = "    got:      server panics: index out of bounds: the len is 0 but the index is\n              2 (learners/learner.rs:";
    assert!(text.contains(panic), "{text}");
    assert!(!text.contains("ends the whole process"), "{text}");
}

fn a_panic_in_a_task_fails() {
    let text = Fixture::new().fails("panics-in-a-task", &["alone"]);
    assert!(text.contains("    got:      server panics: lost in a task (learners/learner.rs:"), "{text}");
}

fn a_panic_on_a_thread_is_seen_after_a_pass() {
    let text = Fixture::new().passes("panics-on-a-thread", &[]);
    assert!(text.contains("    lost on a thread\n"), "{text}");
    assert!(text.contains("\nA thread that your code started has panicked."), "{text}");
    assert!(text.contains("All 2 scenes pass."), "{text}");
}

fn a_panic_before_anyone_connects_is_shown() {
    let text = Fixture::new().fails("panics-at-once", &[]);
    assert!(text.contains("    got:      the server panics before anyone can connect: "), "{text}");
    assert!(text.contains("I can't begin"), "{text}");
    assert!(text.contains("Fix this first: no client could connect."), "{text}");
}

fn a_broken_description_names_the_file_and_the_line() {
    for (file, old, new, problem) in [
        ("exercise.toml", "minutes = 5", "minutes = soon", "TOML parse error at line 7, column 11"),
        ("exercise.toml", "minutes = 5", "minuets = 5", "line 7, `minuets = 5`: unknown field `minuets`"),
        ("exercise.toml", "minutes = 5", "minutes = 'soon'", "line 7, `minutes = 'soon'`: invalid type"),
        ("scenes.toml", "{ wait = { seconds = 1 } }", "{ wiat = { seconds = 1 } }", "line 16, `"),
    ] {
        let fixture = Fixture::new();
        fixture.edit(&format!("{EXERCISE}/{file}"), old, new);
        let run = fixture.run("right", &[]);
        assert_eq!(run.code, Some(101), "{run:?}");
        assert!(run.errors.contains(&format!("{file}: {problem}")), "{run:?}");
        assert!(run.errors.contains(new) && !run.errors.contains("panicked"), "{run:?}");
    }
}

fn a_scene_that_makes_no_sense_is_named() {
    let fixture = Fixture::new();
    fixture.edit(&format!("{EXERCISE}/scenes.toml"), r#"clients = ["ada", "bob"]"#, r#"clients = ["bob"]"#);
    let run = fixture.run("right", &[]);
    assert_eq!(run.code, Some(101), "{run:?}");
    let problem = "scenes.toml: the scene `pair`, step 2: ada isn't connected. Let ada connect first";
    assert!(run.errors.contains(problem), "{run:?}");
}
