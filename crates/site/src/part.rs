//! A part of the book: its first page leads to all the others, and says how long each takes.

use std::collections::HashSet;
use std::path::Path;

use grader::Exercise;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::defect::{Defects, to_slash};
use crate::link;
use crate::page::{self, Page, line_at};
use crate::summary::Contents;
use crate::timetable::Teaching;

/// Adds the pages of a part that its first page, `index.md`, doesn't lead to.
pub(crate) fn check_links(src: &Path, contents: &Contents, defects: &mut Defects) {
    for part in &contents.parts {
        let [(front, markdown), pages @ ..] = &contents.pages[part.clone()] else { continue };
        if !is_front(front) {
            continue;
        }
        let links = page::parse(markdown).links;
        let linked: HashSet<_> = links.iter().filter_map(|it| link::target(front, &it.to)).collect();
        for (path, _) in pages.iter().filter(|(path, _)| !linked.contains(path)) {
            defects.add(
                &src.join(front),
                1,
                format!(
                    "this page opens a part, and doesn't lead to its page `{}`. Link to that in the table of the way",
                    to_slash(path)
                ),
            );
        }
    }
}

/// Whether a page opens a part of the book.
fn is_front(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "index.md")
        && path.parent().is_some_and(|folder| !folder.as_os_str().is_empty())
}

/// Adds the minutes in the table of a part's first page that the pages and the exercises contradict.
pub(crate) fn check_minutes(
    src: &Path,
    page: Page<'_>,
    teaching: &Teaching,
    exercises: &[Exercise],
    defects: &mut Defects,
) {
    if !is_front(page.path) {
        return;
    }
    let file = src.join(page.path);
    for row in rows(page.markdown) {
        let lesson = row.page.and_then(|to| teaching.lesson(&to_slash(&link::target(page.path, &to)?)));
        // A lesson that is only its exercise says no minutes.
        if let Some(lesson) = lesson.filter(|lesson| lesson.minutes > 0)
            && row.minutes != lesson.minutes.to_string()
        {
            let (says, is) = (&row.minutes, lesson.minutes);
            defects.add(
                &file,
                row.line,
                format!("the table says {says} minutes, and the page {is}. Correct one"),
            );
        }
        let exercise = exercises.iter().find(|it| row.exercise.starts_with(&format!("{},", it.name)));
        if let Some(exercise) = exercise
            && row.exercise != format!("{}, {} min", exercise.name, exercise.minutes)
        {
            let (says, is) = (&row.exercise, exercise.minutes);
            defects.add(
                &file,
                row.line,
                format!("the table says “{says}”, and its exercise.toml {is} minutes. Correct one"),
            );
        }
    }
}

/// A row of a table that has a column of minutes and one of exercises.
#[derive(Debug, Default, PartialEq, Eq)]
struct Row {
    line: usize,
    /// What its first link leads to.
    page: Option<String>,
    minutes: String,
    /// As in “echo, 5 min”.
    exercise: String,
}

fn rows(markdown: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut header: Vec<String> = Vec::new();
    let mut cells: Vec<String> = Vec::new();
    let mut row = Row::default();
    for (event, range) in Parser::new_ext(markdown, page::OPTIONS).into_offset_iter() {
        match event {
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                cells.clear();
                row = Row { line: line_at(markdown, range.start), ..Row::default() };
            }
            Event::Start(Tag::TableCell) => cells.push(String::new()),
            Event::Start(Tag::Link { dest_url, .. }) => {
                row.page.get_or_insert_with(|| dest_url.into_string());
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(cell) = cells.last_mut() {
                    cell.push_str(&text);
                }
            }
            Event::End(TagEnd::TableHead) => header.clone_from(&cells),
            Event::End(TagEnd::TableRow) => {
                let column = |name| header.iter().position(|it| it == name);
                if let (Some(minutes), Some(exercise)) = (column("minutes"), column("exercise")) {
                    row.minutes.clone_from(&cells[minutes]);
                    row.exercise.clone_from(&cells[exercise]);
                    rows.push(std::mem::take(&mut row));
                }
            }
            Event::End(TagEnd::Table) => cells.clear(),
            _ => {}
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_its_link_its_minutes_and_its_exercise() {
        let table = "text\n\n| page | minutes | exercise |\n| --- | --- | --- |\n| [Echo](echo.md) | 20 | `echo`, 5 min |\n\
                     | | | `more`, 7 min |\n";
        let row = |line, page: Option<&str>, minutes: &str, exercise: &str| Row {
            line,
            page: page.map(str::to_owned),
            minutes: minutes.to_owned(),
            exercise: exercise.to_owned(),
        };
        assert_eq!(
            rows(table),
            [row(5, Some("echo.md"), "20", "echo, 5 min"), row(6, None, "", "more, 7 min")]
        );
    }

    #[test]
    fn another_table_is_not_looked_at() {
        assert_eq!(rows("| page | what |\n| --- | --- |\n| [Echo](echo.md) | 20 |\n"), []);
    }
}
