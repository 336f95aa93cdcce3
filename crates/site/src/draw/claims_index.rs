//! What people say on all pages, each claim with its verdict and a link to its evidence.

use std::fmt::Write as _;

use grader::Truth;

use super::claims::start;
use super::html::{attribute, inline, text};
use super::list::page_html;
use crate::blocks::ClaimsIndex;

/// Draws the index: how many there are, then a list for each page.
pub fn claims_index(index: &ClaimsIndex) -> String {
    let all = || index.pages.iter().flat_map(|page| &page.claims);
    let count = |wanted: &[Truth]| all().filter(|claim| wanted.contains(&claim.truth)).count();
    let mut out = format!(
        "<p>{} claims stand on {} pages. {} of them are right, {} are half right, and {} are wrong.</p>",
        all().count(),
        index.pages.len(),
        count(&[Truth::Right]),
        count(&[Truth::Half]),
        count(&[Truth::Wrong, Truth::Slip])
    );
    for page in &index.pages {
        let id = attribute(&page.page.trim_end_matches(".md").replace('/', "-"));
        let number = page.question.as_ref().map(|question| format!("{} · ", text(question)));
        let _ = write!(
            out,
            "<h2 id=\"{id}\"><a class=\"header\" href=\"#{id}\">{}{}</a></h2><ul class=\"claims index\">",
            number.unwrap_or_default(),
            text(&page.title)
        );
        let html = attribute(&format!("{}{}", index.to_root, page_html(&page.page)));
        for claim in &page.claims {
            let said = format!("<a href=\"{html}#{}\">{}</a>", attribute(&claim.id), inline(&claim.text));
            let _ = write!(out, "{}</li>", start(claim.truth, None, &said));
        }
        out.push_str("</ul>");
    }
    out
}
