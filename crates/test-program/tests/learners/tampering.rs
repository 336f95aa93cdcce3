//! Files that grade an exercise and aren't as they were shipped; and tests that mustn't write any.

use std::fs;

use scenario::Scene;

use crate::fixture::{EXERCISE, Fixture, SOLUTION, expected_snap, scenes};

crate::tests![
    an_edited_expectation_never_counts,
    an_expectation_of_other_scenes_never_counts,
    a_missing_expectation_fails,
    without_the_mistakes_there_is_no_diagnosis,
    the_environment_changes_no_verdict,
];

/// The scene `pair` isn't the one that is expected.
const OTHER_SCENE: &str = "✗ the scene `pair` isn't the same in exercises/chat/learner/scenes.toml and in\n\
                           exercises/chat/learner/expected.snap.\n";

const RESTORE: &str = "\n    git restore exercises/chat/learner/exercise.toml exercises/chat/learner/expected.snap \
     exercises/chat/learner/scenes.toml\n";

/// It fails because of a file, whatever the server does, and says nothing of the server.
fn assert_tampered(fixture: &Fixture, learner: &str, sentence: &str) {
    let text = fixture.fails(learner, &[]);
    assert!(text.contains(sentence) && text.contains(RESTORE), "{text}");
    assert!(!text.contains("scenes pass.") && !text.contains("(io-emit)"), "no diagnosis: {text}");
    assert!(!text.contains("as it was shipped.\n  It emits nothing yet."), "no diagnosis: {text}");
    assert!(text.contains("\ntest result: FAILED. "), "{text}");
}

fn an_edited_expectation_never_counts() {
    let fixture = Fixture::new();
    let file = format!("{EXERCISE}/expected.snap");
    let checksum = |text: &str| text.split('"').nth(3).unwrap().to_owned();
    let mine = expected_snap("io-emit", &scenes());
    fixture.write(&file, &mine.replace(&checksum(&mine), &checksum(&fixture.read(&file))));
    for learner in ["io-emit", "right", "starter"] {
        let sentence = "✗ exercises/chat/learner/expected.snap isn't as it was shipped.\n";
        assert_tampered(&fixture, learner, sentence);
    }
    // With a checksum that fits: what a known mistake does isn't what was shipped.
    fixture.write(&file, &mine);
    for learner in ["io-emit", "right", "starter"] {
        let sentence = "✗ exercises/chat/learner/exercise.toml or exercises/chat/learner/expected.snap\nisn't as it was \
                        shipped: `io-emit` would pass.\n";
        assert_tampered(&fixture, learner, sentence);
    }
}

fn an_expectation_of_other_scenes_never_counts() {
    // A scene fewer, a step fewer, another title: in one file, and in the other.
    let fewer = scenes()[..1].to_vec();
    let shorter: Vec<Scene> =
        scenes().into_iter().map(|scene| Scene { steps: scene.steps[..1].to_vec(), ..scene }).collect();
    for scenes in [fewer, shorter] {
        let fixture = Fixture::new();
        fixture.write(&format!("{EXERCISE}/expected.snap"), &expected_snap("right", &scenes));
        for learner in ["right", "io-emit"] {
            assert_tampered(&fixture, learner, OTHER_SCENE);
        }
    }
    let file = format!("{EXERCISE}/scenes.toml");
    for (old, new) in [
        ("    { wait = { seconds = 1 } },\n", ""),
        ("{ wait = { seconds = 1 } }", "{ wait = { seconds = 2 } }"),
        ("Ada and Bob", "Ada and Cyd"),
        ("name = \"pair\"", "name = \"pairs\""),
    ] {
        let fixture = Fixture::new();
        fixture.edit(&file, old, new);
        for learner in ["right", "io-emit"] {
            assert_tampered(&fixture, learner, OTHER_SCENE);
        }
    }
    let fixture = Fixture::new();
    let text = fixture.read(&file);
    fixture.write(&file, text.split_once("\n[[scene]]\nname = \"pair\"").unwrap().0);
    assert_tampered(&fixture, "right", OTHER_SCENE);
    let text = fixture.fails("right", &["alone"]);
    assert!(text.contains(OTHER_SCENE), "also if only the other one is asked for: {text}");
}

fn a_missing_expectation_fails() {
    let fixture = Fixture::new();
    fs::remove_file(fixture.path(&format!("{EXERCISE}/expected.snap"))).unwrap();
    let text = fixture.fails("right", &[]);
    assert!(text.contains("✗ exercises/chat/learner/expected.snap is missing.\n"), "{text}");
    assert!(text.contains(RESTORE), "{text}");
}

fn without_the_mistakes_there_is_no_diagnosis() {
    let fixture = Fixture::new();
    let file = format!("{SOLUTION}/mistakes.snap");
    for break_it in [
        |file: &str, fixture: &Fixture| fixture.write(file, "{}"),
        |file: &str, fixture: &Fixture| {
            fs::remove_file(fixture.path(file)).unwrap();
        },
    ] {
        break_it(&file, &fixture);
        assert!(fixture.passes("right", &[]).contains("All 2 scenes pass."));
        let text = fixture.fails("io-emit", &[]);
        assert!(text.contains("got:      ada hears said \"hi\"") && !text.contains("(io-emit)"), "{text}");
    }
}

fn the_environment_changes_no_verdict() {
    let fixture = Fixture::new();
    let (passes, fails) = (fixture.passes("right", &[]), fixture.fails("io-emit", &[]));
    for (name, value) in [
        ("INSTA_UPDATE", "always"),
        ("INSTA_UPDATE", "force"),
        ("INSTA_FORCE_PASS", "1"),
        ("STAGE_PLAYER", "1"),
        ("NO_COLOR", "1"),
    ] {
        let run = |learner: &str| fixture.run_command(fixture.command(learner, &[]).env(name, value));
        let (right, wrong) = (run("right"), run("io-emit"));
        assert_eq!((right.code, &right.text), (Some(0), &passes), "{name}={value}");
        assert_eq!((wrong.code, &wrong.text), (Some(101), &fails), "{name}={value}");
    }
}
