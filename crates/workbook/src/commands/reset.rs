//! `reset` and `undo`: an exercise as it was shipped, and back again.

use std::fs;
use std::io::ErrorKind;

use anyhow::{Context, Result};
use grader::Exercise;

use super::backups::Backups;
use super::{keep, progress};
use crate::course::Course;
use crate::exit::Exit;
use crate::terminal::Terminal;

/// Puts the starter in the place of the learner's file, of one exercise or of all.
pub(crate) fn reset(course: &Course, name: Option<&str>, terminal: &mut Terminal<'_>) -> Result<Exit> {
    if name != Some("all") {
        let exercise = which(course, name, terminal)?;
        let file = format!("{}/src/lib.rs", exercise.path());
        terminal.out(match put_starter(course, exercise)? {
            Reset::AsShipped => format!("{file} is as it was shipped. Nothing was changed.\n"),
            Reset::Done(None) => format!("{file} is as it was shipped again.\n"),
            Reset::Done(Some(backup)) => format!(
                "{file} is as it was shipped again. Your code is in {backup}.\nTo bring it back: cargo workbook undo {}\n",
                exercise.name
            ),
        });
        keep(course, terminal, |progress| progress.last = Some(exercise.name.clone()));
        return Ok(Exit::Done);
    }
    progress(course, terminal);
    let mut count = 0;
    for exercise in &course.exercises {
        match put_starter(course, exercise)? {
            Reset::AsShipped => continue,
            Reset::Done(None) => terminal.out(format!("{}\n", exercise.name)),
            Reset::Done(Some(backup)) => {
                terminal.out(format!("{:<16} your code is in {backup}\n", exercise.name));
            }
        }
        count += 1;
    }
    terminal.out(match count {
        0 => "All exercises are as they were shipped. Nothing was changed.\n".to_owned(),
        1 => "\nThis exercise is as it was shipped again. To bring your code back: cargo workbook undo NAME\n".to_owned(),
        count => format!(
            "\nThese {count} exercises are as they were shipped again. To bring one back: cargo workbook undo NAME\n"
        ),
    });
    Ok(Exit::Done)
}

/// The exercise of that name, or, without one, where the learner is: then that is said.
fn which<'c>(course: &'c Course, name: Option<&str>, terminal: &mut Terminal<'_>) -> Result<&'c Exercise> {
    let progress = progress(course, terminal);
    let exercise = course.find_or_last(name, &progress)?;
    if name.is_none() {
        terminal.out(format!("You're at {}.\n", exercise.name));
    }
    Ok(exercise)
}

/// Brings back what was there before the last `reset` or `undo`.
pub(crate) fn undo(course: &Course, name: Option<&str>, terminal: &mut Terminal<'_>) -> Result<Exit> {
    let exercise = which(course, name, terminal)?;
    let name = &exercise.name;
    let backups = Backups::of(&course.store, name);
    let Some(last) = backups.last() else {
        terminal.note(format!("There is no backup of {name}: `reset` makes one. Nothing was changed."));
        return Ok(Exit::Failed);
    };
    let path = backups.path(last);
    let code = fs::read(&path).with_context(|| format!("{} can't be read", path.display()))?;
    // First everything is on the disk twice, and then one of each goes: whoever is killed in between loses nothing.
    let kept = back_up(exercise, &backups)?;
    write_own(exercise, &code)?;
    fs::remove_file(&path).with_context(|| format!("{} can't be removed", path.display()))?;
    let file = format!("{}/src/lib.rs", exercise.path());
    // Undone once more, it's the starter that comes back.
    terminal.out(if fs::read(exercise.starter_file()).is_ok_and(|starter| starter == code) {
        format!("{file} is as it was shipped again.\n")
    } else {
        format!("{file} is your code of {} again.\n", backups.shown(last))
    });
    if let Some(kept) = kept {
        terminal.out(format!(
            "What was there is in {}. To change your mind: cargo workbook undo {name}\n",
            backups.shown(kept)
        ));
    }
    let mut older: Vec<_> = backups.numbers().into_iter().filter(|number| *number < last).collect();
    older.sort_unstable();
    if !older.is_empty() {
        let older: Vec<_> = older.into_iter().map(|number| backups.shown(number)).collect();
        terminal.out(format!("Older ones: {}\n", older.join(", ")));
    }
    keep(course, terminal, |progress| progress.last = Some(name.clone()));
    Ok(Exit::Done)
}

/// What came of putting the starter there.
enum Reset {
    /// It was there already.
    AsShipped,
    /// It's there now. Where the learner's code is kept, if there was any.
    Done(Option<String>),
}

fn put_starter(course: &Course, exercise: &Exercise) -> Result<Reset> {
    let starter = exercise.starter_file();
    let starter = fs::read(&starter).with_context(|| {
        format!(
            "{} can't be read. `git restore {}` brings it back",
            starter.display(),
            exercise.solution_path()
        )
    })?;
    if fs::read(exercise.source_file()).is_ok_and(|own| own == starter) {
        return Ok(Reset::AsShipped);
    }
    let backups = Backups::of(&course.store, &exercise.name);
    let kept = back_up(exercise, &backups)?;
    write_own(exercise, &starter)?;
    Ok(Reset::Done(kept.map(|number| backups.shown(number))))
}

/// Keeps a copy of the learner's file. `None`: there is none.
fn back_up(exercise: &Exercise, backups: &Backups<'_>) -> Result<Option<u32>> {
    let own = match fs::read(exercise.source_file()) {
        Ok(own) => own,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(error).with_context(|| format!("{}/src/lib.rs can't be read", exercise.path()));
        }
    };
    let kept = backups.keep(&own).context("no backup can be made, so nothing was changed")?;
    Ok(Some(kept))
}

fn write_own(exercise: &Exercise, code: &[u8]) -> Result<()> {
    let file = exercise.source_file();
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&file, code).with_context(|| format!("{} can't be written", file.display()))
}
