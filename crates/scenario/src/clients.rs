//! The clients of a transcript as it goes on: who is connected, as whom, and what each waits to be acknowledged.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::scene::OnTheWay;
use crate::transcript::{ClientEvent, StepResult};

/// The clients so far. `Who` is what a client tells of itself, and `Asked` what is remembered of an event that it emits.
#[derive(Debug)]
pub(crate) struct Clients<Who, Asked>(BTreeMap<String, Client<Who, Asked>>);

/// What is known of a client.
#[derive(Debug)]
pub(crate) struct Client<Who, Asked> {
    pub(crate) who: Who,
    /// The number of its connection.
    pub(crate) connection: usize,
    pub(crate) is_there: bool,
    /// What it waits to be acknowledged, with the event's name, the oldest first.
    waiting: Vec<(String, Asked)>,
}

/// What became of something that a client waited for.
#[derive(Debug)]
pub(crate) enum Became<Asked> {
    /// This was said.
    Acknowledged(Asked, Value),
    /// It never arrived.
    Lost(Asked),
}

impl<Who, Asked> Default for Clients<Who, Asked> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<Who: Default, Asked> Clients<Who, Asked> {
    pub(crate) fn get(&self, name: &str) -> Option<&Client<Who, Asked>> {
        self.0.get(name)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &Client<Who, Asked>)> {
        self.0.iter().map(|(name, client)| (name.as_str(), client))
    }

    /// The client of that name, who may be new.
    pub(crate) fn client(&mut self, name: &str) -> &mut Client<Who, Asked> {
        let new = || Client { who: Who::default(), connection: 0, is_there: false, waiting: Vec::new() };
        self.0.entry(name.to_owned()).or_insert_with(new)
    }

    /// The client emits that event, and waits.
    pub(crate) fn asks(&mut self, name: &str, event: &str, asked: Asked) {
        self.client(name).waiting.push((event.to_owned(), asked));
    }

    /// Something comes to the client. Tells what became of what the client waited for.
    pub(crate) fn hears(&mut self, name: &str, event: &ClientEvent) -> Option<Became<Asked>> {
        let client = self.client(name);
        match event {
            ClientEvent::Connected { .. } => {
                client.connection += 1;
                client.is_there = true;
                // What the old connection waited for never comes.
                client.waiting.clear();
                None
            }
            ClientEvent::Acknowledged { event, args, .. } => {
                let oldest = client.waiting.iter().position(|(waiting, _)| waiting == event)?;
                let said = args.args.first().cloned().unwrap_or_default();
                Some(Became::Acknowledged(client.waiting.remove(oldest).1, said))
            }
            ClientEvent::Lost { message, event, .. } => {
                client.is_there = false;
                if *message != OnTheWay::EventToServer {
                    return None;
                }
                let newest = client.waiting.iter().rposition(|(waiting, _)| waiting == event)?;
                Some(Became::Lost(client.waiting.remove(newest).1))
            }
            ClientEvent::Disconnected { .. } | ClientEvent::ConnectionClosed {} => {
                client.is_there = false;
                None
            }
            _ => None,
        }
    }

    /// The step is over, and all that came of it has come.
    pub(crate) fn end(&mut self, step: &StepResult) {
        for (name, client) in &mut self.0 {
            client.is_there &= !step.ends_connection_of(name);
        }
    }
}
