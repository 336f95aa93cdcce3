//! The exercise's card: what to do, the commands, the hints one by one, and at last the solution.

use std::fmt::Write as _;

use super::html::{inline, markdown, text};
use crate::blocks::Card;

/// Draws the exercise's card.
pub fn card(card: &Card) -> String {
    let exercise = &card.exercise;
    let mut out = format!(
        "<div class=\"card\"><p class=\"title\"><b>{}</b> <span class=\"minutes\">{}</span></p><div class=\"task\">{}</div>",
        inline(&exercise.title),
        minutes(exercise.minutes),
        markdown(&exercise.task)
    );
    let _ = write!(
        out,
        "<ol class=\"todo\"><li>Open <code>{file}</code>. It compiles, and it fails. {why}</li>\
         <li>Write your server, save, and see what is still missing:\
         <pre><code class=\"language-text\">cargo test -p {name}</code></pre></li>\
         <li>Or watch it: start <code>cargo run</code>, open this page there, and choose “your code” on a stage.</li></ol>",
        file = text(&format!("{}/src/lib.rs", exercise.path())),
        why = inline(&exercise.starter.why),
        name = text(&exercise.name),
    );
    let all = exercise.hints.len();
    for (i, hint) in exercise.hints.iter().enumerate() {
        let _ = write!(
            out,
            "<details class=\"hint\"><summary>Hint {} of {all}</summary>{}</details>",
            i + 1,
            markdown(hint)
        );
    }
    let _ = write!(
        out,
        "<details class=\"solution\"><summary>A solution</summary><p><code>{}</code></p>\
         <pre><code class=\"language-rust\">{}</code></pre></details></div>",
        text(&format!("{}/solution.rs", exercise.solution_path())),
        text(card.solution.trim_end())
    );
    out
}

fn minutes(minutes: u32) -> String {
    if minutes == 1 { "1 minute".to_owned() } else { format!("{minutes} minutes") }
}
