//! The learner's commands, one file each. Each takes the course and a terminal, and returns how it ended.

mod backups;
mod check;
mod check_all;
mod check_json;
mod hint;
mod list;
mod next;
mod reset;
mod solution;
#[cfg(test)]
mod tests;

use std::path::Path;

use anyhow::Result;
use progress::Progress;

pub(crate) use self::check::check;
pub(crate) use self::hint::hint;
pub(crate) use self::list::list;
pub(crate) use self::next::{next, where_you_were};
pub(crate) use self::reset::{reset, undo};
pub(crate) use self::solution::{diff, solution};

use crate::cli::Command;
use crate::course::Course;
use crate::exit::Exit;
use crate::terminal::Terminal;

/// Runs a learner's command. `None`: it's another one.
pub(crate) fn run(command: &Command, root: &Path, terminal: &mut Terminal<'_>) -> Option<Result<Exit>> {
    let run: Box<dyn Fn(&Course, &mut Terminal<'_>) -> Result<Exit>> = match command {
        Command::List { json } => Box::new(|course, terminal| list(course, *json, terminal)),
        Command::Next => Box::new(|course, terminal| Ok(next(course, terminal))),
        Command::Check(options) => Box::new(|course, terminal| check(course, options, terminal)),
        Command::Hint { name, all } => {
            Box::new(|course, terminal| hint(course, name.as_deref(), *all, terminal))
        }
        Command::Diff(options) => Box::new(|course, terminal| diff(course, options, terminal)),
        Command::Solution(options) => Box::new(|course, terminal| solution(course, options, terminal)),
        Command::Reset { name } => Box::new(|course, terminal| reset(course, name.as_deref(), terminal)),
        Command::Undo { name } => Box::new(|course, terminal| undo(course, name.as_deref(), terminal)),
        _ => return None,
    };
    Some(Course::read(root).and_then(|course| run(&course, terminal)))
}

/// What the learner has done, and what should be told of it. If it can't be read, that is told, and the command goes on
/// without: none of them depends on it.
pub(crate) fn progress(course: &Course, terminal: &mut Terminal<'_>) -> Progress {
    match course.store.read() {
        Ok((progress, notices)) => {
            for notice in notices {
                terminal.note(format!("{notice}.\n"));
            }
            progress
        }
        Err(error) => {
            terminal.note(format!("{error}.\n"));
            Progress::default()
        }
    }
}

/// Keeps a change. If it can't be kept, that is told.
fn keep(course: &Course, terminal: &mut Terminal<'_>, change: impl FnOnce(&mut Progress)) {
    if let Err(error) = course.store.update(change) {
        terminal.note(format!("{error}."));
    }
}

/// `45 min`, `2 h 5 min`.
fn duration(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}
