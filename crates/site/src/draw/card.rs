//! The exercise's card: what to do, the commands, the hints one by one, at last the solution, and what is next.

use std::fmt::Write as _;

use grader::{Exercise, Stage};

use super::html::{attribute, inline, markdown, text};
use crate::blocks::Card;

/// Draws the exercise's card.
pub fn card(card: &Card) -> String {
    let exercise = &card.exercise;
    let name = text(&exercise.name);
    let mut out = format!(
        "<div class=\"card\" data-exercise=\"{}\"><p class=\"title\"><b>{}</b> <span class=\"minutes\">{}</span></p>",
        attribute(&exercise.name),
        inline(&exercise.title),
        minutes(exercise.minutes),
    );
    if let Some(first) = &exercise.after {
        let _ = write!(
            out,
            "<p class=\"further\">For those who want more: this goes on from <code>{}</code>.</p>",
            text(first)
        );
    }
    let _ = write!(out, "<div class=\"task\">{}</div>", markdown(&exercise.task));
    out.push_str(&stages(exercise));
    let _ = write!(
        out,
        "<ol class=\"todo\"><li>Open <code>{file}</code>. It compiles, and it fails. {why}</li>\
         <li>Write your {noun}, save, and see what is still missing:\
         <pre><code class=\"language-text\">cargo test -p {name}</code></pre></li>\
         <li>{live}</li></ol>",
        file = text(&format!("{}/src/lib.rs", exercise.path())),
        why = inline(&exercise.starter.why),
        noun = exercise.kind.noun(),
        live = live(exercise),
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
    if let Some(solution) = &card.solution {
        let folder = exercise.solution_path();
        out.push_str("<details class=\"solution\"><summary>The solution</summary><div class=\"beside\">");
        code(&mut out, "Rust", &format!("{folder}/solution.rs"), "rust", solution);
        if let Some(node) = &card.node {
            code(&mut out, "JavaScript, on Node", &format!("{folder}/node.mjs"), "js", node);
        }
        out.push_str("</div></details>");
    } else {
        out.push_str("<p class=\"solution\">The solution comes in class.</p>");
    }
    let afterwards =
        [("When it passes, the next exercise is", &card.next), ("If you want more first:", &card.further)];
    for (when, next) in afterwards {
        let Some(next) = next else { continue };
        let _ = write!(
            out,
            "<p class=\"afterwards\">{when} <b>{}</b>: <code>cargo test -p {}</code></p>",
            inline(&next.title),
            text(&next.name)
        );
    }
    out.push_str("</div>");
    out
}

/// Where to see the learner's code at work. A stage offers the code of its own exercise, and further steps have no stage. What takes
/// an hour to build is more fun in two tabs.
fn live(exercise: &Exercise) -> String {
    if exercise.is_client() {
        return format!(
            "Watch it: <code>cargo test -p {} -- --nocapture</code> shows each step, and all that your client prints.",
            text(&exercise.name)
        );
    }
    if exercise.after.is_some() || !exercise.stages.is_empty() {
        return format!(
            "Or try it in two browser tabs: <code>cargo run -- try {}</code>. It starts again each time you save.",
            text(&exercise.name)
        );
    }
    "Or work on this page, in the book that <code>cargo run</code> serves. “Work here” opens your file. Choose “your \
     code” on the stage, and it plays your server again each time you save."
        .to_owned()
}

/// The stages that it is graded in, each with the command that grades it alone.
fn stages(exercise: &Exercise) -> String {
    if exercise.stages.is_empty() {
        return String::new();
    }
    let name = text(&exercise.name);
    let item = |stage: &Stage| {
        let (title, slug) = (text(&stage.name), text(&stage.slug()));
        format!("<li><b>{title}</b>: <code>cargo test -p {name} {slug}</code></li>")
    };
    let items: String = exercise.stages.iter().map(item).collect();
    format!(
        "<div class=\"stages\"><p>It is graded in {} stages, one after the other:</p><ol>{items}</ol></div>",
        exercise.stages.len()
    )
}

fn code(out: &mut String, what: &str, file: &str, language: &str, code: &str) {
    let _ = write!(
        out,
        "<div><p><b>{what}</b>: <code>{}</code></p><pre><code class=\"language-{language}\">{}</code></pre></div>",
        text(file),
        text(code.trim_end())
    );
}

fn minutes(minutes: u32) -> String {
    if minutes == 1 { "1 minute".to_owned() } else { format!("{minutes} minutes") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stages_are_listed_in_their_order() {
        let about = "title = 't'\nquestion = 'q'\norder = 1\npage = 'p'\ntask = 't'\nminutes = 60\nhints = ['h']\n\
                     starter = { why = 'w' }\nmistake = []";
        let mut exercise: Exercise = toml::from_str(about).unwrap();
        exercise.name = "x".to_owned();
        assert_eq!(stages(&exercise), "");
        exercise.stages =
            ["Rooms", "Who is there"].map(|name| Stage { name: name.to_owned(), scenes: Vec::new() }).into();
        let drawn = stages(&exercise);
        assert!(drawn.contains("in 2 stages"), "{drawn}");
        assert!(
            drawn.contains(
                "<ol><li><b>Rooms</b>: <code>cargo test -p x rooms</code></li><li><b>Who is there</b>: \
                 <code>cargo test -p x who-is-there</code></li></ol>"
            ),
            "{drawn}"
        );
    }
}
