//! Transcripts for tests, written down step by step, and whether they keep a promise.

use serde_json::{Value, json};

use crate::{
    Breach, ClientEvent, ClientOutcome, OnTheWay, Payload, Promise, Scene, Step, StepResult, Transcript,
};

/// A transcript that is written down step by step.
#[derive(Default, Clone)]
pub(crate) struct Story(pub(crate) Transcript);

impl Story {
    /// Ada publishes, Bob has subscribed to `rust`.
    pub(crate) fn begun() -> Self {
        let connects = |story: Self, name: &str| story.connects(name, name);
        let story = connects(connects(Self::default(), "ada"), "bob");
        story.asks("bob", "subscribe", json!("rust"), &[("bob", ack("subscribe", json!("subscribed")))])
    }

    pub(crate) fn step(mut self, step: Step, heard: &[(&str, ClientEvent)]) -> Self {
        let mut clients: Vec<ClientOutcome> = Vec::new();
        for client in ["ada", "bob", "phone", "dora", "fay"] {
            let of = heard.iter().filter(|(name, _)| *name == client).map(|(_, event)| event.clone());
            let events = of.collect();
            clients.push(ClientOutcome { client: client.into(), events, left: false, frames: Vec::new() });
        }
        self.0.steps.push(StepResult { step, server: Vec::new(), clients });
        self
    }

    pub(crate) fn one(self, scene: Scene, heard: &[(&str, ClientEvent)]) -> Self {
        let step = scene.steps.into_iter().next().unwrap();
        self.step(step, heard)
    }

    pub(crate) fn connects(self, client: &str, name: &str) -> Self {
        self.connects_and(client, name, &[])
    }

    pub(crate) fn connects_and(self, client: &str, name: &str, heard: &[(&str, ClientEvent)]) -> Self {
        let connected = (client, ClientEvent::Connected { ns: "/".into() });
        let heard: Vec<_> = std::iter::once(connected).chain(heard.iter().cloned()).collect();
        self.one(Scene::new("", "").connect_with(client, "/", json!({ "name": name })), &heard)
    }

    /// In a delivery hub, where a client tells its role.
    pub(crate) fn connects_as(self, client: &str, role: &str) -> Self {
        let heard = [(client, ClientEvent::Connected { ns: "/".into() })];
        self.one(
            Scene::new("", "").connect_with(client, "/", json!({ "name": client, "role": role })),
            &heard,
        )
    }

    pub(crate) fn asks(
        self,
        client: &str,
        event: &str,
        argument: Value,
        heard: &[(&str, ClientEvent)],
    ) -> Self {
        self.one(Scene::new("", "").emit_with_ack(client, event, argument), heard)
    }

    /// Ada publishes, and is told the id.
    pub(crate) fn publishes(self, text: &str, id: u64, heard: &[(&str, ClientEvent)]) -> Self {
        let told = ("ada", ack("publish", json!(id)));
        let heard: Vec<_> = std::iter::once(told).chain(heard.iter().cloned()).collect();
        self.asks("ada", "publish", json!({ "topic": "rust", "text": text }), &heard)
    }

    pub(crate) fn waits(self, heard: &[(&str, ClientEvent)]) -> Self {
        self.one(Scene::new("", "").wait(1), heard)
    }

    pub(crate) fn drops(self, client: &str) -> Self {
        self.one(Scene::new("", "").drop_connection(client), &[])
    }

    /// What is wrong with it, and the lines that differ from how it should be: the first step that differs.
    pub(crate) fn breach(&self, promise: Promise) -> Option<(String, Vec<String>, Vec<String>)> {
        let Breach { promise: broken, sentence, expected } = Breach::find(&self.0, &[promise])?;
        assert_eq!(broken, promise);
        let differ = |(one, other): &(&StepResult, &StepResult)| one != other;
        let (is, should) = self.0.steps.iter().zip(&expected.steps).find(differ).unwrap();
        Some((sentence, is.lines(), should.lines()))
    }

    #[track_caller]
    pub(crate) fn keeps(&self, promise: Promise) {
        assert_eq!(self.breach(promise), None);
    }

    #[track_caller]
    pub(crate) fn breaks(&self, promise: Promise, sentence: &str) -> (Vec<String>, Vec<String>) {
        let (said, is, should) = self.breach(promise).expect("a breach");
        assert_eq!(said, sentence);
        (is, should)
    }
}

pub(crate) fn message(id: u64, text: &str) -> ClientEvent {
    let args = Payload::from(json!({ "id": id, "topic": "rust", "text": text }));
    ClientEvent::Event { ns: "/".into(), event: "message".into(), args }
}

pub(crate) fn ack(event: &str, said: Value) -> ClientEvent {
    ClientEvent::Acknowledged { ns: "/".into(), event: event.into(), args: said.into() }
}

pub(crate) fn lost(message: OnTheWay, event: &str) -> ClientEvent {
    lost_with(message, event, Value::Null)
}

pub(crate) fn lost_with(message: OnTheWay, event: &str, carried: Value) -> ClientEvent {
    ClientEvent::Lost { message, ns: "/".into(), event: event.into(), args: carried.into() }
}
