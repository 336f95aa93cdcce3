//! `check`: builds an exercise, plays it, and writes the verdict as `cargo test -p NAME` does, with this tool's commands.

use std::path::Path;

use anyhow::Result;
use builder::Diagnostic;
use grader::{Calls, Exercise, not_graded_page, verdict_page};

use super::check_json::CheckedJson;
use super::{check_all, progress};
use crate::check::{Checked, Checker, Outcome, Stage};
use crate::cli::CheckOptions;
use crate::compiler;
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
        Stage::FirstBuild => format!("Building {} … (the first time this takes a while)", exercise.name),
        Stage::Building => format!("Building {} …", exercise.name),
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
            let about_nothing = !said.iter().any(Diagnostic::is_about_code);
            for diagnostic in said.iter().filter(|it| about_nothing || it.is_about_code()) {
                terminal.out(format!("{}\n\n", compiler::says(root, diagnostic)));
            }
            let mut page = terminal.page();
            page.text(
                "",
                &format!(
                    "Your {} doesn't compile. Fix {}/src/lib.rs.",
                    exercise.kind.noun(),
                    exercise.path()
                ),
            );
            terminal.out(page.into_text());
        }
        Outcome::NotGraded(why) => terminal.out(not_graded_page(exercise, why).into_text()),
        Outcome::Graded(graded) => {
            if let Some(why) = &graded.fell_back {
                terminal.note(format!("Built with cargo, which takes longer: {why}."));
            }
            for warning in &graded.warnings {
                terminal.note(format!("{}\n", compiler::says(root, warning)));
            }
            terminal
                .out(verdict_page(exercise, &graded.verdict, &checked.source.text, Calls::Tool).into_text());
        }
    }
    if checked.saved_meanwhile {
        terminal.note("You saved while this was checked, so it doesn't count. Check it again.");
    }
    if let Err(error) = &checked.kept {
        terminal.note(format!("{error}."));
    }
}
