//! The solution of `catch-up-by-offset`: the client says what it has, and hears the rest.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
pub(super) struct Auth {
    pub(super) name: String,
    /// The id of the last message that the client has. A client that has none sends none, or `null`.
    pub(super) offset: Option<u64>,
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

/// A server with one log, and no queues.
pub fn server(io: &SocketIo) {
    let log = Arc::new(Mutex::new(Log::default()));

    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name, offset })| {
        let (state, me) = (Arc::clone(&log), name.clone());
        socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
            state.lock().unwrap().subscribers.entry(topic).or_default().insert(me);
            ack.send("subscribed").ok();
        });

        let state = Arc::clone(&log);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            // The log stays locked until all of it is emitted: nobody publishes or connects in between. For that it takes
            // each socket's `emit`, which needs no `.await`.
            let mut log = state.lock().unwrap();
            let message = log.accept(publish);
            ack.send(&message.id).ok();
            for name in log.subscribers.get(&message.topic).into_iter().flatten() {
                for socket in io.within(name.clone()).sockets() {
                    socket.emit("message", &message).ok();
                }
            }
        });

        // ANCHOR: solution
        let log = log.lock().unwrap();
        for message in log.later(&name, offset.unwrap_or_default()) {
            socket.emit("message", message).ok();
        }
        // The room has all connections of this person. From now on this one hears what is new.
        socket.join(name);
        // ANCHOR_END: solution
    });
}

// ANCHOR: solution
/// All that the server remembers.
#[derive(Default)]
struct Log {
    /// All messages, the oldest first.
    messages: Vec<Message>,
    /// The names of those who have subscribed, by topic.
    subscribers: HashMap<String, BTreeSet<String>>,
}

impl Log {
    /// Accepts a message: gives it an id, and keeps it.
    fn accept(&mut self, Publish { topic, text }: Publish) -> Message {
        let message = Message { id: self.messages.len() as u64 + 1, topic, text };
        self.messages.push(message.clone());
        message
    }

    /// What comes after `offset`, in the topics of that name.
    fn later(&self, name: &str, offset: u64) -> impl Iterator<Item = &Message> {
        let is_for = move |message: &&Message| {
            self.subscribers.get(&message.topic).is_some_and(|names| names.contains(name))
        };
        self.messages.iter().filter(move |message| message.id > offset).filter(is_for)
    }
}
// ANCHOR_END: solution
