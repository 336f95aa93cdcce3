//! `solution` and `diff`: the workbook's solution, alone or beside one's own code. Whoever hasn't passed is asked first.

use std::fs;

use anyhow::{Context, Result};
use console::Style;
use grader::Exercise;
use progress::Progress;
use similar::{ChangeTag, TextDiff};

use super::{keep, progress};
use crate::cli::SolutionOptions;
use crate::course::Course;
use crate::exit::Exit;
use crate::source::{Source, State};
use crate::terminal::Terminal;

/// Prints the solution, and where it is.
pub(crate) fn solution(
    course: &Course,
    options: &SolutionOptions,
    terminal: &mut Terminal<'_>,
) -> Result<Exit> {
    let progress = progress(course, terminal);
    let exercise = course.find_or_last(options.name.as_deref(), &progress)?;
    let code = code(exercise)?;
    if let Some(exit) = not_shown(course, exercise, &progress, options, terminal) {
        return Ok(exit);
    }
    terminal.out(format!("{}/solution.rs\n\n{code}", exercise.solution_path()));
    Ok(Exit::Done)
}

/// Prints how one's own code differs from the solution.
pub(crate) fn diff(course: &Course, options: &SolutionOptions, terminal: &mut Terminal<'_>) -> Result<Exit> {
    let progress = progress(course, terminal);
    let exercise = course.find_or_last(options.name.as_deref(), &progress)?;
    let solution = code(exercise)?;
    let own = Source::read(exercise).text;
    if let Some(exit) = not_shown(course, exercise, &progress, options, terminal) {
        return Ok(exit);
    }
    if own == solution {
        terminal.out("Your code is the solution, letter by letter.\n");
        return Ok(Exit::Done);
    }
    let (yours, ours) = (Style::new().red(), Style::new().green());
    terminal.out(format!(
        "{}\n{}\n",
        yours.apply_to(format!("- yours:        {}/src/lib.rs", exercise.path())),
        ours.apply_to(format!("+ the solution: {}/solution.rs", exercise.solution_path()))
    ));
    let diff = TextDiff::from_lines(&own, &solution);
    for group in diff.grouped_ops(3) {
        let line = group.first().map_or(0, |first| first.old_range().start + 1);
        terminal.out(format!("\nfrom line {line}\n"));
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let line = change.value().trim_end();
            let line = match change.tag() {
                ChangeTag::Equal => format!("  {line}"),
                ChangeTag::Delete => yours.apply_to(format!("- {line}")).to_string(),
                ChangeTag::Insert => ours.apply_to(format!("+ {line}")).to_string(),
            };
            terminal.out(format!("{}\n", line.trim_end()));
        }
    }
    terminal.out("\nThere is more than one solution. What counts is what the clients hear.\n");
    Ok(Exit::Done)
}

fn code(exercise: &Exercise) -> Result<String> {
    let file = exercise.solution_dir().join("solution.rs");
    let code = fs::read_to_string(&file).with_context(|| {
        format!("{} can't be read. `git restore {}` brings it back", file.display(), exercise.solution_path())
    })?;
    Ok(code.replace("\r\n", "\n"))
}

/// Asks whoever hasn't passed. If the solution shouldn't be shown: how the command ends. Otherwise it's kept that it was.
fn not_shown(
    course: &Course,
    exercise: &Exercise,
    progress: &Progress,
    options: &SolutionOptions,
    terminal: &mut Terminal<'_>,
) -> Option<Exit> {
    let name = &exercise.name;
    let work = progress.work(name);
    let passed = State::of(exercise, &work).has_passed();
    if !passed && !work.solution_seen && !options.yes {
        let left = exercise.hints.len().saturating_sub(work.hints);
        let hints = match left {
            0 => String::new(),
            1 => ", and a hint is left".to_owned(),
            left => format!(", and {left} hints are left"),
        };
        match terminal.ask(&format!("You haven't passed {name} yet{hints}. Show the solution?")) {
            Some(true) => {}
            Some(false) => {
                let hint =
                    if left == 0 { String::new() } else { format!(" A hint: cargo workbook hint {name}") };
                terminal.note(format!("Nothing was shown.{hint}"));
                return Some(Exit::Done);
            }
            None => {
                terminal.note(format!(
                    "You haven't passed {name} yet{hints}. Nothing was shown. To see the solution all the same, add --yes."
                ));
                return Some(Exit::NotYet);
            }
        }
    }
    keep(course, terminal, |progress| {
        progress.last = Some(name.clone());
        progress.work_mut(name).solution_seen = true;
    });
    None
}
