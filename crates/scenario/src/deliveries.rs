//! What a transcript tells of a delivery hub: what vendors and drivers asked for, what was acknowledged, and which
//! confirmations came to whom.
//!
//! Its events are `pickup`, `received` and `getAll` of vendors, and `waiting`, `in-transit` and `delivered` of drivers. A
//! client tells its person in `auth.name` and `auth.role`: several clients can be one person.

use serde_json::Value;

use crate::clients::{Became, Client, Clients};
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
    /// By the numbers in `asked`.
    clients: Clients<Person, usize>,
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
                        self.clients.client(client).who =
                            Person { name, is_driver: auth["role"] == "driver" };
                    }
                }
                Step::EmitWithAck { client, event, args, .. } => {
                    let Client { who, is_there: true, .. } = self.clients.client(client) else { continue };
                    let person = who.clone();
                    let known = if person.is_driver { OF_DRIVERS } else { OF_VENDORS };
                    if known.contains(&event.as_str()) {
                        let argument = args.args.first().cloned().unwrap_or_default();
                        let (client, event) = (client.clone(), event.clone());
                        self.clients.asks(&client, &event, self.asked.len());
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
        for (client, at, event) in Place::of_all(number, step) {
            self.hears(client, at, event);
        }
        self.clients.end(step);
    }

    fn hears(&mut self, client: &str, at: Place, event: &ClientEvent) {
        match self.clients.hears(client, event) {
            Some(Became::Acknowledged(number, value)) => {
                if self.asked[number].is("getAll") {
                    for (i, one) in value.as_array().into_iter().flatten().enumerate() {
                        self.is_confirmed(client, at, Some(one), Some(i), false);
                    }
                }
                self.asked[number].said = Some(Said { value, at });
            }
            Some(Became::Lost(number)) => self.asked[number].is_lost = true,
            None => {}
        }
        let is_report = |event: &str| REPORTS.contains(&event);
        match event {
            ClientEvent::Event { event, args, .. } | ClientEvent::EventWithAck { event, args, .. }
                if is_report(event) =>
            {
                self.is_confirmed(client, at, args.args.first(), None, false);
            }
            ClientEvent::Lost { message: OnTheWay::EventToClient, event, args, .. } if is_report(event) => {
                self.is_confirmed(client, at, args.args.first(), None, true);
            }
            _ => {}
        }
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
        let person = self.clients.client(client).who.clone();
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
}
