//! Queues 5: why did it come twice?
//!
//! The queue server works, but it emits each message once and never learns what became of it. Ask for an acknowledgement
//! (the subscriber's client sends "received") and emit the message again as long as none comes:
//! - Each subscriber's message is emitted three times at most: at once, after 5 seconds, and after 10. It's the same message
//!   each time. An acknowledgement counts if it comes within 5 seconds of its own emit.
//! - Each time it goes to one connection: of those that the subscriber has at that moment, the one that connected last. If
//!   there is none, this time counts as well.
//! - After 15 seconds without an acknowledgement the server gives up. The message is a dead letter, and isn't emitted again.
//! - `deadLetters` is acknowledged with the list of all dead letters, in the order in which they were given up. Each is a
//!   pair: the subscriber's name, and the message.
//! - Nobody waits for somebody else: the publisher gets the id at once, and each subscriber the message.
//!
//! Try it: `cargo test -p redeliver`.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::socket::Sid;
// You will need these two:
// use std::time::Duration;
// use tokio::time::sleep;

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

/// A queue server. Each message is emitted once, whatever becomes of it.
pub fn server(io: &SocketIo) {
    let queues = Arc::new(Mutex::new(Queues::default()));

    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        queues.lock().unwrap().connections.push((name.clone(), socket.id));

        let state = Arc::clone(&queues);
        socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
            state.lock().unwrap().subscribers.entry(topic).or_default().insert(name.clone());
            ack.send("subscribed").ok();
        });

        let state = Arc::clone(&queues);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, subscribers) = state.lock().unwrap().accept(publish);
            ack.send(&message.id).ok();
            for name in subscribers {
                // Once, and nobody asks whether it has arrived. An async function of your own could do better here.
                let connection = state.lock().unwrap().connection(&name);
                if let Some(socket) = connection.and_then(|id| io.get_socket(id)) {
                    socket.emit("message", &message).ok();
                }
            }
        });

        // Add `deadLetters` here.

        let state = Arc::clone(&queues);
        socket.on_disconnect(async move |socket: SocketRef| {
            state.lock().unwrap().connections.retain(|(_, id)| *id != socket.id);
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
    /// Who is connected, in the order in which they connected.
    connections: Vec<(String, Sid)>,
}

impl Queues {
    /// Accepts a message: gives it an id, and tells whose it is.
    fn accept(&mut self, Publish { topic, text }: Publish) -> (Message, BTreeSet<String>) {
        self.accepted += 1;
        let subscribers = self.subscribers.get(&topic).cloned().unwrap_or_default();
        (Message { id: self.accepted, topic, text }, subscribers)
    }

    /// Of the connections with that name, the one that connected last.
    fn connection(&self, name: &str) -> Option<Sid> {
        self.connections.iter().rev().find(|(of, _)| of == name).map(|(_, id)| *id)
    }
}
