//! What a scene is to tell, and how it is compared with what was seen.

use similar::{ChangeTag, TextDiff};
use stage::{Act, Heard, Line, Scene, SceneError, Step, Transcript};

/// The same scene with one client in each entrance, so that there is an expectation for each.
#[must_use]
pub fn one_by_one(scene: &Scene) -> Scene {
    let steps = scene.steps.iter().flat_map(|step| match step {
        Step::Enter { clients, ns, auth } => clients
            .iter()
            .map(|client| Step::Enter { clients: vec![client.clone()], ns: ns.clone(), auth: auth.clone() })
            .collect(),
        step => vec![step.clone()],
    });
    Scene { steps: steps.collect(), ..scene.clone() }
}

/// What the scene tells on stage: the story to expect.
///
/// # Errors
/// If the scene cannot be played.
pub fn expected(
    scene: &Scene,
    server: impl FnOnce(&socketioxide::SocketIo) + Send + 'static,
) -> Result<Transcript, SceneError> {
    stage::play(&one_by_one(scene), server)
}

/// What can be compared of an act when it happened over real connections, each namespace over its own:
/// no frames; what a client received is in order for each namespace, and the end of a connection comes last;
/// what the server noted is in no order, since its threads keep none.
#[must_use]
pub fn told(act: &Act) -> Act {
    let mut server = act.server.clone();
    server.sort_by_key(ToString::to_string);
    let heard = act.heard.iter().filter(|heard| !(heard.gone && heard.lines.is_empty()));
    let heard = heard.map(|heard| {
        let mut lines = heard.lines.clone();
        lines.sort_by(|a, b| place(a).cmp(&place(b)));
        Heard { client: heard.client.clone(), lines, gone: false, frames: Vec::new() }
    });
    Act { step: act.step.clone(), server, heard: heard.collect() }
}

/// Where a line stands among a client's lines: by its namespace.
fn place(line: &Line) -> (bool, &str) {
    match line {
        Line::IsIn { ns }
        | Line::IsRefused { ns, .. }
        | Line::Hears { ns, .. }
        | Line::IsAsked { ns, .. }
        | Line::GetsAnswer { ns, .. }
        | Line::IsPutOut { ns } => (false, ns),
        Line::CannotRead { .. } => (false, ""),
        Line::ConnectionCloses => (true, ""),
    }
}

/// The lines of two acts side by side: what is missing, what is too much.
pub fn difference(expected: &Act, seen: &Act) -> String {
    let (expected, seen) = (expected.to_lines().join("\n"), seen.to_lines().join("\n"));
    let diff = TextDiff::from_lines(&expected, &seen);
    let lines = diff.iter_all_changes().map(|change| match change.tag() {
        ChangeTag::Equal => format!("    {}\n", change.value().trim_end()),
        ChangeTag::Delete => format!("  - {}   (expected, and not seen)\n", change.value().trim_end()),
        ChangeTag::Insert => format!("  + {}   (seen, and not expected)\n", change.value().trim_end()),
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hears(ns: &str, event: &str) -> Line {
        Line::Hears { ns: ns.into(), event: event.into(), args: ().into() }
    }

    fn act(lines: &[Line]) -> Act {
        let heard = Heard { client: "ada".into(), lines: lines.to_vec(), gone: false, frames: vec![] };
        Act { step: Step::Wait { seconds: 1 }, server: vec![], heard: vec![heard] }
    }

    #[test]
    fn an_entrance_of_two_is_two_entrances() {
        let scene = Scene::new("s", "s").enter(["ada", "bob"]).emit("ada", "say", "hi");
        let steps: Vec<_> = one_by_one(&scene).steps.iter().map(ToString::to_string).collect();
        assert_eq!(steps, ["ada enters", "bob enters", "ada emits say \"hi\""]);
    }

    #[test]
    fn order_counts_within_a_namespace_and_not_between_two() {
        let one = [hears("/", "a"), hears("/chat", "x"), Line::ConnectionCloses, hears("/", "b")];
        let same = [hears("/chat", "x"), hears("/", "a"), hears("/", "b"), Line::ConnectionCloses];
        let other = [hears("/chat", "x"), hears("/", "b"), hears("/", "a"), Line::ConnectionCloses];
        assert_eq!(told(&act(&one)), told(&act(&same)));
        assert_ne!(told(&act(&one)), told(&act(&other)));
    }

    #[test]
    fn a_difference_names_what_is_missing_and_what_is_too_much() {
        let text = difference(&act(&[hears("/", "a")]), &act(&[]));
        assert_eq!(
            text,
            "  - ada hears a   (expected, and not seen)\n  + ada hears nothing   (seen, and not expected)\n"
        );
    }
}
