//! What people say, each claim with its verdict and what shows it.

use std::fmt::Write as _;

use grader::Truth;

use super::diagram::diagram;
use super::html::{attribute, inline, markdown};
use crate::blocks::{Claim, Evidence};

/// Draws what people say.
pub fn claims(claims: &[Claim]) -> String {
    let mut out = String::from("<ul class=\"claims\">");
    for claim in claims {
        let _ = write!(
            out,
            "{}<div class=\"why\">{}</div>",
            start(claim.truth, Some(&claim.id), &inline(&claim.text)),
            markdown(&claim.why)
        );
        match &claim.evidence {
            Evidence::Play(play) => {
                let _ = write!(
                    out,
                    "<details class=\"evidence\"><summary>See it: {}</summary>{}</details>",
                    inline(&play.scene.title),
                    diagram(play)
                );
            }
            Evidence::None(reason) => {
                let _ = write!(out, "<p class=\"evidence\">{}</p>", inline(reason));
            }
        }
        out.push_str("</li>");
    }
    out.push_str("</ul>");
    out
}

/// The verdict in a word, with its sign and its class.
pub(super) fn verdict(truth: Truth) -> (&'static str, &'static str, &'static str) {
    match truth {
        Truth::Right => ("right-one", "✓", "right"),
        Truth::Half => ("half-one", "~", "half right"),
        Truth::Wrong => ("wrong-one", "✗", "wrong"),
        Truth::Slip => ("wrong-one", "✗", "a slip"),
    }
}

/// The start of a claim in a list: what they say, as HTML, and the verdict.
pub(super) fn start(truth: Truth, id: Option<&str>, said: &str) -> String {
    let (class, sign, word) = verdict(truth);
    let id = id.map(|id| format!(" id=\"{}\"", attribute(id))).unwrap_or_default();
    format!(
        "<li class=\"{class}\"{id}><div class=\"claim\"><span class=\"said\">{said}</span>\
         <span class=\"visually-hidden\">: </span><span class=\"chip\"><i aria-hidden=\"true\">{sign}</i> {word}</span></div>"
    )
}
