//! One step of the diagram: its sentence, its picture, and the frames beside its arrows.
//!
//! The picture is a list of the transcript's own sentences, laid out in a grid. What the picture shows anyway (whose
//! column it is) is in the text and hidden from the eye; what is only there for the eye is hidden from the ear. The steps
//! follow each other without a gap, so that the lifelines run through them.

use std::fmt::Write as _;

use scenario::{Direction, Frame, Queue, Transcript};

use super::html::{text, visually_hidden};
use super::picture::{Head, Item, Life, Picture, Shape, Sign, Tail, picture};

/// How many colours and signs there are for people. `workbook.css` has them.
pub(super) const PEOPLE: usize = 6;

/// Draws the step with that number, counted from 0, between the columns of `columns`: an `<li>` for a list of steps.
///
/// Its number isn't in it: the list counts. So recordings hold a step once that comes after several others. With `queues`,
/// what the server has to keep is drawn below it, where that has changed.
pub fn step(columns: &[String], transcript: &Transcript, number: usize, queues: bool) -> String {
    let Some(picture) = picture(columns, transcript, number) else { return String::new() };
    let sentence = transcript.steps[number].step.to_string();
    let mut out = format!(
        "<li class=\"step\"><span class=\"number\" aria-hidden=\"true\"></span><p class=\"sentence\">{}</p>\
         <ul class=\"picture\" role=\"list\" style=\"--foot:{}\">",
        text(&sentence),
        // The row for remarks, below the frames that belong to no arrow. The page's script and style make them.
        line(picture.rows) + 1,
    );
    lifelines(&mut out, &picture);
    for item in &picture.request {
        draw_item(&mut out, &picture, item, false);
    }
    for item in &picture.effects {
        draw_item(&mut out, &picture, item, true);
    }
    for (at, frames) in &picture.other_frames {
        draw_frames(&mut out, &picture, *at, (2 * picture.rows + 1, 2 * at + 1, 2 * at + 3), frames);
    }
    out.push_str("</ul>");
    if queues {
        draw_queues(&mut out, columns, transcript, number);
    }
    out.push_str("</li>");
    out
}

/// What the server has to keep for each subscriber after the step, if the step has changed it.
fn draw_queues(out: &mut String, columns: &[String], transcript: &Transcript, number: usize) {
    let now = Queue::after(transcript, number + 1);
    if now.is_empty() || now == Queue::after(transcript, number) {
        return;
    }
    out.push_str("<ul class=\"queues\" role=\"list\" aria-label=\"What the server keeps now\">");
    for Queue { name, clients, messages } in now {
        let number = columns.iter().position(|column| clients.contains(column)).unwrap_or_default();
        let _ = write!(out, "<li class=\"{}\"><b>{}’s queue</b>", person("queue", number), text(&name));
        if messages.is_empty() {
            out.push_str("<span class=\"empty\">empty</span>");
        }
        for message in messages {
            let (class, state) =
                if message.handed_out { ("kept out", "handed out") } else { ("kept", "waits") };
            let _ = write!(
                out,
                "<span class=\"{class}\">{} “{}” <small>{state}</small></span> ",
                text(&message.id),
                text(&message.text)
            );
        }
        out.push_str("</li>");
    }
    out.push_str("</ul>");
}

/// The grid's line above a row. Each row is two of the grid's: what is drawn, and below it the frames.
fn line(row: usize) -> usize {
    2 * row + 1
}

fn lifelines(out: &mut String, picture: &Picture) {
    // After the last row, there is one for frames that belong to no arrow, and two for remarks.
    let end = line(picture.rows) + 3;
    for (i, column) in picture.columns.iter().enumerate() {
        let Some(Life { from, until }) = column.life else { continue };
        let class = if column.is_server { "life server".to_owned() } else { person("life", column.person) };
        // An arrow is at the bottom of its row.
        let first = from.map_or(1, |row| line(row) + 1);
        let last = until.map_or(end, |row| line(row) + 1).max(first + 1);
        let _ = write!(
            out,
            "<li class=\"{class}\" aria-hidden=\"true\" style=\"grid-area:{first}/{}/{last}/{}\"></li>",
            2 * i + 1,
            2 * i + 3,
        );
    }
}

/// `class`, with the colour and the sign of the person with that number.
pub(super) fn person(class: &str, number: usize) -> String {
    format!("{class} p{}", number % PEOPLE)
}

