//! What a delivery hub promises, and whether what happened to it keeps that.
//!
//! Lists are held against what happened before them, where somebody asks for one alone: then the server is done with it.
//! What nobody can know is nobody's fault: a report whose acknowledgement was lost may count, and may not.

use serde_json::{Value, json};

use crate::deliveries::{Asked, Confirmation, Deliveries, REPORTS, Said};
use crate::mend::{Found, Mend};
use crate::scene::Step;
use crate::transcript::Transcript;

/// A parcel has one driver, who keeps it.
pub(crate) fn another_driver(deliveries: &Deliveries) -> Found {
    let reports = || deliveries.asked.iter().filter(|it| REPORTS.contains(&it.event.as_str()));
    let took = |it: &&Asked| it.is("in-transit") && it.was_told("in-transit");
    reports().enumerate().find_map(|(number, report)| {
        let Said { value, at } = report.said.as_ref()?;
        let (client, order) = (&report.client, report.order());
        let mut earlier = reports().take(number).filter(took).filter(|it| it.order() == order);
        if report.was_told(&report.event) {
            let first = &earlier.find(|it| it.person != report.person)?.client;
            let sentence =
                format!("{first} has taken the parcel {order}, and {client} is told {value} for it, too.");
            let right = if report.is("in-transit") { "taken" } else { "not yours" };
            return Some((sentence, Mend::Says(*at, json!(right))));
        }
        let first = &earlier.find(|it| it.person == report.person && it.is_done_by(report.step))?.client;
        let event = &report.event;
        let sentence = format!(
            "{first} has taken the parcel {order}. Later {client} says `{event}` for it, and is told {value}."
        );
        Some((sentence, Mend::Says(*at, json!(event))))
    })
}

/// What becomes of a parcel is confirmed once, with one id.
pub(crate) fn confirmed_twice(deliveries: &Deliveries) -> Found {
    let all = &deliveries.confirmations;
    all.iter().enumerate().filter(|(_, it)| !it.is_lost).find_map(|(number, now)| {
        let is_same = |it: &&Confirmation| (&it.event, &it.order) == (&now.event, &now.order);
        let sentence = if let Some(first) = all[..number].iter().find(|it| is_same(it) && it.id != now.id) {
            format!("{} came with two ids: {} and {}.", named(now), first.id, now.id)
        } else {
            let other = all[..number].iter().find(|it| !is_same(it) && it.id == now.id)?;
            format!("The id {} stands for {} and for {}.", now.id, named(other), named(now))
        };
        Some((sentence, Mend::Without(now.at, now.in_list)))
    })
}

/// A vendor hears only what drivers did, and only of their own parcels.
pub(crate) fn not_theirs(deliveries: &Deliveries) -> Found {
    deliveries.confirmations.iter().filter(|it| !it.is_lost).find_map(|now| {
        let by_then = |it: &&Asked| it.step <= now.at.step && !it.is_lost && *it.order() == now.order;
        let announced = |it: &Asked| it.person == now.person && !it.was_told("known order");
        let refused = |it: &Asked| ["taken", "not yours", "unknown order"].iter().any(|no| it.was_told(no));
        let reported = |it: &Asked| now.event == it.event.as_str() && now.driver == it.person.name.as_str();
        let why = if now.person.is_driver {
            format!("{} is a driver", now.person.name)
        } else if !deliveries.all("pickup").filter(by_then).any(announced) {
            format!("{} hasn't announced that parcel", now.person.name)
        } else if !deliveries.asked.iter().filter(by_then).any(|it| reported(it) && !refused(it)) {
            format!("no driver {} has done that", now.driver)
        } else {
            return None;
        };
        let sentence = format!("{} hears {}, and {why}.", now.client, named(now));
        Some((sentence, Mend::Without(now.at, now.in_list)))
    })
}

/// A confirmation is in the queue of its vendor until the vendor says `received`, and not after that.
pub(crate) fn not_kept(deliveries: &Deliveries, transcript: &Transcript) -> Found {
    alone(deliveries, transcript, "getAll").find_map(|(asked, list, said)| {
        still_there(deliveries, asked, said).or_else(|| lacks_confirmation(deliveries, asked, list, said))
    })
}

