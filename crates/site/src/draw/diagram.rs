//! A recorded play.

use std::fmt::Write as _;

use grader::SOLUTION;
use scenario::{StepResult, Transcript};

use super::html::{attribute, inline, plain, text};
use super::step::step;
use crate::blocks::Diagram;

/// More columns than these may be wider than a phone: their frame then scrolls, and must be reachable by keyboard.
const FIT_A_PHONE: usize = 4;

/// Draws a play.
pub fn diagram(diagram: &Diagram) -> String {
    let mut out = String::from("<figure class=\"play\"><figcaption>");
    let server = if diagram.server == SOLUTION { "the solution" } else { &diagram.server };
    let title = &diagram.scene.title;
    let _ = write!(
        out,
        "<span class=\"scene\">{}</span> <span class=\"over\">server: {}</span>",
        inline(title),
        text(server)
    );
    out.push_str("</figcaption>");
    let steps = chosen(&diagram.transcript, diagram.steps.as_deref());
    frame(&mut out, title, &diagram.columns, &steps);
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

/// The steps to be shown: those of `numbers`, counted from 1, or all.
fn chosen<'a>(transcript: &'a Transcript, numbers: Option<&[usize]>) -> Vec<&'a StepResult> {
    match numbers {
        None => transcript.steps.iter().collect(),
        Some(numbers) => {
            numbers.iter().filter_map(|number| transcript.steps.get(number.checked_sub(1)?)).collect()
        }
    }
}

/// Why the play ended early, if the step it ended in is among those shown.
fn error(transcript: &Transcript, steps: &[&StepResult]) -> Option<String> {
    let last = transcript.steps.last();
    let is_shown = last.is_none_or(|last| steps.iter().any(|step| std::ptr::eq(*step, last)));
    transcript.error_sentence().filter(|_| is_shown)
}

/// The list of steps, in a frame that scrolls by itself when it is wider than the page.
pub(super) fn frame(out: &mut String, title: &str, columns: &[String], steps: &[&StepResult]) {
    let reachable = if columns.len() + 1 > FIT_A_PHONE {
        format!(" tabindex=\"0\" role=\"group\" aria-label=\"Diagram: {}\"", attribute(&plain(title)))
    } else {
        String::new()
    };
    let _ = write!(out, "<div class=\"frame-of-steps\"{reachable}><ol class=\"steps\" role=\"list\">");
    for result in steps {
        out.push_str(&step(columns, result));
    }
    out.push_str("</ol></div>");
}

/// The transcript as plain text, to be copied or read line by line.
pub(super) fn as_text(out: &mut String, transcript: &Transcript, steps: &[&StepResult]) {
    let mut lines = Vec::new();
    for result in steps {
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
