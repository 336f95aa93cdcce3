//! What a queue server has to keep at each step, as far as the clients can tell: for each subscriber what was accepted and
//! not yet received.

use serde_json::Value;

use crate::Transcript;
use crate::history::{History, Published};

/// A subscriber's queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// The subscriber's name.
    pub name: String,
    /// The clients with that name, in the order in which they first connected.
    pub clients: Vec<String>,
    /// What is in it, the oldest first.
    pub messages: Vec<Kept>,
}

/// A message in a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// As JSON.
    pub id: String,
    /// What it says.
    pub text: String,
    /// It has come to the subscriber, who hasn't said `received` yet.
    pub handed_out: bool,
}

impl Queue {
    /// The queues after so many steps of `transcript`, one for each subscriber, in the order in which they subscribed.
    pub fn after(transcript: &Transcript, steps: usize) -> Vec<Self> {
        let history = History::of(&transcript.steps[..steps.min(transcript.steps.len())]);
        // That a message was accepted, its publisher may never learn: those who hear it later do.
        let all = History::of(&transcript.steps);
        let mut queues: Vec<Self> = Vec::new();
        for subscription in history.subscriptions.iter().filter(|it| it.since.is_some()) {
            let name = &subscription.name;
            if !queues.iter().any(|queue| queue.name == *name) {
                let of_name = |client: &&String| history.name_of(client) == Some(name);
                let clients = transcript.clients.iter().filter(of_name).cloned().collect();
                queues.push(Self { name: name.clone(), clients, messages: kept(&history, &all, name) });
            }
        }
        queues
    }
}

/// What is to be kept for a subscriber. `all` is what happened until the end.
fn kept(history: &History, all: &History, name: &str) -> Vec<Kept> {
    let mut kept: Vec<(Value, Kept)> = Vec::new();
    for published in history.published.iter().filter(|it| !it.is_lost) {
        let Some(id) = id_of(all, published) else { continue };
        let subscribed = history.subscriptions.iter().any(|it| it.name == name && it.covers(published));
        let received = history.may_have_received(name, &id);
        if !subscribed || received || kept.iter().any(|(known, _)| *known == id) {
            continue;
        }
        let handed_out = history.has_heard(name, &id);
        let text = published.text.as_str().unwrap_or_default().to_owned();
        kept.push((id.clone(), Kept { id: id.to_string(), text, handed_out }));
    }
    kept.sort_by_key(|(id, _)| id.as_u64());
    kept.into_iter().map(|(_, kept)| kept).collect()
}

/// Its id: the publisher was told, or somebody has heard it.
fn id_of(all: &History, published: &Published) -> Option<Value> {
    let heard = || {
        let mut heard = all.heard.iter();
        let heard = heard.find(|it| it.topic == published.topic && it.text == published.text)?;
        Some(heard.id.clone())
    };
    published.accepted.as_ref().map(|accepted| accepted.id.clone()).or_else(heard)
}
