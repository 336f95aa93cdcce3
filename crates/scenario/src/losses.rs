//! Whether a subscriber is told of what a queue has dropped, and of nothing else.
//!
//! It's counted whenever somebody asks for their queue, alone: then the server is done with all that happened before. By then
//! each message for that subscriber has been received, is in the list, or was dropped. What nobody can know leaves room: a
//! publisher who wasn't told whether its message was accepted, a `received` whose acknowledgement was lost.

use serde_json::json;

use crate::history::{Accepted, History, Listed, Published, Told};
use crate::mend::{Found, Mend};
use crate::promise::named;
use crate::scene::{ROOT, Step};
use crate::text;
use crate::transcript::{ClientEvent, Transcript};

/// The first list in which messages are missing that nobody has told of, or of which too many were told.
pub(crate) fn untold(history: &History, transcript: &Transcript) -> Found {
    history.lists.iter().find_map(|list| {
        let steps = &transcript.steps[..=list.at.step];
        let is_alone = !matches!(steps.last()?.step, Step::Together(_));
        is_alone.then(|| miscounted(&History::of(steps), list))?
    })
}

/// What is wrong with the number of losses that the subscriber knows of when this list comes.
fn miscounted(history: &History, list: &Listed) -> Found {
    let of = |is: fn(&History, &Listed, &Published) -> bool| {
        history.published.iter().filter(move |it| is(history, list, it))
    };
    let missing: Vec<_> = of(is_missing).collect();
    let (least, most) = (missing.len() as u64, of(may_be_missing).count() as u64);
    let told: Vec<_> = history.told.iter().filter(|it| it.name == list.name).collect();
    let number: u64 = told.iter().map(|it| it.number).sum();
    let last = told.last();
    let (sentence, mend) = if number < least {
        (too_few(list, &missing, number), told_with(list, last, least - number))
    } else {
        let last = last.filter(|_| number > most)?;
        let right = last.number.saturating_sub(number - most);
        let mend = if right == 0 { Mend::Without(last.at, None) } else { Mend::Says(last.at, json!(right)) };
        (too_many(list, least, most, number), mend)
    };
    let Listed { name, client, .. } = list;
    let also =
        if client.eq_ignore_ascii_case(name) { String::new() } else { format!(" {client} is {name}.") };
    Some((sentence + &also, mend))
}

fn too_few(list: &Listed, missing: &[&Published], told: u64) -> String {
    let name = &list.name;
    let which: Vec<_> =
        missing.iter().filter_map(|it| Some(named(&it.accepted.as_ref()?.id, &it.text))).collect();
    let (are, them) = if which.len() == 1 { ("is", "it") } else { ("are", "them") };
    format!(
        "{} {are} no longer in {name}'s queue, and {name} hasn't said `received` for {them}. `dropped` has told {name} \
         of {told} so far. It should be {}.",
        text::list(&which),
        which.len()
    )
}

fn too_many(list: &Listed, least: u64, most: u64, told: u64) -> String {
    let can_be = match most {
        0 => "Nothing can have been dropped.".to_owned(),
        _ if most == least => format!("Only {most} can have been dropped."),
        _ => format!("At most {most} can have been dropped."),
    };
    format!("`dropped` has told {} of {told} so far. {can_be}", list.name)
}

/// The list, and with it so many losses more are told. `last` is what was told last, perhaps with this list.
fn told_with(list: &Listed, last: Option<&&Told>, more: u64) -> Mend {
    let is_with_it = |it: &&&Told| (it.at.step, it.at.outcome) == (list.at.step, list.at.outcome);
    if let Some(last) = last.filter(is_with_it) {
        return Mend::Says(last.at, json!(last.number + more));
    }
    let args = json!(more).into();
    Mend::Before(list.at, ClientEvent::Event { ns: ROOT.into(), event: "dropped".into(), args })
}

/// Whether it was in the subscriber's queue for sure, and isn't any more, though nobody has taken it out.
fn is_missing(history: &History, list: &Listed, published: &Published) -> bool {
    // What is accepted while the list is made may be put into the queue after it.
    let before = |it: &&Accepted| it.at.step < list.at.step;
    let Some(accepted) = published.accepted.as_ref().filter(before) else { return false };
    let covers = history.subscriptions.iter().any(|it| it.name == list.name && it.covers(published));
    covers && !is_listed(history, list, published) && !history.may_have_received(&list.name, &accepted.id)
}

