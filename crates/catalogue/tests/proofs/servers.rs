//! The answer passes, and each wrong answer fails and is called by its name.

use std::fs;

use catalogue::Entry;
use stage::ANSWER;
use stage::grade::{KnownWrong, ReadLog, Scored, graded_text, known_wrong, recognise};

use super::Proof;

/// How `proof-of-life` reads its log, taken from where it is graded.
#[path = "../../../../exercises/chat/proof-of-life/tests/log.rs"]
mod proof_of_life_log;

fn read_log(entry: &Entry) -> Result<Option<ReadLog>, String> {
    match entry.exercise.name.as_str() {
        "proof-of-life" => Ok(Some(proof_of_life_log::read)),
        _ if entry.exercise.logs => {
            Err("its log is graded: crates/catalogue/tests/proofs/servers.rs has to name what \
                                         reads it"
                .to_owned())
        }
        _ => Ok(None),
    }
}

/// What the server of that name plays as, scene by scene.
fn play_all(entry: &Entry, name: &str) -> Result<Vec<String>, String> {
    let server = entry.server(name).ok_or_else(|| format!("there is no server `{name}`"))?;
    let play = |kept: &stage::Kept| match stage::play(&kept.scene, server) {
        Ok(transcript) => Ok(transcript.to_string()),
        Err(error) => Err(format!("{}: {error}", kept.scene.name)),
    };
    entry.kept.iter().map(play).collect()
}

/// The answer plays as it is kept, and is taken for no wrong answer.
pub(crate) fn answer_passes(entry: &Entry) -> Proof {
    let texts = play_all(entry, ANSWER)?;
    for (kept, text) in entry.kept.iter().zip(&texts) {
        if kept.text != *text {
            return Err(format!(
                "its solution plays `{}` otherwise than it is kept:\n{text}",
                kept.scene.name
            ));
        }
    }
    let known = known_wrong(&entry.solution_dir, &entry.exercise);
    let names = named(entry, &known, &texts, "")?;
    if !names.is_empty() {
        return Err(format!("its solution is taken for a wrong answer: {}", names.join(", ")));
    }
    Ok(format!("its solution passes, in {} scenes", texts.len()))
}

/// Each wrong answer differs from the answer, and is recognised by what it does (and, of those that do the same, by
/// its code).
pub(crate) fn wrong_answers_fail(entry: &Entry) -> Vec<Proof> {
    let known = known_wrong(&entry.solution_dir, &entry.exercise);
    let file = entry.solution_dir.join("src").join("wrong.rs");
    let code = match fs::read_to_string(&file) {
        Ok(code) => code,
        Err(error) => return vec![Err(format!("{}: {error}", file.display()))],
    };
    let proof = |name: &str| {
        let names = named(entry, &known, &play_all(entry, name)?, function(&code, name)?)?;
        match names.as_slice() {
            [] => {
                Err(format!("`{name}` passes, or what it plays as is not kept (`cargo run -- dev accept`)"))
            }
            [one] if one == name => Ok(format!("wrong answer `{name}` fails, and is called so")),
            others => {
                Err(format!("`{name}` is taken for {}: give it a `code` of its own", others.join(", ")))
            }
        }
    };
    entry.exercise.wrong.iter().map(|wrong| proof(&wrong.name)).collect()
}

/// What a server that plays like this, written like this, is called.
fn named(entry: &Entry, known: &[KnownWrong], texts: &[String], code: &str) -> Result<Vec<String>, String> {
    let read_log = read_log(entry)?;
    let yours: Vec<_> = texts.iter().map(|text| graded_text(text, read_log)).collect();
    let expected: Vec<_> = entry.kept.iter().map(|kept| graded_text(&kept.text, read_log)).collect();
    let scenes = entry.kept.iter().map(|kept| kept.scene.name.as_str());
    let scored: Vec<_> = scenes
        .zip(expected.iter().zip(&yours))
        .map(|(scene, (expected, yours))| Scored { scene, expected, yours })
        .collect();
    let names = recognise(known, &entry.exercise, &scored, read_log, false, code);
    Ok(names.into_iter().map(ToOwned::to_owned).collect())
}

/// The code of the function that is the wrong answer `name`.
fn function<'a>(code: &'a str, name: &str) -> Result<&'a str, String> {
    let head = format!("pub fn {}(", name.replace('-', "_"));
    let start = code.find(&head).ok_or_else(|| format!("wrong.rs has no `{head}…`"))?;
    let end = code[start..].find("\n}\n").map_or(code.len(), |end| start + end);
    Ok(&code[start..end])
}
