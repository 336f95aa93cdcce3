//! What a message queue promises about everything that can happen to it, and whether a transcript keeps it.
//!
//! A scene says what one server does in one evening. A promise says something about all evenings: so it can be held
//! against any play, and nobody has to write down how that play should go.

use std::cell::LazyCell;
use std::fmt;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::deliveries::Deliveries;
use crate::history::{Heard, History, Published, Received};
use crate::losses::untold;
use crate::mend::{Found, Mend};
use crate::parcels::{another_driver, confirmed_twice, not_kept, not_theirs, not_waiting};
use crate::transcript::{ClientEvent, Transcript};

/// Something that a queue promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Promise {
    /// Nobody hears what nobody published, or a topic that they haven't subscribed to.
    NothingInvented,
    /// A publisher that repeats itself, with the same `key`, gets the same id.
    StoredOnce,
    /// What was accepted reaches everyone who had subscribed by then and is there at the end.
    NothingLost,
    /// What a subscriber has received never comes to it again.
    NothingAgain,
    /// On one connection, the messages of a topic come in the order of their ids.
    InOrder,
    /// On one connection, no message comes twice.
    HeardOnce,
    /// What a subscriber hasn't received is in the list of a `getAll`, or `dropped` has told of it, once.
    LossesTold,
    /// In a delivery hub, no second driver is told that a parcel is theirs, and the first one isn't told otherwise.
    OneDriver,
    /// In a delivery hub, what becomes of a parcel is one confirmation, with one id.
    ConfirmedOnce,
    /// In a delivery hub, a vendor hears only what drivers did, and only of their own parcels.
    OwnParcels,
    /// In a delivery hub, the list of a `getAll` is what its vendor hasn't received.
    KeptUntilReceived,
    /// In a delivery hub, the list of a `waiting` is what no driver has taken.
    WaitingUntilTaken,
}

impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NothingInvented => "what nobody published, or what one hasn't subscribed to, doesn't come",
            Self::StoredOnce => "what is published twice with one key is one message",
            Self::NothingLost => "what was accepted reaches everyone who had subscribed",
            Self::NothingAgain => "what a subscriber has received never comes again",
            Self::InOrder => "the messages of a topic come in the order of their ids",
            Self::HeardOnce => "on one connection, nothing comes twice",
            Self::LossesTold => "a subscriber is told how many messages were dropped, each counted once",
            Self::OneDriver => "a parcel has one driver, who keeps it",
            Self::ConfirmedOnce => "what becomes of a parcel is confirmed once, with one id",
            Self::OwnParcels => {
                "a vendor hears what drivers did with the vendor's own parcels, and nothing else"
            }
            Self::KeptUntilReceived => {
                "a confirmation is in its vendor's queue until the vendor says `received`, and not after that"
            }
            Self::WaitingUntilTaken => "a parcel is in `waiting` until a driver takes it, and not after that",
        })
    }
}

/// A promise that isn't kept, at the first place where that shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Breach {
    /// Which.
    pub promise: Promise,
    /// What happened, as a sentence.
    pub sentence: String,
    /// The transcript as it would have kept the promise there.
    pub expected: Transcript,
}

impl Breach {
    /// The first of these promises that `transcript` breaks. `None`: it keeps them all.
    pub fn find(transcript: &Transcript, promises: &[Promise]) -> Option<Self> {
        // Nobody promises something of a queue and of a hub at once.
        let history = LazyCell::new(|| History::of(&transcript.steps));
        let deliveries = LazyCell::new(|| Deliveries::of(&transcript.steps));
        promises.iter().find_map(|&promise| {
            let (sentence, mend) = match promise {
                Promise::NothingInvented => invented(&history),
                Promise::StoredOnce => stored_twice(&history),
                Promise::NothingLost => lost(&history, transcript),
                Promise::NothingAgain => again(&history),
                Promise::InOrder => out_of_order(&history),
                Promise::HeardOnce => heard_twice(&history),
                Promise::LossesTold => untold(&history, transcript),
                Promise::OneDriver => another_driver(&deliveries),
                Promise::ConfirmedOnce => confirmed_twice(&deliveries),
                Promise::OwnParcels => not_theirs(&deliveries),
                Promise::KeptUntilReceived => not_kept(&deliveries, transcript),
                Promise::WaitingUntilTaken => not_waiting(&deliveries, transcript),
            }?;
            let expected = mend.apply(transcript.clone());
            Some(Self { promise, sentence, expected })
        })
    }
}

