//! A question with options. Without a script, opening an option tells whether it is right, and why. With one, the reader
//! chooses, commits, and then sees the reasons of all.

use std::fmt::Write as _;

use super::html::{attribute, inline, markdown, plain};
use crate::blocks::Choices;

/// Draws a question with options.
pub fn choices(choices: &Choices) -> String {
    let mut out = format!(
        "<div class=\"choices\" role=\"group\" aria-label=\"Question\" data-page=\"{}\" data-question=\"{}\">\
         <div class=\"question\">{}</div><ol>",
        attribute(&choices.page),
        attribute(&plain(&choices.question)),
        markdown(&choices.question)
    );
    for option in &choices.options {
        let (class, sign, words) =
            if option.right { ("right-one", "✓", "Right.") } else { ("wrong-one", "✗", "Not so.") };
        let _ = write!(
            out,
            "<li class=\"{class}\"><details><summary>{}</summary><div class=\"why\"><p class=\"verdict\">\
             <i aria-hidden=\"true\">{sign}</i> {words}</p>{}</div></details></li>",
            inline(&option.text),
            markdown(&option.why)
        );
    }
    // The script turns the options into choices. The line is there before it: nothing jumps.
    out.push_str(
        "</ol><p class=\"commit scripted\"><button type=\"button\">Choose one</button> \
         <span role=\"status\"></span></p></div>",
    );
    out
}
