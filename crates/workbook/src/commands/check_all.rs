//! `check all`: every exercise that was begun, several at a time, a line each in their order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use anyhow::Result;
use console::Style;
use grader::Exercise;
use progress::Progress;
use serde::Serialize;

use super::check::{exit, write_checked};
use super::check_json::CheckedJson;
use crate::check::{Checked, Checker, Outcome};
use crate::course::Course;
use crate::exit::Exit;
use crate::source::State;
use crate::terminal::Terminal;

/// What came of one exercise.
enum One {
    /// Nothing has changed since it passed.
    PassedBefore,
    /// The exercise with its scenes, and what came of the check.
    Checked(Box<(Exercise, Checked)>),
}

pub(super) fn check_all(
    course: &Course,
    checker: &Checker,
    progress: &Progress,
    json: bool,
    terminal: &mut Terminal<'_>,
) -> Result<Exit> {
    let begun = |it: &&Exercise| State::of(it, &progress.work(&it.name)) != State::New;
    let exercises: Vec<_> = course.exercises.iter().filter(begun).collect();
    let not_begun = course.exercises.len() - exercises.len();
    if !exercises.is_empty() {
        let ready = exercises.iter().all(|exercise| checker.builder.is_ready_for(exercise));
        let first = if ready { "" } else { " (the first time this takes a while)" };
        terminal.doing(&format!("Checking {} exercises …{first}", exercises.len()));
    }
    let exits: Vec<_> = if json {
        json_of_all(course, checker, &exercises, not_begun, terminal)?
    } else if exercises.is_empty() {
        let first = course.next(progress).exercise().map_or("hello", |exercise| &exercise.name);
        terminal.out(format!("You haven't begun an exercise yet, so nothing was checked. Begin with {first}: cargo workbook next\n"));
        Vec::new()
    } else {
        lines_of_all(course, checker, progress, &exercises, terminal)
    };
    // To have checked nothing is no pass.
    let nothing = if exercises.is_empty() { Exit::NotYet } else { Exit::Done };
    Ok(exits.into_iter().find(|exit| *exit != Exit::Done).unwrap_or(nothing))
}

/// A line for each, and all there is to say of the first that doesn't pass.
fn lines_of_all(
    course: &Course,
    checker: &Checker,
    progress: &Progress,
    exercises: &[&Exercise],
    terminal: &mut Terminal<'_>,
) -> Vec<Exit> {
    let total = exercises.len();
    let column = exercises.iter().map(|exercise| exercise.name.len()).max().unwrap_or_default();
    let mut results = Vec::new();
    let check = |outline: &Exercise| check_what_changed(checker, progress, outline);
    in_order(exercises, check, |exercise, result| {
        terminal.done();
        terminal.out(line(exercise, &result, column));
        results.push(result);
        if results.len() < total && terminal.is_live() {
            terminal.doing(&format!("Checked {} of {total} …", results.len()));
        }
    });
    terminal.done();
    let exits: Vec<_> = results.iter().map(exit_of).collect();
    let passed = exits.iter().filter(|exit| **exit == Exit::Done).count();
    let rest = match course.exercises.len() - total {
        0 => String::new(),
        1 => " One isn't begun.".to_owned(),
        count => format!(" {count} aren't begun."),
    };
    terminal.out(format!("\n{passed} of {total} pass.{rest}\n"));
    let first_failed = results.iter().zip(&exits).find(|(_, exit)| **exit != Exit::Done);
    if let Some((Ok(One::Checked(checked)), _)) = first_failed {
        let (exercise, checked) = &**checked;
        write_checked(&course.root, exercise, checked, terminal);
    }
    exits
}

