//! What a learner reads of a check: one screen.

use std::path::Path;

use builder::Diagnostic;
use grader::{Calls, Exercise, Page, line_to_look_at, not_graded_page, verdict_page};

use crate::check::{CheckError, Checked, Outcome as Checking};
use crate::compiler;

use super::state::Outcome;

/// How many rows are for the line above the verdict and the line of keys below it.
const AROUND: usize = 2;

/// What came of a check, to be shown on one screen. What comes next is said elsewhere.
pub(super) fn outcome(root: &Path, exercise: &Exercise, result: Result<Checked, CheckError>) -> Outcome {
    let (page, file) = (Page::for_terminal(), exercise.source_file());
    let checked = match result {
        Ok(checked) => checked,
        Err(error) => {
            let lines = vec![error.to_string(), format!("`cargo test -p {}` may say more.", exercise.name)];
            return Outcome { lines, ..Outcome::default() };
        }
    };
    let mut outcome = Outcome {
        passed: checked.passed(),
        took: u64::try_from(checked.time.as_millis()).unwrap_or(u64::MAX),
        ..Outcome::default()
    };
    // One row more than elsewhere: no prompt follows.
    let rows = page.rows + 1 - AROUND;
    match &checked.outcome {
        Checking::DoesNotCompile(said) => {
            let mut end = page.another();
            end.blank();
            end.text(
                "",
                &format!(
                    "Your {} doesn't compile. Fix {}/src/lib.rs and save.",
                    exercise.kind.noun(),
                    exercise.path()
                ),
            );
            outcome.lines = compiler_lines(root, exercise, said, rows.saturating_sub(end.lines.len()));
            outcome.lines.append(&mut end.lines);
            outcome.line = said.iter().find_map(|it| it.line_in(&file));
        }
        Checking::NotGraded(why) => {
            outcome.lines = not_graded_page(exercise, why).lines;
            outcome.compiles = true;
        }
        Checking::Graded(graded) => {
            outcome.compiles = true;
            outcome.lines = verdict_page(exercise, &graded.verdict, &checked.source.text, Calls::Tool).lines;
            outcome.line = line_to_look_at(exercise, &graded.verdict, &checked.source.text)
                .or_else(|| graded.warnings.iter().find_map(|it| it.line_in(&file)));
            let mut notes: Vec<_> = graded.warnings.iter().map(|it| warning_line(&file, it)).collect();
            let room = (rows + 1).saturating_sub(outcome.lines.len()).max(1);
            if notes.len() > room {
                let more = notes.len() + 1 - room;
                notes.truncate(room - 1);
                notes.push(format!("{more} more warnings: cargo check -p {}", exercise.name));
            }
            if let Some(why) = &graded.fell_back {
                notes.push(format!("Built with cargo, which takes longer: {why}."));
            }
            outcome.lines.extend(notes);
        }
    }
    // The page begins with an empty line, to stand off from what cargo says.
    if outcome.lines.first().is_some_and(String::is_empty) {
        outcome.lines.remove(0);
    }
    while outcome.lines.last().is_some_and(String::is_empty) {
        outcome.lines.pop();
    }
    if checked.saved_meanwhile {
        outcome.lines.push("You saved while this was checked: the next verdict counts.".to_owned());
    }
    if let Err(error) = &checked.kept {
        outcome.lines.push(format!("{error}."));
    }
    outcome
}

/// What the compiler says, as much as fits.
fn compiler_lines(root: &Path, exercise: &Exercise, said: &[Diagnostic], rows: usize) -> Vec<String> {
    let text = said.iter().map(|it| compiler::says(root, it)).collect::<Vec<_>>().join("\n\n");
    let mut lines: Vec<_> = text.lines().map(ToOwned::to_owned).collect();
    if lines.len() > rows {
        let more = lines.len() + 1 - rows;
        lines.truncate(rows.saturating_sub(1));
        lines.push(format!("… {more} more lines: cargo check -p {}", exercise.name));
    }
    lines
}

/// A warning in a line, with what to do about it if that is known.
fn warning_line(file: &Path, warning: &Diagnostic) -> String {
    let what = match &warning.advice {
        Some(advice) => advice.sentence,
        None => warning.rendered.lines().next().unwrap_or_default().trim_start_matches("warning: "),
    };
    let place = warning.line_in(file).map(|line| format!(" line {line}")).unwrap_or_default();
    format!("warning{place}: {what}")
}
