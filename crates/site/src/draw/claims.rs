//! What people say, each claim with its verdict and what shows it.

use std::fmt::Write as _;

use grader::Truth;

use super::diagram::diagram;
use super::html::{inline, markdown};
use crate::blocks::{Claim, Evidence};

/// Draws what people say.
pub fn claims(claims: &[Claim]) -> String {
    let mut out = String::from("<ul class=\"claims\">");
    for claim in claims {
        let (class, sign, word) = match claim.truth {
            Truth::Right => ("right-one", "✓", "right"),
            Truth::Half => ("half-one", "~", "half right"),
            Truth::Wrong => ("wrong-one", "✗", "wrong"),
            Truth::Slip => ("wrong-one", "✗", "a slip"),
        };
        let _ = write!(
            out,
            "<li class=\"{class}\"><div class=\"claim\"><span class=\"said\">{}</span>\
             <span class=\"visually-hidden\">: </span><span class=\"chip\"><i aria-hidden=\"true\">{sign}</i> {word}</span>\
             </div><div class=\"why\">{}</div>",
            inline(&claim.text),
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
