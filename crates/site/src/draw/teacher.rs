//! What the teacher needs to know first.

use crate::blocks::Teacher;

/// Draws the teacher's minutes.
pub fn teacher(teacher: Teacher) -> String {
    let minutes = teacher.minutes;
    let word = if minutes == 1 { "minute" } else { "minutes" };
    format!("<p class=\"teacher\"><b>{minutes} {word}</b> in class, the exercise not counted.</p>")
}
