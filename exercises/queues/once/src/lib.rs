//! Queues 5, for those who want more: what comes twice counts once.
//!
//! Publishers and subscribers repeat themselves when no acknowledgement comes. The server can't prevent that, but it can
//! notice.
//! - A publisher sends a `key` with each message, a text that it makes up. If the same name has published with this key
//!   before, the server stores nothing and emits nothing. It acknowledges with the id of the first time, whatever the topic
//!   and the text are now. Somebody else's key is another key, and a key outlives the connection.
//! - `received` is acknowledged with "received", however often a subscriber says it. It's "unknown message" only if that
//!   message was never in the subscriber's queue.
//!
//! Try it: `cargo test -p once`.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// What a client sends when it connects: its `auth` option. A name is a person, and a person may have several connections.
#[derive(Deserialize)]
struct Auth {
    name: String,
}

/// What a publisher sends.
#[derive(Deserialize)]
struct Publish {
    key: String,
    topic: String,
    text: String,
}

/// What a subscriber hears, and keeps in its queue.
#[derive(Clone, Serialize)]
struct Message {
    id: u64,
    topic: String,
    text: String,
}

/// A queue server. It counts all that it's told, however often.
pub fn server(io: &SocketIo) {
    let queues = Arc::new(Mutex::new(Queues::default()));

    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        // A room for each name: `io.to(name)` reaches all devices of a person.
        socket.join(name.clone());

        let (state, who) = (Arc::clone(&queues), name.clone());
        socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
            state.lock().unwrap().subscribers.entry(topic).or_default().insert(who.clone());
            ack.send("subscribed").ok();
        });

        let (state, _who) = (Arc::clone(&queues), name.clone()); // Delete the underscore when you use it.
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let _key = publish.key.clone(); // It's there, and nobody looks at it.
            let (message, subscribers) = state.lock().unwrap().accept(publish);
            ack.send(&message.id).ok();
            for name in subscribers {
                io.to(name).emit("message", &message).await.ok();
            }
        });

        let (state, who) = (Arc::clone(&queues), name.clone());
        socket.on("received", async move |Data::<u64>(id), ack: AckSender| {
            let is_known = state.lock().unwrap().remove(&who, id);
            ack.send(if is_known { "received" } else { "unknown message" }).ok();
        });

        let state = Arc::clone(&queues);
        socket.on("getAll", async move |ack: AckSender| {
            ack.send(state.lock().unwrap().waiting.entry(name.clone()).or_default()).ok();
        });
    });
}

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
    /// Accepts a message: gives it an id, puts it into the queue of each subscriber, and tells whose these are.
    fn accept(&mut self, Publish { topic, text, .. }: Publish) -> (Message, BTreeSet<String>) {
        self.accepted += 1;
        let message = Message { id: self.accepted, topic, text };
        let subscribers = self.subscribers.get(&message.topic).cloned().unwrap_or_default();
        for name in &subscribers {
            self.waiting.entry(name.clone()).or_default().push(message.clone());
        }
        (message, subscribers)
    }

    /// Takes the message out of the queue of that subscriber. Returns whether it was there.
    fn remove(&mut self, name: &str, id: u64) -> bool {
        let queue = self.waiting.entry(name.to_owned()).or_default();
        let before = queue.len();
        queue.retain(|message| message.id != id);
        queue.len() < before
    }
}
