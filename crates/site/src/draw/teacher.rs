//! What the teacher needs to know first.

use super::html::json;
use crate::blocks::Teacher;

/// Draws the teacher's minutes, and the button for the second window.
pub fn teacher(teacher: &Teacher) -> String {
    let minutes = teacher.minutes;
    let word = if minutes == 1 { "minute" } else { "minutes" };
    format!(
        "<div class=\"teacher\" data-plan=\"{}\"><p><b>{minutes} {word}</b> in class, the exercise not counted.</p>\
         <p class=\"scripted\"><button type=\"button\" class=\"second-window\">Open the notes in a second window</button> \
         <button type=\"button\" class=\"unfold\">Open every fold on this page</button></p></div>",
        json(&teacher.plan)
    )
}
