//! Queues 3: a message stays in a subscriber's queue until that subscriber has received it.
//!
//! The server emits each message to its subscribers, and forgets it. Give each subscriber a queue:
//! - A message goes into the queue of everyone who has subscribed to its topic by then, connected or not. Those who are
//!   connected still hear `message`.
//! - A client emits `received` with a message's id. If that message is in its queue, the server takes it out and
//!   acknowledges with "received". If not, it acknowledges with "unknown message".
//! - A client emits `getAll`. The server acknowledges with the list of the messages in its queue, the oldest first. They
//!   stay in it.
//! - A queue belongs to a name. All connections with that name have the same one.
//!
//! Try it: `cargo test -p received`.

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
    topic: String,
    text: String,
}

/// What a subscriber hears.
#[derive(Clone, Serialize)]
struct Message {
    id: u64,
    topic: String,
    text: String,
}

/// A server that knows who has subscribed, and keeps no message.
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

        // Add `received` and `getAll` here. Like `subscribe`, each needs `state` and `me`, and an acknowledgement.
    });
}

/// All that the server remembers.
#[derive(Default)]
struct Queues {
    /// How many messages it has accepted.
    accepted: u64,
    /// The names of those who have subscribed, by topic.
    subscribers: HashMap<String, BTreeSet<String>>,
    // Add the queues: a list of messages for each name.
}

impl Queues {
    fn subscribe(&mut self, name: String, topic: String) {
        self.subscribers.entry(topic).or_default().insert(name);
    }

    /// Accepts a message: gives it an id, and tells whose it is.
    fn accept(&mut self, Publish { topic, text }: Publish) -> (Message, BTreeSet<String>) {
        self.accepted += 1;
        let message = Message { id: self.accepted, topic, text };
        let subscribers = self.subscribers.get(&message.topic).cloned().unwrap_or_default();
        // Here the message should go into their queues.
        (message, subscribers)
    }
}
