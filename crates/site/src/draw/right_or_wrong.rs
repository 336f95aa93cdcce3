//! Claims of other pages, to be judged: each a question with three options. It works as the questions of `choices` do.

use std::fmt::Write as _;

use grader::Truth;

use super::claims::verdict;
use super::html::{attribute, inline, markdown, plain};
use crate::blocks::ClaimToJudge;

/// Draws the claims, each as a question.
pub fn right_or_wrong(claims: &[ClaimToJudge]) -> String {
    claims.iter().map(question).collect()
}

fn question(it: &ClaimToJudge) -> String {
    let claim = &it.claim;
    let mut out = format!(
        "<div class=\"choices right-or-wrong\" role=\"group\" aria-label=\"Claim\" data-page=\"{}\" data-question=\"{}\">\
         <p class=\"asked\">{}</p><div class=\"question\"><p>{}</p></div><ol>",
        attribute(&it.page),
        attribute(&plain(&claim.text)),
        inline(&it.asked),
        inline(&claim.text)
    );
    for option in [Truth::Right, Truth::Half, Truth::Wrong] {
        let (_, _, word) = verdict(option);
        let is_it = option == claim.truth;
        let class = if is_it { "right-one" } else { "wrong-one" };
        let _ = write!(out, "<li class=\"{class}\"><details><summary>{word}</summary><div class=\"why\">");
        if is_it {
            let _ = write!(
                out,
                "<p class=\"verdict\">Yes, it’s {word}.</p>{}<p><a href=\"{}\">See what shows it</a></p>",
                markdown(&claim.why),
                attribute(&it.link)
            );
        } else {
            let _ = write!(out, "<p class=\"verdict\">No, it isn’t {word}.</p>");
        }
        out.push_str("</div></details></li>");
    }
    out.push_str(
        "</ol><p class=\"commit scripted\"><button type=\"button\">Choose one</button> \
         <span role=\"status\"></span></p></div>",
    );
    out
}
