//! A recorded play.

use std::fmt::Write as _;

use scenario::{Node, Step, Transcript};

use super::html::{inline, text};
use super::picture;
use super::step::{person, step};
use crate::blocks::Diagram;
use crate::presence::Presence;

/// Draws a play.
pub fn diagram(diagram: &Diagram) -> String {
    let steps = chosen(&diagram.transcript, diagram.steps.as_deref());
    let mut out = format!("<figure class=\"play\" style=\"{}\"><figcaption>", tracks(&diagram.columns));
    let server = diagram.claim.as_deref().map_or_else(|| "the solution".to_owned(), inline);
    let _ = write!(
        out,
        "<span class=\"scene\">{}</span> <span class=\"over\">server: {server}</span>",
        inline(&diagram.scene.title),
    );
    wire_switch(&mut out, &diagram.transcript, &steps);
    out.push_str("</figcaption>");
    picture(&mut out, &diagram.columns, &diagram.transcript, &steps, diagram.queues);
    if let Some(sentence) = error(&diagram.transcript, &steps) {
        let _ = write!(out, "<p class=\"error\"><i aria-hidden=\"true\">✗</i> {}</p>", text(&sentence));
    }
    as_text(&mut out, &diagram.transcript, &steps);
    if let Some(caption) = &diagram.caption {
        let _ = write!(out, "<p class=\"caption\">{}</p>", inline(caption));
    }
    out.push_str("</figure>");
    out
}

/// The numbers of the steps to be shown, counted from 0: those of `numbers`, which are counted from 1, or all.
fn chosen(transcript: &Transcript, numbers: Option<&[usize]>) -> Vec<usize> {
    let all = 0..transcript.steps.len();
    match numbers {
        None => all.collect(),
        Some(numbers) => numbers
            .iter()
            .filter_map(|number| number.checked_sub(1))
            .filter(|number| all.contains(number))
            .collect(),
    }
}

/// Why the play ended early, if the step it ended in is among those shown.
fn error(transcript: &Transcript, steps: &[usize]) -> Option<String> {
    let is_shown = transcript.steps.is_empty() || steps.contains(&(transcript.steps.len() - 1));
    transcript.error_sentence().filter(|_| is_shown)
}

/// How many tracks the grids of a play have: two for each column, the server's among them.
pub(super) fn tracks(columns: &[String]) -> String {
    format!("--tracks:{}", 2 * picture::columns(columns).len())
}

/// What shows the frames, and hides them again. It works without a script.
pub(super) fn wire_switch(out: &mut String, transcript: &Transcript, steps: &[usize]) {
    let outcomes = steps.iter().filter_map(|step| transcript.steps.get(*step)).flat_map(|it| &it.clients);
    if outcomes.into_iter().any(|outcome| !outcome.frames.is_empty()) {
        out.push_str(
            "<label class=\"wire-switch\"><input type=\"checkbox\" role=\"switch\"> on the wire</label>",
        );
    }
}

/// The names, once, and the steps below them.
pub(super) fn picture(
    out: &mut String,
    columns: &[String],
    transcript: &Transcript,
    steps: &[usize],
    queues: bool,
) {
    out.push_str("<div class=\"diagram\">");
    names(out, columns, transcript, steps);
    out.push_str("<ol class=\"steps\" role=\"list\">");
    for number in steps {
        let step = step(columns, transcript, *number, queues);
        out.push_str(&step.replacen("<li", &format!("<li value=\"{}\"", number + 1), 1));
    }
    out.push_str("</ol></div>");
}

/// The server that the client connects to first.
fn server_of(client: &str, transcript: &Transcript) -> Node {
    let parts = transcript.steps.iter().flat_map(|result| result.step.parts());
    let at = |step: &Step| match step {
        Step::Connect { clients, at, .. } if clients.iter().any(|name| name == client) => {
            Some(at.unwrap_or_default())
        }
        _ => None,
    };
    parts.into_iter().find_map(at).unwrap_or_default()
}

/// The names of those who are there in the steps, and the server's.
pub(super) fn names(out: &mut String, columns: &[String], transcript: &Transcript, steps: &[usize]) {
    // Nobody has a name here before they connect.
    let is_there = |name: &str| {
        steps.iter().any(|step| [*step, step + 1].iter().any(|it| Presence::after(transcript, *it).has(name)))
    };
    // Of several servers each client has its own. Where it comes back to another, the step says so.
    let several = transcript.steps.iter().any(|result| result.step.names_server());
    out.push_str("<div class=\"names\" aria-hidden=\"true\">");
    for column in picture::columns(columns) {
        let name = text(&column.name);
        let _ = if column.is_server {
            let name = if several { "servers" } else { &name };
            write!(out, "<span class=\"name server\"><b>{name}</b></span>")
        } else {
            let initial: String = column.name.chars().take(1).flat_map(char::to_uppercase).collect();
            let absent = if is_there(&column.name) { "" } else { " absent" };
            let class = person("name", column.person) + absent;
            let server = several.then(|| format!("<small>{}</small>", server_of(&column.name, transcript)));
            write!(
                out,
                "<span class=\"{class}\" data-name=\"{}\"><i>{}</i><b>{name}</b>{}</span>",
                super::html::attribute(&column.name),
                text(&initial),
                server.unwrap_or_default(),
            )
        };
    }
    out.push_str("</div>");
}

/// The transcript as plain text, to be copied or read line by line.
pub(super) fn as_text(out: &mut String, transcript: &Transcript, steps: &[usize]) {
    let mut lines = Vec::new();
    for result in steps.iter().filter_map(|step| transcript.steps.get(*step)) {
        lines.push(result.step.to_string());
        lines.extend(result.lines().into_iter().map(|line| format!("  {line}")));
    }
    lines.extend(error(transcript, steps).map(|sentence| format!("  {sentence}")));
    let _ = write!(
        out,
        "<details class=\"as-text\"><summary>as text</summary><pre>{}</pre></details>",
        text(&lines.join("\n"))
    );
}
