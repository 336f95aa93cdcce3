//! libtest's arguments, as editors, CI and nextest give them; hints; and arguments that are none.

use crate::fixture::Fixture;

crate::tests![
    scenes_are_listed_as_tests,
    filters_choose_scenes,
    a_part_of_the_scenes_is_not_all_of_them,
    a_name_that_matches_nothing_is_no_pass,
    hints_come_one_at_a_time,
    an_option_that_is_none_is_no_pass,
    a_worker_started_by_hand_is_no_pass,
];

fn scenes_are_listed_as_tests() {
    let fixture = Fixture::new();
    for args in [&["--list"][..], &["--list", "--format", "terse"], &["--format=terse", "--list"]] {
        assert_eq!(fixture.passes("right", args), "alone: test\npair: test\n");
    }
    assert_eq!(fixture.passes("right", &["pai", "--list"]), "pair: test\n");
    // nextest asks twice.
    assert_eq!(fixture.passes("right", &["--list", "--format", "terse", "--ignored"]), "");
}

fn filters_choose_scenes() {
    let fixture = Fixture::new();
    for (args, chosen) in [
        (&["pair"][..], "pair"),
        (&["ai"], "pair"),
        (&["pair", "--exact"], "pair"),
        // As nextest runs a test.
        (&["--exact", "alone", "--nocapture"], "alone"),
        (&["--skip", "pair"], "alone"),
        (&["--skip=pair", "--test-threads", "1"], "alone"),
        (&["--exact", "alone", "pair", "--skip", "alone"], "pair"),
    ] {
        let text = fixture.passes("right", args);
        let passed: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("✓ pass ")).collect();
        assert!(passed.len() == 1 && passed[0].starts_with(chosen), "{args:?}: {text}");
        assert!(text.ends_with("ok. 1 passed; 0 failed; 0 ignored; 0 measured; 1 filtered out\n"), "{text}");
    }
}

fn a_part_of_the_scenes_is_not_all_of_them() {
    let text = Fixture::new().passes("right", &["pair"]);
    assert!(text.contains("1 of 2 scenes pass. The others were not run.") && !text.contains("All"), "{text}");
}

fn a_name_that_matches_nothing_is_no_pass() {
    let fixture = Fixture::new();
    for args in [&["nowhere"][..], &["ai", "--exact"], &["--skip", "a"], &["--ignored"]] {
        let text = fixture.fails("right", args);
        assert!(text.contains("Nothing was run. There are alone and pair."), "{args:?}: {text}");
        assert!(text.ends_with("0 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out\n"), "{text}");
    }
}

fn hints_come_one_at_a_time() {
    let fixture = Fixture::new();
    let text = fixture.passes("right", &["--hint"]);
    assert_eq!(text, "\nHint 1 of 2\n  A nudge.\n\n  Another one: cargo test -p learner -- --hint 2\n\n");
    let text = fixture.passes("right", &["--hint", "2"]);
    assert!(text.contains("Nearly the solution.") && text.contains("That was the last one."), "{text}");
    for number in ["0", "3", "99"] {
        let run = fixture.run("right", &["--hint", number]);
        let error = format!("error: There is no hint {number} for learner. Its hints are 1 to 2.");
        assert!(run.code == Some(101) && run.errors.contains(&error), "{run:?}");
    }
}

fn an_option_that_is_none_is_no_pass() {
    let fixture = Fixture::new();
    for (args, error) in [
        (&["--hnit"][..], "There is no option `--hnit`."),
        (&["pair", "-x"], "There is no option `-x`."),
        (&["--hint", "two"], "`--hint` takes a number, not `two`."),
        (&["--timeout-ms", "soon"], "`--timeout-ms` takes a number."),
        (&["--timeout-ms"], "`--timeout-ms` takes a number."),
    ] {
        let run = fixture.run("right", args);
        assert!(run.code == Some(101) && run.errors.contains(error) && run.text.is_empty(), "{run:?}");
    }
}

fn a_worker_started_by_hand_is_no_pass() {
    let fixture = Fixture::new();
    for args in [&["--worker"][..], &["pair", "--worker", "--exact"]] {
        let output = fixture.command("right", args).output().unwrap();
        assert_eq!(output.status.code(), Some(3));
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(errors.starts_with("--worker is for the workbook's own use"), "{errors}");
    }
}
