//! The solution of `received`: a message stays in a subscriber's queue until that subscriber has received it.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// What a client sends when it connects: its `auth` option. A name is a person, and a person may have several connections.
#[derive(Deserialize)]
pub(super) struct Auth {
    pub(super) name: String,
}

/// What a publisher sends.
#[derive(Deserialize)]
pub(super) struct Publish {
    pub(super) topic: String,
    pub(super) text: String,
}

/// What a subscriber hears.
#[derive(Clone, Serialize)]
pub(super) struct Message {
    pub(super) id: u64,
    pub(super) topic: String,
    pub(super) text: String,
}

/// A queue server: what a subscriber hasn't received, the server still has.
pub fn server(io: &SocketIo) {
    let queues = Arc::new(Mutex::new(Queues::default()));

    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        // A room with all connections of this person.
        socket.join(name.clone());

        let (state, me) = (Arc::clone(&queues), name.clone());
        socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
            state.lock().unwrap().subscribe(me, topic);
            ack.send("subscribed").ok();
        });

        let state = Arc::clone(&queues);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, subscribers) = state.lock().unwrap().accept(publish);
            ack.send(&message.id).ok();
            for name in subscribers {
                io.to(name).emit("message", &message).await.ok();
            }
        });

        // ANCHOR: solution
        let (state, me) = (Arc::clone(&queues), name.clone());
        socket.on("received", async move |Data::<u64>(id), ack: AckSender| {
            let known = state.lock().unwrap().received(&me, id);
            ack.send(if known { "received" } else { "unknown message" }).ok();
        });

        let (state, me) = (Arc::clone(&queues), name);
        socket.on("getAll", async move |ack: AckSender| {
            ack.send(state.lock().unwrap().queue(&me)).ok();
        });
        // ANCHOR_END: solution
    });
}

// ANCHOR: solution
/// All that the server remembers.
#[derive(Default)]
struct Queues {
    /// How many messages it has accepted.
    accepted: u64,
    /// The names of those who have subscribed, by topic.
    subscribers: HashMap<String, BTreeSet<String>>,
    /// What each subscriber hasn't received yet, by name.
    waiting: HashMap<String, Vec<Message>>,
}

impl Queues {
    fn subscribe(&mut self, name: String, topic: String) {
        self.subscribers.entry(topic).or_default().insert(name);
    }

    /// Accepts a message: gives it an id, puts it into the queues, and tells whose it is.
    fn accept(&mut self, Publish { topic, text }: Publish) -> (Message, BTreeSet<String>) {
        self.accepted += 1;
        let message = Message { id: self.accepted, topic, text };
        let subscribers = self.subscribers.get(&message.topic).cloned().unwrap_or_default();
        for name in &subscribers {
            self.waiting.entry(name.clone()).or_default().push(message.clone());
        }
        (message, subscribers)
    }

    /// The messages that are in the queue of that name, the oldest first.
    fn queue(&mut self, name: &str) -> &mut Vec<Message> {
        self.waiting.entry(name.to_owned()).or_default()
    }

    /// Forgets a message, in this queue only. Returns whether it was in there.
    fn received(&mut self, name: &str, id: u64) -> bool {
        let queue = self.queue(name);
        let before = queue.len();
        queue.retain(|message| message.id != id);
        queue.len() < before
    }
}
// ANCHOR_END: solution
