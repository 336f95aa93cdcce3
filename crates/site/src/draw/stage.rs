//! The interactive stage: a recorded play, and in `data-stage` what `stage.js` needs to go on from there.
//!
//! All its controls are in the page from the beginning, so that nothing jumps when the script comes. Without a script
//! they are hidden, and the whole play is drawn.

use std::fmt::Write as _;

use grader::SOLUTION;
use scenario::{Step, StepResult};
use serde::Serialize;

use super::diagram::{as_text, picture, tracks, wire_switch};
use super::html::{attribute, inline, json, plain, text};
use super::step::person;
use crate::blocks::Stage;
use crate::on_node::is_on_node;
use crate::presence::Presence;
use crate::step_view::{heard_by, panic_of};

/// What `stage.js` needs to know.
#[derive(Serialize)]
struct Data<'a> {
    exercise: &'a str,
    scene: &'a str,
    /// The learner's file.
    file: &'a str,
    /// The file with the recordings, from the book's root.
    recordings: String,
    columns: &'a [String],
    actions: Vec<Action<'a>>,
    servers: Vec<Server<'a>>,
    /// The recorded steps. Their drawing is on the page.
    steps: Vec<Recorded>,
}

#[derive(Serialize)]
struct Action<'a> {
    label: String,
    step: &'a Step,
}

#[derive(Serialize)]
struct Server<'a> {
    name: &'a str,
    /// The claim as HTML. The solution has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    claim: Option<String>,
    /// It runs on Node. What it did in the scene is recorded, and no more.
    #[serde(rename = "onNode", skip_serializing_if = "std::ops::Not::not")]
    on_node: bool,
}

/// As [`StepView`](crate::StepView), without the drawing.
#[derive(Serialize)]
struct Recorded {
    step: String,
    lines: Vec<String>,
    heard: Vec<String>,
    present: Presence,
    panic: Option<String>,
    difference: Option<()>,
}

/// Draws the interactive stage. Without the script, it is the recorded play.
pub fn stage(stage: &Stage) -> String {
    let servers = stage.servers.iter().map(|server| Server {
        name: &server.name,
        claim: server.claim.as_deref().map(inline),
        on_node: is_on_node(&server.name),
    });
    let recorded = |(number, result): (usize, &StepResult)| Recorded {
        step: result.step.to_string(),
        lines: result.lines(),
        heard: heard_by(result),
        present: Presence::after(&stage.transcript, number + 1),
        panic: panic_of(result),
        difference: None,
    };
    let data = Data {
        exercise: &stage.exercise,
        scene: &stage.scene.name,
        file: &stage.file,
        recordings: format!("stages/{}.js", stage.id),
        columns: &stage.columns,
        actions: stage.actions.iter().map(|step| Action { label: step.to_string(), step }).collect(),
        servers: servers.collect(),
        steps: stage.transcript.steps.iter().enumerate().map(recorded).collect(),
    };
    let mut out = format!(
        "<div class=\"stage play{}\" id=\"{}\" role=\"group\" aria-label=\"Stage: {}\" style=\"{}\" data-stage=\"{}\">",
        if stage.guess { " guessing" } else { "" },
        attribute(&stage.id),
        attribute(&plain(&stage.scene.title)),
        tracks(&stage.columns),
        json(&data)
    );
    let steps: Vec<usize> = (0..stage.transcript.steps.len()).collect();
    bar(&mut out, stage, &steps);
    picture(&mut out, &stage.columns, &stage.transcript, &steps, stage.queues);
    guess(&mut out, stage);
    // What just happened. A screen reader announces it.
    out.push_str("<div class=\"status scripted\" role=\"status\"></div>");
    actions(&mut out, stage);
    out.push_str("<div class=\"output scripted\"></div>");
    as_text(&mut out, &stage.transcript, &steps);
    out.push_str(
        "<p class=\"caption without-script\">This is the recorded play. To guess, click and change the server, your \
         browser must allow JavaScript.</p></div>",
    );
    out
}

/// The title, and the choice of a server.
fn bar(out: &mut String, stage: &Stage, steps: &[usize]) {
    let _ = write!(
        out,
        "<div class=\"bar\"><span class=\"scene\">{}</span><label class=\"scripted\">Server: <select>\
         <option value=\"{SOLUTION}\">the solution</option>",
        inline(&stage.scene.title)
    );
    for (label, on_node) in [("known mistakes", false), ("on Node", true)] {
        let claimed =
            stage.servers.iter().filter_map(|server| Some((&server.name, server.claim.as_deref()?)));
        let options = claimed.filter(|(name, _)| is_on_node(name) == on_node).map(|(name, claim)| {
            format!("<option value=\"{}\">{}</option>", attribute(name), text(&plain(claim)))
        });
        let options: String = options.collect();
        if !options.is_empty() {
            let _ = write!(out, "<optgroup label=\"{label}\">{options}</optgroup>");
        }
    }
    out.push_str("</select></label>");
    wire_switch(out, &stage.transcript, steps);
    out.push_str("</div><p class=\"claim-played scripted\" hidden></p>");
}

/// The guess, at the feet of the columns.
fn guess(out: &mut String, stage: &Stage) {
    let next = stage.transcript.steps.last().map(|result| result.step.to_string()).unwrap_or_default();
    let question = stage.predict.as_deref().unwrap_or("Who will hear something?");
    let id = attribute(&format!("{}-guess", stage.id));
    let _ = write!(
        out,
        "<form class=\"guess scripted\"><p class=\"predict\" id=\"{id}\"><span class=\"upcoming\">Next: <b>{}</b>.</span> \
         <span class=\"question\">{}</span></p><div class=\"feet\" role=\"group\" aria-labelledby=\"{id}\">",
        text(&next),
        inline(question)
    );
    for (i, name) in stage.columns.iter().enumerate() {
        // The server's column is the second.
        let track = if i == 0 { 1 } else { 2 * i + 3 };
        let absent = if stage.transcript.clients.contains(name) { "" } else { " absent" };
        let _ = write!(
            out,
            "<label class=\"{}{absent}\" style=\"grid-column:{track}/{}\"><input type=\"checkbox\" value=\"{}\"> {}</label>",
            person("foot", i),
            track + 2,
            attribute(name),
            text(name)
        );
    }
    out.push_str(
        "</div><div class=\"commit\"><label class=\"nobody\"><input type=\"checkbox\" value=\"\"> nobody</label> \
         <button type=\"submit\" class=\"see\">See what happens</button> \
         <button type=\"button\" class=\"show\">Just show me</button></div></form>",
    );
}

/// What the reader can let happen, and take back.
fn actions(out: &mut String, stage: &Stage) {
    out.push_str(
        "<div class=\"controls scripted\"><fieldset><legend>Let it happen:</legend><div class=\"actions\">",
    );
    for action in &stage.actions {
        let _ = write!(out, "<button type=\"button\">{}</button>", text(&action.to_string()));
    }
    out.push_str(
        "</div></fieldset><div class=\"tools\"><button type=\"button\" class=\"undo\">↶ undo</button> \
         <button type=\"button\" class=\"start-over\">↺ start over</button></div></div>",
    );
}
