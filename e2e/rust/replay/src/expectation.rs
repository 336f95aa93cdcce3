//! What should come of each step, and how it is compared with what came.

use std::fmt::Write;

use harness::Server;
use scenario::{
    ClientEvent, ClientOutcome, Outcome, Scene, SceneError, ServerEvent, Side, Step, StepDifference,
    StepResult, Transcript, shown_id, text,
};

/// The same scene with one client in each `connect`, so that each client's connecting is compared.
#[must_use]
pub fn one_by_one(scene: &Scene) -> Scene {
    let steps = scene.steps.iter().flat_map(|step| match step {
        Step::Connect { clients, ns, auth, at } => clients
            .iter()
            .map(|client| Step::Connect {
                clients: vec![client.clone()],
                ns: ns.clone(),
                auth: auth.clone(),
                at: *at,
            })
            .collect(),
        step => vec![step.clone()],
    });
    Scene { steps: steps.collect(), ..scene.clone() }
}

/// What should come of `scene`, [one client at a time](one_by_one): what the harness plays over `server`.
///
/// # Errors
/// If the scene can't be played.
pub fn expected(scene: &Scene, server: &Server) -> Result<Transcript, SceneError> {
    harness::play(&one_by_one(scene), server)
}

/// A step's result with one fixed order for everything that has no order over TCP. There each namespace may have a
/// connection of its own, and the server has several threads. So what a client receives keeps its order only within a
/// namespace (the end of its connection comes last), and what the server does is in no order.
#[must_use]
pub fn sorted(result: &StepResult) -> StepResult {
    let mut server = result.server.clone();
    // That there is no handler is only known of a play: over TCP several threads read events at the same time.
    server.retain(|event| !matches!(event, ServerEvent::NoHandler { .. }));
    server.sort_by_key(ToString::to_string);
    // A client that left, and to which nothing came, is only here for its frames.
    let clients = result.clients.iter().filter(|outcome| !(outcome.left && outcome.events.is_empty()));
    let clients = clients.map(|outcome| {
        let mut events = outcome.events.clone();
        if let Step::Together(_) = result.step {
            // What is done at the same moment comes in any order.
            events.sort_by_cached_key(|event| text::outcome("", Outcome::Event(event)).to_string());
        }
        events.sort_by(|a, b| place(a).cmp(&place(b)));
        ClientOutcome { client: outcome.client.clone(), events, left: false, frames: Vec::new() }
    });
    StepResult { step: result.step.clone(), server, clients: clients.collect() }
}

/// Where an event stands among a client's events.
fn place(event: &ClientEvent) -> (bool, &str) {
    (matches!(event, ClientEvent::ConnectionClosed {}), event.ns().unwrap_or_default())
}

/// Shows whose the ids are, wherever they stand, as the harness does. `ids` are the ids, each with the name of its client
/// and the number of its connection.
#[must_use]
pub fn show_ids<'a>(
    result: &StepResult,
    ids: impl IntoIterator<Item = (&'a str, &'a str, usize)>,
) -> StepResult {
    let Ok(mut json) = serde_json::to_string(result) else { return result.clone() };
    for (id, client, connection) in ids {
        let quoted = serde_json::Value::from(shown_id(client, connection)).to_string();
        json = json.replace(id, &quoted[1..quoted.len() - 1]);
    }
    serde_json::from_str(&json).unwrap_or_else(|_| result.clone())
}

/// How `actual` differs from `expected`, as lines for a reader: what is missing, what is too much, and what is right.
/// `None` if they are equal, whatever their order over TCP.
pub fn difference(expected: &StepResult, actual: &StepResult) -> Option<String> {
    let difference = StepDifference::between(Some(&sorted(expected)), Some(&sorted(actual)), (None, None));
    if difference.is_empty() {
        return None;
    }
    let mut text = String::new();
    for change in difference.lines() {
        let (mark, why) = match change.side {
            Side::Both => (' ', ""),
            Side::Expected => ('-', "   (expected, but it didn't happen)"),
            Side::Actual => ('+', "   (it happened, but wasn't expected)"),
        };
        let _ = writeln!(text, "  {mark} {}{why}", change.item);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hears(ns: &str, event: &str) -> ClientEvent {
        ClientEvent::Event { ns: ns.into(), event: event.into(), args: ().into() }
    }

    fn result(events: &[ClientEvent]) -> StepResult {
        let ada =
            ClientOutcome { client: "ada".into(), events: events.to_vec(), left: false, frames: vec![] };
        StepResult { step: Step::Wait { seconds: 1 }, server: vec![], clients: vec![ada] }
    }

    #[test]
    fn two_who_connect_are_two_steps() {
        let scene = Scene::new("s", "s").connect(["ada", "bob"]).emit("ada", "say", "hi");
        let steps: Vec<_> = one_by_one(&scene).steps.iter().map(ToString::to_string).collect();
        assert_eq!(steps, ["ada connects", "bob connects", "ada emits say \"hi\""]);
    }

    #[test]
    fn order_counts_within_a_namespace_and_not_between_two() {
        let one = [hears("/", "a"), hears("/chat", "x"), ClientEvent::ConnectionClosed {}, hears("/", "b")];
        let same = [hears("/chat", "x"), hears("/", "a"), hears("/", "b"), ClientEvent::ConnectionClosed {}];
        let other = [hears("/chat", "x"), hears("/", "b"), hears("/", "a"), ClientEvent::ConnectionClosed {}];
        assert_eq!(difference(&result(&one), &result(&same)), None);
        assert!(difference(&result(&one), &result(&other)).is_some());
    }

    #[test]
    fn what_is_done_together_has_no_order() {
        let together = |events: &[ClientEvent]| StepResult { step: Step::Together(vec![]), ..result(events) };
        let (one, other) = ([hears("/", "a"), hears("/", "b")], [hears("/", "b"), hears("/", "a")]);
        assert_eq!(difference(&together(&one), &together(&other)), None);
        assert!(difference(&result(&one), &result(&other)).is_some());
    }

    #[test]
    fn a_difference_says_what_is_missing_and_what_is_too_much() {
        let text = difference(&result(&[hears("/", "a")]), &result(&[]));
        assert_eq!(
            text.as_deref(),
            Some(
                "  - ada hears a   (expected, but it didn't happen)\n  \
                 + ada hears nothing   (it happened, but wasn't expected)\n"
            )
        );
    }

    #[test]
    fn one_who_left_is_not_missed() {
        let mut left = result(&[]);
        left.clients[0].left = true;
        let gone = StepResult { clients: vec![], ..left.clone() };
        assert_eq!(difference(&left, &gone), None);
    }

    #[test]
    fn ids_are_shown_in_arguments_and_in_keys() {
        let args = serde_json::json!({ "x1": ["x1", "by x1"] }).into();
        let said = |args| ClientEvent::Event { ns: "/".into(), event: "said".into(), args };
        let shown = show_ids(&result(&[said(args)]), [("x1", "ada \"a\"", 2)]);
        let id = "ada \"a\"'s 2nd id";
        let args = serde_json::json!({ (id): [id, format!("by {id}")] }).into();
        assert_eq!(shown, result(&[said(args)]));
    }
}
