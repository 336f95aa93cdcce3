//! What a transcript tells of a delivery hub: what vendors and drivers asked for, what was acknowledged, and which
//! confirmations came to whom.
//!
//! Its events are `pickup`, `received` and `getAll` of vendors, and `waiting`, `in-transit` and `delivered` of drivers. A
//! client tells its person in `auth.name` and `auth.role`: several clients can be one person.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::history::Place;
use crate::scene::{OnTheWay, Step};
use crate::transcript::{ClientEvent, StepResult};

/// What vendors ask for.
const OF_VENDORS: [&str; 3] = ["pickup", "received", "getAll"];
/// What drivers ask for.
const OF_DRIVERS: [&str; 3] = ["waiting", "in-transit", "delivered"];
/// What drivers report of a parcel. A confirmation is called the same.
pub(crate) const REPORTS: [&str; 2] = ["in-transit", "delivered"];

/// What happened to a hub. Steps are counted from 0.
#[derive(Debug, Default)]
pub(crate) struct Deliveries {
    /// In the order in which it was emitted.
    pub(crate) asked: Vec<Asked>,
    /// Each confirmation, each time that it was sent.
    pub(crate) confirmations: Vec<Confirmation>,
    clients: BTreeMap<String, Client>,
}

/// Somebody's event that asks for an acknowledgement. What the other role asks for is nobody's, and isn't here.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) client: String,
    pub(crate) person: Person,
    pub(crate) event: String,
    pub(crate) argument: Value,
    pub(crate) step: usize,
    /// It never arrived.
    pub(crate) is_lost: bool,
    pub(crate) said: Option<Said>,
}

/// An acknowledgement that came.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) value: Value,
    pub(crate) at: Place,
}

/// What the hub tells of a parcel, at one of the places where it does.
#[derive(Debug)]
pub(crate) struct Confirmation {
    pub(crate) client: String,
    /// Whose client it is.
    pub(crate) person: Person,
    pub(crate) id: Value,
    pub(crate) event: Value,
    pub(crate) order: Value,
    pub(crate) driver: Value,
    pub(crate) at: Place,
    /// Its place in the list of a `getAll`, if it came in one.
    pub(crate) in_list: Option<usize>,
    /// It was lost on its way.
    pub(crate) is_lost: bool,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) is_driver: bool,
}

/// What is known of a client as the transcript goes on.
#[derive(Debug, Default)]
struct Client {
    person: Person,
    is_there: bool,
    /// What it waits to be acknowledged, by its number in [`Deliveries::asked`], the oldest first.
    waiting: Vec<usize>,
}

impl Asked {
    /// The order that it's about.
    pub(crate) fn order(&self) -> &Value {
        &self.argument["orderId"]
    }

    pub(crate) fn is(&self, event: &str) -> bool {
        self.event == event
    }

    pub(crate) fn was_told(&self, what: &str) -> bool {
        self.said.as_ref().is_some_and(|said| said.value == what)
    }

    /// Whether it was acknowledged before that step: then the server is done with it by then.
    pub(crate) fn is_done_by(&self, step: usize) -> bool {
        self.said.as_ref().is_some_and(|said| said.at.step < step)
    }
}

impl Deliveries {
    pub(crate) fn of(steps: &[StepResult]) -> Self {
        let mut deliveries = Self::default();
        for (number, step) in steps.iter().enumerate() {
            deliveries.begin(number, &step.step);
            deliveries.end(number, step);
        }
        deliveries
    }

    /// What was asked for with that event.
    pub(crate) fn all(&self, event: &str) -> impl Iterator<Item = &Asked> {
        self.asked.iter().filter(move |it| it.event == event)
    }

