//! The two editions of the book: all of it, and the students', which lacks what only a teacher needs.

use std::path::Path;

use mdbook_driver::book::{Book, BookItem};

use crate::blocks::Block;
use crate::defect::Defects;
use crate::page::Page;
use crate::timetable::FOR_TEACHERS;

/// Between these lines stands what the students' edition doesn't have.
const OPEN: &str = "<!-- teacher -->";
const CLOSE: &str = "<!-- /teacher -->";

/// Who the book is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edition {
    /// Everyone: all of it.
    Everyone,
    /// Students: without the teacher's parts, and without the solutions in the exercises' cards.
    Students,
}

/// A page's text without the section for the teacher, and without what is marked. What is left keeps its lines.
pub(crate) fn for_students(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let (mut in_section, mut marked, mut in_code) = (false, false, false);
    for line in markdown.split_inclusive('\n') {
        if line.starts_with("```") || line.starts_with("~~~") {
            in_code = !in_code;
        } else if let (false, Some(heading)) = (in_code, line.strip_prefix("## ")) {
            in_section = heading.trim() == FOR_TEACHERS;
        }
        marked |= line.trim() == OPEN;
        if !in_section && !marked {
            out.push_str(line);
        } else if line.ends_with('\n') {
            out.push('\n');
        }
        marked &= line.trim() != CLOSE;
    }
    out
}

/// Adds the marks that don't come in pairs: a student would see what follows, or miss it. `file` is the page's.
pub(crate) fn check(file: &Path, page: Page<'_>, defects: &mut Defects) {
    let mut open = None;
    for (i, line) in page.markdown.lines().enumerate() {
        match (line.trim(), open) {
            (OPEN, None) => open = Some(i + 1),
            (CLOSE, Some(_)) => open = None,
            (OPEN, Some(first)) => {
                defects.add(
                    file,
                    i + 1,
                    format!("`{OPEN}` stands in line {first} already. Close that one first"),
                );
            }
            (CLOSE, None) => defects.add(file, i + 1, format!("there is no `{OPEN}` before this `{CLOSE}`")),
            _ => {}
        }
    }
    if let Some(line) = open {
        defects.add(
            file,
            line,
            format!("this is never closed. Write `{CLOSE}` where the students' edition goes on"),
        );
    }
}

/// A block as students see it.
pub(crate) fn close_solution(block: &mut Block) {
    if let Block::Card(card) = block {
        card.solution = None;
        card.node = None;
    }
}

/// Takes the chapters for teachers out of the table of contents, and the titles of parts that are then empty.
pub(crate) fn leave_out_teaching(book: &mut Book) {
    let is_for_teachers = |item: &BookItem| match item {
        BookItem::Chapter(chapter) => {
            chapter.source_path.as_ref().is_some_and(|path| Page { path, markdown: "" }.is_for_teachers())
        }
        _ => false,
    };
    let mut kept: Vec<BookItem> = Vec::new();
    for item in std::mem::take(&mut book.items) {
        if !is_for_teachers(&item) {
            kept.push(item);
        } else if matches!(kept.last(), Some(BookItem::PartTitle(_))) {
            kept.pop();
        }
    }
    book.items = kept;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn students_get_the_rest_of_a_page_with_its_lines() {
        let page = "# A\n<!-- teacher -->\nsecret\n<!-- /teacher -->\nb\n\n```text\n## For the teacher\n```\n\n## For the teacher\n\nsecret\n\n## More\n\nc";
        assert_eq!(
            for_students(page),
            "# A\n\n\n\nb\n\n```text\n## For the teacher\n```\n\n\n\n\n\n## More\n\nc"
        );
    }

    #[test]
    fn marks_come_in_pairs() {
        let said = |markdown: &str| {
            let mut defects = Defects::default();
            check(Path::new("a.md"), Page { path: Path::new("a.md"), markdown }, &mut defects);
            defects.0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(said("<!-- teacher -->\na\n<!-- /teacher -->\n"), "");
        assert!(said("a\n<!-- teacher -->\n").starts_with("a.md:2: this is never closed"));
        assert!(said("<!-- /teacher -->\n").starts_with("a.md:1: there is no"));
        let twice = "<!-- teacher -->\n<!-- teacher -->\n<!-- /teacher -->\n";
        assert!(said(twice).starts_with("a.md:2: `<!-- teacher -->` stands in line 1 already"));
    }
}
