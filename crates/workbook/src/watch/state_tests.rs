//! What is done about each thing that happens.

use super::*;
use Action::{Diff, Edit, Help, Hint, List, Next, Other, Quit, Run as Again, Try, Unknown, Yes};
use Stage::Playing;

fn exercise(name: &str) -> Exercise {
    Exercise { name: name.into(), file: format!("exercises/x/{name}/src/lib.rs"), is_client: false }
}

fn outcome(passed: bool) -> Outcome {
    let lines = vec![if passed { "passed" } else { "failed" }.to_owned()];
    let next = passed.then(|| "history".to_owned());
    Outcome { passed, compiles: true, lines, took: 1234, line: None, next }
}

fn fails() -> Outcome {
    Outcome { line: Some(7), ..outcome(false) }
}

fn does_not_compile() -> Outcome {
    Outcome { compiles: false, ..fails() }
}

/// One whose first run has come to this.
fn after(outcome: Outcome) -> Machine {
    let (mut machine, effects) = Machine::begin(exercise("hello"));
    assert_eq!(effects, [Effect::Run(1), progress("Building hello …")]);
    machine.on(Event::Finished(1, outcome));
    machine
}

fn progress(what: &str) -> Effect {
    Effect::Progress(what.into())
}

fn press(machine: &mut Machine, key: Action) -> Vec<Effect> {
    machine.on(Event::Typed(vec![key]))
}

/// The first sentence that is said.
fn said(effects: &[Effect]) -> &str {
    let lines = effects.iter().find_map(|effect| match effect {
        Effect::Say { lines, .. } => lines.first(),
        _ => None,
    });
    lines.unwrap_or_else(|| panic!("nothing is said: {effects:?}"))
}

fn runs(effects: &[Effect]) -> Vec<Run> {
    let run = |effect: &Effect| if let Effect::Run(run) = effect { Some(*run) } else { None };
    effects.iter().filter_map(run).collect()
}

#[test]
fn a_run_is_told_of_and_ends_with_its_verdict() {
    let (mut machine, _) = Machine::begin(exercise("hello"));
    assert_eq!(machine.on(Event::Stage(1, Playing)), [progress("Playing the scenes of hello …")]);
    assert_eq!(machine.on(Event::Second), [progress("Playing the scenes of hello … 1 s")]);
    assert_eq!(machine.on(Event::Second), [progress("Playing the scenes of hello … 2 s")]);
    assert!(machine.is_running());
    let lines = vec!["watching exercises/x/hello/src/lib.rs · 1.23 s".to_owned(), "failed".to_owned()];
    let verdict = Effect::Verdict { lines, keys: Keys::default() };
    assert_eq!(machine.on(Event::Finished(1, fails())), [verdict]);
    assert!(!machine.is_running());
    assert_eq!(machine.on(Event::Second), [], "nothing goes on");
}

#[test]
fn a_first_build_says_why_it_takes_long() {
    let (mut machine, _) = Machine::begin(exercise("hello"));
    machine.on(Event::Stage(1, Stage::FirstBuild));
    let why = "Building hello … (the first time, the libraries are built, too) 1 s";
    assert_eq!(machine.on(Event::Second), [progress(why)]);
}

#[test]
fn a_save_begins_a_run() {
    let mut machine = after(fails());
    assert_eq!(machine.on(Event::Saved), [Effect::Run(2), progress("Saved. Building hello …")]);
}

#[test]
fn a_save_during_a_run_is_never_lost_and_the_old_result_never_shown() {
    let (mut machine, _) = Machine::begin(exercise("hello"));
    let again = [Effect::Run(2), progress("Saved again. Building hello …")];
    assert_eq!(machine.on(Event::Saved), again, "while it is built");
    assert_eq!(machine.on(Event::Stage(1, Playing)), [], "of the first run, which was cancelled");
    assert_eq!(machine.on(Event::Finished(1, outcome(true))), []);
    assert!(machine.is_running());
    machine.on(Event::Stage(2, Playing));
    assert_eq!(runs(&machine.on(Event::Saved)), [3], "while it is played");
    assert_eq!(machine.on(Event::Finished(2, outcome(true))), []);
    let shown = machine.on(Event::Finished(3, fails()));
    assert!(matches!(&shown[..], [Effect::Verdict { lines, .. }] if lines[1] == "failed"), "{shown:?}");
    assert_eq!(machine.on(Event::Finished(3, outcome(true))), [], "once");
}

