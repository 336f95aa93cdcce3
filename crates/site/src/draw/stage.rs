//! The interactive stage: a recorded play, and in `data-stage` what the script needs to go on from there.

use std::fmt::Write as _;

use scenario::{Step, StepResult};
use serde::Serialize;

use super::diagram::{as_text, frame};
use super::html::{attribute, inline, json, plain};
use crate::blocks::Stage;

/// What `workbook.js` needs to know.
#[derive(Serialize)]
struct Data<'a> {
    exercise: &'a str,
    scene: &'a str,
    /// The file with the recordings, from the book's root.
    recordings: String,
    columns: &'a [String],
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
    /// The claim as plain text, for an `<option>`. The solution has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// The claim as HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    claim: Option<String>,
}

/// Draws the interactive stage. Without the script, it is the recorded play.
pub fn stage(stage: &Stage) -> String {
    let servers = stage.servers.iter().map(|server| {
        let claim = server.claim.as_deref();
        Server { name: &server.name, label: claim.map(plain), claim: claim.map(inline) }
    });
    let data = Data {
        exercise: &stage.exercise,
        scene: &stage.scene.name,
        recordings: format!("stages/{}.js", stage.id),
        columns: &stage.columns,
        actions: stage.actions.iter().map(|step| Action { label: step.to_string(), step }).collect(),
        servers: servers.collect(),
    };
    let mut out = format!(
        "<div class=\"stage play\" id=\"{}\" role=\"group\" aria-label=\"Stage: {}\" data-stage=\"{}\">",
        attribute(&stage.id),
        attribute(&plain(&stage.scene.title)),
        json(&data)
    );
    let _ = write!(out, "<p class=\"bar\"><span class=\"scene\">{}</span></p>", inline(&stage.scene.title));
    let steps: Vec<&StepResult> = stage.transcript.steps.iter().collect();
    frame(&mut out, &stage.scene.title, &stage.columns, &steps);
    as_text(&mut out, &stage.transcript, &steps);
    out.push_str("</div>");
    out
}
