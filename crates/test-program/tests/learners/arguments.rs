//! libtest's arguments, as editors, CI and nextest give them; hints; and arguments that are none.

use crate::fixture::Fixture;

crate::tests![
    scenes_are_listed_as_tests,
    filters_choose_scenes,
    stages_are_listed_and_chosen,
    a_part_of_the_scenes_is_not_all_of_them,
    a_name_that_matches_nothing_is_no_pass,
    hints_come_one_at_a_time,
    help_is_given,
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
        assert!(text.contains(&format!("✓ pass {chosen}\n")), "{args:?}: {text}");
        assert!(text.ends_with("ok. 1 passed; 0 failed; 0 ignored; 0 measured; 1 filtered out\n"), "{text}");
    }
}

fn stages_are_listed_and_chosen() {
    let fixture = Fixture::new();
    fixture.in_stages();
    assert_eq!(fixture.passes("right", &["--list"]), "first-steps::alone: test\ntwo-of-them::pair: test\n");
    for args in [&["two"][..], &["two-of-them::pair", "--exact"], &["pair", "--exact"], &["--skip", "first"]]
    {
        let text = fixture.passes("right", args);
        assert!(text.contains("✓ pass pair\n"), "{args:?}: {text}");
    }
    assert!(fixture.fails("right", &["three"]).contains("\nThe stages are first-steps and two-of-them.\n"));
    assert!(fixture.passes("right", &["--help"]).contains("  cargo test -p learner first-steps\n"));
}

fn a_part_of_the_scenes_is_not_all_of_them() {
    let text = Fixture::new().passes("right", &["pair"]);
    assert!(text.contains("1 of 2 scenes pass. The others were not run.") && !text.contains("All"), "{text}");
}

fn a_name_that_matches_nothing_is_no_pass() {
    let fixture = Fixture::new();
    for args in [&["nowhere"][..], &["ai", "--exact"], &["--skip", "a"], &["--ignored"]] {
        let text = fixture.fails("right", args);
        assert!(text.contains(" Nothing was run. There are alone and pair."), "{args:?}: {text}");
        assert!(
            text.ends_with("FAILED. 0 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out\n"),
            "{text}"
        );
    }
}

fn hints_come_one_at_a_time() {
    let fixture = Fixture::new();
    let text = fixture.passes("right", &["--hint"]);
    assert_eq!(text, "\nHint 1 of 2\n  A nudge.\n\n  Another one: cargo test -p learner -- --hint 2\n\n");
    for args in [&["--hint", "2"][..], &["--hint=2"]] {
        let text = fixture.passes("right", args);
        assert!(text.contains("Nearly the solution.") && text.contains("That was the last hint."), "{text}");
    }
    for number in ["0", "3", "99"] {
        let run = fixture.run("right", &["--hint", number]);
        let error = format!("error: There is no hint {number} for learner. Its hints are 1 to 2.");
        assert!(run.code == Some(101) && run.errors.contains(&error), "{run:?}");
    }
}

fn help_is_given() {
    let fixture = Fixture::new();
    for args in [&["--help"][..], &["-h"], &["pair", "--help"]] {
        let text = fixture.passes("right", args);
        for line in
            ["  cargo test -p learner -- --hint 2\n", "  cargo test -p learner alone -- --nocapture\n"]
        {
            assert!(text.contains(line), "{text}");
        }
        assert!(!text.contains("test result"), "nothing was run: {text}");
    }
    for word in ["hint", "help"] {
        let text = fixture.fails("right", &[word]);
        let meant = format!(
            "There is no scene named `{word}`. Nothing was run. There are alone and pair.\nDid you mean \
                             `cargo test -p learner -- --{word}`?\n"
        );
        assert!(text.contains(&meant), "{text}");
    }
}

fn an_option_that_is_none_is_no_pass() {
    let fixture = Fixture::new();
    for (args, error) in [
        (&["--hnit"][..], "There is no option `--hnit`. Nothing was run."),
        (&["--hints"], "There is no option `--hints`."),
        (&["--solution"], "There is no option `--solution`."),
        (&["pair", "-x"], "There is no option `-x`."),
        (&["--hint", "two"], "`--hint` takes a number, not `two`: --hint 2"),
        (&["--hint=x"], "`--hint` takes a number, not `x`: --hint 2"),
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
