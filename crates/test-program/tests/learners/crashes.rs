//! Servers that end their process, and servers that never let a scene end.

use std::time::Duration;
use std::{env, fs};

use grader::{LEARNER, Player};
use scenario::{PlayError, Scene};
use worker::Message;

use crate::fixture::{Fixture, SHORT, play, scenes};
use crate::learner::{FAKE, PIDS};

crate::tests![
    exit_0_is_not_a_pass,
    the_scene_after_an_exit_has_a_process_of_its_own,
    a_worker_plays_nothing_after_a_scene_that_takes_its_whole_time,
    a_faked_message_is_not_a_pass,
    #[cfg(unix)]
    an_abort_and_an_overflow_are_named,
    a_loop_is_named_and_the_rest_is_not_run,
    #[cfg(target_os = "linux")]
    a_deadlock_is_named,
    a_handler_that_never_finishes_is_named_and_the_rest_is_not_run,
    a_process_that_holds_its_own_output_is_ended,
    a_flood_is_named,
    a_scene_that_cannot_be_played_is_refused,
];

fn exit_0_is_not_a_pass() {
    let text = Fixture::new().fails("exits", &[]);
    let exits = "  ada connects\n              ada is connected\n  ada emits say \"hi\"\n    got:      the handler of `say` ends the whole process (exit ";
    assert!(text.contains(exits), "what came before is told: {text}");
    assert!(text.contains("Something called `exit` or `abort`"), "{text}");
    assert!(text.contains("✗ FAIL pair "), "{text}");
    assert!(text.ends_with("FAILED. 0 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n"), "{text}");
    let text = Fixture::new().fails("exits-alone", &[]);
    assert!(text.contains("✓ pass pair\n"), "it costs only its scene: {text}");
}

fn the_scene_after_an_exit_has_a_process_of_its_own() {
    let [alone, pair] = scenes().try_into().unwrap();
    let played = play("exits-alone", &[pair.clone(), alone.clone(), pair, alone]);
    let exits = played.iter().map(|it| matches!(it.transcript.error, Some(PlayError::ProcessExited { .. })));
    assert_eq!(exits.collect::<Vec<_>>(), [false, true, false, true]);
}

fn a_worker_plays_nothing_after_a_scene_that_takes_its_whole_time() {
    let fixture = Fixture::new();
    let player = Player::new(env::current_exe().unwrap()).env("LEARNER", "keeps-files-and-loops");
    let mut player =
        player.env(PIDS, &fixture.pids().display().to_string()).timeout(Duration::from_millis(1500));
    let played = player.play_all(LEARNER, &scenes()).unwrap();
    assert_eq!(played.len(), 1);
    assert_eq!(fs::read_to_string(fixture.pids()).unwrap().lines().count(), 1, "it wasn't even begun");
}

fn a_faked_message_is_not_a_pass() {
    let fixture = Fixture::new();
    let played = play("right", &scenes()).remove(0);
    let fake = Message::Done(played.transcript, Duration::ZERO).to_json().unwrap();
    let run = fixture.run_command(fixture.command("fakes-a-message", &["alone"]).env(FAKE, fake));
    assert_eq!(run.code, Some(101), "{run:?}");
    assert!(run.text.contains("ends the whole process"), "{run:?}");
    assert!(run.text.contains("\n    test result: ok. 9 passed;"), "it is shown as what it is: {run:?}");
    assert!(run.text.contains("\ntest result: FAILED. 0 passed; 1 failed;"), "{run:?}");
}

/// Elsewhere the status has other words.
#[cfg(unix)]
fn an_abort_and_an_overflow_are_named() {
    let fixture = Fixture::new();
    let text = fixture.fails("aborts", &[]);
    assert!(text.contains("ends the whole process (signal: 6 (SIGABRT)"), "{text}");
    assert!(text.contains("✗ FAIL pair"), "{text}");
    let text = fixture.fails("overflows", &["alone"]);
    assert!(text.contains("ends the whole process (signal: 6 (SIGABRT)"), "{text}");
    assert!(text.contains("has overflowed its stack"), "{text}");
}

const BLOCKS: &str = "    got:      the handler of `say` blocks the thread and never gives it back\n";

fn a_loop_is_named_and_the_rest_is_not_run() {
    let text = Fixture::new().fails("loops", &SHORT);
    assert!(text.contains(BLOCKS), "{text}");
    assert!(text.contains("While a handler holds the thread, the server can't do anything else."), "{text}");
    assert!(text.contains("\n· not run: pair\n"), "{text}");
    assert!(text.ends_with("0 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n"), "{text}");
    // Nor is the rest run for the diagnosis only.
    let fixture = Fixture::new();
    fixture.fails("keeps-files-and-loops", &[&["alone"][..], &SHORT].concat());
    assert_eq!(fs::read_to_string(fixture.pids()).unwrap().lines().count(), 1);
}

/// Elsewhere a second `lock` may panic.
#[cfg(target_os = "linux")]
fn a_deadlock_is_named() {
    let text = Fixture::new().fails("deadlocks", &SHORT);
    assert!(text.contains(BLOCKS), "{text}");
}

fn a_handler_that_never_finishes_is_named_and_the_rest_is_not_run() {
    let text = Fixture::new().fails("never-done", &SHORT);
    let yields =
        "    got:      the handler of `say` never finishes: it yields and goes on for\n              ever\n";
    assert!(text.contains(yields), "{text}");
    assert!(text.contains("\n· not run: pair\n"), "{text}");
}

fn a_process_that_holds_its_own_output_is_ended() {
    let text = Fixture::new().fails("holds-stdout", &SHORT);
    assert!(text.contains(BLOCKS), "{text}");
}

fn a_flood_is_named() {
    let text = Fixture::new().fails("floods", &[]);
    assert!(
        text.contains("    got:      the server sends ada more than 1000 frames in one step\n"),
        "{text}"
    );
    assert!(text.contains("✗ FAIL pair"), "a flood costs no time: {text}");
}

fn a_scene_that_cannot_be_played_is_refused() {
    let mut player = Player::new(env::current_exe().unwrap()).env("LEARNER", "right").timeout(Duration::ZERO);
    let scene = Scene::new("s", "s").emit("ada", "say", "hi");
    let error = player.play(LEARNER, &scene).unwrap_err();
    assert_eq!(error.to_string(), "step 1: ada isn't connected. Let ada connect first");
}
