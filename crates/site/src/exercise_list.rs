//! The exercises as a page's scripts know them: what each is called, where it is, and how long it takes.

use grader::Exercise;
use serde::Serialize;

use crate::draw::{page_html, plain};

/// What a page knows of an exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedExercise {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The question it belongs to.
    pub question: String,
    /// The part that it is of, by its folder: `rooms`.
    pub part: String,
    /// Its page in the built book.
    pub page: String,
    /// How long it takes.
    pub minutes: u32,
    /// Whether it goes on from another, for those who want more.
    pub further: bool,
}

/// The exercises, in their order.
pub fn listed(exercises: &[Exercise]) -> Vec<ListedExercise> {
    let one = |exercise: &Exercise| ListedExercise {
        name: exercise.name.clone(),
        title: plain(&exercise.title),
        question: exercise.question.clone(),
        part: exercise.chapter.clone(),
        page: page_html(&exercise.page),
        minutes: exercise.minutes,
        further: exercise.after.is_some(),
    };
    exercises.iter().map(one).collect()
}

/// The same as a script: where there is no server, a page loads it.
pub(crate) fn script(exercises: &[Exercise]) -> String {
    let list = serde_json::to_string(&listed(exercises)).unwrap_or_default();
    format!("workbook.addExercises({list});\n")
}
