//! The verdict on servers that let every scene end.

use crate::fixture::{EXERCISE, Fixture, SOLUTION, STARTER};

crate::tests![
    a_right_server_passes,
    a_mistake_is_shown_and_named,
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
      What one client says reaches every other client.

    ✓ pass alone: Ada is alone
    ✓ pass pair: Ada and Bob

    All 2 scenes pass.
      Compare with solutions/chat/learner/solution.rs.

    test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out
    ");
}

fn a_mistake_is_shown_and_named() {
    insta::assert_snapshot!(Fixture::new().fails("io-emit", &["pair"]), @r#"

    learner · Chat 3 · Everyone but the sender
      What one client says reaches every other client.

    ✗ FAIL pair: Ada and Bob

        ada and bob connect
          ada is connected
          bob is connected
        ada emits say "hi"
      ·   server logs: I got hi who=ada
      -   ada hears nothing
      +   ada hears said "hi"
          bob hears said "hi"

      -  expected, but did not happen     +  happened, but was not expected
      ·  logged by your server, as it is: not compared word for word

    Your server does what “`io.emit(…)`” does. (io-emit)
      It emits to everyone, Ada too.

      your code  exercises/chat/learner/src/lib.rs
      the page   Chat 3: `cargo run` serves it, its text is book/chat/broadcast.md
      a hint     cargo test -p learner -- --hint

    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 1 filtered out
    "#);
}

fn the_exercise_as_shipped_is_recognised() {
    let fixture = Fixture::new();
    fixture.write("exercises/chat/learner/src/lib.rs", STARTER);
    insta::assert_snapshot!(fixture.fails("starter", &[]), @r#"

    learner · Chat 3 · Everyone but the sender
      What one client says reaches every other client.

    ✓ pass alone: Ada is alone

    ✗ FAIL pair: Ada and Bob

        ada and bob connect
          ada is connected
          bob is connected
        ada emits say "hi"
          ada hears nothing
      -   bob hears said "hi"
      +   bob hears nothing

      -  expected, but did not happen     +  happened, but was not expected

    This is the exercise as it was shipped.
      It emits nothing yet.

      your code  exercises/chat/learner/src/lib.rs
      the page   Chat 3: `cargo run` serves it, its text is book/chat/broadcast.md
      a hint     cargo test -p learner -- --hint

    test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out
    "#);
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
    assert!(!text.contains(AS_SHIPPED) && !text.contains("Your server does what"), "{text}");
    // What it was can't be known.
    fixture.write(&format!("{EXERCISE}/src/lib.rs"), STARTER);
    std::fs::remove_file(fixture.path(&format!("{SOLUTION}/starter.rs"))).unwrap();
    assert!(!fixture.fails("starter", &[]).contains(AS_SHIPPED));
}

fn the_servers_log_is_shown() {
    let fixture = Fixture::new();
    let text = fixture.passes("logs", &[]);
    assert!(!text.contains("I got"), "beside a failure only: {text}");
    let text = fixture.fails("io-emit", &["alone"]);
    assert!(text.contains("\n  ·   server logs: I got hi who=ada\n"), "{text}");
}

fn a_panic_is_shown_where_it_happened() {
    let text = Fixture::new().fails("panics", &["alone"]);
    let panic = "  +   server panics: index out of bounds: the len is 0 but the index is 2\n";
    assert!(text.contains(panic.trim_end()) && text.contains("(learners/learner.rs:"), "{text}");
    assert!(!text.contains("ends the whole process"), "{text}");
}

fn a_panic_in_a_task_fails() {
    let text = Fixture::new().fails("panics-in-a-task", &["alone"]);
    assert!(text.contains("  +   server panics: lost in a task (learners/learner.rs:"), "{text}");
}

fn a_panic_on_a_thread_is_seen_after_a_pass() {
    let text = Fixture::new().passes("panics-on-a-thread", &[]);
    let shown = "\n✓ pass alone: Ada is alone\n\n  Your server printed:\n";
    assert!(text.contains(shown) && text.matches("    lost on a thread\n").count() == 2, "{text}");
    assert!(text.contains("  A thread that your code started has panicked."), "{text}");
    assert!(text.contains("All 2 scenes pass."), "{text}");
}

fn a_panic_before_anyone_connects_is_shown() {
    let text = Fixture::new().fails("panics-at-once", &[]);
    assert!(text.contains("  + the server panics before anyone can connect: "), "{text}");
    assert!(text.contains("I can't begin"), "{text}");
    assert!(text.contains("Fix this first: no client could connect."), "{text}");
}

fn a_broken_description_names_the_file_and_the_line() {
    for (file, old, new, line) in [
        ("exercise.toml", "minutes = 5", "minutes = soon", 7),
        ("exercise.toml", "minutes = 5", "minuets = 5", 7),
        ("scenes.toml", "{ wait = { seconds = 1 } }", "{ wiat = { seconds = 1 } }", 16),
    ] {
        let fixture = Fixture::new();
        fixture.edit(&format!("{EXERCISE}/{file}"), old, new);
        let run = fixture.run("right", &[]);
        assert_eq!(run.code, Some(101), "{run:?}");
        assert!(run.errors.contains(&format!("{file}: TOML parse error at line {line}, column ")), "{run:?}");
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
