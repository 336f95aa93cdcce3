//! `hint`: one hint more each time.

use anyhow::Result;
use console::Style;

use super::{keep, progress};
use crate::course::Course;
use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn hint(
    course: &Course,
    name: Option<&str>,
    all: bool,
    terminal: &mut Terminal<'_>,
) -> Result<Exit> {
    let progress = progress(course, terminal);
    let exercise = course.find_or_last(name, &progress)?;
    let (name, count) = (&exercise.name, exercise.hints.len());
    let seen = progress.work(name).hints.min(count);
    let (first, last) = if all { (1, count) } else { ((seen + 1).min(count), (seen + 1).min(count)) };
    let mut page = terminal.page();
    page.blank();
    for (i, hint) in exercise.hints.iter().enumerate().take(last).skip(first - 1) {
        let again = if !all && i < seen { ", once more" } else { "" };
        let title =
            Style::new().bold().apply_to(format!("{name}, hint {} of {count}{again}", i + 1)).to_string();
        page.text("", &title);
        page.text("  ", hint);
        page.blank();
    }
    let more = match (count - last, count) {
        (0, _) => format!(
            "That was the last hint. All of them: cargo workbook hint {name} --all. The solution: cargo workbook solution {name}"
        ),
        (1, 3..) => format!("One is left. It gives the line away: cargo workbook hint {name}"),
        (1, _) => format!("One is left: cargo workbook hint {name}"),
        (left, _) => format!("{left} are left: cargo workbook hint {name}"),
    };
    page.text("  ", &more);
    page.blank();
    terminal.out(page.into_text());
    keep(course, terminal, |progress| {
        progress.last = Some(name.clone());
        let work = progress.work_mut(name);
        work.hints = work.hints.max(last);
    });
    Ok(Exit::Done)
}