/// What the vendor has received and still gets in this list.
fn still_there(deliveries: &Deliveries, asked: &Asked, said: &Said) -> Found {
    let received = |id: &Value| {
        deliveries.all("received").any(|it| {
            it.person == asked.person
                && it.argument == *id
                && it.was_told("received")
                && it.is_done_by(said.at.step)
        })
    };
    let listed = deliveries.confirmations.iter().filter(|it| it.at == said.at && it.in_list.is_some());
    let now = listed.into_iter().find(|it| received(&it.id))?;
    let sentence = format!(
        "{} has said `received` for {} (message {}). It's still in the list that {} gets.",
        asked.person.name,
        named(now),
        now.id,
        asked.client
    );
    Some((sentence, Mend::Without(now.at, now.in_list)))
}

/// What this list lacks: it was acknowledged to its driver, and the vendor can't have received it.
fn lacks_confirmation(deliveries: &Deliveries, asked: &Asked, list: &[Value], said: &Said) -> Found {
    let vendor = &asked.person;
    let is_theirs = |order: &Value| {
        deliveries.all("pickup").any(|it| {
            it.person == *vendor
                && it.order() == order
                && it.was_told("accepted")
                && it.is_done_by(said.at.step)
        })
    };
    let is_done = |it: &&Asked| REPORTS.contains(&it.event.as_str()) && it.was_told(&it.event);
    let reports = || deliveries.asked.iter().filter(is_done);
    let of = |report: &Asked, it: &Confirmation| it.event == *report.event && it.order == *report.order();
    let id_of = |report: &Asked| deliveries.confirmations.iter().find(|it| of(report, it)).map(|it| &it.id);
    // It wasn't refused, so something may have been taken out.
    let may_count = |it: &&Asked| {
        it.person == *vendor && it.step <= said.at.step && !it.is_lost && !it.was_told("unknown message")
    };
    let lacking =
        reports().filter(|it| it.is_done_by(said.at.step) && is_theirs(it.order())).find(|report| {
            let is_listed =
                list.iter().any(|it| it["event"] == *report.event && it["orderId"] == *report.order());
            // An id that nobody has seen may be this one's.
            let may_be = |id: &Value| match id_of(report) {
                Some(known) => id == known,
                None => id.is_u64() && !deliveries.confirmations.iter().any(|it| it.id == *id),
            };
            !is_listed && !deliveries.all("received").filter(may_count).any(|it| may_be(&it.argument))
        })?;
    // If nobody has seen its id, it should be this one: they are counted.
    let mut before: Vec<_> = Vec::new();
    for it in reports().take_while(|it| !std::ptr::eq(*it, lacking)) {
        if !before.contains(&(&it.event, it.order())) {
            before.push((&it.event, it.order()));
        }
    }
    let id = id_of(lacking).cloned().unwrap_or_else(|| json!(before.len() + 1));
    let Asked { event, person, client, .. } = lacking;
    let what = json!({ "id": id, "event": event, "orderId": lacking.order(), "driver": person.name });
    let mut right = list.to_vec();
    right.push(what);
    right.sort_by_key(|it| it["id"].as_u64());
    let sentence = format!(
        "{client} was told {event:?} for {vendor}'s parcel {}. {vendor} hasn't said `received` for this confirmation. \
         But it isn't in the list that {} gets.",
        lacking.order(),
        asked.client,
        vendor = vendor.name,
    );
    Some((sentence, Mend::Says(said.at, Value::Array(right))))
}

