//! The difference between two transcripts of one scene: what was expected and what happened, side by side.

use serde::{Deserialize, Serialize};

use crate::transcript::{
    ClientEvent, ClientOutcome, Outcome, PlayError, ServerEvent, StepResult, Transcript,
};

/// Where something stands in a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Expected, and it happened.
    Both,
    /// Expected, and it did not happen.
    Expected,
    /// It happened, and was not expected.
    Actual,
}

/// One thing that stands on one side of a difference, or on both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change<T> {
    /// Where it stands.
    pub side: Side,
    /// What it is.
    pub item: T,
}

/// What came to a client: `None` is silence.
pub type ClientChange = Change<Option<ClientEvent>>;

/// Everything that came of one step, on either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepDifference {
    /// The step.
    pub step: crate::Step,
    /// What the server did.
    pub server: Vec<Change<ServerEvent>>,
    /// What came to each client that was there on either side.
    pub clients: Vec<(String, Vec<ClientChange>)>,
    /// Whether the play ended in this step, where only one side did, or in another way.
    pub error: Vec<Change<PlayError>>,
}

/// The difference between two transcripts, step by step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The steps of both, in order.
    pub steps: Vec<StepDifference>,
}

impl Difference {
    /// Compares what was expected with what happened. Only what [`Transcript::comparable`] keeps is compared.
    pub fn between(expected: &Transcript, actual: &Transcript) -> Self {
        Self { steps: steps(&expected.comparable(), &actual.comparable()).collect() }
    }

    /// Whether two transcripts have no difference, without looking beyond the first step that has one. Both are as
    /// [`Transcript::comparable`] makes them.
    pub fn is_none_between(expected: &Transcript, actual: &Transcript) -> bool {
        steps(expected, actual).all(|step| step.is_empty())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.steps.iter().all(StepDifference::is_empty)
    }

    /// The place of the last step that differs, counted from 0.
    pub fn last_step(&self) -> Option<usize> {
        self.steps.iter().rposition(|step| !step.is_empty())
    }
}

/// The differences step by step.
fn steps<'t>(
    expected: &'t Transcript,
    actual: &'t Transcript,
) -> impl Iterator<Item = StepDifference> + use<'t> {
    let count = expected.steps.len().max(actual.steps.len());
    // A setup that panics ends the play before its first step.
    let errors = move |i: usize| {
        let of = |transcript: &Transcript| {
            transcript.error.clone().filter(|_| i + 1 == transcript.steps.len().max(1))
        };
        (of(expected), of(actual))
    };
    let at_setup = (count == 0 && expected.error != actual.error)
        .then(|| StepDifference::between(None, None, errors(0)));
    (0..count)
        .map(move |i| StepDifference::between(expected.steps.get(i), actual.steps.get(i), errors(i)))
        .chain(at_setup)
}

impl StepDifference {
    /// Compares what came of one step. `None`: the step was not played on that side.
    pub fn between(
        expected: Option<&StepResult>,
        actual: Option<&StepResult>,
        errors: (Option<PlayError>, Option<PlayError>),
    ) -> Self {
        let step = expected.or(actual).map(|result| result.step.clone());
        let server = |result: Option<&StepResult>| result.map_or_else(Vec::new, |it| it.server.clone());
        // A play that ends early isn't told to its end: of its last step there is nothing to compare.
        let ends = errors.0.is_some() || errors.1.is_some();
        let clients = if ends { Vec::new() } else { clients(expected, actual) };
        Self {
            step: step.unwrap_or(crate::Step::Wait { seconds: 0 }),
            server: align(&server(expected), &server(actual)),
            clients,
            error: align(
                &errors.0.into_iter().collect::<Vec<_>>(),
                &errors.1.into_iter().collect::<Vec<_>>(),
            ),
        }
    }

    /// Whether everything stands on both sides.
    pub fn is_empty(&self) -> bool {
        self.server.iter().all(|change| change.side == Side::Both)
            && self.clients.iter().all(|(_, changes)| changes.iter().all(|change| change.side == Side::Both))
            && self.error.iter().all(|change| change.side == Side::Both)
    }

    /// The difference as lines: the server's, then each client's.
    pub fn lines(&self) -> Vec<Change<String>> {
        let line = |side, item| Change { side, item };
        let mut lines: Vec<_> =
            self.server.iter().map(|change| line(change.side, change.item.to_string())).collect();
        for (client, changes) in &self.clients {
            for change in changes {
                let outcome = change.item.as_ref().map_or(Outcome::Nothing, Outcome::Event);
                lines.push(line(change.side, crate::text::outcome(client, outcome).to_string()));
            }
        }
        lines.extend(self.error.iter().map(|change| line(change.side, change.item.during(&self.step))));
        lines
    }
}

