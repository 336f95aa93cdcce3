//! What a transcript tells of a message queue: who subscribed, what was published and accepted, and who heard what when.
//!
//! The events are those of Part IV: `subscribe`, `publish`, `message`, `received` and `getAll`. A client tells its
//! subscriber's name in `auth.name`: several clients can be one subscriber.

use serde_json::Value;

use crate::clients::{Became, Client, Clients};
use crate::scene::{OnTheWay, Step};
use crate::transcript::{ClientEvent, StepResult};

/// The acknowledgement of a message that the server refuses: it has stored nothing.
const NOT_ACCEPTED: &str = "not accepted";

/// What happened to a queue. Steps are counted from 0.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) published: Vec<Published>,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) heard: Vec<Heard>,
    pub(crate) received: Vec<Received>,
    /// What was listed for a `getAll`, each time.
    pub(crate) lists: Vec<Listed>,
    /// What `dropped` has told.
    pub(crate) told: Vec<Told>,
    /// By the subscriber's name.
    clients: Clients<String, Waiting>,
}

/// A message that somebody emitted, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Published {
    /// The publisher's name.
    pub(crate) by: String,
    /// The publisher's own key for it, if it has one.
    pub(crate) key: Option<Value>,
    pub(crate) topic: Value,
    pub(crate) text: Value,
    /// In which step it was published, for the first time.
    pub(crate) step: usize,
    /// It never arrived, or the server has refused it.
    pub(crate) is_lost: bool,
    pub(crate) accepted: Option<Accepted>,
}

/// The acknowledgement of a message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Accepted {
    pub(crate) id: Value,
    pub(crate) at: Place,
}

/// Where in a transcript something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) step: usize,
    /// The number of the client's outcome.
    pub(crate) outcome: usize,
    /// The number of its event.
    pub(crate) event: usize,
}

#[derive(Debug)]
pub(crate) struct Subscription {
    /// The subscriber's name.
    pub(crate) name: String,
    pub(crate) topic: Value,
    pub(crate) asked: usize,
    /// It never arrived.
    is_lost: bool,
    /// In which step the subscriber was told that it holds.
    pub(crate) since: Option<usize>,
}

/// A message that came to a client.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    /// The subscriber's name.
    pub(crate) name: String,
    pub(crate) client: String,
    /// The number of the client's connection.
    pub(crate) connection: usize,
    pub(crate) id: Value,
    pub(crate) topic: Value,
    pub(crate) text: Value,
    pub(crate) at: Place,
    /// Its place in the list of a `getAll`, if it came in one.
    pub(crate) in_list: Option<usize>,
}

/// A subscriber said `received`.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) name: String,
    pub(crate) id: Value,
    /// It may have taken the message out of the queue: it wasn't lost on its way, and the server hasn't refused it.
    pub(crate) may_count: bool,
    /// In which step the server said that it has.
    pub(crate) counts_since: Option<usize>,
}

/// The acknowledgement of a `getAll`.
#[derive(Debug)]
pub(crate) struct Listed {
    /// The subscriber's name.
    pub(crate) name: String,
    pub(crate) client: String,
    pub(crate) at: Place,
}

/// A subscriber was told how many messages were dropped.
#[derive(Debug)]
pub(crate) struct Told {
    /// The subscriber's name.
    pub(crate) name: String,
    pub(crate) number: u64,
    pub(crate) at: Place,
}

/// An event that a client waits to be acknowledged.
#[derive(Debug, Clone, Copy)]
enum Waiting {
    /// By its number in [`History::published`].
    Publish(usize),
    /// By its number in [`History::subscriptions`].
    Subscribe(usize),
    /// By its number in [`History::received`].
    Received(usize),
    GetAll,
}

impl Place {
    /// What came to the clients in that step, and where it stands.
    pub(crate) fn of_all(
        number: usize,
        step: &StepResult,
    ) -> impl Iterator<Item = (&str, Self, &ClientEvent)> {
        step.clients.iter().enumerate().flat_map(move |(outcome, of_client)| {
            let at = move |event| Self { step: number, outcome, event };
            of_client
                .events
                .iter()
                .enumerate()
                .map(move |(i, event)| (of_client.client.as_str(), at(i), event))
        })
    }
}

impl Subscription {
    /// Whether the server can have heard of it by that step.
    pub(crate) fn can_be_known(&self, step: usize) -> bool {
        !self.is_lost && self.asked <= step
    }

    /// Whether its subscriber should get this: it held before that was published.
    pub(crate) fn covers(&self, published: &Published) -> bool {
        self.topic == published.topic && self.since.is_some_and(|since| since < published.step)
    }
}

impl History {
    pub(crate) fn of(steps: &[StepResult]) -> Self {
        let mut history = Self::default();
        for (number, step) in steps.iter().enumerate() {
            history.begin(number, &step.step);
            history.end(number, step);
        }
        history
    }

    /// Whether a message has come to a client of that name.
    pub(crate) fn has_heard(&self, name: &str, id: &Value) -> bool {
        self.heard.iter().any(|it| it.name == name && it.id == *id)
    }

    /// Whether the server may have taken a message out of the queue of that name.
    pub(crate) fn may_have_received(&self, name: &str, id: &Value) -> bool {
        self.received.iter().any(|it| it.may_count && it.name == name && it.id == *id)
    }

    /// The name that a client has told.
    pub(crate) fn name_of(&self, client: &str) -> Option<&String> {
        self.clients.get(client).map(|client| &client.who)
    }

