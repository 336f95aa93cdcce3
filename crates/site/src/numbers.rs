//! The questions' numbers in the table of contents. A class knows a question as "Rooms 2".

use grader::Exercise;
use mdbook_driver::book::{Book, BookItem};

/// Puts the questions' numbers before their titles. Of a chapter that is a draft no exercise tells: it has its place among
/// the others of its part.
pub(crate) fn number(book: &mut Book, exercises: &[Exercise]) {
    let question = |item: &BookItem| {
        let BookItem::Chapter(chapter) = item else { return None };
        let path = chapter.source_path.as_ref()?.to_string_lossy().replace('\\', "/");
        Some(exercises.iter().find(|exercise| exercise.page == path)?.question.clone())
    };
    let questions: Vec<_> = book.items.iter().map(question).collect();
    let parts: Vec<_> = book.items.iter().map(|item| matches!(item, BookItem::PartTitle(_))).collect();
    for (i, item) in book.items.iter_mut().enumerate() {
        let BookItem::Chapter(chapter) = item else { continue };
        let start = parts[..i].iter().rposition(|is_title| *is_title).map_or(0, |title| title + 1);
        let number = questions[i].clone().or_else(|| {
            if !chapter.is_draft_chapter() {
                return None;
            }
            let end = parts[i..].iter().position(|is_title| *is_title).map_or(parts.len(), |next| i + next);
            let neighbour = questions[start..end].iter().flatten().next()?;
            let (word, _) = neighbour.rsplit_once(' ')?;
            Some(format!("{word} {}", i - start + 1))
        });
        if let Some(number) = number {
            chapter.name = format!("{number} · {}", chapter.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use mdbook_driver::book::Chapter;

    use super::*;

    #[test]
    fn questions_have_their_numbers_and_drafts_their_place() {
        let about = "title = 'x'\nquestion = 'Rooms 2'\norder = 1\npage = 'rooms/join.md'\ntask = 'x'\nminutes = 1\n\
                     hints = []\nstarter = { why = 'x' }\nmistake = []";
        let exercise: Exercise = toml::from_str(about).unwrap();
        let page =
            |name: &str, path: &str| BookItem::Chapter(Chapter::new(name, String::new(), path, Vec::new()));
        let draft = |name: &str| BookItem::Chapter(Chapter::new_draft(name, Vec::new()));
        let mut book = Book::new();
        book.items = vec![
            page("Front", "index.md"),
            BookItem::PartTitle("Rooms".into()),
            draft("What?"),
            page("Join?", "rooms/join.md"),
            draft("Leave?"),
            BookItem::Separator,
            page("Wire", "wire.md"),
            BookItem::PartTitle("Other".into()),
            draft("Which?"),
        ];
        number(&mut book, &[exercise]);
        let name = |item: &BookItem| match item {
            BookItem::Chapter(chapter) => Some(chapter.name.clone()),
            _ => None,
        };
        let names: Vec<_> = book.items.iter().filter_map(name).collect();
        assert_eq!(
            names,
            ["Front", "Rooms 1 · What?", "Rooms 2 · Join?", "Rooms 3 · Leave?", "Wire", "Which?"]
        );
    }
}
