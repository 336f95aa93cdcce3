//! The list of all exercises.

use std::fmt::Write as _;

use super::html::{attribute, inline, text};
use crate::blocks::List;

/// Draws the list as a table, in the wrapper that mdBook gives its own. Each exercise has a link to its place on its
/// question's page.
pub fn list(list: &List) -> String {
    let mut out = String::from(
        "<div class=\"table-wrapper\"><table class=\"exercises\"><thead><tr><th scope=\"col\">question</th><th scope=\"col\">exercise</th>\
         <th scope=\"col\">what it is about</th><th scope=\"col\">minutes</th></tr></thead><tbody>",
    );
    for exercise in &list.exercises {
        let page = attribute(&format!("{}{}#exercise", list.to_root, page_html(&exercise.page)));
        let _ = write!(
            out,
            "<tr><td>{}</td><td><a href=\"{page}\"><code>{}</code></a></td><td>{}</td><td>{}</td></tr>",
            text(&exercise.question),
            text(&exercise.name),
            inline(&exercise.title),
            exercise.minutes
        );
    }
    let minutes: u32 = list.exercises.iter().map(|exercise| exercise.minutes).sum();
    let _ =
        write!(out, "<tr><td colspan=\"3\">all of them</td><td>{minutes}</td></tr></tbody></table></div>");
    out
}

/// The page's address in the built book: `rooms/join.html`.
pub(crate) fn page_html(page: &str) -> String {
    format!("{}.html", page.trim_end_matches(".md"))
}