/// In every state, after every event, a save leads to a run of its own, and only the last run's verdict is shown.
#[test]
fn whatever_happens_only_the_last_save_counts() {
    let keys = [Hint, List, Next, Try, Diff, Edit, Again, Help, Yes, Other, Unknown];
    let typed = keys.map(|key| Event::Typed(vec![key]));
    let served = [Served::At("a".into()), Served::Wrote("b".into()), Served::Ended("c".into())];
    let others =
        [Event::Second, Event::Resized, Event::Continued, Event::Ready, Event::Unreadable("f".into())];
    let events: Vec<_> = typed.into_iter().chain(served.map(Event::Served)).chain(others).collect();
    for first in &events {
        for second in &events {
            for finished in [None, Some(outcome(true)), Some(does_not_compile())] {
                let (mut machine, mut effects) = Machine::begin(exercise("hello"));
                if let Some(outcome) = finished {
                    effects.extend(machine.on(Event::Finished(1, outcome)));
                }
                for event in [first, second] {
                    effects.extend(machine.on(event.clone()));
                }
                let before = runs(&effects);
                let save = machine.on(Event::Saved);
                let [run] = runs(&save)[..] else { panic!("{first:?}, {second:?}: {save:?}") };
                assert!(before.iter().all(|old| *old < run), "{first:?}, {second:?}");
                for old in before {
                    assert_eq!(machine.on(Event::Finished(old, outcome(true))), [], "{first:?}, {second:?}");
                }
                let shown = machine.on(Event::Finished(run, fails()));
                assert!(matches!(&shown[0], Effect::Verdict { .. }), "{first:?}, {second:?}: {shown:?}");
            }
        }
    }
}

#[test]
fn after_a_pass_the_keys_name_what_is_next_and_one_of_them_goes_there() {
    let (mut machine, _) = Machine::begin(exercise("hello"));
    let shown = machine.on(Event::Finished(1, outcome(true)));
    let next = Keys { next: Some("history".into()), serving: false };
    assert!(matches!(&shown[..], [Effect::Verdict { keys, .. }] if *keys == next), "{shown:?}");
    assert_eq!(press(&mut machine, Next), [Effect::Next]);
    let went = machine.on(Event::Went(exercise("history")));
    assert_eq!(went, [Effect::Run(2), progress("Building history …")]);
    let shown = machine.on(Event::Finished(2, fails()));
    assert!(matches!(&shown[..], [Effect::Verdict { lines, .. }] if lines[0].contains("/history/")));
}

#[test]
fn while_a_pass_is_being_checked_again_the_keys_promise_nothing() {
    let mut machine = after(outcome(true));
    machine.on(Event::Saved);
    assert_eq!(machine.keys(), Keys::default());
}

#[test]
fn another_exercise_has_no_server_and_no_verdict_of_the_one_before() {
    let mut machine = after(outcome(true));
    press(&mut machine, Try);
    assert_eq!(machine.on(Event::Went(exercise("history")))[0], Effect::StopServing);
    assert_eq!(machine.keys(), Keys::default());
    assert_eq!(machine.on(Event::Resized), [progress("Building history …")]);
}

#[test]
fn keys_ask_for_what_they_are_named_after() {
    let mut machine = after(fails());
    assert_eq!(press(&mut machine, Hint), [Effect::Hint]);
    assert_eq!(press(&mut machine, List), [Effect::List]);
    assert_eq!(press(&mut machine, Edit), [Effect::Edit(Some(7))]);
    assert_eq!(runs(&press(&mut machine, Again)), [2]);
    let help = press(&mut machine, Help);
    let Some(Effect::Say { lines, .. }) = help.first() else { panic!("{help:?}") };
    for key in ["h", "l", "n", "t", "d", "e", "r", "q", "?"] {
        assert!(
            lines.iter().any(|line| line.trim_start().starts_with(&format!("{key}  "))),
            "{key}: {lines:?}"
        );
    }
    assert_eq!(press(&mut machine, Other), []);
    assert_eq!(press(&mut machine, Yes), [], "to no question");
    assert_eq!(machine.on(Event::Ready), [Effect::ReadKey]);
}

