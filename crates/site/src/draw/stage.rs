//! The interactive stage: a recorded play, and in `data-stage` what the script needs to go on from there.

use std::fmt::Write as _;

use serde::Serialize;
use stage::{Act, Step};

use super::diagram::{as_text, frame};
use super::html::{attribute, inline, json, plain};
use crate::blocks::Stage;

/// What `stage.js` is told.
#[derive(Serialize)]
struct Data<'a> {
    exercise: &'a str,
    scene: &'a str,
    /// The static tree's file, from the book's root.
    tree: String,
    columns: &'a [String],
    logs: bool,
    actions: Vec<Action<'a>>,
    servers: Vec<Server<'a>>,
}

#[derive(Serialize)]
struct Action<'a> {
    label: String,
    step: &'a Step,
}

#[derive(Serialize)]
struct Server<'a> {
    name: &'a str,
    /// The claim as plain text, for an `<option>`. The answer has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// The claim as HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    claim: Option<String>,
}

/// Draws the interactive stage. Without the script, it is the recorded play.
pub fn stage(stage: &Stage) -> String {
    let data = Data {
        exercise: &stage.exercise,
        scene: &stage.scene.name,
        tree: format!("stages/{}.js", stage.id),
        columns: &stage.columns,
        logs: stage.logs,
        actions: stage.actions.iter().map(|step| Action { label: step.to_string(), step }).collect(),
        servers: stage
            .servers
            .iter()
            .map(|server| Server {
                name: &server.name,
                label: server.claim.as_deref().map(plain),
                claim: server.claim.as_deref().map(inline),
            })
            .collect(),
    };
    let mut out = format!(
        "<div class=\"stage play\" id=\"{}\" role=\"group\" aria-label=\"Stage: {}\" data-stage=\"{}\">",
        attribute(&stage.id),
        attribute(&plain(&stage.scene.title)),
        json(&data)
    );
    let _ = write!(out, "<p class=\"bar\"><span class=\"scene\">{}</span></p>", inline(&stage.scene.title));
    let acts: Vec<&Act> = stage.transcript.acts.iter().collect();
    frame(&mut out, &stage.scene.title, &stage.columns, &acts);
    as_text(&mut out, &stage.transcript, &acts);
    out.push_str("</div>");
    out
}
