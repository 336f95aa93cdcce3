//! Which known mistake a failing server makes, if it makes one.

use scenario::{Difference, Scene, Transcript};

use crate::log::graded;
use crate::snapshot::Mistakes;
use crate::{Exercise, STARTER};

/// What is known of a failing server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Diagnosis {
    /// Nothing.
    #[default]
    None,
    /// It is the exercise as it was shipped.
    AsShipped,
    /// It behaves in every scene that was played like these known mistakes, and nothing tells which of them it is.
    Mistakes(Vec<String>),
}

/// Finds the known mistakes that play exactly as the server did, in every scene that was played.
///
/// Several can behave alike. Then the code decides: the mistake whose `code` (in `exercise.toml`) stands in `source`, the
/// longest one, or else those without a `code`.
pub(crate) fn diagnose(
    exercise: &Exercise,
    played: &[(&Scene, &Transcript)],
    source: &str,
    mistakes: &Mistakes,
) -> Diagnosis {
    let plays_alike = |(scene, transcript): &(&Scene, &Transcript), known: &Transcript| {
        let rules = &exercise.log_rules;
        scene.steps.len() >= known.steps.len()
            && Difference::between(&graded(known, rules), &graded(transcript, rules)).is_empty()
    };
    let alike = mistakes.mistakes.iter().filter(|(_, scenes)| {
        played.iter().all(|play| {
            let behaviour = scenes.iter().find(|(name, _)| *name == play.0.name);
            behaviour.is_some_and(|(_, it)| plays_alike(play, &it.transcript(&play.0.steps)))
        })
    });
    let mut names: Vec<&str> = alike.map(|(name, _)| name.as_str()).collect();
    let starter = std::fs::read_to_string(exercise.starter_file()).unwrap_or_default();
    if names.contains(&STARTER) && is_as_shipped(source, &starter) {
        return Diagnosis::AsShipped;
    }
    names.retain(|name| *name != STARTER);
    if names.len() > 1 {
        names = by_code(exercise, &names, source);
    }
    if names.is_empty() {
        return Diagnosis::None;
    }
    Diagnosis::Mistakes(names.into_iter().map(ToOwned::to_owned).collect())
}

/// Of mistakes that behave alike, those that the code tells.
fn by_code<'n>(exercise: &Exercise, names: &[&'n str], source: &str) -> Vec<&'n str> {
    let source = strip_comments_and_whitespace(source);
    // How much of its code stands in the source; without a `code`, nothing does.
    let found = |name: &str| match exercise.mistake(name).and_then(|mistake| mistake.code.as_deref()) {
        Some(code) => {
            let code = strip_comments_and_whitespace(code);
            source.contains(&code).then_some(code.len())
        }
        None => Some(0),
    };
    let longest = names.iter().filter_map(|name| found(name)).max();
    if longest.is_none() {
        return names.to_vec();
    }
    names.iter().copied().filter(|name| found(name) == longest).collect()
}

/// Whether the learner's file is still the one that was shipped. Comments and spaces don't count.
pub fn is_as_shipped(source: &str, starter: &str) -> bool {
    !starter.is_empty() && strip_comments_and_whitespace(source) == strip_comments_and_whitespace(starter)
}

/// Code without its line comments and its white space.
fn strip_comments_and_whitespace(code: &str) -> String {
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.flat_map(str::chars).filter(|c| !c.is_whitespace()).collect()
}
