//! `list`: all exercises by the parts of the book, how each stands, and how long the rest takes.

use anyhow::Result;
use console::Style;
use grader::{Exercise, Page};
use progress::Progress;
use serde::Serialize;

use super::{duration, progress};
use crate::course::{Course, Part};
use crate::exit::Exit;
use crate::source::State;
use crate::terminal::Terminal;

/// A title's beginning that is shorter says nothing.
const LEAST_TITLE: usize = 12;

/// An exercise, and how it stands.
struct Row<'a> {
    exercise: &'a Exercise,
    state: State,
}

/// How many passed, and how many minutes are left.
#[derive(Default)]
struct Sum {
    passed: usize,
    all: usize,
    left: u32,
}

impl Sum {
    fn of<'a>(rows: impl Iterator<Item = &'a Row<'a>>) -> Self {
        rows.fold(Self::default(), |sum, row| Self {
            passed: sum.passed + usize::from(row.state == State::Passed),
            all: sum.all + 1,
            left: sum.left + if row.state.has_passed() { 0 } else { row.exercise.minutes },
        })
    }

    /// `2 of 9 passed, 1 h 35 min left`
    fn text(&self) -> String {
        let left = if self.left == 0 { String::new() } else { format!(", {} left", duration(self.left)) };
        format!("{} of {} passed{left}", self.passed, self.all)
    }
}

pub(crate) fn list(course: &Course, json: bool, terminal: &mut Terminal<'_>) -> Result<Exit> {
    let progress = progress(course, terminal);
    let parts = course.parts();
    let parts: Vec<_> = parts.iter().map(|part| (part, rows(part, &progress))).collect();
    if json {
        let text = serde_json::to_string_pretty(&as_json(course, &progress, &parts))?;
        terminal.out(text + "\n");
        return Ok(Exit::Done);
    }
    let mut page = terminal.page();
    let all = || parts.iter().flat_map(|(_, rows)| rows);
    let column = all().map(|row| row.exercise.name.len()).max().unwrap_or_default();
    for (part, rows) in &parts {
        page.blank();
        page.styled("", &part.title, &Style::new().bold());
        let (main, further) = sums(rows);
        let further =
            if further.all == 0 { String::new() } else { format!("; further steps: {}", further.text()) };
        page.text("  ", &format!("{}{further}", main.text()));
        for row in rows {
            let line = styled(row, column, page.width);
            page.lines.push(line);
        }
    }
    page.blank();
    let (main, further) = sums(all());
    page.text("", &format!("{}.", main.text()));
    if further.all > 0 {
        page.text("", &format!("+ is a further step, for those who want more: {}.", further.text()));
    }
    if all().any(|row| row.state == State::ChangedSince) {
        page.text(
            "",
            "“changed”: it passed, and you changed it since. `cargo workbook check all` counts it again.",
        );
    }
    let unknown = |row: &&Row<'_>| row.state == State::Begun && progress.work(&row.exercise.name).checks == 0;
    if all().any(|row| unknown(&row)) {
        page.text("", "Solved one with `cargo test`? `cargo workbook check all` counts it.");
    }
    page.blank();
    next_line(course, &progress, &mut page);
    terminal.out(page.into_text());
    Ok(Exit::Done)
}

fn next_line(course: &Course, progress: &Progress, page: &mut Page) {
    match course.next(progress).exercise() {
        Some(next) => page.text("", &format!("Next: cargo workbook check {}", next.name)),
        None => page.text("", "You've solved them all."),
    }
}

fn rows<'a>(part: &Part<'a>, progress: &Progress) -> Vec<Row<'a>> {
    let row = |exercise: &&'a Exercise| {
        let state = State::of(exercise, &progress.work(&exercise.name));
        Row { exercise, state }
    };
    part.exercises.iter().map(row).collect()
}

/// Those that everybody does, and the further steps.
fn sums<'a>(rows: impl IntoIterator<Item = &'a Row<'a>>) -> (Sum, Sum) {
    let (main, further): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.exercise.after.is_none());
    (Sum::of(main.into_iter()), Sum::of(further.into_iter()))
}

/// `  ✓ passed   broadcast       10 min    Chat 3          Everyone but the sender`, as much of it as there is room for.
fn line(row: &Row<'_>, column: usize, width: usize) -> String {
    let Exercise { name, minutes, question, title, after, .. } = row.exercise;
    let further = if after.is_some() { '+' } else { ' ' };
    let mut line = format!("  {:<9}  {further} {name:<column$}", row.state.mark());
    for piece in [format!("  {minutes:>3} min"), format!("  {question:<16}")] {
        if line.chars().count() + piece.trim_end().chars().count() > width {
            return line;
        }
        line.push_str(&piece);
    }
    let room = width.saturating_sub(line.chars().count() + 2);
    if room >= LEAST_TITLE.min(title.chars().count()) {
        line.push_str("  ");
        line.push_str(&shorten(title, room));
    }
    line.trim_end().to_owned()
}

/// A text in one line: without its end, if there is no room.
fn shorten(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let start: String = text.chars().take(room.saturating_sub(1)).collect();
    format!("{}…", start.trim_end())
}

/// An exercise's line, in its colour.
fn styled(row: &Row<'_>, column: usize, width: usize) -> String {
    let style = match row.state {
        State::New => Style::new(),
        State::Begun => Style::new().bold(),
        State::Passed => Style::new().green(),
        State::ChangedSince => Style::new().yellow(),
    };
    style.apply_to(line(row, column, width)).to_string()
}

/// What other tools read.
#[derive(Serialize)]
struct ListJson<'a> {
    last: Option<&'a str>,
    next: Option<&'a str>,
    passed: usize,
    minutes_left: u32,
    parts: Vec<PartJson<'a>>,
}

#[derive(Serialize)]
struct PartJson<'a> {
    title: &'a str,
    minutes_left: u32,
    exercises: Vec<ExerciseJson<'a>>,
}

#[derive(Serialize)]
struct ExerciseJson<'a> {
    name: &'a str,
    title: &'a str,
    question: &'a str,
    minutes: u32,
    /// The exercise that it goes on from: then it's a further step.
    after: Option<&'a str>,
    state: State,
    checks: u32,
    hints: usize,
    hints_shown: usize,
    solution_seen: bool,
    /// The learner's file, from the workspace's folder.
    file: String,
    /// The page, from the book's folder.
    page: &'a str,
}

fn as_json<'a>(
    course: &'a Course,
    progress: &'a Progress,
    parts: &'a [(&Part<'_>, Vec<Row<'a>>)],
) -> ListJson<'a> {
    let all = Sum::of(parts.iter().flat_map(|(_, rows)| rows));
    let exercise = |row: &'a Row<'a>| {
        let it = row.exercise;
        let work = progress.work(&it.name);
        ExerciseJson {
            name: &it.name,
            title: &it.title,
            question: &it.question,
            minutes: it.minutes,
            after: it.after.as_deref(),
            state: row.state,
            checks: work.checks,
            hints: it.hints.len(),
            hints_shown: work.hints,
            solution_seen: work.solution_seen,
            file: format!("{}/src/lib.rs", it.path()),
            page: &it.page,
        }
    };
    ListJson {
        last: progress.last.as_deref(),
        next: course.next(progress).exercise().map(|exercise| &*exercise.name),
        passed: all.passed,
        minutes_left: all.left,
        parts: parts
            .iter()
            .map(|(part, rows)| PartJson {
                title: &part.title,
                minutes_left: Sum::of(rows.iter()).left,
                exercises: rows.iter().map(exercise).collect(),
            })
            .collect(),
    }
}
