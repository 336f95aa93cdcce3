//! `next`: what to do next, and the command for it.

use console::Style;

use super::{duration, progress};
use crate::course::{Course, Next};
use crate::exit::Exit;
use crate::source::State;
use crate::terminal::Terminal;

pub(crate) fn next(course: &Course, terminal: &mut Terminal<'_>) -> Exit {
    let progress = progress(course, terminal);
    let mut page = terminal.page();
    page.blank();
    let next = course.next(&progress);
    let Some(exercise) = next.exercise() else {
        page.text(
            "",
            "You've solved all exercises. Put what you've built online: book/take-home.md says how.",
        );
        terminal.out(page.into_text());
        return Exit::Done;
    };
    let work = progress.work(&exercise.name);
    let how = match (&next, State::of(exercise, &work)) {
        (_, State::ChangedSince) => "It passed, and you changed it since. Check it again.",
        (Next::GoOn(_), _) => "You were here. Go on.",
        (Next::More(_), _) => {
            "You've solved all exercises but the further steps. This is one, for those who want more."
        }
        (_, State::Begun) => "You've begun this one. Go on.",
        _ => "This one is next.",
    };
    let name = Style::new().bold().apply_to(&exercise.name);
    let minutes = duration(exercise.minutes);
    page.text("", &format!("{name} · {} · {} ({minutes})", exercise.question, exercise.title));
    page.text("  ", how);
    page.blank();
    page.text("  ", &exercise.task);
    page.blank();
    let column = 13;
    page.entry("your code", column, &format!("{}/src/lib.rs", exercise.path()));
    page.entry("the page", column, &format!("book/{} (`cargo run` serves it)", exercise.page));
    page.entry("check it", column, &format!("cargo workbook check {}", exercise.name));
    let left = exercise.hints.len().saturating_sub(work.hints);
    let hints = match left {
        0 => " (you've seen them all)".to_owned(),
        left => format!(" ({left} of {} left)", exercise.hints.len()),
    };
    page.entry("a hint", column, &format!("cargo workbook hint {}{hints}", exercise.name));
    page.blank();
    terminal.out(page.into_text());
    Exit::Done
}

/// Where the learner was, in a line or two: what `cargo run` says when the book is open.
pub(crate) fn where_you_were(course: &Course, terminal: &mut Terminal<'_>) -> String {
    let progress = &progress(course, terminal);
    let was = course.last(progress).map(|last| {
        let state = match State::of(last, &progress.work(&last.name)) {
            State::New => "as shipped",
            State::Begun => "begun",
            State::Passed => "passed",
            State::ChangedSince => "passed, and changed since",
        };
        format!("You were at {} ({state}). ", last.name)
    });
    let next = match course.next(progress).exercise() {
        Some(next) => {
            format!("Next: edit {}/src/lib.rs and run\n\n    cargo workbook check {}", next.path(), next.name)
        }
        None => "You've solved all exercises.".to_owned(),
    };
    format!("{}{next}", was.unwrap_or_default())
}
