//! The raw frames behind an act.

use std::fmt::Write as _;

use stage::{Act, Way};

use super::html::text;

/// Draws what went over the wire in an act, client by client. Nothing, if nothing did.
pub(super) fn frames(out: &mut String, act: &Act) {
    if act.heard.iter().all(|heard| heard.frames.is_empty()) {
        return;
    }
    out.push_str("<details class=\"wire\"><summary>on the wire</summary><ul>");
    for heard in act.heard.iter().filter(|heard| !heard.frames.is_empty()) {
        let _ = write!(out, "<li><b>{}</b><ul>", text(&heard.client));
        for frame in &heard.frames {
            let (class, sign, way) = match frame.way {
                Way::Up => ("sent", '▲', "sends "),
                Way::Down => ("got", '▼', "gets "),
            };
            let _ = write!(
                out,
                "<li class=\"{class}\"><i aria-hidden=\"true\">{sign}</i><span class=\"unseen\">{way}</span>\
                 <span class=\"frame\">{}</span></li>",
                text(&frame.text)
            );
        }
        out.push_str("</ul></li>");
    }
    out.push_str("</ul></details>");
}