/// “hi” (message 2)
pub(crate) fn named(id: &Value, text: &Value) -> String {
    format!("“{}” (message {id})", text.as_str().unwrap_or("?"))
}

fn invented(history: &History) -> Found {
    history.heard.iter().find_map(|heard| {
        let Heard { name, topic, .. } = heard;
        let what = named(&heard.id, &heard.text);
        let is_it = |it: &&Published| it.topic == *topic && it.text == heard.text && !it.is_lost;
        let why = if !history.published.iter().filter(is_it).any(|it| it.step <= heard.at.step) {
            "nobody has published that".to_owned()
        } else if !history.published.iter().filter(is_it).any(|it| fits(it, &heard.id)) {
            "the one who published it was told another id".to_owned()
        } else if history
            .subscriptions
            .iter()
            .any(|it| it.name == *name && it.topic == *topic && it.can_be_known(heard.at.step))
        {
            return None;
        } else {
            format!("{name} hasn't subscribed to {topic}")
        };
        Some((format!("{} hears {what}, and {why}.", heard.client), Mend::Without(heard.at, heard.in_list)))
    })
}

/// Whether it can have that id: it has, or nobody was told.
fn fits(published: &Published, id: &Value) -> bool {
    published.accepted.as_ref().is_none_or(|accepted| accepted.id == *id)
}

fn stored_twice(history: &History) -> Found {
    let accepted =
        || history.published.iter().filter_map(|it| Some((it, it.key.as_ref()?, it.accepted.as_ref()?)));
    accepted().enumerate().find_map(|(i, (one, key, second))| {
        let (_, _, first) = accepted()
            .take(i)
            .find(|(it, known, first)| it.by == one.by && *known == key && first.id != second.id)?;
        let sentence = format!(
            "{} publishes “{}” twice with the key {key}, and is told {} first and then {}.",
            one.by,
            one.text.as_str().unwrap_or("?"),
            first.id,
            second.id
        );
        Some((sentence, Mend::Says(second.at, first.id.clone())))
    })
}

fn lost(history: &History, transcript: &Transcript) -> Found {
    let accepted = history.published.iter().filter_map(|it| Some((it, it.accepted.as_ref()?)));
    for (published, accepted) in accepted {
        for subscription in &history.subscriptions {
            let name = &subscription.name;
            // Somebody who says `received` has it, however they know.
            let has_it =
                history.has_heard(name, &accepted.id) || history.may_have_received(name, &accepted.id);
            if !subscription.covers(published) || has_it {
                continue;
            }
            let last = transcript.steps.len() - 1;
            let Some((outcome, client)) = history.at_the_end(name).into_iter().find_map(|client| {
                let outcomes = &transcript.steps[last].clients;
                Some((outcomes.iter().position(|it| it.client == client)?, client))
            }) else {
                continue;
            };
            let what = named(&accepted.id, &published.text);
            let also = if client.eq_ignore_ascii_case(name) {
                String::new()
            } else {
                format!(" {client} is {name}.")
            };
            let sentence = format!(
                "{what} was accepted, and {name} had subscribed to {} before. {name} never hears it.{also}",
                published.topic
            );
            let message = json!({ "id": accepted.id, "topic": published.topic, "text": published.text });
            let event = ClientEvent::Event { ns: "/".into(), event: "message".into(), args: message.into() };
            return Some((sentence, Mend::With { step: last, outcome, event }));
        }
    }
    None
}

fn again(history: &History) -> Found {
    history.heard.iter().find_map(|heard| {
        let before = |it: &Received| it.counts_since.is_some_and(|since| since < heard.at.step);
        history.received.iter().find(|it| it.name == heard.name && before(it) && it.id == heard.id)?;
        let what = named(&heard.id, &heard.text);
        let sentence = format!("{} has received {what}, and it comes to {} again.", heard.name, heard.client);
        Some((sentence, Mend::Without(heard.at, heard.in_list)))
    })
}

/// What came to the same connection before.
fn before(history: &History, number: usize) -> impl Iterator<Item = &Heard> {
    let now = &history.heard[number];
    history.heard[..number]
        .iter()
        .filter(move |it| (&it.client, it.connection) == (&now.client, now.connection))
}

