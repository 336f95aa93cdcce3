//! A question with options. Opening one tells at once whether it is right, and why: no script is needed.

use std::fmt::Write as _;

use super::html::{inline, markdown};
use crate::blocks::Choices;

/// Draws a question with options.
pub fn choices(choices: &Choices) -> String {
    let mut out =
        format!("<div class=\"choices\"><div class=\"question\">{}</div><ol>", markdown(&choices.question));
    for option in &choices.options {
        let (class, verdict) =
            if option.right { ("right-one", "✓ Right.") } else { ("wrong-one", "✗ Not so.") };
        let (sign, words) = verdict.split_at(verdict.find(' ').unwrap_or_default());
        let _ = write!(
            out,
            "<li><details class=\"{class}\"><summary>{}</summary><div class=\"why\"><p class=\"verdict\">\
             <i aria-hidden=\"true\">{sign}</i>{words}</p>{}</div></details></li>",
            inline(&option.text),
            markdown(&option.why)
        );
    }
    out.push_str("</ol></div>");
    out
}
