//! The raw frames behind a step.

use std::fmt::Write as _;

use scenario::{Direction, StepResult};

use super::html::text;

/// Draws what went over the wire in a step, client by client. Nothing, if nothing did.
pub(super) fn frames(out: &mut String, result: &StepResult) {
    if result.clients.iter().all(|outcome| outcome.frames.is_empty()) {
        return;
    }
    out.push_str("<details class=\"wire\"><summary>on the wire</summary><ul>");
    for outcome in result.clients.iter().filter(|outcome| !outcome.frames.is_empty()) {
        let _ = write!(out, "<li><b>{}</b><ul>", text(&outcome.client));
        for frame in &outcome.frames {
            let (class, sign, verb) = match frame.direction {
                Direction::ToServer => ("sent", '▲', "sends "),
                Direction::ToClient => ("got", '▼', "gets "),
            };
            let _ = write!(
                out,
                "<li class=\"{class}\"><i aria-hidden=\"true\">{sign}</i><span class=\"visually-hidden\">{verb}</span>\
                 <span class=\"frame\">{}</span></li>",
                text(&frame.text)
            );
        }
        out.push_str("</ul></li>");
    }
    out.push_str("</ul></details>");
}