/// All there is to say of each, for other tools. So each is played.
fn json_of_all(
    course: &Course,
    checker: &Checker,
    exercises: &[&Exercise],
    not_begun: usize,
    terminal: &mut Terminal<'_>,
) -> Result<Vec<Exit>> {
    let (mut all, mut exits) = (Vec::new(), Vec::new());
    let check = |outline: &Exercise| check(checker, Exercise::read(&outline.dir)?);
    in_order(exercises, check, |exercise, result| match result {
        Ok((exercise, checked)) => {
            exits.push(exit(&checked));
            all.push(OneJson::Checked(CheckedJson::of(&course.root, &exercise, &checked)));
        }
        Err(error) => {
            exits.push(Exit::Failed);
            all.push(OneJson::Error { name: exercise.name.clone(), error: format!("{error:#}") });
        }
    });
    terminal.done();
    let passed = exits.iter().filter(|exit| **exit == Exit::Done).count();
    let json = AllJson { passed, failed: exits.len() - passed, not_begun, exercises: all };
    terminal.out(serde_json::to_string_pretty(&json)? + "\n");
    Ok(exits)
}

/// Does as many at a time as there are cores. `on` gets the results in the order of the exercises.
fn in_order<'e, T: Send>(
    exercises: &[&'e Exercise],
    check: impl Fn(&'e Exercise) -> T + Sync,
    mut on: impl FnMut(&'e Exercise, T),
) {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let taken = AtomicUsize::new(0);
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..cores.min(exercises.len()) {
            let (sender, taken, check) = (sender.clone(), &taken, &check);
            scope.spawn(move || {
                loop {
                    let number = taken.fetch_add(1, Ordering::Relaxed);
                    let Some(exercise) = exercises.get(number) else { break };
                    if sender.send((number, check(exercise))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let (mut early, mut next) = (BTreeMap::new(), 0);
        for (number, result) in results {
            early.insert(number, result);
            while let Some(result) = early.remove(&next) {
                on(exercises[next], result);
                next += 1;
            }
        }
    });
}

fn check_what_changed(checker: &Checker, progress: &Progress, outline: &Exercise) -> Result<One> {
    let exercise = Exercise::read(&outline.dir)?;
    // Where no pass is kept, this one is to be.
    let has_passed = State::of(&exercise, &progress.work(&exercise.name)) == State::Passed;
    if has_passed && checker.passed_before(&exercise) {
        return Ok(One::PassedBefore);
    }
    Ok(One::Checked(Box::new(check(checker, exercise)?)))
}

fn check(checker: &Checker, exercise: Exercise) -> Result<(Exercise, Checked)> {
    let checked = checker.check_one_of_many(&exercise)?;
    Ok((exercise, checked))
}

fn exit_of(result: &Result<One>) -> Exit {
    match result {
        Ok(One::PassedBefore) => Exit::Done,
        Ok(One::Checked(checked)) => exit(&checked.1),
        Err(_) => Exit::Failed,
    }
}

fn line(exercise: &Exercise, result: &Result<One>, column: usize) -> String {
    let (good, bad) = (Style::new().green().apply_to("✓ passed"), Style::new().red());
    let (mark, what) = match result {
        Err(error) => {
            (bad.apply_to("! error"), format!("{error:#}").lines().next().unwrap_or_default().to_owned())
        }
        Ok(One::PassedBefore) => (good, "as before: nothing has changed".to_owned()),
        Ok(One::Checked(checked)) => {
            let (exercise, checked) = &**checked;
            match &checked.outcome {
                Outcome::Graded(_) if checked.passed() => {
                    (good, format!("all {} scenes", exercise.scenes.len()))
                }
                _ => (bad.apply_to("✗ not yet"), why_not(exercise, checked)),
            }
        }
    };
    format!("{mark:<9}  {:<column$}  {what}\n", exercise.name)
}

fn why_not(exercise: &Exercise, checked: &Checked) -> String {
    match &checked.outcome {
        Outcome::DoesNotCompile(said) => {
            let line = said.iter().find_map(|it| it.place.as_ref()).map(|(_, line)| format!(", line {line}"));
            format!("it doesn't compile{}", line.unwrap_or_default())
        }
        Outcome::NotGraded(_) => "what grades it was changed".to_owned(),
        Outcome::Graded(_) if checked.saved_meanwhile => "you saved while it was checked".to_owned(),
        Outcome::Graded(graded) => graded.verdict.score(exercise),
    }
}

/// What came of all checks, for other tools.
#[derive(Serialize)]
struct AllJson {
    passed: usize,
    failed: usize,
    not_begun: usize,
    exercises: Vec<OneJson>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum OneJson {
    Checked(CheckedJson),
    Error { name: String, error: String },
}