/// A parcel is in `waiting` until a driver takes it, and not after that.
pub(crate) fn not_waiting(deliveries: &Deliveries, transcript: &Transcript) -> Found {
    alone(deliveries, transcript, "waiting").find_map(|(asked, list, said)| {
        let taken_by = |order: &Value| {
            deliveries.all("in-transit").find(|it| {
                it.order() == order && it.was_told("in-transit") && it.is_done_by(said.at.step)
            })
        };
        let taken = list.iter().enumerate().find_map(|(i, it)| Some((i, taken_by(&it["orderId"])?)));
        if let Some((i, taken)) = taken {
            let sentence = format!(
                "{} has taken the parcel {}. It's still in the list that {} gets for `waiting`.",
                taken.client,
                taken.order(),
                asked.client
            );
            return Some((sentence, Mend::Without(said.at, Some(i))));
        }
        let may_be_taken = |order: &Value| {
            let no = |it: &Asked| it.is_lost || it.was_told("unknown order");
            deliveries.all("in-transit").any(|it| it.order() == order && it.step <= said.at.step && !no(it))
        };
        let lacking = deliveries.all("pickup").find(|it| {
            it.was_told("accepted")
                && it.is_done_by(said.at.step)
                && !may_be_taken(it.order())
                && !list.iter().any(|listed| listed["orderId"] == *it.order())
        })?;
        let mut right = list.to_vec();
        let Asked { argument, person, .. } = lacking;
        let [customer, address] = ["customer", "address"].map(|field| &argument[field]);
        right.push(json!({
            "orderId": lacking.order(), "vendor": person.name, "customer": customer, "address": address,
        }));
        // The one that was announced first comes first.
        right.sort_by_key(|it| {
            deliveries.all("pickup").position(|one| one.was_told("accepted") && *one.order() == it["orderId"])
        });
        let sentence = format!(
            "The parcel {} was accepted, and no driver has taken it. But it isn't in the list that {} gets for \
             `waiting`.",
            lacking.order(),
            asked.client
        );
        Some((sentence, Mend::Says(said.at, Value::Array(right))))
    })
}

/// The lists that came for this event to those who asked for one alone, at no moment with something else.
fn alone<'d>(
    deliveries: &'d Deliveries,
    transcript: &'d Transcript,
    event: &'d str,
) -> impl Iterator<Item = (&'d Asked, &'d [Value], &'d Said)> {
    deliveries.all(event).filter_map(|asked| {
        let said = asked.said.as_ref()?;
        let is_alone = !matches!(transcript.steps[said.at.step].step, Step::Together(_));
        Some((asked, said.value.as_array()?.as_slice(), said)).filter(|_| is_alone)
    })
}

