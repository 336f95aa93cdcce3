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

/// An exercise with its scenes, and what came of it.
type CheckResult = Result<(Exercise, Checked)>;

pub(super) fn check_all(
    course: &Course,
    checker: &Checker,
    progress: &Progress,
    json: bool,
    terminal: &mut Terminal<'_>,
) -> Result<Exit> {
    let begun = |it: &&Exercise| State::of(it, &progress.work(&it.name)) != State::New;
    let exercises: Vec<_> = course.exercises.iter().filter(begun).collect();
    let column = exercises.iter().map(|exercise| exercise.name.len()).max().unwrap_or_default();
    let mut results: Vec<(&Exercise, CheckResult)> = Vec::new();
    let total = exercises.len();
    if total > 0 {
        let ready = exercises.iter().all(|exercise| checker.builder.is_ready_for(exercise));
        let first = if ready { "" } else { " (the first time this takes a while)" };
        terminal.doing(&format!("Checking {total} exercises …{first}"));
    }
    check_in_order(checker, &exercises, |exercise, result| {
        terminal.done();
        if !json {
            terminal.out(line(exercise, &result, column));
        }
        results.push((exercise, result));
        if results.len() < total && terminal.is_live() {
            terminal.doing(&format!("Checked {} of {total} …", results.len()));
        }
    });
    terminal.done();
    let passed = results.iter().filter(|(_, result)| exit_of(result) == Exit::Done).count();
    let first_failed = results.iter().find(|(_, result)| exit_of(result) != Exit::Done);
    let not_begun = course.exercises.len() - total;
    if json {
        let exercises = results.iter().map(|(exercise, result)| match result {
            Ok((exercise, checked)) => OneJson::Checked(CheckedJson::of(&course.root, exercise, checked)),
            Err(error) => OneJson::Error { name: exercise.name.clone(), error: format!("{error:#}") },
        });
        let all = AllJson { passed, failed: total - passed, not_begun, exercises: exercises.collect() };
        terminal.out(serde_json::to_string_pretty(&all)? + "\n");
    } else if total == 0 {
        let first = course.next(progress).exercise().map_or("hello", |exercise| &exercise.name);
        terminal.out(format!("You haven't begun an exercise yet, so nothing was checked. Begin with {first}: cargo workbook next\n"));
    } else {
        let rest = match not_begun {
            0 => String::new(),
            1 => " One isn't begun.".to_owned(),
            count => format!(" {count} aren't begun."),
        };
        terminal.out(format!("\n{passed} of {total} pass.{rest}\n"));
        if let Some((_, Ok((exercise, checked)))) = first_failed {
            write_checked(&course.root, exercise, checked, terminal);
        }
    }
    Ok(match first_failed {
        // To have checked nothing is no pass.
        None if total == 0 => Exit::NotYet,
        None => Exit::Done,
        Some((_, result)) => exit_of(result),
    })
}

/// Checks as many at a time as there are cores. `on` gets the results in the order of the exercises.
fn check_in_order<'e>(
    checker: &Checker,
    exercises: &[&'e Exercise],
    mut on: impl FnMut(&'e Exercise, CheckResult),
) {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let taken = AtomicUsize::new(0);
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..cores.min(exercises.len()) {
            let (sender, taken) = (sender.clone(), &taken);
            scope.spawn(move || {
                loop {
                    let number = taken.fetch_add(1, Ordering::Relaxed);
                    let Some(exercise) = exercises.get(number) else { break };
                    if sender.send((number, check(checker, exercise))).is_err() {
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

fn check(checker: &Checker, outline: &Exercise) -> CheckResult {
    let exercise = Exercise::read(&outline.dir)?;
    let checked = checker.check_one_of_many(&exercise)?;
    Ok((exercise, checked))
}

fn exit_of(result: &CheckResult) -> Exit {
    result.as_ref().map_or(Exit::Failed, |(_, checked)| exit(checked))
}

fn line(exercise: &Exercise, result: &CheckResult, column: usize) -> String {
    let (good, bad) = (Style::new().green(), Style::new().red());
    let (mark, what) = match result {
        Err(error) => {
            (bad.apply_to("! error"), format!("{error:#}").lines().next().unwrap_or_default().to_owned())
        }
        Ok((exercise, checked)) => match &checked.outcome {
            Outcome::DoesNotCompile(said) => {
                let line =
                    said.iter().find_map(|it| it.place.as_ref()).map(|(_, line)| format!(", line {line}"));
                (bad.apply_to("✗ not yet"), format!("it doesn't compile{}", line.unwrap_or_default()))
            }
            Outcome::NotGraded(_) => (bad.apply_to("✗ not yet"), "what grades it was changed".to_owned()),
            Outcome::Graded(_) if checked.saved_meanwhile => {
                (bad.apply_to("✗ not yet"), "you saved while it was checked".to_owned())
            }
            Outcome::Graded(graded) if graded.passed() => {
                (good.apply_to("✓ passed"), format!("all {} scenes", exercise.scenes.len()))
            }
            Outcome::Graded(graded) => (bad.apply_to("✗ not yet"), graded.verdict.score(exercise)),
        },
    };
    format!("{mark:<9}  {:<column$}  {what}\n", exercise.name)
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