    /// The clients of the subscriber that are connected when the transcript ends.
    pub(crate) fn at_the_end(&self, name: &str) -> Vec<&str> {
        let there = self.clients.all().filter(|(_, client)| client.is_there && client.who == name);
        there.map(|(client, _)| client).collect()
    }

    /// What the clients do.
    fn begin(&mut self, number: usize, step: &Step) {
        for part in step.parts() {
            match part {
                Step::Connect { clients, auth, .. } => {
                    for client in clients {
                        let name = auth.as_ref().and_then(|auth| auth["name"].as_str()).unwrap_or(client);
                        name.clone_into(&mut self.clients.client(client).who);
                    }
                }
                Step::Emit { client, event, args, .. } | Step::EmitWithAck { client, event, args, .. } => {
                    self.emits(number, client, event, &args.args);
                }
                _ => {}
            }
        }
    }

    fn emits(&mut self, step: usize, client: &str, event: &str, args: &[Value]) {
        let Client { who: name, is_there: true, .. } = self.clients.client(client) else { return };
        let by = name.clone();
        let argument = args.first().cloned().unwrap_or_default();
        let waiting = match event {
            "publish" => {
                let key = argument.get("key").cloned();
                let [topic, text] =
                    ["topic", "text"].map(|field| argument.get(field).cloned().unwrap_or_default());
                let mut new = Published { by, key, topic, text, step, is_lost: false, accepted: None };
                // Who repeats a key repeats a message: whatever it says now, the server has it since then.
                let is_first = |it: &&Published| it.by == new.by && it.key == new.key && !it.is_lost;
                if let Some(first) = self.published.iter().find(is_first).filter(|it| it.key.is_some()) {
                    (new.topic, new.text, new.step) = (first.topic.clone(), first.text.clone(), first.step);
                }
                self.published.push(new);
                Waiting::Publish(self.published.len() - 1)
            }
            "subscribe" => {
                let new =
                    Subscription { name: by, topic: argument, asked: step, is_lost: false, since: None };
                self.subscriptions.push(new);
                Waiting::Subscribe(self.subscriptions.len() - 1)
            }
            "received" => {
                let new = Received { name: by, id: argument, may_count: true, counts_since: None };
                self.received.push(new);
                Waiting::Received(self.received.len() - 1)
            }
            "getAll" => Waiting::GetAll,
            _ => return,
        };
        self.clients.asks(client, event, waiting);
    }

    /// What came of it.
    fn end(&mut self, number: usize, step: &StepResult) {
        for (client, at, event) in Place::of_all(number, step) {
            self.hears(client, at, event);
        }
        self.clients.end(step);
    }

    fn hears(&mut self, client: &str, at: Place, event: &ClientEvent) {
        match self.clients.hears(client, event) {
            Some(Became::Acknowledged(asked, said)) => self.is_acknowledged(client, at, asked, said),
            Some(Became::Lost(Waiting::Publish(number))) => self.published[number].is_lost = true,
            Some(Became::Lost(Waiting::Subscribe(number))) => self.subscriptions[number].is_lost = true,
            Some(Became::Lost(Waiting::Received(number))) => self.received[number].may_count = false,
            Some(Became::Lost(Waiting::GetAll)) | None => {}
        }
        match event {
            ClientEvent::Event { event, args, .. } | ClientEvent::EventWithAck { event, args, .. } => {
                match event.as_str() {
                    "message" => self.hears_message(client, at, args.args.first(), None),
                    "dropped" => self.is_told(client, at, args.args.first()),
                    _ => {}
                }
            }
            // The server has told it. That it was lost on its way, nobody can know.
            ClientEvent::Lost { message, event, args, .. }
                if *message == OnTheWay::EventToClient && event == "dropped" =>
            {
                self.is_told(client, at, args.args.first());
            }
            _ => {}
        }
    }

    fn is_acknowledged(&mut self, client: &str, at: Place, asked: Waiting, said: Value) {
        match asked {
            Waiting::Publish(number) if said == NOT_ACCEPTED => self.published[number].is_lost = true,
            Waiting::Publish(number) => self.published[number].accepted = Some(Accepted { id: said, at }),
            Waiting::Subscribe(number) if said == "subscribed" => {
                self.subscriptions[number].since = Some(at.step);
            }
            Waiting::Received(number) if said == "received" => {
                self.received[number].counts_since = Some(at.step);
            }
            Waiting::Received(number) => self.received[number].may_count = false,
            Waiting::GetAll => {
                let name = self.clients.client(client).who.clone();
                self.lists.push(Listed { name, client: client.to_owned(), at });
                for (i, message) in said.as_array().into_iter().flatten().enumerate() {
                    self.hears_message(client, at, Some(message), Some(i));
                }
            }
            Waiting::Subscribe(_) => {}
        }
    }

    fn is_told(&mut self, client: &str, at: Place, number: Option<&Value>) {
        let name = self.clients.client(client).who.clone();
        self.told.push(Told { name, number: number.and_then(Value::as_u64).unwrap_or_default(), at });
    }

    fn hears_message(&mut self, client: &str, at: Place, message: Option<&Value>, in_list: Option<usize>) {
        let [id, topic, text] = ["id", "topic", "text"]
            .map(|field| message.and_then(|message| message.get(field)).cloned().unwrap_or_default());
        let of_client = self.clients.client(client);
        let (name, connection) = (of_client.who.clone(), of_client.connection);
        let client = client.to_owned();
        self.heard.push(Heard { name, client, connection, id, topic, text, at, in_list });
    }
}
