//! One step: its sentence, its picture, and the frames behind it.
//!
//! The picture is a list of the transcript's own sentences, laid out in a grid. What the picture shows anyway (whose
//! column it is) is in the text and hidden from the eye; what is only there for the eye is hidden from the ear.

use std::fmt::Write as _;

use scenario::StepResult;

use super::html::{text, visually_hidden};
use super::picture::{Head, Item, Picture, Shape, Sign, Tail, picture};
use super::wire;

/// Draws one step between the columns of `columns`: an `<li>` for a list of steps.
pub fn step(columns: &[String], result: &StepResult) -> String {
    let picture = picture(columns, result);
    let mut out = String::from("<li class=\"step\">");
    let _ = write!(out, "<p class=\"sentence\">{}</p>", text(&result.step.to_string()));
    // Half a column is a track, so that an arrow can go from middle to middle.
    let _ =
        write!(out, "<ul class=\"picture\" role=\"list\" style=\"--tracks:{}\">", picture.columns.len() * 2);
    lifelines(&mut out, &picture);
    for item in &picture.request {
        draw_item(&mut out, &picture, item, false);
    }
    for item in &picture.effects {
        draw_item(&mut out, &picture, item, true);
    }
    out.push_str("</ul>");
    wire::frames(&mut out, result);
    out.push_str("</li>");
    out
}
fn lifelines(out: &mut String, picture: &Picture) {
    for (i, column) in picture.columns.iter().enumerate() {
        let Some(until) = column.until else { continue };
        let class = if column.is_server { "life server" } else { "life" };
        let _ = write!(
            out,
            "<li class=\"{class}\" aria-hidden=\"true\" style=\"grid-area:1/{}/{}/{}\"><b>{}</b></li>",
            2 * i + 1,
            until.min(picture.rows) + 1,
            2 * i + 3,
            text(&column.name),
        );
    }
}

fn draw_item(out: &mut String, picture: &Picture, item: &Item, is_read: bool) {
    let hidden = if is_read { "" } else { " aria-hidden=\"true\"" };
    let (class, first, last, style) = place(picture, item.shape);
    let row = item.row + 1;
    let _ = write!(
        out,
        "<li class=\"{class}\"{hidden} style=\"grid-area:{row}/{first}/{}/{last}{style}\">",
        row + 1
    );
    if let Some(sign) = sign(item.shape) {
        let _ = write!(out, "<i aria-hidden=\"true\">{sign}</i>");
    }
    if !item.label.is_empty() {
        let _ = write!(
            out,
            "{}<span class=\"label\">{}</span>",
            visually_hidden(&item.before),
            text(&item.label)
        );
    }
    out.push_str("</li>");
}

/// The class of a shape, its first and last grid line, and what else there is to its style.
fn place(picture: &Picture, shape: Shape) -> (String, usize, usize, String) {
    let columns = picture.columns.len();
    match shape {
        Shape::Arrow { from, to, tail, head } => {
            let (left, right) = (from.min(to), from.max(to));
            // A label may be longer than its arrow. It then runs on to the side where there is more room, and no
            // further than the picture's edge.
            let (room_right, room_left) = (2 * (columns - left) - 1, 2 * right + 1);
            let side = if room_right >= room_left { "" } else { " leftwards" };
            let room = room_right.max(room_left) * 100 / (2 * (right - left).max(1));
            let class = format!(
                "arrow {}{}{}{side}",
                if from < to { "onward" } else { "backward" },
                match tail {
                    Tail::Dot => " acts",
                    Tail::Cross => " leaves",
                    Tail::Plain => "",
                },
                if head == Head::Cross { " ends" } else { "" },
            );
            (class, 2 * left + 2, 2 * right + 2, format!(";--room:{room}%"))
        }
        Shape::Mark { at, sign } => {
            let class = match sign {
                Sign::Nothing => "mark nothing",
                Sign::Connected => "mark connected",
                Sign::Cross => "mark ends",
                _ => "mark",
            };
            (class.to_owned(), 2 * at + 1, 2 * at + 3, String::new())
        }
        Shape::Note(sign) => {
            let class = if sign == Sign::Log { "note" } else { "note error" };
            let server = picture.columns.iter().position(|column| column.is_server).unwrap_or_default();
            // Wider than its column, a note spreads to both sides; of the last column, only to the left.
            let side = if server + 1 == columns { " leftwards" } else { "" };
            (format!("{class}{side}"), 2 * server + 1, 2 * server + 3, String::new())
        }
        Shape::Pause => ("pause".to_owned(), 1, 2 * columns + 1, String::new()),
    }
}

fn sign(shape: Shape) -> Option<&'static str> {
    match shape {
        Shape::Arrow { tail: Tail::Cross, .. } | Shape::Arrow { head: Head::Cross, .. } => Some("✗"),
        Shape::Arrow { .. } | Shape::Pause => None,
        Shape::Mark { sign, .. } | Shape::Note(sign) => Some(match sign {
            Sign::Nothing => "∅",
            Sign::Connected => "✓",
            Sign::Cross => "✗",
            Sign::Silent => "…",
            Sign::Log => "≡",
            Sign::Skip => "⊘",
        }),
    }
}
