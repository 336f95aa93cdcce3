//! `check`: builds an exercise, plays it, and writes the verdict as `cargo test -p NAME` does.

use std::path::{MAIN_SEPARATOR, Path};

use anyhow::Result;
use builder::Diagnostic;
use grader::{Exercise, not_graded_page, verdict_page};

use super::check_json::CheckedJson;
use super::{check_all, progress};
use crate::check::{Checked, Checker, Outcome, Stage};
use crate::cli::CheckOptions;
use crate::course::Course;
use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn check(course: &Course, options: &CheckOptions, terminal: &mut Terminal<'_>) -> Result<Exit> {
    check_with(course, &Checker::new(&course.root, course.store.clone()), options, terminal)
}

pub(super) fn check_with(
    course: &Course,
    checker: &Checker,
    options: &CheckOptions,
    terminal: &mut Terminal<'_>,
) -> Result<Exit> {
    let progress = progress(course, terminal);
    if options.name.as_deref() == Some("all") {
        return check_all::check_all(course, checker, &progress, options.json, terminal);
    }
    // Of the others, an outline is enough.
    let exercise = &Exercise::read(&course.find_or_last(options.name.as_deref(), &progress)?.dir)?;
    let checked = checker.check(exercise, &mut |stage| terminal.doing(&doing(exercise, stage)));
    terminal.done();
    let checked = checked?;
    if options.json {
        terminal.out(CheckedJson::of(&course.root, exercise, &checked).to_text()?);
    } else {
        write_checked(&course.root, exercise, &checked, terminal);
    }
    Ok(exit(&checked))
}

/// What goes on, in a few words.
pub(crate) fn doing(exercise: &Exercise, stage: Stage) -> String {
    match stage {
        Stage::Building => format!("Building {} … (the first time this takes a while)", exercise.name),
        Stage::Playing => format!("Playing {} scenes …", exercise.all_scenes().count()),
    }
}

pub(crate) fn exit(checked: &Checked) -> Exit {
    match &checked.outcome {
        Outcome::DoesNotCompile(_) => Exit::DoesNotCompile,
        _ if checked.passed() => Exit::Done,
        _ => Exit::NotYet,
    }
}

/// Writes what came of a check: on standard output the verdict, or what the compiler says; on the other what is only
/// about this check.
pub(crate) fn write_checked(
    root: &Path,
    exercise: &Exercise,
    checked: &Checked,
    terminal: &mut Terminal<'_>,
) {
    match &checked.outcome {
        Outcome::DoesNotCompile(said) => {
            // At last rustc counts the errors, which is about no line.
            let no_place = said.iter().all(|it| it.place.is_none());
            for diagnostic in said.iter().filter(|it| no_place || it.place.is_some()) {
                terminal.out(format!("{}\n\n", compiler_says(root, diagnostic)));
            }
            let mut page = terminal.page();
            page.text("", &format!("Your server doesn't compile. Fix {}/src/lib.rs.", exercise.path()));
            terminal.out(page.into_text());
        }
        Outcome::NotGraded(why) => terminal.out(not_graded_page(exercise, why).into_text()),
        Outcome::Graded(graded) => {
            if let Some(why) = &graded.fell_back {
                terminal.note(format!("Built with cargo, which takes longer: {why}."));
            }
            for warning in &graded.warnings {
                terminal.note(format!("{}\n", compiler_says(root, warning)));
            }
            terminal.out(verdict_page(exercise, &graded.verdict, &checked.source.text).into_text());
        }
    }
    if checked.saved_meanwhile {
        terminal.note("You saved while this was checked, so it doesn't count. Check it again.");
    }
    if let Err(error) = &checked.kept {
        terminal.note(format!("{error}."));
    }
}

/// A message of the compiler, with its paths as one sees them in an editor: from the workspace's folder.
pub(crate) fn compiler_says(root: &Path, diagnostic: &Diagnostic) -> String {
    let root = format!("{}{MAIN_SEPARATOR}", root.display());
    diagnostic.to_string().trim_end().replace(&root, "")
}
