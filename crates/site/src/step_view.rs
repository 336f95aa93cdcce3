//! A step as a page's script needs it: drawn, in words, and with what differs from the solution. Pages, recordings and
//! the API show the same.

use grader::{Exercise, graded_events};
use scenario::{Difference, ServerEvent, Side, StepDifference, StepResult, Transcript};
use serde::Serialize;

use crate::difference::difference;
use crate::draw;
use crate::presence::Presence;

/// One step of a play.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepView {
    /// What the clients did, in words.
    pub step: String,
    /// The step as it is drawn.
    pub html: String,
    /// What came of it, a sentence each. The drawing shows the same, in the same order.
    pub lines: Vec<String>,
    /// The clients that heard something: an event, or an acknowledgement. To be connected, refused or disconnected isn't
    /// to hear.
    pub heard: Vec<String>,
    /// Who is connected after it.
    pub present: Presence,
    /// How a handler panicked in it, if one did: message and place.
    pub panic: Option<String>,
    /// Where it differs from the solution's. `None`: nowhere, or it is the solution's.
    pub difference: Option<LineDifference>,
}

/// Where a step differs from the solution's. Both lists are empty if the only difference is that the play ended here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineDifference {
    /// The places of the lines that the solution's step doesn't have, counted from 0.
    pub extra: Vec<usize>,
    /// The lines that only the solution's step has.
    pub missing: Vec<String>,
}

/// The steps of a play, drawn between `columns`. `solution` is the solution's play of the same scene; `None`, if this is
/// the solution's.
pub fn step_views(
    exercise: &Exercise,
    columns: &[String],
    played: &Transcript,
    solution: Option<&Transcript>,
) -> Vec<StepView> {
    let difference = solution.map(|solution| difference(exercise, solution, played));
    let view = |number| step_view(exercise, columns, played, number, difference.as_ref());
    (0..played.steps.len()).filter_map(view).collect()
}

/// The step with that number, counted from 0. `difference` is that of the whole play. `None`: there is no such step.
pub(crate) fn step_view(
    exercise: &Exercise,
    columns: &[String],
    played: &Transcript,
    number: usize,
    difference: Option<&Difference>,
) -> Option<StepView> {
    let result = played.steps.get(number)?;
    let difference = difference.and_then(|difference| difference.steps.get(number));
    // The grader leaves out the events that it doesn't read.
    let graded = graded_events(result, &played.clients, &exercise.log_rules);
    let graded: Vec<_> = graded.into_iter().map(|(place, _)| place).collect();
    Some(StepView {
        step: result.step.to_string(),
        html: draw::step(columns, played, number, exercise.has_queues()),
        lines: result.lines(),
        heard: heard_by(result),
        present: Presence::after(played, number + 1),
        panic: panic_of(result),
        difference: difference
            .filter(|difference| !difference.is_empty())
            .map(|difference| line_difference(result, difference, &graded)),
    })
}

/// The clients that heard something in a step.
pub(crate) fn heard_by(result: &StepResult) -> Vec<String> {
    let heard = result.clients.iter().filter(|outcome| outcome.hears_something());
    heard.map(|outcome| outcome.client.clone()).collect()
}

/// How a handler panicked in a step, if one did.
pub(crate) fn panic_of(result: &StepResult) -> Option<String> {
    result.server.iter().find_map(|event| match event {
        ServerEvent::Panic { message, at } if at.is_empty() => Some(message.clone()),
        ServerEvent::Panic { message, at } => Some(format!("{message} ({at})")),
        _ => None,
    })
}

/// The difference in terms of the step's own lines. Those that aren't graded are in it, but not in the difference:
/// `graded` are the places of the server's that are, in the order in which they are compared.
fn line_difference(result: &StepResult, difference: &StepDifference, graded: &[usize]) -> LineDifference {
    let mut extra = Vec::new();
    let mut graded = graded.iter().copied();
    for change in difference.server.iter().filter(|change| change.side != Side::Expected) {
        let line = graded.next();
        extra.extend(line.filter(|_| change.side == Side::Actual));
    }
    let mut first = result.server.len();
    for outcome in &result.clients {
        let of_client = difference.clients.iter().find(|(client, _)| *client == outcome.client);
        let changes = of_client.into_iter().flat_map(|(_, changes)| changes);
        let actual = changes.filter(|change| change.side != Side::Expected).enumerate();
        extra.extend(actual.filter(|(_, change)| change.side == Side::Actual).map(|(i, _)| first + i));
        first += outcome.outcomes().len();
    }
    let lines = difference.lines().into_iter().filter(|line| line.side == Side::Expected);
    LineDifference { extra, missing: lines.map(|line| line.item).collect() }
}

