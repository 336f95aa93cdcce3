//! Drawing: pure functions from [`blocks`](crate::blocks) to what stands on the page.
//!
//! Each returns HTML that is put between two empty lines of a page's Markdown. An empty line within it would end the
//! HTML there; [`pages`](crate::pages) writes such a line as `&#10;`, which is the same within `<pre>`.

use stage::Act;

use crate::blocks::{Answer, Block, Card, Choices, Diagram, Stage, Teacher};

/// Draws a block.
pub fn block(block: &Block) -> String {
    match block {
        Block::Diagram(it) => diagram(it),
        Block::Stage(it) => stage(it),
        Block::Choices(it) => choices(it),
        Block::Answers(it) => answers(it),
        Block::Card(it) => card(it),
        Block::Teacher(it) => teacher(*it),
    }
}

/// Draws one act between the columns of `columns`.
pub fn act(columns: &[String], act: &Act) -> String {
    let _ = columns;
    format!("<pre>{}\n{}</pre>", act.step, act.to_lines().join("\n"))
}

/// Draws a play.
pub fn diagram(diagram: &Diagram) -> String {
    format!("<pre>{}</pre>", diagram.transcript)
}

/// Draws the interactive stage.
pub fn stage(stage: &Stage) -> String {
    format!("<div id=\"{}\"><pre>{}</pre></div>", stage.id, stage.transcript)
}

/// Draws a question with options.
pub fn choices(choices: &Choices) -> String {
    format!("<p>{}</p>", choices.question)
}

/// Draws the answers one hears.
pub fn answers(answers: &[Answer]) -> String {
    answers.iter().map(|answer| format!("<p>{}</p>", answer.claim)).collect()
}

/// Draws the exercise's card.
pub fn card(card: &Card) -> String {
    format!("<p>{}</p>", card.exercise.task)
}

/// Draws the teacher's minutes.
pub fn teacher(teacher: Teacher) -> String {
    format!("<p>{} minutes</p>", teacher.minutes)
}
