//! A recorded play.

use std::fmt::Write as _;

use stage::{ANSWER, Act, Transcript};

use super::act::act;
use super::html::{attribute, inline, plain, text};
use crate::blocks::Diagram;

/// More columns than these may be wider than a phone: their frame then scrolls, and must be reachable by keyboard.
const FIT_A_PHONE: usize = 4;

/// Draws a play.
pub fn diagram(diagram: &Diagram) -> String {
    let mut out = String::from("<figure class=\"play\"><figcaption>");
    let server = if diagram.server == ANSWER { "the answer" } else { &diagram.server };
    let title = &diagram.scene.title;
    let _ = write!(
        out,
        "<span class=\"scene\">{}</span> <span class=\"over\">server: {}</span>",
        inline(title),
        text(server)
    );
    out.push_str("</figcaption>");
    let acts = chosen(&diagram.transcript, diagram.steps.as_deref());
    frame(&mut out, title, &diagram.columns, &acts);
    if let Some(sentence) = trouble(&diagram.transcript, &acts) {
        let _ = write!(out, "<p class=\"trouble\"><i aria-hidden=\"true\">✗</i> {}</p>", text(&sentence));
    }
    as_text(&mut out, &diagram.transcript, &acts);
    if let Some(caption) = &diagram.caption {
        let _ = write!(out, "<p class=\"caption\">{}</p>", inline(caption));
    }
    out.push_str("</figure>");
    out
}

/// The acts to be shown: those of `steps`, counted from 1, or all.
fn chosen<'a>(transcript: &'a Transcript, steps: Option<&[usize]>) -> Vec<&'a Act> {
    match steps {
        None => transcript.acts.iter().collect(),
        Some(steps) => steps.iter().filter_map(|step| transcript.acts.get(step.checked_sub(1)?)).collect(),
    }
}

/// The trouble that ended the play, if the act it ended in is among those shown.
fn trouble(transcript: &Transcript, acts: &[&Act]) -> Option<String> {
    let trouble = transcript.trouble.as_ref()?;
    match transcript.acts.last() {
        None => Some(trouble.to_string()),
        Some(last) if acts.iter().any(|act| std::ptr::eq(*act, last)) => Some(trouble.during(&last.step)),
        Some(_) => None,
    }
}

/// The list of acts, in a frame that scrolls by itself when it is wider than the page.
pub(super) fn frame(out: &mut String, title: &str, columns: &[String], acts: &[&Act]) {
    let reachable = if columns.len() + 1 > FIT_A_PHONE {
        format!(" tabindex=\"0\" role=\"group\" aria-label=\"Diagram: {}\"", attribute(&plain(title)))
    } else {
        String::new()
    };
    let _ = write!(out, "<div class=\"frame-of-acts\"{reachable}><ol class=\"acts\" role=\"list\">");
    for one in acts {
        out.push_str(&act(columns, one));
    }
    out.push_str("</ol></div>");
}

/// The transcript as plain text, to be copied or read line by line.
pub(super) fn as_text(out: &mut String, transcript: &Transcript, acts: &[&Act]) {
    let mut lines = Vec::new();
    for act in acts {
        lines.push(act.step.to_string());
        lines.extend(act.to_lines().into_iter().map(|line| format!("  {line}")));
    }
    lines.extend(trouble(transcript, acts).map(|sentence| format!("  {sentence}")));
    let _ = write!(
        out,
        "<details class=\"as-text\"><summary>as text</summary><pre>{}</pre></details>",
        text(&lines.join("\n"))
    );
}
