//! Servers on Node. They can't be played here: what a real one did is recorded in `node.snap`, and shown as it was.

use grader::{Exercise, NODE, Recorded};
use scenario::{Scene, Transcript};

/// Whether the server of that name runs on Node: `node` is the solution, `node:io-emit` a known mistake.
pub fn is_on_node(server: &str) -> bool {
    server.split(':').next() == Some(NODE)
}

/// What the server on Node did in a scene.
///
/// # Errors
/// With a sentence, if it isn't recorded.
pub fn play_on_node(exercise: &Exercise, server: &str, scene: &Scene) -> Result<Transcript, String> {
    recorded(exercise)?.transcript(server, scene).ok_or_else(|| {
        let (name, folder) = (&exercise.name, exercise.solution_path());
        format!("{folder}/node.snap has no play of this scene. Record it: `cd e2e && node replay.mjs --update {name}`")
    })
}

/// The names of the exercise's servers on Node. Of those only that have a play of `scene`, if one is asked for.
pub(crate) fn servers(exercise: &Exercise, scene: Option<&Scene>) -> Result<Vec<String>, String> {
    let recorded = recorded(exercise)?;
    let names = recorded.servers.iter().map(|(name, _)| name);
    let has_play = |name: &str| scene.is_none_or(|scene| recorded.transcript(name, scene).is_some());
    Ok(names.filter(|name| has_play(name)).cloned().collect())
}

/// What a server is called on a page, in Markdown. `None`: it is the solution.
pub(crate) fn label(exercise: &Exercise, server: &str) -> Option<String> {
    if !is_on_node(server) {
        return Some(exercise.mistake(server)?.claim.clone());
    }
    let mistake = server.split_once(':').and_then(|(_, name)| exercise.mistake(name));
    Some(format!("{} on Node", mistake.map_or("the solution", |mistake| &mistake.claim)))
}

fn recorded(exercise: &Exercise) -> Result<Recorded, String> {
    let (file, folder) = (exercise.node_file(), exercise.solution_path());
    Recorded::read(&file).map_err(|error| format!("{folder}/node.snap {}", error.problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_on_node_is_called_by_its_claim() {
        assert!(is_on_node("node") && is_on_node("node:io-emit"));
        assert!(!is_on_node("nodes") && !is_on_node("solution"));
        let exercises = grader::exercises(&grader::root()).unwrap();
        let broadcast = exercises.iter().find(|exercise| exercise.name == "broadcast").unwrap();
        assert_eq!(label(broadcast, "solution"), None);
        assert_eq!(label(broadcast, "io-except").as_deref(), Some("`except`"));
        assert_eq!(label(broadcast, "node").as_deref(), Some("the solution on Node"));
        assert_eq!(label(broadcast, "node:io-except").as_deref(), Some("`except` on Node"));
    }
}