fn clients(expected: Option<&StepResult>, actual: Option<&StepResult>) -> Vec<(String, Vec<ClientChange>)> {
    let outcomes = |result: Option<&StepResult>| result.map_or_else(Vec::new, |it| it.clients.clone());
    let (expected, actual) = (outcomes(expected), outcomes(actual));
    let mut names: Vec<&str> = expected.iter().map(|outcome| outcome.client.as_str()).collect();
    for outcome in &actual {
        if !names.contains(&outcome.client.as_str()) {
            names.push(&outcome.client);
        }
    }
    names
        .into_iter()
        .map(|name| {
            let of = |outcomes: &[ClientOutcome]| {
                let outcome = outcomes.iter().find(|outcome| outcome.client == name);
                outcome.map_or_else(Vec::new, |outcome| {
                    let owned = |outcome: Outcome<'_>| match outcome {
                        Outcome::Event(event) => Some(event.clone()),
                        Outcome::Nothing => None,
                    };
                    outcome.outcomes().into_iter().map(owned).collect()
                })
            };
            (name.to_owned(), align(&of(&expected), &of(&actual)))
        })
        .collect()
}

/// Puts two lists side by side, along their longest common subsequence. What is missing stands before what is too much.
fn align<T: Clone + PartialEq>(expected: &[T], actual: &[T]) -> Vec<Change<T>> {
    if expected == actual {
        return expected.iter().map(|item| Change { side: Side::Both, item: item.clone() }).collect();
    }
    // The length of the longest common subsequence of what is left on either side: filled from the end.
    let mut common = vec![vec![0_usize; actual.len() + 1]; expected.len() + 1];
    for i in (0..expected.len()).rev() {
        for j in (0..actual.len()).rev() {
            common[i][j] = if expected[i] == actual[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut changes = Vec::new();
    let change = |side, item: &T| Change { side, item: item.clone() };
    while i < expected.len() || j < actual.len() {
        if i < expected.len() && j < actual.len() && expected[i] == actual[j] {
            changes.push(change(Side::Both, &expected[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == actual.len() || i < expected.len() && common[i + 1][j] >= common[i][j + 1] {
            changes.push(change(Side::Expected, &expected[i]));
            i += 1;
        } else {
            changes.push(change(Side::Actual, &actual[j]));
            j += 1;
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Payload, Step};

    fn hears(event: &str) -> ClientEvent {
        ClientEvent::Event { ns: "/".into(), event: event.into(), args: Payload::default() }
    }

    fn transcript(ada: &[ClientEvent], bob: &[ClientEvent]) -> Transcript {
        let outcome = |client: &str, events: &[ClientEvent]| ClientOutcome {
            client: client.into(),
            events: events.to_vec(),
            left: false,
            frames: vec![],
        };
        let clients = vec![outcome("ada", ada), outcome("bob", bob)];
        let step = StepResult { step: Step::Wait { seconds: 1 }, server: vec![], clients };
        Transcript { clients: vec!["ada".into(), "bob".into()], steps: vec![step], error: None }
    }

    fn lines(expected: &Transcript, actual: &Transcript) -> Vec<(Side, String)> {
        let difference = Difference::between(expected, actual);
        difference.steps.iter().flat_map(StepDifference::lines).map(|c| (c.side, c.item)).collect()
    }

    #[test]
    fn equal_transcripts_have_none() {
        let one = transcript(&[hears("a")], &[]);
        assert!(Difference::between(&one, &one).is_empty());
        assert_eq!(Difference::between(&one, &one).last_step(), None);
    }

    #[test]
    fn silence_is_a_line_on_either_side() {
        let (expected, actual) = (transcript(&[], &[hears("a")]), transcript(&[hears("a")], &[hears("a")]));
        assert_eq!(
            lines(&expected, &actual),
            [
                (Side::Expected, "ada hears nothing".to_owned()),
                (Side::Actual, "ada hears a".to_owned()),
                (Side::Both, "bob hears a".to_owned()),
            ]
        );
        assert_eq!(Difference::between(&expected, &actual).last_step(), Some(0));
    }

    #[test]
    fn what_is_common_stays_in_line() {
        let sides = |expected: &[u8], actual: &[u8]| -> Vec<_> {
            align(expected, actual).into_iter().map(|c| (c.side, c.item)).collect()
        };
        assert_eq!(
            sides(&[1, 2, 3], &[2, 4, 3, 3]),
            [(Side::Expected, 1), (Side::Both, 2), (Side::Actual, 4), (Side::Both, 3), (Side::Actual, 3)]
        );
        assert_eq!(sides(&[1], &[2, 2, 1]), [(Side::Actual, 2), (Side::Actual, 2), (Side::Both, 1)]);
        assert_eq!(sides(&[], &[1]), [(Side::Actual, 1)]);
        assert_eq!(sides(&[1], &[2]), [(Side::Expected, 1), (Side::Actual, 2)]);
    }

    #[test]
    fn a_play_that_ends_early_differs_by_its_end() {
        let whole = transcript(&[hears("a")], &[]);
        let ended = |error| Transcript { error: Some(error), ..transcript(&[], &[hears("x")]) };
        let blocked = ended(PlayError::ThreadBlocked {});
        assert!(!Difference::between(&whole, &blocked).is_empty());
        assert!(!Difference::between(&ended(PlayError::NeverIdle {}), &blocked).is_empty());
        assert!(Difference::between(&blocked, &blocked).is_empty());
        let exited = |status: &str| ended(PlayError::ProcessExited { status: status.into() });
        assert!(Difference::between(&exited("exit code: 1"), &exited("exit status: 1")).is_empty());
    }

    #[test]
    fn a_setup_that_panics_differs_from_a_play() {
        let error = PlayError::SetupPanicked { message: "no".into(), at: "lib.rs:1".into() };
        let nothing = Transcript { error: Some(error), ..Transcript::default() };
        assert!(!Difference::between(&transcript(&[], &[]), &nothing).is_empty());
        assert!(!Difference::between(&nothing, &Transcript::default()).is_empty());
        assert!(Difference::between(&nothing, &nothing).is_empty());
    }

    #[test]
    fn a_step_too_few_is_a_difference() {
        let (one, none) = (transcript(&[], &[]), Transcript::default());
        assert!(!Difference::between(&one, &none).is_empty());
        assert!(!Difference::between(&none, &one).is_empty());
    }

    #[test]
    fn a_client_on_one_side_only_is_a_difference() {
        let both = transcript(&[], &[]);
        let mut alone = both.clone();
        alone.steps[0].clients.pop();
        for (expected, actual, side) in [(&both, &alone, Side::Expected), (&alone, &both, Side::Actual)] {
            assert_eq!(
                lines(expected, actual),
                [(Side::Both, "ada hears nothing".to_owned()), (side, "bob hears nothing".to_owned())]
            );
        }
    }

    #[test]
    fn what_the_server_did_is_compared() {
        let quiet = transcript(&[], &[]);
        let mut panics = quiet.clone();
        panics.steps[0].server.push(ServerEvent::Panic { message: "no".into(), at: "lib.rs:1".into() });
        let difference = Difference::between(&quiet, &panics);
        assert!(!difference.is_empty());
        let first = difference.steps[0].lines().remove(0);
        assert_eq!((first.side, first.item.as_str()), (Side::Actual, "server panics: no"));
    }

    #[test]
    fn before_the_step_that_a_play_ends_in_all_is_compared() {
        let two = |first: &[ClientEvent], second: &[ClientEvent]| {
            let mut two = transcript(first, &[]);
            two.steps.extend(transcript(second, &[]).steps);
            two
        };
        let ended =
            Transcript { error: Some(PlayError::ThreadBlocked {}), ..two(&[hears("x")], &[hears("y")]) };
        let difference = Difference::between(&two(&[hears("a")], &[hears("b")]), &ended);
        let texts = |step: usize| -> Vec<_> {
            difference.steps[step].lines().into_iter().map(|line| (line.side, line.item)).collect()
        };
        assert_eq!(
            texts(0),
            [
                (Side::Expected, "ada hears a".to_owned()),
                (Side::Actual, "ada hears x".to_owned()),
                (Side::Both, "bob hears nothing".to_owned()),
            ]
        );
        let blocks = "the server blocks the thread and never gives it back".to_owned();
        assert_eq!(texts(1), [(Side::Actual, blocks)], "nothing that came to a client");
        assert_eq!(difference.last_step(), Some(1));
    }
}
