//! A timetable, as a table for each day.

use std::fmt::Write as _;

use super::html::{attribute, text};
use super::list::page_html;
use crate::blocks::{Day, Part, Slot, SlotKind, Timetable};

/// Draws a timetable.
pub fn timetable(table: &Timetable) -> String {
    let mut out = String::from("<div class=\"timetable\">");
    for day in &table.days {
        draw_day(&mut out, table, day);
    }
    if !table.at_home.is_empty() {
        let home: Vec<_> = table.at_home.iter().map(|it| format!("<li>{}</li>", text(it))).collect();
        let _ = write!(out, "<p>At home, or if there is time left:</p><ul>{}</ul>", home.concat());
    }
    out.push_str("</div>");
    out
}

fn draw_day(out: &mut String, table: &Timetable, day: &Day) {
    let _ = write!(
        out,
        "<div class=\"table-wrapper\"><table><caption><b>{}</b>: {}</caption>\
         <thead><tr><th scope=\"col\">from</th><th scope=\"col\">what</th><th scope=\"col\">minutes</th></tr></thead><tbody>",
        text(&day.name),
        summary(day)
    );
    for slot in &day.slots {
        let _ = write!(
            out,
            "<tr class=\"{}\"><td>{}</td><td>{}</td><td>{}</td></tr>",
            if slot.kind.page().is_some() { "taught" } else { "between" },
            clock(table.begins, slot.at),
            what(slot, &table.to_root),
            slot.minutes
        );
    }
    let _ = write!(
        out,
        "<tr class=\"between\"><td>{}</td><td>The end</td><td></td></tr></tbody></table></div>\
         <p class=\"scripted\"><button type=\"button\" class=\"second-window\" data-session=\"{}\">Open this plan in a second window</button></p>",
        clock(table.begins, day.minutes),
        attribute(&day.name)
    );
}

/// How much there is to do, and how much of it is talk with the room.
fn summary(day: &Day) -> String {
    let (mut lessons, mut exercises, mut questions) = (0, 0, 0);
    for slot in &day.slots {
        match &slot.kind {
            SlotKind::Lesson(lesson) => {
                lessons += 1;
                let asked = lesson.parts.iter().filter(|part| part.is_question());
                questions += asked.map(|part| part.minutes).sum::<u32>();
            }
            SlotKind::Exercise { .. } => exercises += 1,
            _ => {}
        }
    }
    let minutes = if questions == 1 { "minute" } else { "minutes" };
    format!(
        "{}, {}, {questions} {minutes} of questions to the room",
        count(lessons, "page"),
        count(exercises, "exercise")
    )
}

fn count(n: u32, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}

/// `9:05`, or `0:05` where the class may begin at any time.
fn clock(begins: Option<u32>, at: u32) -> String {
    let at = begins.unwrap_or(0) + at;
    format!("{}:{:02}", at / 60, at % 60)
}

fn what(slot: &Slot, to_root: &str) -> String {
    let link = |page: &str, place: &str| attribute(&format!("{to_root}{}{place}", page_html(page)));
    match &slot.kind {
        SlotKind::Arrive => "Arrive, and find a seat with a socket".to_owned(),
        SlotKind::Break if slot.minutes >= 45 => "Lunch".to_owned(),
        SlotKind::Break => "Break".to_owned(),
        SlotKind::Spare => "Room for what they ask".to_owned(),
        SlotKind::Lesson(lesson) => {
            let question = if lesson.question.is_empty() {
                String::new()
            } else {
                format!("{} · ", text(&lesson.question))
            };
            let parts: Vec<_> = lesson.parts.iter().filter(|part| !part.is_exercise()).map(part).collect();
            format!(
                "{question}<a href=\"{}\">{}</a><span class=\"parts\">{}</span>",
                link(&lesson.page, ""),
                text(&lesson.title),
                parts.join(" · ")
            )
        }
        SlotKind::Exercise { page, exercise } => format!(
            "Exercise <a href=\"{}\"><code>{}</code></a><span class=\"parts\">{}</span>",
            link(page, "#exercise"),
            text(&exercise.name),
            text(&exercise.title)
        ),
    }
}

fn part(part: &Part) -> String {
    format!("{} {}", text(&part.name), part.minutes)
}