#[cfg(test)]
mod tests {
    use scenario::{ClientEvent, ClientOutcome, LogEvent, PlayError, Scene, Step};

    use super::*;

    /// An exercise that grades its log.
    const RULES: &str = r#"
        [[log]]
        means = "connected"
        words = ["connected"]
        [[log]]
        means = "disconnected"
        words = ["gone"]
    "#;

    fn exercise(rules: &str) -> Exercise {
        let about = r#"
            title = "x"
            question = "x"
            order = 1
            page = "x"
            task = "x"
            minutes = 1
            hints = []
            starter = { why = "x" }
            mistake = []
        "#;
        toml::from_str(&format!("{about}{rules}")).unwrap()
    }

    fn log(message: &str) -> ServerEvent {
        ServerEvent::Log(LogEvent { message: message.into(), ..LogEvent::default() })
    }

    /// A play of one step, in which these events come to ada and to bob.
    fn play(server: &[&str], ada: &[&str], bob: &[&str]) -> Transcript {
        let outcome = |client: &str, events: &[&str]| {
            let event =
                |event: &&str| ClientEvent::Event { ns: "/".into(), event: (*event).into(), args: ().into() };
            let events = events.iter().map(event).collect();
            ClientOutcome { client: client.into(), events, left: false, frames: vec![] }
        };
        let clients = vec![outcome("ada", ada), outcome("bob", bob)];
        let server = server.iter().map(|message| log(message)).collect();
        let result = StepResult { step: Step::Wait { seconds: 1 }, server, clients };
        Transcript { clients: vec!["ada".into(), "bob".into()], steps: vec![result], error: None }
    }

    fn view(rules: &str, played: &Transcript, solution: Option<&Transcript>) -> StepView {
        step_views(&exercise(rules), &played.clients, played, solution).remove(0)
    }

    #[test]
    fn what_differs_is_named_by_its_line() {
        let solution = play(&[], &["a"], &["a", "b"]);
        let played = play(&["anything"], &["b", "a"], &["a"]);
        let view = view("", &played, Some(&solution));
        let lines = ["server logs: anything", "ada hears b", "ada hears a", "bob hears a"];
        assert_eq!(view.lines, lines);
        let difference = view.difference.unwrap();
        assert_eq!((difference.extra, difference.missing), (vec![1], vec!["bob hears b".to_owned()]));
    }

    #[test]
    fn silence_is_a_line_too() {
        let difference = view("", &play(&[], &["a"], &[]), Some(&play(&[], &[], &["a"]))).difference.unwrap();
        assert_eq!(difference.extra, [0, 1]);
        assert_eq!(difference.missing, ["ada hears nothing", "bob hears a"]);
        let after_silence = view("", &play(&[], &[], &["a"]), Some(&play(&[], &[], &[])));
        assert_eq!(after_silence.difference.unwrap().extra, [1]);
    }

    #[test]
    fn a_play_that_ends_early_has_a_difference_without_lines() {
        let solution = play(&[], &["a"], &[]);
        let played = Transcript { error: Some(PlayError::NeverIdle {}), ..play(&[], &["b"], &["b"]) };
        let difference = view("", &played, Some(&solution)).difference.unwrap();
        assert_eq!(difference, LineDifference { extra: vec![], missing: vec![] });
    }

    #[test]
    fn where_nothing_that_is_graded_differs_there_is_no_difference() {
        let solution = play(&["a"], &["a"], &[]);
        assert_eq!(view("", &solution, None).difference, None);
        assert_eq!(view("", &play(&["b", "c"], &["a"], &[]), Some(&solution)).difference, None);
    }

    #[test]
    fn of_a_graded_log_only_what_is_read_counts() {
        let solution = play(&["ada connected"], &[], &[]);
        let same = play(&["x", "now connected: ada"], &[], &[]);
        assert_eq!(view(RULES, &same, Some(&solution)).difference, None);
        let played = play(&["x", "bob is gone", "y", "someone connected"], &[], &[]);
        let difference = view(RULES, &played, Some(&solution)).difference.unwrap();
        assert_eq!(difference.extra, [1, 3]);
        assert_eq!(difference.missing, ["server logs: ada connected"]);
    }

    #[test]
    fn to_be_connected_is_not_to_hear() {
        let scene = Scene::new("x", "x").connect(["ada", "bob"]).emit("ada", "say", "hi");
        let server = solutions::server("broadcast/solution").unwrap();
        let transcript = harness::play(&scene, &server).unwrap();
        let views = step_views(&exercise(""), &transcript.clients, &transcript, None);
        let heard: Vec<_> = views.into_iter().map(|view| view.heard).collect();
        assert_eq!(heard, [vec![], vec!["bob".to_owned()]]);
    }
}
