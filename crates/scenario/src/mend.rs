//! What makes a transcript keep a promise at one place: a learner sees it beside what was played.

use serde_json::Value;

use crate::history::Place;
use crate::transcript::{ClientEvent, Transcript};

/// What is wrong, as a sentence, and how it should be. `None`: nothing is wrong.
pub(crate) type Found = Option<(String, Mend)>;

/// What makes a transcript keep a promise at one place.
pub(crate) enum Mend {
    /// What stands there doesn't come. The number is its place in the list that is acknowledged there.
    Without(Place, Option<usize>),
    /// This comes to a client, at the end of a step.
    With { step: usize, outcome: usize, event: ClientEvent },
    /// This comes before what stands there.
    Before(Place, ClientEvent),
    /// This is the first argument there.
    Says(Place, Value),
    /// These two come in the other order. The numbers are as above.
    Swap((Place, Option<usize>), (Place, Option<usize>)),
}

impl Mend {
    pub(crate) fn apply(self, mut transcript: Transcript) -> Transcript {
        match self {
            Self::Without(at, in_list) => {
                let events = events(&mut transcript, at);
                if let Some(i) = in_list {
                    if let Some(Value::Array(list)) = first_argument(&mut events[at.event]) {
                        list.remove(i);
                    }
                } else {
                    events.remove(at.event);
                }
            }
            Self::With { step, outcome, event } => {
                events(&mut transcript, Place { step, outcome, event: 0 }).push(event);
            }
            Self::Before(at, event) => events(&mut transcript, at).insert(at.event, event),
            Self::Says(at, value) => {
                if let Some(said) = first_argument(&mut events(&mut transcript, at)[at.event]) {
                    *said = value;
                }
            }
            Self::Swap((one, in_list), (other, in_other)) => {
                let events = events(&mut transcript, one);
                match (in_list, in_other) {
                    (Some(i), Some(j)) => {
                        if let Some(Value::Array(list)) = first_argument(&mut events[one.event]) {
                            list.swap(i, j);
                        }
                    }
                    _ => events.swap(one.event, other.event),
                }
            }
        }
        transcript
    }
}

/// What came to the client in that step.
fn events(transcript: &mut Transcript, at: Place) -> &mut Vec<ClientEvent> {
    &mut transcript.steps[at.step].clients[at.outcome].events
}

fn first_argument(event: &mut ClientEvent) -> Option<&mut Value> {
    match event {
        ClientEvent::Event { args, .. }
        | ClientEvent::EventWithAck { args, .. }
        | ClientEvent::Acknowledged { args, .. }
        | ClientEvent::Lost { args, .. } => args.args.first_mut(),
        _ => None,
    }
}