/// `delivered` of the parcel "a-1"
fn named(confirmation: &Confirmation) -> String {
    let event = confirmation.event.as_str().unwrap_or("?");
    format!("`{event}` of the parcel {}", confirmation.order)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::Promise::{ConfirmedOnce, KeptUntilReceived, OneDriver, OwnParcels, WaitingUntilTaken};
    use crate::story::{Story, ack, lost_with};
    use crate::{ClientEvent, OnTheWay, Step};

    /// Ada and Bob are vendors, Dora and Fay drivers. Ada has announced "a-1", and Bob "b-1".
    fn begun() -> Story {
        let story = Story::default()
            .connects_as("ada", "vendor")
            .connects_as("bob", "vendor")
            .connects_as("dora", "driver")
            .connects_as("fay", "driver");
        story.says("ada", "pickup", "a-1", "accepted").says("bob", "pickup", "b-1", "accepted")
    }

    trait Says {
        /// The client emits that event about that order, and is told this.
        fn says(self, client: &str, event: &str, order: &str, told: &str) -> Self;
        fn says_and(self, client: &str, event: &str, order: &str, heard: &[(&str, ClientEvent)]) -> Self;
        fn received(self, client: &str, id: u64, told: &str) -> Self;
        /// The client asks for a list, and gets this.
        fn gets(self, client: &str, event: &str, list: Value) -> Self;
    }

    impl Says for Story {
        fn says(self, client: &str, event: &str, order: &str, told: &str) -> Self {
            self.says_and(client, event, order, &[(client, ack(event, json!(told)))])
        }

        fn says_and(self, client: &str, event: &str, order: &str, heard: &[(&str, ClientEvent)]) -> Self {
            self.asks(client, event, json!({ "orderId": order, "customer": "Cyd", "address": "x" }), heard)
        }

        fn received(self, client: &str, id: u64, told: &str) -> Self {
            self.asks(client, "received", json!(id), &[(client, ack("received", json!(told)))])
        }

        fn gets(self, client: &str, event: &str, list: Value) -> Self {
            self.asks(client, event, Value::Null, &[(client, ack(event, list))])
        }
    }

    fn news(id: u64, event: &str, order: &str, driver: &str) -> Value {
        json!({ "id": id, "event": event, "orderId": order, "driver": driver })
    }

    fn hears(id: u64, event: &str, order: &str, driver: &str) -> ClientEvent {
        let args = news(id, event, order, driver).into();
        ClientEvent::Event { ns: "/caps".into(), event: event.into(), args }
    }

    /// Dora takes "a-1", and Ada hears of it.
    fn taken() -> Story {
        let heard = [
            ("ada", hears(1, "in-transit", "a-1", "dora")),
            ("dora", ack("in-transit", json!("in-transit"))),
        ];
        begun().says_and("dora", "in-transit", "a-1", &heard)
    }

    #[test]
    fn a_parcel_has_one_driver() {
        taken().says("fay", "in-transit", "a-1", "taken").keeps(OneDriver);
        taken().says("fay", "in-transit", "b-1", "in-transit").keeps(OneDriver);
        taken().says("dora", "in-transit", "a-1", "in-transit").keeps(OneDriver);
        taken().says("fay", "delivered", "a-1", "not yours").keeps(OneDriver);
        let sentence = "dora has taken the parcel \"a-1\", and fay is told \"in-transit\" for it, too.";
        let (is, should) = taken().says("fay", "in-transit", "a-1", "in-transit").breaks(OneDriver, sentence);
        assert_eq!(
            (is[4].as_str(), should[4].as_str()),
            ("fay gets the ack of in-transit: \"in-transit\"", "fay gets the ack of in-transit: \"taken\"")
        );
        let sentence = "dora has taken the parcel \"a-1\", and fay is told \"delivered\" for it, too.";
        let (_, should) = taken().says("fay", "delivered", "a-1", "delivered").breaks(OneDriver, sentence);
        assert_eq!(should[4], "fay gets the ack of delivered: \"not yours\"");
    }

    #[test]
    fn the_driver_keeps_the_parcel() {
        let back = || taken().drops("dora").connects_as("dora", "driver");
        back().says("dora", "delivered", "a-1", "delivered").keeps(OneDriver);
        let (_, should) = back().says("dora", "delivered", "a-1", "not yours").breaks(
            OneDriver,
            "dora has taken the parcel \"a-1\". Later dora says `delivered` for it, and is told \"not yours\".",
        );
        assert_eq!(should[3], "dora gets the ack of delivered: \"delivered\"");
        back().says("dora", "in-transit", "a-1", "taken").breaks(
            OneDriver,
            "dora has taken the parcel \"a-1\". Later dora says `in-transit` for it, and is told \"taken\".",
        );
        // A name may be a driver's and a vendor's. What the other role says is nothing.
        let other = taken().connects_as("phone", "vendor");
        other.says("phone", "in-transit", "a-1", "in-transit").keeps(OneDriver);
        // Nobody has told her that it's hers.
        let unsure = lost_with(OnTheWay::AckToClient, "in-transit", json!("in-transit"));
        begun()
            .says_and("dora", "in-transit", "a-1", &[("dora", unsure)])
            .connects_as("dora", "driver")
            .says("dora", "in-transit", "a-1", "taken")
            .keeps(OneDriver);
    }

    #[test]
    fn what_becomes_of_a_parcel_has_one_id() {
        let again = |id, event| taken().waits(&[("ada", hears(id, event, "a-1", "dora"))]);
        again(1, "in-transit").keeps(ConfirmedOnce);
        again(2, "delivered").keeps(ConfirmedOnce);
        let (is, should) = again(2, "in-transit")
            .breaks(ConfirmedOnce, "`in-transit` of the parcel \"a-1\" came with two ids: 1 and 2.");
        assert!(is[0].starts_with("ada hears in-transit"), "{is:?}");
        assert_eq!(should[0], "ada hears nothing");
        again(1, "delivered").breaks(
            ConfirmedOnce,
            "The id 1 stands for `in-transit` of the parcel \"a-1\" and for `delivered` of the parcel \"a-1\".",
        );
        taken()
            .gets("ada", "getAll", json!([news(2, "in-transit", "a-1", "dora")]))
            .breaks(ConfirmedOnce, "`in-transit` of the parcel \"a-1\" came with two ids: 1 and 2.");
        // The first one was lost on its way.
        let first = lost_with(OnTheWay::EventToClient, "in-transit", news(1, "in-transit", "a-1", "dora"));
        let heard = [("ada", first), ("dora", ack("in-transit", json!("in-transit")))];
        let back = begun().says_and("dora", "in-transit", "a-1", &heard).connects_as("ada", "vendor");
        back.waits(&[("ada", hears(2, "in-transit", "a-1", "dora"))])
            .breaks(ConfirmedOnce, "`in-transit` of the parcel \"a-1\" came with two ids: 1 and 2.");
    }

    #[test]
    fn a_vendor_hears_of_their_own_parcels() {
        taken().keeps(OwnParcels);
        let hear = |client: &str, event: &str, order: &str, driver: &str| {
            taken().waits(&[(client, hears(2, event, order, driver))])
        };
        hear("ada", "in-transit", "a-1", "dora").keeps(OwnParcels);
        let (_, should) = hear("bob", "in-transit", "a-1", "dora").breaks(
            OwnParcels,
            "bob hears `in-transit` of the parcel \"a-1\", and bob hasn't announced that parcel.",
        );
        assert_eq!(should[1], "bob hears nothing");
        hear("ada", "delivered", "a-1", "dora").breaks(
            OwnParcels,
            "ada hears `delivered` of the parcel \"a-1\", and no driver \"dora\" has done that.",
        );
        hear("ada", "in-transit", "a-1", "fay").breaks(
            OwnParcels,
            "ada hears `in-transit` of the parcel \"a-1\", and no driver \"fay\" has done that.",
        );
        hear("fay", "in-transit", "a-1", "dora")
            .breaks(OwnParcels, "fay hears `in-transit` of the parcel \"a-1\", and fay is a driver.");
        // To be refused is not to do it.
        let refused = taken().says("fay", "in-transit", "a-1", "taken");
        refused.waits(&[("ada", hears(2, "in-transit", "a-1", "fay"))]).breaks(
            OwnParcels,
            "ada hears `in-transit` of the parcel \"a-1\", and no driver \"fay\" has done that.",
        );
        let known = begun().says("bob", "pickup", "a-1", "known order");
        known
            .says_and("dora", "in-transit", "a-1", &[("bob", hears(1, "in-transit", "a-1", "dora"))])
            .breaks(
                OwnParcels,
                "bob hears `in-transit` of the parcel \"a-1\", and bob hasn't announced that parcel.",
            );
    }

    const LACKS: &str = "dora was told \"in-transit\" for ada's parcel \"a-1\". ada hasn't said `received` for this \
                         confirmation. But it isn't in the list that ada gets.";

    #[test]
    fn what_is_not_received_is_listed() {
        let listed = || json!([news(1, "in-transit", "a-1", "dora")]);
        taken().gets("ada", "getAll", listed()).keeps(KeptUntilReceived);
        taken().gets("bob", "getAll", json!([])).keeps(KeptUntilReceived);
        let (_, should) = taken().gets("ada", "getAll", json!([])).breaks(KeptUntilReceived, LACKS);
        assert_eq!(should[0], format!("ada gets the ack of getAll: {}", listed()));
        let received = |client, told| taken().received(client, 1, told).gets("ada", "getAll", json!([]));
        received("ada", "received").keeps(KeptUntilReceived);
        received("ada", "unknown message").breaks(KeptUntilReceived, LACKS);
        received("bob", "received").breaks(KeptUntilReceived, LACKS);
        taken()
            .received("ada", 2, "unknown message")
            .gets("ada", "getAll", json!([]))
            .breaks(KeptUntilReceived, LACKS);
        // It came to nobody, so nobody knows its id. It should be this one.
        let silent = begun().says("fay", "in-transit", "b-1", "in-transit").says(
            "dora",
            "in-transit",
            "a-1",
            "in-transit",
        );
        let (_, should) = silent.clone().gets("ada", "getAll", json!([])).breaks(KeptUntilReceived, LACKS);
        assert_eq!(
            should[0],
            format!("ada gets the ack of getAll: [{}]", news(2, "in-transit", "a-1", "dora"))
        );
        silent.received("ada", 2, "received").gets("ada", "getAll", json!([])).keeps(KeptUntilReceived);
    }

    #[test]
    fn what_nobody_can_know_is_not_lacking() {
        // The acknowledgement was lost: of what the vendor announced, of what the driver did, of what was received.
        let unsure = |event, told: &str| lost_with(OnTheWay::AckToClient, event, json!(told));
        Story::default()
            .connects_as("ada", "vendor")
            .connects_as("dora", "driver")
            .says_and("ada", "pickup", "a-1", &[("ada", unsure("pickup", "accepted"))])
            .connects_as("ada", "vendor")
            .says("dora", "in-transit", "a-1", "in-transit")
            .gets("ada", "getAll", json!([]))
            .keeps(KeptUntilReceived);
        begun()
            .says_and("dora", "in-transit", "a-1", &[("dora", unsure("in-transit", "in-transit"))])
            .gets("ada", "getAll", json!([]))
            .keeps(KeptUntilReceived);
        let back = |lost| {
            let story =
                taken().asks("ada", "received", json!(1), &[("ada", lost)]).connects_as("ada", "vendor");
            story.gets("ada", "getAll", json!([]))
        };
        back(unsure("received", "received")).keeps(KeptUntilReceived);
        back(lost_with(OnTheWay::EventToServer, "received", json!(1))).breaks(KeptUntilReceived, LACKS);
        // At one moment, nobody knows what came first.
        let mut together = taken().gets("ada", "getAll", json!([]));
        let asked = together.0.steps.last_mut().unwrap();
        asked.step = Step::Together(vec![asked.step.clone()]);
        together.keeps(KeptUntilReceived);
    }

    #[test]
    fn what_is_received_is_not_listed() {
        let list = json!([news(1, "in-transit", "a-1", "dora")]);
        let received = |client, told| taken().received(client, 1, told).gets("ada", "getAll", list.clone());
        received("ada", "unknown message").keeps(KeptUntilReceived);
        received("bob", "received").keeps(KeptUntilReceived);
        let (_, should) = received("ada", "received").breaks(
            KeptUntilReceived,
            "ada has said `received` for `in-transit` of the parcel \"a-1\" (message 1). It's still in the list that ada \
             gets.",
        );
        assert_eq!(should[0], "ada gets the ack of getAll: []");
    }

    #[test]
    fn what_no_driver_has_taken_waits() {
        let parcel = |order: &str, vendor: &str| json!({ "orderId": order, "vendor": vendor, "customer": "Cyd", "address": "x" });
        let both = || json!([parcel("a-1", "ada"), parcel("b-1", "bob")]);
        begun().gets("dora", "waiting", both()).keeps(WaitingUntilTaken);
        taken().gets("fay", "waiting", json!([parcel("b-1", "bob")])).keeps(WaitingUntilTaken);
        let (_, should) = taken().gets("fay", "waiting", both()).breaks(
            WaitingUntilTaken,
            "dora has taken the parcel \"a-1\". It's still in the list that fay gets for `waiting`.",
        );
        assert_eq!(should[4], format!("fay gets the ack of waiting: [{}]", parcel("b-1", "bob")));
        let (_, should) = begun().gets("fay", "waiting", json!([parcel("b-1", "bob")])).breaks(
            WaitingUntilTaken,
            "The parcel \"a-1\" was accepted, and no driver has taken it. But it isn't in the list that fay gets for \
             `waiting`.",
        );
        assert_eq!(should[4], format!("fay gets the ack of waiting: {}", both()));
        // Perhaps it was taken, perhaps not. If the report never arrived, it wasn't.
        let report = |message| {
            let lost = lost_with(message, "in-transit", json!(null));
            begun().says_and("dora", "in-transit", "a-1", &[("dora", lost)])
        };
        let unsure = report(OnTheWay::AckToClient);
        unsure.clone().gets("fay", "waiting", both()).keeps(WaitingUntilTaken);
        unsure.gets("fay", "waiting", json!([parcel("b-1", "bob")])).keeps(WaitingUntilTaken);
        let never = report(OnTheWay::EventToServer).gets("fay", "waiting", json!([parcel("b-1", "bob")]));
        assert!(never.breach(WaitingUntilTaken).is_some());
    }
}
