//! Queues 4: who comes back hears first what it has missed, and then what is new.
//!
//! Each subscriber has a queue. But a client that comes back may hear a new message before it knows the old ones, and some
//! messages come to it twice: as `message`, and in the list. Make the client ask first:
//! - A connection hears no `message` until it has emitted `getAll`, even right after `subscribe`.
//! - The acknowledgement of `getAll` is the list of the messages in its queue, the oldest first. From then on this
//!   connection hears each new `message`. No other connection does because of it, not even one with the same name.
//! - What has come to a connection doesn't come to it again: if it emits `getAll` a second time, the list is empty.
//! - `subscribe`, `publish` and `received` work as before. What isn't received stays in the queue, for the next connection.
//!
//! Try it: `cargo test -p catch-up`.

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

/// A queue server. Who comes back hears what is new at once, and what it has missed when it asks.
pub fn server(io: &SocketIo) {
    let queues = Arc::new(Mutex::new(Queues::default()));

    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        // A room with all connections of this person. They hear new messages from now on, and that's too early.
        socket.join(name.clone());

        let (state, me) = (Arc::clone(&queues), name.clone());
        socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
            state.lock().unwrap().subscribe(me, topic);
            ack.send("subscribed").ok();
        });

        let state = Arc::clone(&queues);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            // The queues stay locked until all of it is emitted: nobody publishes or asks for a queue in between. For that
            // it takes each socket's `emit`, which needs no `.await`.
            let mut queues = state.lock().unwrap();
            let (message, subscribers) = queues.accept(publish);
            ack.send(&message.id).ok();
            for name in subscribers {
                for socket in io.within(name).sockets() {
                    socket.emit("message", &message).ok();
                }
            }
        });

        let (state, me) = (Arc::clone(&queues), name.clone());
        socket.on("received", async move |Data::<u64>(id), ack: AckSender| {
            let known = state.lock().unwrap().received(&me, id);
            ack.send(if known { "received" } else { "unknown message" }).ok();
        });

        // A client that asks twice on one connection gets the same list twice. Look at `socket.rooms()` here.
        let (state, me) = (Arc::clone(&queues), name);
        socket.on("getAll", async move |ack: AckSender| {
            ack.send(state.lock().unwrap().queue(&me)).ok();
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