#[test]
fn the_solution_is_shown_before_a_pass_only_if_asked_for_twice() {
    for yes in [Diff, Yes] {
        let mut machine = after(fails());
        assert!(said(&press(&mut machine, Diff)).contains("hasn't passed yet"));
        assert_eq!(press(&mut machine, yes), [Effect::Diff]);
        assert!(said(&press(&mut machine, Diff)).contains("hasn't passed yet"), "each time");
    }
    let mut machine = after(fails());
    press(&mut machine, Diff);
    assert_eq!(said(&press(&mut machine, Other)), "The solution isn't shown.");
    assert_eq!(press(&mut machine, Yes), []);
    press(&mut machine, Diff);
    assert_eq!(press(&mut machine, Hint), [Effect::Hint], "another key does what it does");
    assert!(!press(&mut machine, Diff).contains(&Effect::Diff), "and was a no");
    machine.on(Event::Saved);
    assert_eq!(press(&mut machine, Yes), [], "a save was one, too");
    assert_eq!(press(&mut after(outcome(true)), Diff), [Effect::Diff]);
}

#[test]
fn a_pass_of_an_earlier_save_shows_no_solution() {
    let mut machine = after(outcome(true));
    machine.on(Event::Saved);
    assert!(!press(&mut machine, Diff).contains(&Effect::Diff));
}

#[test]
fn a_server_is_tried_again_at_each_save_until_t_stops_it() {
    let mut machine = after(fails());
    assert_eq!(press(&mut machine, Try), [Effect::Serve]);
    assert!(machine.keys().serving);
    assert!(said(&machine.on(Event::Served(Served::At("http://127.0.0.1:4000".into())))).ends_with(":4000"));
    machine.on(Event::Saved);
    let finished = machine.on(Event::Finished(2, fails()));
    assert!(
        matches!(&finished[..], [Effect::Verdict { keys, .. }, Effect::Serve] if keys.serving),
        "{finished:?}"
    );
    machine.on(Event::Saved);
    let finished = machine.on(Event::Finished(3, does_not_compile()));
    assert!(matches!(&finished[..], [Effect::Verdict { .. }]), "the one from before goes on: {finished:?}");
    let stopped = press(&mut machine, Try);
    assert_eq!(stopped[0], Effect::StopServing);
    assert!(!machine.keys().serving);
    assert_eq!(machine.on(Event::Served(Served::Wrote("late".into()))), []);
}

#[test]
fn a_server_that_is_asked_for_during_a_run_is_tried_when_it_ends() {
    for (outcome, served) in [(fails(), true), (does_not_compile(), false)] {
        let (mut machine, _) = Machine::begin(exercise("hello"));
        assert_eq!(press(&mut machine, Try), []);
        let effects = machine.on(Event::Finished(1, outcome));
        assert_eq!(effects.contains(&Effect::Serve), served, "{effects:?}");
        assert_eq!(machine.keys().serving, served);
    }
    let mut machine = after(does_not_compile());
    assert!(said(&press(&mut machine, Try)).contains("doesn't compile yet"));
}

#[test]
fn a_server_that_ends_can_be_tried_again() {
    let mut machine = after(fails());
    press(&mut machine, Try);
    assert_eq!(said(&machine.on(Event::Served(Served::Ended("It has ended.".into())))), "It has ended.");
    assert_eq!(press(&mut machine, Try), [Effect::Serve]);
}

