//! What it costs a queue server to deliver a message: how often it sends it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::deliveries::Deliveries;
use crate::history::History;
use crate::scene::OnTheWay;
use crate::transcript::{ClientEvent, Transcript};

/// What was sent in some plays, and how much came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// How many messages came to their subscribers: each once for each subscriber.
    pub delivered: usize,
    /// How often a message was sent for that: to each device, again, in a list, or lost on its way.
    pub sent: usize,
}

impl Cost {
    /// What these plays cost, all together.
    pub fn of<'t>(transcripts: impl IntoIterator<Item = &'t Transcript>) -> Self {
        transcripts.into_iter().fold(Self::default(), |all, transcript| {
            let history = History::of(&transcript.steps);
            let deliveries = Deliveries::of(&transcript.steps);
            // A list can be of messages, or of a hub's confirmations.
            let messages = || history.heard.iter().filter(|it| !it.topic.is_null());
            let confirmations = || deliveries.confirmations.iter().filter(|it| !it.order.is_null());
            let delivered: BTreeSet<_> = messages()
                .map(|it| (&it.name, it.id.to_string()))
                .chain(
                    confirmations().filter(|it| !it.is_lost).map(|it| (&it.person.name, it.id.to_string())),
                )
                .collect();
            let events = transcript.steps.iter().flat_map(|step| &step.clients).flat_map(|it| &it.events);
            Self {
                delivered: all.delivered + delivered.len(),
                sent: all.sent
                    + messages().count()
                    + confirmations().count()
                    + events.map(lost).sum::<usize>(),
            }
        })
    }

    /// How often each message that was delivered was sent, on average. `None`: there was none.
    pub fn sent_for_each(&self) -> Option<f64> {
        // Nobody plays so many that a float is not exact.
        #[expect(clippy::cast_precision_loss)]
        (self.delivered > 0).then(|| self.sent as f64 / self.delivered as f64)
    }
}

/// How many messages were lost there on their way to a client.
fn lost(event: &ClientEvent) -> usize {
    match event {
        ClientEvent::Lost { message: OnTheWay::EventToClient, event, .. } if event == "message" => 1,
        ClientEvent::Lost { message: OnTheWay::AckToClient, event, args, .. } if event == "getAll" => {
            args.args.first().and_then(Value::as_array).map_or(0, Vec::len)
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{ClientOutcome, Payload, Scene, StepResult};

    fn message(id: u64) -> Value {
        json!({ "id": id, "topic": "rust", "text": "hi" })
    }

    fn hears(id: u64) -> ClientEvent {
        ClientEvent::Event { ns: "/".into(), event: "message".into(), args: Payload::from(message(id)) }
    }

    fn lost(message: OnTheWay, event: &str, args: Value) -> ClientEvent {
        ClientEvent::Lost { message, ns: "/".into(), event: event.into(), args: Payload::from(args) }
    }

    /// Bob has a phone, too. Each step is one in which they hear these.
    fn transcript(heard: &[(&str, ClientEvent)]) -> Transcript {
        let connects = |client: &str| Scene::new("", "").connect_with(client, "/", json!({ "name": "Bob" }));
        let steps = ["bob", "phone"].map(|client| connects(client).steps.remove(0)).into_iter();
        let waits = Scene::new("", "").wait(1).steps.into_iter().cycle().take(heard.len());
        let outcome = |(client, event): &(&str, ClientEvent)| ClientOutcome {
            client: (*client).into(),
            events: vec![event.clone()],
            left: false,
            frames: Vec::new(),
        };
        let heard = [None, None].into_iter().chain(heard.iter().map(Some));
        let result = |(step, heard): (_, Option<_>)| StepResult {
            step,
            server: Vec::new(),
            clients: heard.map(outcome).into_iter().collect(),
        };
        Transcript { steps: steps.chain(waits).zip(heard).map(result).collect(), ..Transcript::default() }
    }

    #[test]
    fn each_message_counts_once_and_each_time_that_it_is_sent() {
        let once = transcript(&[("bob", hears(1)), ("bob", hears(2))]);
        assert_eq!(Cost::of([&once]), Cost { delivered: 2, sent: 2 });
        let again = transcript(&[
            ("bob", hears(1)),
            ("phone", hears(1)),
            ("bob", lost(OnTheWay::EventToClient, "message", message(2))),
            ("bob", lost(OnTheWay::EventToClient, "told", message(2))),
            ("bob", lost(OnTheWay::AckToClient, "getAll", json!([message(1), message(2)]))),
            ("bob", lost(OnTheWay::AckToClient, "publish", json!(1))),
            ("bob", hears(2)),
        ]);
        assert_eq!(Cost::of([&again]), Cost { delivered: 2, sent: 6 });
        assert_eq!(Cost::of([&once, &again]), Cost { delivered: 4, sent: 8 });
        assert_eq!(Cost::of([&once, &again]).sent_for_each(), Some(2.0));
        assert_eq!(Cost::of([]).sent_for_each(), None);
    }

    #[test]
    fn a_confirmation_of_a_hub_is_a_message() {
        let news = |id: u64| json!({ "id": id, "event": "delivered", "orderId": "a-1", "driver": "dora" });
        let hears = |id| ClientEvent::Event {
            ns: "/".into(),
            event: "delivered".into(),
            args: Payload::from(news(id)),
        };
        let list = |ids: [u64; 2]| ClientEvent::Acknowledged {
            ns: "/".into(),
            event: "getAll".into(),
            args: Payload::from(Value::from(ids.map(news).to_vec())),
        };
        let mut asked = transcript(&[
            ("bob", hears(1)),
            ("phone", hears(1)),
            ("phone", lost(OnTheWay::EventToClient, "delivered", news(2))),
            ("bob", list([1, 2])),
        ]);
        let asks = Scene::new("", "").emit_with_ack("bob", "getAll", ()).steps.remove(0);
        asked.steps.last_mut().unwrap().step = asks;
        for (step, client) in asked.steps.iter_mut().zip(["bob", "phone"]) {
            step.clients.push(ClientOutcome {
                client: client.into(),
                events: vec![ClientEvent::Connected { ns: "/".into() }],
                left: false,
                frames: Vec::new(),
            });
        }
        assert_eq!(Cost::of([&asked]), Cost { delivered: 2, sent: 5 });
    }
}
