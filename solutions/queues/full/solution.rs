//! The solution of `full`: a full queue drops its oldest message, and says so to its subscriber.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::mem;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// How many messages a queue has room for.
const ROOM: usize = 3;

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
pub(super) struct Auth {
    pub(super) name: String,
}

/// What a client publishes.
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

// ANCHOR: queue
/// What a subscriber hasn't said `received` for yet.
#[derive(Default)]
struct Queue {
    messages: VecDeque<Message>,
    /// How many were dropped since the subscriber last asked.
    dropped: u64,
}

impl Queue {
    /// Puts a message at the end. If there is no room, the oldest is dropped.
    fn push(&mut self, message: Message) {
        if self.messages.len() == ROOM {
            self.messages.pop_front();
            self.dropped += 1;
        }
        self.messages.push_back(message);
    }

    /// All that is in it, and how many were dropped since somebody last asked.
    fn all(&mut self) -> (VecDeque<Message>, u64) {
        (self.messages.clone(), mem::take(&mut self.dropped))
    }
    // ANCHOR_END: queue

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

        // ANCHOR: solution
        socket.on("getAll", async move |socket: SocketRef, ack: AckSender| {
            let (messages, dropped) = queues.lock().unwrap().queue(&name).all();
            if dropped > 0 {
                socket.emit("dropped", &dropped).ok();
            }
            ack.send(&messages).ok();
        });
        // ANCHOR_END: solution
    });
}
