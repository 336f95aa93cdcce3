//! Answers one hears, each with its verdict and what settles it.

use std::fmt::Write as _;

use stage::Verdict;

use super::diagram::diagram;
use super::html::{inline, markdown};
use crate::blocks::{Answer, Evidence};

/// Draws the answers one hears.
pub fn answers(answers: &[Answer]) -> String {
    let mut out = String::from("<ul class=\"claims\">");
    for answer in answers {
        let (class, sign, word) = match answer.verdict {
            Verdict::Right => ("right-one", "✓", "right"),
            Verdict::Half => ("half-one", "~", "half right"),
            Verdict::Wrong => ("wrong-one", "✗", "wrong"),
            Verdict::Slip => ("wrong-one", "✗", "a slip"),
        };
        let _ = write!(
            out,
            "<li class=\"{class}\"><div class=\"claim\"><span class=\"said\">{}</span>\
             <span class=\"unseen\">: </span><span class=\"chip\"><i aria-hidden=\"true\">{sign}</i> {word}</span>\
             </div><div class=\"why\">{}</div>",
            inline(&answer.claim),
            markdown(&answer.why)
        );
        match &answer.evidence {
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
