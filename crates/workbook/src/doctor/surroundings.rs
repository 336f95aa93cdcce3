//! Ports and the editor.

use super::finding::Finding;
use super::system::{Port, Ran, System};

/// A port that the tool uses if it can.
pub(super) fn port(system: &dyn System, number: u16, purpose: &str, other: &str) -> Finding {
    let what = if number == 3000 { "port 3000" } else { "port 4000" };
    match system.port(number) {
        Port::Free => Finding::good(what, format!("free, for {purpose}")),
        Port::Workbook => Finding::good(what, format!("a workbook answers there: http://127.0.0.1:{number}")),
        Port::Taken => Finding::note(
            what,
            format!("another program has it: {purpose} takes the next that is free"),
            format!("Nothing to do. To choose one: {other}"),
        ),
        Port::Refused => Finding::note(
            what,
            format!("the system keeps it to itself: {purpose} takes the next that is free"),
            format!("Nothing to do. To choose one: {other}"),
        ),
    }
}

/// The editor, and rust-analyzer.
pub(super) fn editor(system: &dyn System) -> Finding {
    const WHAT: &str = "editor";
    let asked = ["VISUAL", "EDITOR"].iter().find_map(|name| Some((*name, system.var(name)?)));
    let chosen = match &asked {
        Some((name, value)) => format!("${name} is {value}"),
        None if system.find("code").is_some() => "VS Code".to_owned(),
        None => "any will do; $EDITOR names none".to_owned(),
    };
    // rustup has a stand-in of that name, which fails if the component isn't installed.
    let analyzer = match system.run("rust-analyzer", &["--version"]) {
        Ran::Said(version) => Some(version),
        _ => None,
    };
    match analyzer {
        Some(version) => Finding::good(WHAT, format!("{chosen}; {version}")),
        None if chosen.contains("VS Code") || chosen.contains("code") => {
            Finding::good(WHAT, format!("{chosen}; its extension “rust-analyzer” brings its own server"))
        }
        None => Finding::note(
            WHAT,
            format!("{chosen}; rust-analyzer isn't found"),
            "It shows types and errors as you type: `rustup component add rust-analyzer`, or your editor's extension",
        ),
    }
}