fn out_of_order(history: &History) -> Found {
    history.heard.iter().enumerate().find_map(|(number, heard)| {
        // Where it comes again, it came in its order before.
        if before(history, number).any(|it| it.id == heard.id) {
            return None;
        }
        let later = before(history, number)
            .find(|it| it.topic == heard.topic && it.id.as_u64() > heard.id.as_u64())?;
        let sentence = format!(
            "{} hears {} after {}.",
            heard.client,
            named(&heard.id, &heard.text),
            named(&later.id, &later.text)
        );
        let together = later.at.step == heard.at.step && later.in_list.is_some() == heard.in_list.is_some();
        let place = |it: &Heard| (it.at, it.in_list);
        let mend = if together {
            Mend::Swap(place(later), place(heard))
        } else {
            Mend::Without(heard.at, heard.in_list)
        };
        Some((sentence, mend))
    })
}

fn heard_twice(history: &History) -> Found {
    history.heard.iter().enumerate().find_map(|(number, heard)| {
        // A list is asked for, and may be asked for twice.
        if heard.in_list.is_some() || !before(history, number).any(|it| it.id == heard.id) {
            return None;
        }
        let what = named(&heard.id, &heard.text);
        let sentence = format!("{} hears {what} twice on one connection.", heard.client);
        Some((sentence, Mend::Without(heard.at, heard.in_list)))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::story::{Story, ack, lost, message};
    use crate::{OnTheWay, ServerEvent};

    #[test]
    fn what_comes_was_published_and_subscribed_to() {
        use Promise::NothingInvented;
        let hears = |text| Story::begun().publishes("hi", 1, &[("bob", message(1, text))]);
        hears("hi").keeps(NothingInvented);
        let (is, should) =
            hears("ho").breaks(NothingInvented, "bob hears “ho” (message 1), and nobody has published that.");
        assert_eq!(is[1], r#"bob hears message {"id":1,"text":"ho","topic":"rust"}"#);
        assert_eq!(should[1], "bob hears nothing");
        Story::begun().publishes("hi", 1, &[("bob", message(2, "hi"))]).breaks(
            NothingInvented,
            "bob hears “hi” (message 2), and the one who published it was told another id.",
        );
        Story::begun()
            .publishes("hi", 1, &[("ada", message(1, "hi"))])
            .breaks(NothingInvented, "ada hears “hi” (message 1), and ada hasn't subscribed to \"rust\".");
        let subscribes = [("ada", lost(OnTheWay::EventToServer, "subscribe"))];
        Story::begun()
            .asks("ada", "subscribe", json!("rust"), &subscribes)
            .connects("ada", "ada")
            .publishes("hi", 1, &[("ada", message(1, "hi"))])
            .breaks(NothingInvented, "ada hears “hi” (message 1), and ada hasn't subscribed to \"rust\".");
        // It never arrived, so nobody can know of it.
        Story::begun()
            .asks(
                "ada",
                "publish",
                json!({ "topic": "rust", "text": "hi" }),
                &[("ada", lost(OnTheWay::EventToServer, "publish"))],
            )
            .waits(&[("bob", message(1, "hi"))])
            .breaks(NothingInvented, "bob hears “hi” (message 1), and nobody has published that.");
    }

    #[test]
    fn what_is_refused_is_not_accepted() {
        let refused = |heard| {
            let what = json!({ "topic": "rust", "text": "hi" });
            let told = [("ada", ack("publish", json!("not accepted")))];
            Story::begun().asks("ada", "publish", what, &told).waits(heard)
        };
        refused(&[]).keeps(Promise::NothingLost);
        refused(&[("bob", message(1, "hi"))])
            .breaks(Promise::NothingInvented, "bob hears “hi” (message 1), and nobody has published that.");
    }

    #[test]
    fn what_was_accepted_reaches_those_who_had_subscribed() {
        use Promise::NothingLost;
        let silent = Story::begun().publishes("hi", 1, &[]).waits(&[]);
        let sentence =
            "“hi” (message 1) was accepted, and bob had subscribed to \"rust\" before. bob never hears it.";
        let (is, should) = silent.breaks(NothingLost, sentence);
        assert_eq!(
            (is[1].as_str(), should[1].as_str()),
            ("bob hears nothing", r#"bob hears message {"id":1,"text":"hi","topic":"rust"}"#)
        );
        Story::begun().publishes("hi", 1, &[("bob", message(1, "hi"))]).keeps(NothingLost);
        // It comes later, in a list, or to another client of Bob's.
        silent.clone().waits(&[("bob", message(1, "hi"))]).keeps(NothingLost);
        let list = json!([{ "id": 1, "topic": "rust", "text": "hi" }]);
        silent.clone().asks("bob", "getAll", Value::Null, &[("bob", ack("getAll", list))]).keeps(NothingLost);
        silent.clone().connects_and("phone", "bob", &[("phone", message(1, "hi"))]).keeps(NothingLost);
        // Bob says that he has it.
        let received = ack("received", json!("received"));
        let says_received = |heard| silent.clone().asks("bob", "received", json!(1), &[("bob", heard)]);
        says_received(received).keeps(NothingLost);
        // The server may have got it. It hasn't if it says so, or if the event was lost.
        let back = |story: Story| story.connects("bob", "bob");
        back(says_received(lost(OnTheWay::AckToClient, "received"))).keeps(NothingLost);
        says_received(ack("received", json!("unknown message"))).breaks(NothingLost, sentence);
        back(says_received(lost(OnTheWay::EventToServer, "received"))).breaks(NothingLost, sentence);
        // Who isn't there at the end can't be told.
        silent.clone().drops("bob").keeps(NothingLost);
        silent.clone().drops("bob").connects("bob", "bob").breaks(NothingLost, sentence);
        let on_the_way = [("bob", lost(OnTheWay::EventToClient, "message"))];
        Story::begun().publishes("hi", 1, &on_the_way).keeps(NothingLost);
        let mut crashed = silent.clone().waits(&[]);
        crashed.0.steps.last_mut().unwrap().server.push(ServerEvent::Crashed {});
        crashed.keeps(NothingLost);
        // Who subscribes later needn't hear of it, nor of what nobody was told is accepted.
        let later = Story::default().connects("ada", "ada").connects("bob", "bob").publishes("hi", 1, &[]);
        let subscribed = ack("subscribe", json!("subscribed"));
        later.asks("bob", "subscribe", json!("rust"), &[("bob", subscribed)]).keeps(NothingLost);
        let not_told = Story::begun().asks("ada", "publish", json!({ "topic": "rust", "text": "hi" }), &[]);
        not_told.waits(&[]).keeps(NothingLost);
        silent
            .connects("phone", "bob")
            .drops("bob")
            .breaks(NothingLost, &format!("{sentence} phone is bob."));
    }

    #[test]
    fn what_was_received_never_comes_again() {
        let received = |said: &str| {
            Story::begun().publishes("hi", 1, &[("bob", message(1, "hi"))]).asks(
                "bob",
                "received",
                json!(1),
                &[("bob", ack("received", json!(said)))],
            )
        };
        received("received").waits(&[]).keeps(Promise::NothingAgain);
        received("unknown message").waits(&[("bob", message(1, "hi"))]).keeps(Promise::NothingAgain);
        received("received").waits(&[("ada", message(1, "hi"))]).keeps(Promise::NothingAgain);
        let sentence = "bob has received “hi” (message 1), and it comes to bob again.";
        received("received").waits(&[("bob", message(1, "hi"))]).breaks(Promise::NothingAgain, sentence);
        let list = json!([{ "id": 1, "topic": "rust", "text": "hi" }]);
        let (is, should) = received("received")
            .asks("bob", "getAll", Value::Null, &[("bob", ack("getAll", list))])
            .breaks(Promise::NothingAgain, sentence);
        assert_eq!(
            (is[1].as_str(), should[1].as_str()),
            (
                r#"bob gets the ack of getAll: [{"id":1,"text":"hi","topic":"rust"}]"#,
                "bob gets the ack of getAll: []"
            )
        );
    }

    #[test]
    fn on_one_connection_all_comes_once_and_in_its_order() {
        use Promise::{HeardOnce, InOrder};
        let two = |first: u64, second: u64| {
            let text = |id| if id == 1 { "one" } else { "two" };
            let heard = [first, second].map(|id| ("bob", message(id, text(id))));
            Story::begun().publishes("one", 1, &[]).publishes("two", 2, &heard)
        };
        two(1, 2).keeps(InOrder);
        two(1, 2).keeps(HeardOnce);
        let sentence = "bob hears “one” (message 1) after “two” (message 2).";
        let (is, should) = two(2, 1).breaks(InOrder, sentence);
        assert_eq!((&is[1], &is[2]), (&should[2], &should[1]));
        // On a new connection it begins anew. What comes again is in the order of its first time.
        let back = two(1, 2).drops("bob").connects_and("bob", "bob", &[("bob", message(1, "one"))]);
        back.keeps(InOrder);
        back.keeps(HeardOnce);
        two(1, 2).waits(&[("bob", message(1, "one"))]).keeps(InOrder);
        two(1, 2)
            .waits(&[("bob", message(1, "one"))])
            .breaks(HeardOnce, "bob hears “one” (message 1) twice on one connection.");
        let list =
            json!([{ "id": 2, "topic": "rust", "text": "two" }, { "id": 1, "topic": "rust", "text": "one" }]);
        let listed = Story::begun().publishes("one", 1, &[]).publishes("two", 2, &[]);
        let listed = listed.asks("bob", "getAll", Value::Null, &[("bob", ack("getAll", list))]);
        let (is, should) = listed.breaks(InOrder, sentence);
        assert!(is[1].find("one") > is[1].find("two") && should[1].find("one") < should[1].find("two"));
        listed
            .waits(&[("bob", message(1, "one"))])
            .breaks(HeardOnce, "bob hears “one” (message 1) twice on one connection.");
        let list =
            json!([{ "id": 1, "topic": "rust", "text": "one" }, { "id": 2, "topic": "rust", "text": "two" }]);
        let asks =
            |story: Story| story.asks("bob", "getAll", Value::Null, &[("bob", ack("getAll", list.clone()))]);
        asks(asks(two(1, 2))).keeps(HeardOnce);
        let late = two(2, 2).waits(&[("bob", message(1, "one"))]);
        let (_, should) = late.breaks(InOrder, sentence);
        assert_eq!(should[1], "bob hears nothing", "it is too late");
    }

    #[test]
    fn a_publisher_that_repeats_itself_is_told_the_same() {
        let twice = |key: u64, id: u64| {
            let publishes = |story: Story, key: u64, id: u64| {
                let what = json!({ "topic": "rust", "text": "hi", "key": key });
                story.asks("ada", "publish", what, &[("ada", ack("publish", json!(id)))])
            };
            publishes(publishes(Story::begun(), 7, 1), key, id)
        };
        twice(7, 1).keeps(Promise::StoredOnce);
        twice(8, 2).keeps(Promise::StoredOnce);
        // What it says the second time is nobody's loss, nor is it owed to who has subscribed since.
        let otherwise = json!({ "topic": "rust", "text": "ho", "key": 7 });
        let hears = |id| [("ada", ack("publish", json!(id))), ("bob", message(1, "hi"))];
        let twice_otherwise = twice(7, 1)
            .asks("ada", "subscribe", json!("rust"), &[("ada", ack("subscribe", json!("subscribed")))])
            .asks("ada", "publish", otherwise, &hears(1));
        twice_otherwise.keeps(Promise::NothingLost);
        twice_otherwise.keeps(Promise::NothingInvented);
        let sentence = "ada publishes “hi” twice with the key 7, and is told 1 first and then 2.";
        let (is, should) = twice(7, 2).breaks(Promise::StoredOnce, sentence);
        assert_eq!(
            (is[0].as_str(), should[0].as_str()),
            ("ada gets the ack of publish: 2", "ada gets the ack of publish: 1")
        );
    }

    #[test]
    fn of_several_promises_the_first_that_is_broken_is_told() {
        let story = Story::begun().publishes("hi", 1, &[]).waits(&[("ada", message(1, "ho"))]);
        let find = |promises: &[Promise]| Breach::find(&story.0, promises).map(|it| it.promise);
        assert_eq!(
            find(&[Promise::InOrder, Promise::NothingLost, Promise::NothingInvented]),
            Some(Promise::NothingLost)
        );
        assert_eq!(find(&[Promise::InOrder]), None);
        assert_eq!(find(&[]), None);
    }
}