/// Whether it may have been in the subscriber's queue, and may have been dropped from it.
fn may_be_missing(history: &History, list: &Listed, published: &Published) -> bool {
    let subscribed = history
        .subscriptions
        .iter()
        .any(|it| it.name == list.name && it.topic == published.topic && it.can_be_known(published.step));
    let has_it = || {
        let Some(accepted) = &published.accepted else { return false };
        history
            .received
            .iter()
            .any(|it| it.name == list.name && it.id == accepted.id && it.counts_since.is_some())
    };
    !published.is_lost && subscribed && !is_listed(history, list, published) && !has_it()
}

fn is_listed(history: &History, list: &Listed, published: &Published) -> bool {
    let id = published.accepted.as_ref().map(|accepted| &accepted.id);
    history.heard.iter().any(|it| it.at == list.at && it.in_list.is_some() && Some(&it.id) == id)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::story::{Story, ack, lost_with};
    use crate::{ClientEvent, OnTheWay, Promise::LossesTold};

    fn dropped(number: u64) -> ClientEvent {
        ClientEvent::Event { ns: "/".into(), event: "dropped".into(), args: json!(number).into() }
    }

    fn list(ids: &[u64]) -> ClientEvent {
        let message = |id: &u64| json!({ "id": id, "topic": "rust", "text": "hi" });
        ack("getAll", ids.iter().map(message).collect())
    }

    trait Asks {
        /// That client asks for its queue, and hears this.
        fn asks_all(self, client: &str, heard: Vec<ClientEvent>) -> Self;
    }

    impl Asks for Story {
        fn asks_all(self, client: &str, heard: Vec<ClientEvent>) -> Self {
            let heard: Vec<_> = heard.into_iter().map(|event| (client, event)).collect();
            self.asks(client, "getAll", Value::Null, &heard)
        }
    }

    /// So many messages are published for Bob.
    fn published(count: u64) -> Story {
        (1..=count).fold(Story::begun(), |story, id| story.publishes("hi", id, &[]))
    }

    #[test]
    fn what_is_dropped_is_told() {
        published(3).asks_all("bob", vec![list(&[1, 2, 3])]).keeps(LossesTold);
        let told = published(5).asks_all("bob", vec![dropped(2), list(&[3, 4, 5])]);
        told.keeps(LossesTold);
        told.clone().asks_all("bob", vec![list(&[3, 4, 5])]).keeps(LossesTold);
        let one_more = told.publishes("hi", 6, &[]);
        one_more.clone().asks_all("bob", vec![dropped(1), list(&[4, 5, 6])]).keeps(LossesTold);
        let (is, should) = published(4).asks_all("bob", vec![list(&[2, 3, 4])]).breaks(
            LossesTold,
            "“hi” (message 1) is no longer in bob's queue, and bob hasn't said `received` for it. `dropped` has told bob \
             of 0 so far. It should be 1.",
        );
        assert_eq!((should[1].as_str(), &should[2]), ("bob hears dropped 1", &is[1]));
        let (is, should) = one_more.asks_all("bob", vec![list(&[4, 5, 6])]).breaks(
            LossesTold,
            "“hi” (message 1), “hi” (message 2) and “hi” (message 3) are no longer in bob's queue, and bob hasn't said \
             `received` for them. `dropped` has told bob of 2 so far. It should be 3.",
        );
        assert_eq!((should[1].as_str(), &should[2]), ("bob hears dropped 1", &is[1]));
        let (is, should) = published(5).asks_all("bob", vec![dropped(1), list(&[3, 4, 5])]).breaks(
            LossesTold,
            "“hi” (message 1) and “hi” (message 2) are no longer in bob's queue, and bob hasn't said `received` for \
             them. `dropped` has told bob of 1 so far. It should be 2.",
        );
        assert_eq!((is[1].as_str(), should[1].as_str()), ("bob hears dropped 1", "bob hears dropped 2"));
    }

    #[test]
    fn each_loss_is_told_once() {
        let again = published(5).asks_all("bob", vec![dropped(2), list(&[3, 4, 5])]);
        let (is, should) = again
            .clone()
            .asks_all("bob", vec![dropped(2), list(&[3, 4, 5])])
            .breaks(LossesTold, "`dropped` has told bob of 4 so far. Only 2 can have been dropped.");
        assert_eq!((is[1].as_str(), &is[2]), ("bob hears dropped 2", &should[1]));
        let (_, should) = again
            .publishes("hi", 6, &[])
            .asks_all("bob", vec![dropped(3), list(&[4, 5, 6])])
            .breaks(LossesTold, "`dropped` has told bob of 5 so far. Only 3 can have been dropped.");
        assert_eq!(should[1], "bob hears dropped 1");
        // What the subscriber took out is not dropped, and what somebody else lost is not theirs.
        let took =
            published(4).asks("bob", "received", json!(1), &[("bob", ack("received", json!("received")))]);
        took.clone().asks_all("bob", vec![list(&[2, 3, 4])]).keeps(LossesTold);
        took.asks_all("bob", vec![dropped(1), list(&[2, 3, 4])])
            .breaks(LossesTold, "`dropped` has told bob of 1 so far. Nothing can have been dropped.");
        published(4)
            .asks_all("ada", vec![dropped(1), list(&[])])
            .breaks(LossesTold, "`dropped` has told ada of 1 so far. Nothing can have been dropped.");
    }

    #[test]
    fn all_devices_of_a_name_are_told_together() {
        let phone = published(4).connects("phone", "bob");
        let told = phone.clone().asks_all("phone", vec![dropped(1), list(&[2, 3, 4])]);
        told.clone().asks_all("bob", vec![list(&[2, 3, 4])]).keeps(LossesTold);
        told.asks_all("bob", vec![dropped(1), list(&[2, 3, 4])])
            .breaks(LossesTold, "`dropped` has told bob of 2 so far. Only 1 can have been dropped.");
        phone.asks_all("phone", vec![list(&[2, 3, 4])]).breaks(
            LossesTold,
            "“hi” (message 1) is no longer in bob's queue, and bob hasn't said `received` for it. `dropped` has told bob \
             of 0 so far. It should be 1. phone is bob.",
        );
    }

    #[test]
    fn what_nobody_can_know_leaves_room() {
        // It was told, and lost on its way.
        let on_the_way = lost_with(OnTheWay::EventToClient, "dropped", json!(1));
        let back = published(4).asks_all("bob", vec![on_the_way]).connects("bob", "bob");
        back.clone().asks_all("bob", vec![list(&[2, 3, 4])]).keeps(LossesTold);
        back.asks_all("bob", vec![dropped(1), list(&[2, 3, 4])])
            .breaks(LossesTold, "`dropped` has told bob of 2 so far. Only 1 can have been dropped.");
        // The number came, and the list didn't.
        let list_is_lost = lost_with(OnTheWay::AckToClient, "getAll", json!([]));
        let back = published(4).asks_all("bob", vec![dropped(1), list_is_lost]).connects("bob", "bob");
        back.asks_all("bob", vec![list(&[2, 3, 4])]).keeps(LossesTold);
        // Perhaps it was taken out, perhaps it had been dropped before.
        let ack_is_lost = lost_with(OnTheWay::AckToClient, "received", json!("received"));
        let perhaps =
            published(4).asks("bob", "received", json!(1), &[("bob", ack_is_lost)]).connects("bob", "bob");
        perhaps.clone().asks_all("bob", vec![list(&[2, 3, 4])]).keeps(LossesTold);
        perhaps.clone().asks_all("bob", vec![dropped(1), list(&[2, 3, 4])]).keeps(LossesTold);
        perhaps
            .asks_all("bob", vec![dropped(2), list(&[2, 3, 4])])
            .breaks(LossesTold, "`dropped` has told bob of 2 so far. At most 1 can have been dropped.");
        // Ada wasn't told that her message was accepted.
        let what = json!({ "topic": "rust", "text": "hi" });
        let ack_is_lost = lost_with(OnTheWay::AckToClient, "publish", json!(1));
        let unsure = Story::begun().asks("ada", "publish", what.clone(), &[("ada", ack_is_lost)]);
        unsure.clone().asks_all("bob", vec![list(&[])]).keeps(LossesTold);
        unsure.asks_all("bob", vec![dropped(1), list(&[])]).keeps(LossesTold);
        // It never arrived, or was refused.
        let never = lost_with(OnTheWay::EventToServer, "publish", what.clone());
        for nothing in [never, ack("publish", json!("not accepted"))] {
            Story::begun()
                .asks("ada", "publish", what.clone(), &[("ada", nothing)])
                .asks_all("bob", vec![dropped(1), list(&[])])
                .breaks(LossesTold, "`dropped` has told bob of 1 so far. Nothing can have been dropped.");
        }
        // At one moment, nobody knows what came first.
        let mut together = published(4).asks_all("bob", vec![list(&[2, 3, 4])]);
        let asked = together.0.steps.last_mut().unwrap();
        asked.step = crate::Step::Together(vec![asked.step.clone()]);
        together.keeps(LossesTold);
        // What is accepted while the list is made may come after it.
        let what = json!({ "topic": "rust", "text": "hi" });
        let late = Story::begun().asks("ada", "publish", what, &[]);
        late.asks("bob", "getAll", Value::Null, &[("ada", ack("publish", json!(1))), ("bob", list(&[]))])
            .keeps(LossesTold);
    }
}