fn draw_item(out: &mut String, picture: &Picture, item: &Item, is_read: bool) {
    // Each effect is one of the transcript's lines, in their order: the page's script counts on it.
    let (line_class, hidden) = if is_read { (" line", "") } else { ("", " aria-hidden=\"true\"") };
    let place = place(picture, item.shape);
    let row = line(item.row);
    let _ = write!(
        out,
        "<li class=\"{}{line_class}\"{hidden} style=\"grid-area:{row}/{}/{}/{};--row:{}\">",
        place.class,
        place.first,
        row + 1,
        place.last,
        item.row
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
    if matches!(item.shape, Shape::Arrow { .. }) {
        out.push_str("<b class=\"shaft\" aria-hidden=\"true\"></b>");
    }
    out.push_str("</li>");
    if let (Some(at), false) = (place.client, item.frames.is_empty()) {
        // A frame is longer than its label. It may be wider than its arrow, by half a column on each side.
        let wider = usize::from(matches!(item.shape, Shape::Arrow { .. }));
        let (first, last) = (place.first - wider, place.last + wider);
        draw_frames(out, picture, at, (row + 1, first, last), &item.frames);
    }
}

/// What went over the wire, below what it belongs to: in the grid's row, from line to line.
fn draw_frames(
    out: &mut String,
    picture: &Picture,
    client: usize,
    (row, first, last): (usize, usize, usize),
    frames: &[Frame],
) {
    let Some(column) = picture.columns.get(client) else { return };
    let class = person("wire", column.person);
    let _ = write!(out, "<li class=\"{class}\" style=\"grid-area:{row}/{first}/{}/{last}\">", row + 1);
    for frame in frames {
        let (sign, verb) = match frame.direction {
            Direction::ToServer => ('▲', "sends"),
            Direction::ToClient => ('▼', "gets"),
        };
        let _ = write!(
            out,
            "<span class=\"frame\"><i aria-hidden=\"true\">{sign}</i>{}{}{}</span> ",
            visually_hidden(&format!("{} {verb} ", column.name)),
            text(&frame.text),
            if frame.lost { " ✗ lost" } else { "" }
        );
    }
    out.push_str("</li>");
}

/// Where a shape is.
struct Place {
    class: String,
    /// The first and the last of the grid's lines. Half a column is a track, so that an arrow can go from middle to middle.
    first: usize,
    last: usize,
    /// The client's column that it is about.
    client: Option<usize>,
}

fn place(picture: &Picture, shape: Shape) -> Place {
    let columns = picture.columns.len();
    let server = picture.columns.iter().position(|column| column.is_server).unwrap_or_default();
    let of = |class: &str, client: usize| person(class, picture.columns[client].person);
    match shape {
        Shape::Arrow { from, to, tail, head } => {
            let (left, right) = (from.min(to), from.max(to));
            let client = if from == server { to } else { from };
            let class = format!(
                "arrow {}{}{}",
                if from < to { "onward" } else { "backward" },
                match tail {
                    Tail::Dot => " acts",
                    Tail::Cross => " leaves",
                    Tail::Plain => "",
                },
                match head {
                    Head::Point => "",
                    Head::Cross => " ends",
                    Head::Lost => " lost",
                },
            );
            // What is lost ends half a column before it arrives.
            let (from_left, to_right) = match head {
                Head::Lost if from < to => (0, 1),
                Head::Lost => (1, 0),
                Head::Point | Head::Cross => (0, 0),
            };
            Place {
                class: of(&class, client),
                first: 2 * left + 2 + from_left,
                last: 2 * right + 2 - to_right,
                client: Some(client),
            }
        }
        Shape::Mark { at, sign } => {
            let class = match sign {
                Sign::Nothing => "mark nothing",
                Sign::Connected => "mark connected",
                Sign::Cross => "mark ends",
                _ => "mark",
            };
            Place { class: of(class, at), first: 2 * at + 1, last: 2 * at + 3, client: Some(at) }
        }
        Shape::Note(sign) => {
            let class = if sign == Sign::Log { "note" } else { "note error" };
            // As wide as its neighbours' columns with its own.
            let (first, last) = (2 * server.saturating_sub(1) + 1, 2 * (server + 2).min(columns) + 1);
            Place { class: class.to_owned(), first, last, client: None }
        }
        Shape::Pause => Place { class: "pause".to_owned(), first: 1, last: 2 * columns + 1, client: None },
    }
}

fn sign(shape: Shape) -> Option<&'static str> {
    match shape {
        Shape::Arrow { tail: Tail::Cross, .. } | Shape::Arrow { head: Head::Cross | Head::Lost, .. } => {
            Some("✗")
        }
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
