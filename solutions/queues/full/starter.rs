//! Queues 7: a queue that can be full.
//!
//! Each subscriber has a queue: a message stays in it until the subscriber says `received`. Whoever never says it, and
//! never comes back, has a queue that grows for ever.
//! - A queue has room for three messages. If it's full when another one comes, its oldest is dropped.
//! - Who has lost something hears of it: before the acknowledgement of `getAll`, the client that asks hears `dropped` with
//!   the number of messages that were dropped since this name last asked. If that's none, it doesn't hear it.
//! - The publisher and the other subscribers notice nothing.
//!
//! Try it: `cargo test -p full`.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// How many messages a queue has room for.
const ROOM: usize = 3;

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
struct Auth {
    name: String,
}

/// What a client publishes.
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

/// What a subscriber hasn't said `received` for yet.
#[derive(Default)]
struct Queue {
    messages: VecDeque<Message>,
    // What else must be remembered for a subscriber?
}

impl Queue {
    /// Puts a message at the end.
    fn push(&mut self, message: Message) {
        // How many are in it already?
        self.messages.push_back(message);
    }

    /// Takes a message out. `false`: it isn't in the queue.
    fn take(&mut self, id: u64) -> bool {
        let place = self.messages.iter().position(|message| message.id == id);
        place.and_then(|place| self.messages.remove(place)).is_some()
    }
}

/// All that the server remembers.
#[derive(Default)]
struct Queues {
    /// For each topic the names of its subscribers.
    subscribers: HashMap<String, BTreeSet<String>>,
    /// For each name its queue.
    queues: HashMap<String, Queue>,
    last_id: u64,
}

impl Queues {
    /// Accepts a message: gives it its id, and puts it into the queue of each subscriber. Returns it with their names.
    fn accept(&mut self, Publish { topic, text }: Publish) -> (Message, BTreeSet<String>) {
        self.last_id += 1;
        let message = Message { id: self.last_id, topic, text };
        let names = self.subscribers.get(&message.topic).cloned().unwrap_or_default();
        for name in &names {
            self.queue(name).push(message.clone());
        }
        (message, names)
    }

    /// The queue of that name.
    fn queue(&mut self, name: &str) -> &mut Queue {
        self.queues.entry(name.to_owned()).or_default()
    }
}

/// A server with topics, and a queue for each subscriber.
pub fn server(io: &SocketIo) {
    let queues = Arc::new(Mutex::new(Queues::default()));

    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        // All devices of a person are in the room with that name.
        socket.join(name.clone());

        let (all, who) = (Arc::clone(&queues), name.clone());
        socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
            all.lock().unwrap().subscribers.entry(topic).or_default().insert(who);
            ack.send("subscribed").ok();
        });

        let all = Arc::clone(&queues);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, names) = all.lock().unwrap().accept(publish);
            for name in names {
                io.to(name).emit("message", &message).await.ok();
            }
            ack.send(&message.id).ok();
        });

        let (all, who) = (Arc::clone(&queues), name.clone());
        socket.on("received", async move |Data::<u64>(id), ack: AckSender| {
            let was_there = all.lock().unwrap().queue(&who).take(id);
            ack.send(if was_there { "received" } else { "unknown message" }).ok();
        });

        // Who asks for what is in the queue should also hear what isn't in it any more.
        socket.on("getAll", async move |_socket: SocketRef, ack: AckSender| {
            let messages = queues.lock().unwrap().queue(&name).messages.clone();
            ack.send(&messages).ok();
        });
    });
}
