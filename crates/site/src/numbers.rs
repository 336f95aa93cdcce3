//! The questions' numbers in the table of contents. A class knows a question as "Rooms 2".

use grader::Exercise;
use mdbook_driver::book::{Book, BookItem};

/// Puts the questions' numbers before their titles. An exercise of the page tells the number.
pub(crate) fn number(book: &mut Book, exercises: &[Exercise]) {
    for item in &mut book.items {
        let BookItem::Chapter(chapter) = item else { continue };
        let Some(path) = &chapter.source_path else { continue };
        let path = path.to_string_lossy().replace('\\', "/");
        let of_page = |exercise: &&Exercise| exercise.page == path && exercise.has_question();
        if let Some(exercise) = exercises.iter().find(of_page) {
            chapter.name = format!("{} · {}", exercise.question, chapter.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use mdbook_driver::book::Chapter;

    use super::*;

    #[test]
    fn only_questions_have_numbers() {
        let exercise = |question: &str, page: &str| -> Exercise {
            let about = format!(
                "title = 'x'\nquestion = '{question}'\norder = 1\npage = '{page}'\ntask = 'x'\nminutes = 1\n\
                 hints = []\nstarter = {{ why = 'x' }}\nmistake = []"
            );
            toml::from_str(&about).unwrap()
        };
        let page =
            |name: &str, path: &str| BookItem::Chapter(Chapter::new(name, String::new(), path, Vec::new()));
        let mut book = Book::new();
        book.items = vec![
            page("Front", "index.md"),
            BookItem::PartTitle("Rooms".into()),
            BookItem::Chapter(Chapter::new_draft("What?", Vec::new())),
            page("Join?", "rooms/join.md"),
            page("Build it", "rooms/chat.md"),
        ];
        number(&mut book, &[exercise("Rooms 2", "rooms/join.md"), exercise("Your chat", "rooms/chat.md")]);
        let name = |item: &BookItem| match item {
            BookItem::Chapter(chapter) => Some(chapter.name.clone()),
            _ => None,
        };
        let names: Vec<_> = book.items.iter().filter_map(name).collect();
        assert_eq!(names, ["Front", "What?", "Rooms 2 · Join?", "Build it"]);
    }
}