#[test]
fn to_go_on_stops_the_server_and_says_so_until_the_next_save() {
    let mut machine = after(outcome(true));
    press(&mut machine, Try);
    let went = machine.on(Event::Went(exercise("history")));
    assert_eq!(went[0], Effect::StopServing);
    assert_eq!(said(&went), "The server of hello is stopped.");
    let tells = |effects: &[Effect]| match &effects[0] {
        Effect::Verdict { lines, .. } => lines.iter().any(|line| line == "The server of hello is stopped."),
        other => panic!("{other:?}"),
    };
    assert!(tells(&machine.on(Event::Finished(2, fails()))), "the verdict takes the place of what was said");
    machine.on(Event::Saved);
    assert!(!tells(&machine.on(Event::Finished(3, fails()))));
    let went = machine.on(Event::Went(exercise("typing")));
    assert!(matches!(&went[..], [Effect::Run(4), Effect::Progress(_)]), "there was none: {went:?}");
}

#[test]
fn a_client_has_no_server_to_try() {
    let (mut machine, _) = Machine::begin(Exercise { is_client: true, ..exercise("first-client") });
    machine.on(Event::Finished(1, outcome(true)));
    let tried = press(&mut machine, Try);
    assert_eq!(said(&tried), "first-client is a client: there is no server to try.");
    assert!(!tried.contains(&Effect::Serve));
}

#[test]
fn a_line_that_is_no_key_is_told_which_keys_there_are() {
    let mut machine = after(fails());
    let effects = press(&mut machine, Unknown);
    let Some(Effect::Say { lines, .. }) = effects.first() else { panic!("{effects:?}") };
    assert_eq!(lines[0], "That isn't one of the keys:");
    assert!(lines.iter().any(|line| line.starts_with("  h  ")), "{lines:?}");
    press(&mut machine, Diff);
    assert_eq!(said(&press(&mut machine, Unknown)), "The solution isn't shown.");
}

#[test]
fn whatever_is_said_during_a_run_the_run_is_told_of_again() {
    let (mut machine, _) = Machine::begin(exercise("hello"));
    let effects = press(&mut machine, Help);
    assert_eq!(effects[1..], [progress("Building hello …")]);
}

#[test]
fn quitting_ends_everything() {
    let all = [Effect::Cancel, Effect::StopServing, Effect::Quit];
    for event in [Event::Stop, Event::Typed(vec![Quit])] {
        let (mut running, _) = Machine::begin(exercise("hello"));
        assert_eq!(running.on(event.clone()), all);
        assert_eq!(after(fails()).on(event), all);
    }
}

#[test]
fn when_input_ends_the_verdict_is_shown_first() {
    assert_eq!(after(fails()).on(Event::InputEnded), [Effect::Cancel, Effect::StopServing, Effect::Quit]);
    let (mut machine, _) = Machine::begin(exercise("hello"));
    assert_eq!(machine.on(Event::InputEnded), []);
    let effects = machine.on(Event::Finished(1, fails()));
    assert!(
        matches!(&effects[..], [Effect::Verdict { .. }, Effect::StopServing, Effect::Quit]),
        "{effects:?}"
    );
}

#[test]
fn a_file_that_is_not_there_is_told_of() {
    let effects = after(fails()).on(Event::Unreadable("src/lib.rs".into()));
    assert_eq!(said(&effects), "src/lib.rs can't be read. Is it there? It's looked at again, until it is.");
}

#[test]
fn a_window_of_another_size_is_drawn_again_with_the_run_that_goes_on() {
    let mut machine = after(fails());
    assert!(matches!(&machine.on(Event::Resized)[..], [Effect::Verdict { .. }]));
    machine.on(Event::Saved);
    let effects = machine.on(Event::Resized);
    assert!(matches!(&effects[..], [Effect::Verdict { .. }, Effect::Progress(_)]), "{effects:?}");
}

#[test]
fn after_ctrl_z_a_run_begins_again_and_a_verdict_is_shown_again() {
    let mut machine = after(fails());
    assert_eq!(machine.on(Event::Suspended), [Effect::Suspend]);
    assert!(matches!(&machine.on(Event::Continued)[..], [Effect::Verdict { .. }]));
    machine.on(Event::Saved);
    assert_eq!(machine.on(Event::Suspended), [Effect::Suspend]);
    assert_eq!(runs(&machine.on(Event::Continued)), [3], "its play went by a clock that went on");
}
