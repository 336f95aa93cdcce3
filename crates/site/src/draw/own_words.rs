//! A place for the reader's own answer, with a model answer and a checklist. The page's script keeps what is written.

use std::fmt::Write as _;

use super::html::{attribute, inline, json, markdown, plain};
use crate::blocks::OwnWords;

/// Draws a place for the reader's own answer.
pub fn own_words(it: &OwnWords) -> String {
    let (page, question) = (attribute(&it.page), attribute(&plain(&it.question)));
    let mut out = format!(
        "<div class=\"own-words\" data-page=\"{page}\" data-question=\"{question}\" data-all=\"{}\">\
         <p class=\"question\">{}</p>\
         <p class=\"how scripted\">Say it aloud in 30 seconds, to somebody who doesn't program. Then write it down.</p>\
         <textarea class=\"scripted\" rows=\"5\" aria-label=\"{question}\"></textarea>\
         <p class=\"kept scripted\" role=\"status\"></p>",
        json(&it.all),
        inline(&it.question),
    );
    let _ = write!(
        out,
        "<details class=\"model\"><summary>A model answer</summary>{}</details><fieldset class=\"checklist\">\
         <legend>Is it all in yours?</legend>",
        markdown(&it.model)
    );
    for item in &it.checklist {
        let _ = write!(
            out,
            "<label><input type=\"checkbox\" value=\"{}\"> <span>{}</span></label>",
            attribute(&plain(item)),
            inline(item)
        );
    }
    out.push_str(
        "</fieldset><p class=\"scripted\"><button type=\"button\" class=\"download\">Download all my answers</button> \
         <span class=\"where\">They are kept in this browser only. The file has those of all pages.</span></p>\
         <p class=\"without-script\">To keep your answer here, your browser must allow JavaScript.</p></div>",
    );
    out
}