    /// What the clients do.
    fn begin(&mut self, step: usize, what: &Step) {
        for part in what.parts() {
            match part {
                Step::Connect { clients, auth: Some(auth), .. } => {
                    for client in clients {
                        let name = auth["name"].as_str().unwrap_or(client).to_owned();
                        self.client(client).person = Person { name, is_driver: auth["role"] == "driver" };
                    }
                }
                Step::EmitWithAck { client, event, args, .. } => {
                    let Client { person, is_there: true, .. } = self.client(client) else { continue };
                    let person = person.clone();
                    let known = if person.is_driver { OF_DRIVERS } else { OF_VENDORS };
                    if known.contains(&event.as_str()) {
                        let argument = args.args.first().cloned().unwrap_or_default();
                        let (client, event) = (client.clone(), event.clone());
                        let number = self.asked.len();
                        self.client(&client).waiting.push(number);
                        let asked =
                            Asked { client, person, event, argument, step, is_lost: false, said: None };
                        self.asked.push(asked);
                    }
                }
                _ => {}
            }
        }
    }

    /// What came of it.
    fn end(&mut self, number: usize, step: &StepResult) {
        for (outcome, of_client) in step.clients.iter().enumerate() {
            for (event, heard) in of_client.events.iter().enumerate() {
                self.hears(&of_client.client, Place { step: number, outcome, event }, heard);
            }
        }
        for (name, client) in &mut self.clients {
            client.is_there &= !step.ends_connection_of(name);
        }
    }

    fn hears(&mut self, client: &str, at: Place, event: &ClientEvent) {
        match event {
            ClientEvent::Connected { .. } => {
                let client = self.client(client);
                client.is_there = true;
                // What the old connection waited for never comes.
                client.waiting.clear();
            }
            ClientEvent::Event { event, args, .. } | ClientEvent::EventWithAck { event, args, .. }
                if REPORTS.contains(&event.as_str()) =>
            {
                self.is_confirmed(client, at, args.args.first(), None, false);
            }
            ClientEvent::Acknowledged { event, args, .. } => {
                let Some(number) = self.take_waiting(client, event, <[_]>::first) else { return };
                let value = args.args.first().cloned().unwrap_or_default();
                if event == "getAll" {
                    for (i, one) in value.as_array().into_iter().flatten().enumerate() {
                        self.is_confirmed(client, at, Some(one), Some(i), false);
                    }
                }
                self.asked[number].said = Some(Said { value, at });
            }
            ClientEvent::Lost { message, event, args, .. } => {
                self.client(client).is_there = false;
                if *message == OnTheWay::EventToClient && REPORTS.contains(&event.as_str()) {
                    self.is_confirmed(client, at, args.args.first(), None, true);
                }
                if *message == OnTheWay::EventToServer
                    && let Some(number) = self.take_waiting(client, event, <[_]>::last)
                {
                    self.asked[number].is_lost = true;
                }
            }
            ClientEvent::Disconnected { .. } | ClientEvent::ConnectionClosed {} => {
                self.client(client).is_there = false;
            }
            _ => {}
        }
    }

    /// Takes what the client waits for with that event: the oldest or the newest, as `which` says.
    fn take_waiting(
        &mut self,
        client: &str,
        event: &str,
        which: fn(&[usize]) -> Option<&usize>,
    ) -> Option<usize> {
        let waiting = self.clients.get(client)?.waiting.clone();
        let of_event: Vec<_> = waiting.into_iter().filter(|&number| self.asked[number].is(event)).collect();
        let number = *which(&of_event)?;
        self.client(client).waiting.retain(|&it| it != number);
        Some(number)
    }

    fn is_confirmed(
        &mut self,
        client: &str,
        at: Place,
        what: Option<&Value>,
        in_list: Option<usize>,
        is_lost: bool,
    ) {
        let [id, event, order, driver] = ["id", "event", "orderId", "driver"]
            .map(|field| what.and_then(|what| what.get(field)).cloned().unwrap_or_default());
        let person = self.client(client).person.clone();
        let client = client.to_owned();
        self.confirmations.push(Confirmation {
            client,
            person,
            id,
            event,
            order,
            driver,
            at,
            in_list,
            is_lost,
        });
    }

    fn client(&mut self, client: &str) -> &mut Client {
        self.clients.entry(client.to_owned()).or_default()
    }
}
