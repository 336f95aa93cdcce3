//! The emit cheatsheet as a table: the code in Rust and on Node, and who hears it.

use std::fmt::Write as _;

use super::html::{attribute, inline, text};
use crate::blocks::{Heard, WhoHears, WhoHearsEntry, WhoHearsRow};

/// Draws the cheatsheet. Each entry has a line that says what it does, and a row for each server.
///
/// On a phone its rows are no table rows to CSS any more, so the roles are written out.
pub fn who_hears(sheet: &WhoHears) -> String {
    let columns = sheet.columns.len();
    let mut out = String::from(
        "<div class=\"who-hears\"><table role=\"table\"><thead role=\"rowgroup\"><tr role=\"row\"><th role=\"columnheader\" scope=\"col\">the server does</th>",
    );
    for column in &sheet.columns {
        let _ = write!(out, "<th role=\"columnheader\" scope=\"col\">{}</th>", inline(column));
    }
    out.push_str("</tr></thead>");
    for group in &sheet.groups {
        let _ = write!(
            out,
            "<tbody role=\"rowgroup\" class=\"group\"><tr role=\"row\"><th role=\"rowheader\" scope=\"colgroup\" colspan=\"{}\">{}</th></tr></tbody>",
            columns + 1,
            inline(&group.title)
        );
        for it in &group.entries {
            entry(&mut out, it, columns);
        }
    }
    out.push_str(
        "</table><p class=\"legend\"><b aria-hidden=\"true\">✓</b> hears it · <b aria-hidden=\"true\">✓?</b> hears it, and is \
         asked for an acknowledgement · <b aria-hidden=\"true\">–</b> hears nothing · <b>≠</b> Rust and Node aren't \
         alike</p></div>",
    );
    out
}

fn entry(out: &mut String, entry: &WhoHearsEntry, columns: usize) {
    let differs = if entry.differs() {
        " <b aria-hidden=\"true\">≠</b><span class=\"visually-hidden\">Rust and Node aren't alike</span>"
    } else {
        ""
    };
    let note =
        entry.note.as_ref().map(|note| format!(" <small>{}</small>", inline(note))).unwrap_or_default();
    let _ = write!(
        out,
        "<tbody role=\"rowgroup\"><tr role=\"row\" class=\"what\"><th role=\"rowheader\" scope=\"rowgroup\" colspan=\"{}\">{}{differs}{note}</th></tr>",
        columns + 1,
        inline(&entry.title)
    );
    for row in &entry.rows {
        match row {
            WhoHearsRow::Words { server, words } => {
                let _ = write!(
                    out,
                    "<tr role=\"row\"><td role=\"cell\" class=\"words\" colspan=\"{}\"><span class=\"server\">{server}</span> {}</td></tr>",
                    columns + 1,
                    inline(words)
                );
            }
            WhoHearsRow::Play { server, code, heard } => {
                let language = if *server == "Rust" { "rust" } else { "js" };
                let _ = write!(
                    out,
                    "<tr role=\"row\"><th role=\"rowheader\" scope=\"row\"><span class=\"server\">{server}</span> <code class=\"language-{language}\">{}</code></th>",
                    text(code)
                );
                for heard in heard {
                    cell(out, *heard);
                }
                out.push_str("</tr>");
            }
        }
    }
    out.push_str("</tbody>");
}

fn cell(out: &mut String, heard: Heard) {
    let (class, sign, words) = match heard {
        Heard::Nothing => ("nothing", "–", "hears nothing"),
        Heard::Event => ("hears", "✓", "hears it"),
        Heard::Question => ("hears", "✓?", "hears it, and is asked"),
    };
    let _ = write!(
        out,
        "<td role=\"cell\" class=\"{class}\"><span aria-hidden=\"true\">{sign}</span><span class=\"visually-hidden\">{}</span></td>",
        attribute(words)
    );
}
