//! The emit cheatsheet: each entry's code, and who heard it. Both come from `solutions/cheatsheet`.

use std::path::Path;

use grader::{Cheatsheet, Recorded};
use scenario::{ClientEvent, ClientOutcome, Transcript};

use super::BlockError;
use crate::blocks::{Heard, WhoHears, WhoHearsEntry, WhoHearsGroup, WhoHearsRow};
use crate::directive;

/// The two servers that each entry has a row for.
const SERVERS: [&str; 2] = ["Rust", "Node"];

/// Looks up what the entries' code is and who heard it. `root` is the workspace's folder.
pub(super) fn who_hears(
    it: &directive::WhoHears,
    root: &Path,
    errors: &mut Vec<BlockError>,
) -> Result<WhoHears, BlockError> {
    let cheatsheet = Cheatsheet::read(root).map_err(|error| BlockError::of_block(error.to_string()))?;
    let plays = cheatsheet.plays().map_err(|error| BlockError::of_block(error.to_string()))?;
    let code = cheatsheet.code();
    let mut shown = Vec::new();
    let mut groups = Vec::new();
    for group in &it.groups {
        let mut entries = Vec::new();
        for entry in &group.entries {
            shown.extend(entry.name.as_ref().map(|name| name.as_ref().as_str()));
            match rows(entry, &cheatsheet, &plays, &code) {
                Ok(rows) => {
                    entries.push(WhoHearsEntry {
                        title: entry.title.clone(),
                        note: entry.note.clone(),
                        rows,
                    });
                }
                Err(error) => errors.push(error),
            }
        }
        groups.push(WhoHearsGroup { title: group.title.clone(), entries });
    }
    let missing =
        plays.iter().flat_map(|plays| &plays.servers).find(|(name, _)| !shown.contains(&name.as_str()));
    if let Some((name, _)) = missing {
        return Err(BlockError::of_block(format!(
            "the cheatsheet's entry `{name}` isn't shown. Add an `entry` with that name"
        )));
    }
    Ok(WhoHears { columns: it.columns.clone(), groups })
}

/// The rows of an entry: one for each server.
fn rows(
    entry: &directive::WhoHearsEntry,
    cheatsheet: &Cheatsheet,
    plays: &[Recorded; 2],
    code: &[String; 2],
) -> Result<Vec<WhoHearsRow>, BlockError> {
    let words = [&entry.rust, &entry.node];
    let row = |(i, server): (usize, &'static str)| match (words[i], &entry.name) {
        (Some(words), _) => Ok(WhoHearsRow::Words { server, words: words.clone() }),
        (None, None) => Err(BlockError::of_block(format!(
            "the entry “{}” has neither a `name` nor words for {server}",
            entry.title
        ))),
        (None, Some(name)) => {
            let what = |what: &str| {
                BlockError::at(name, format!("the cheatsheet's entry `{}` {what}", name.as_ref()))
            };
            let code = body(&code[i], name.as_ref())
                .ok_or_else(|| what(&format!("has no function for {server}")))?;
            let transcript = plays[i].transcript(name.as_ref(), &cheatsheet.scene);
            let transcript =
                transcript.ok_or_else(|| what(&format!("has no play for {server}. {}", RECORD[i])))?;
            Ok(WhoHearsRow::Play { server, code, heard: heard(&transcript) })
        }
    };
    SERVERS.into_iter().enumerate().map(row).collect()
}

/// How a play gets recorded.
const RECORD: [&str; 2] = [
    "Record it: `INSTA_UPDATE=always cargo test -p solutions cheatsheet`",
    "Record it: `cd e2e && node replay.mjs --update cheatsheet`",
];

/// What each client heard after Ada's `go`, in the order of the clients.
fn heard(transcript: &Transcript) -> Vec<Heard> {
    let after = transcript.steps.iter().skip_while(|result| result.step.event().is_none());
    let outcomes: Vec<&ClientOutcome> = after.flat_map(|result| &result.clients).collect();
    let of = |client: &String| {
        let events = outcomes.iter().filter(|outcome| outcome.client == *client).flat_map(|it| &it.events);
        events.fold(Heard::Nothing, |heard, event| match event {
            ClientEvent::EventWithAck { .. } => Heard::Question,
            ClientEvent::Event { .. } if heard == Heard::Nothing => Heard::Event,
            _ => heard,
        })
    };
    transcript.clients.iter().map(of).collect()
}

/// What stands in the function `name`, moved to the margin, as one would write it who uses the answer.
fn body(code: &str, name: &str) -> Option<String> {
    let head = [format!("async fn {name}("), format!("function {name}(")];
    let start = head.iter().find_map(|head| code.find(head))?;
    let start = start + code[start..].find("{\n")? + 2;
    let end = start + code[start..].find("\n}\n")?;
    let lines: Vec<_> = code[start..end].lines().collect();
    let margin = lines.iter().map(|line| line.len() - line.trim_start().len()).min()?;
    let lines = lines.iter().map(|line| line.get(margin..).unwrap_or_default().replace("let _", "let "));
    Some(lines.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use scenario::{Scene, ServerEvent, StepResult};

    use super::*;

    #[test]
    fn a_function_is_shown_without_its_frame() {
        let rust = "async fn one(_io: SocketIo) {\n    let _x = 1;\n    if a {\n        b\n    }\n}\n\nasync fn two() {\n    c\n}\n";
        assert_eq!(body(rust, "one").unwrap(), "let x = 1;\nif a {\n    b\n}");
        assert_eq!(body(rust, "two").unwrap(), "c");
        assert_eq!(body(rust, "three"), None);
        assert_eq!(body("export async function one(io) {\n  a();\n}\n", "one").unwrap(), "a();");
    }

    #[test]
    fn only_what_comes_of_the_emit_counts() {
        let event =
            |event: &str| ClientEvent::Event { ns: "/".into(), event: event.into(), args: "hi".into() };
        let asked =
            || ClientEvent::EventWithAck { ns: "/".into(), event: "question".into(), args: "hi".into() };
        let outcome = |client: &str, events: Vec<ClientEvent>| ClientOutcome {
            client: client.into(),
            events,
            left: false,
            frames: vec![],
        };
        let scene = Scene::new("x", "x").connect(["ada", "bob", "cyd"]).emit("ada", "go", ()).wait(1);
        let came = [
            vec![outcome("ada", vec![event("welcome")]), outcome("bob", vec![])],
            vec![outcome("ada", vec![]), outcome("bob", vec![event("news")])],
            vec![outcome("bob", vec![]), outcome("cyd", vec![asked()])],
        ];
        let steps = scene.steps.into_iter().zip(came);
        let steps =
            steps.map(|(step, clients)| StepResult { step, server: Vec::<ServerEvent>::new(), clients });
        let clients = ["ada", "bob", "cyd"].map(String::from).to_vec();
        let transcript = Transcript { clients, steps: steps.collect(), error: None };
        assert_eq!(heard(&transcript), [Heard::Nothing, Heard::Event, Heard::Question]);
    }
}
