//! The solution of `once`: what comes twice counts once, and is acknowledged each time.

use std::collections::{BTreeSet, HashMap, HashSet};
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
    pub(super) key: String,
    pub(super) topic: String,
    pub(super) text: String,
}

/// What a subscriber hears, and keeps in its queue.
#[derive(Clone, Serialize)]
pub(super) struct Message {
    pub(super) id: u64,
    pub(super) topic: String,
    pub(super) text: String,
}

/// A queue server that notices what it has been told before.
pub fn server(io: &SocketIo) {
    let queues = Arc::new(Mutex::new(Queues::default()));

    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        subscribe(&socket, &queues, &name);

        // ANCHOR: solution
        let (state, who) = (Arc::clone(&queues), name.clone());
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let key = (who.clone(), publish.key.clone());
            // One lock for both: nothing comes between the look and the note.
            let accepted = {
                let mut queues = state.lock().unwrap();
                if let Some(id) = queues.keys.get(&key) {
                    Err(*id)
                } else {
                    let accepted = queues.accept(publish);
                    queues.keys.insert(key, accepted.0.id);
                    Ok(accepted)
                }
            };
            match accepted {
                Ok((message, subscribers)) => {
                    ack.send(&message.id).ok();
                    for name in subscribers {
                        io.to(name).emit("message", &message).await.ok();
                    }
                }
                Err(id) => {
                    ack.send(&id).ok();
                }
            }
        });

        let state = Arc::clone(&queues);
        socket.on("received", async move |Data::<u64>(id), ack: AckSender| {
            let mut queues = state.lock().unwrap();
            if queues.remove(&name, id) {
                queues.received.insert((name.clone(), id));
            }
            let is_known = queues.received.contains(&(name.clone(), id));
            ack.send(if is_known { "received" } else { "unknown message" }).ok();
        });
        // ANCHOR_END: solution
    });
}

/// What was there before: `subscribe` and `getAll`.
pub(super) fn subscribe(socket: &SocketRef, queues: &Arc<Mutex<Queues>>, name: &str) {
    // A room for each name: `io.to(name)` reaches all devices of a person.
    socket.join(name.to_owned());

    let (state, who) = (Arc::clone(queues), name.to_owned());
    socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
        state.lock().unwrap().subscribers.entry(topic).or_default().insert(who.clone());
        ack.send("subscribed").ok();
    });

    let (state, who) = (Arc::clone(queues), name.to_owned());
    socket.on("getAll", async move |ack: AckSender| {
        ack.send(state.lock().unwrap().waiting.entry(who.clone()).or_default()).ok();
    });
}

/// All that the server remembers.
#[derive(Default)]
pub(super) struct Queues {
    /// How many messages it has accepted.
    pub(super) accepted: u64,
    /// The names of those who have subscribed, by topic.
    pub(super) subscribers: HashMap<String, BTreeSet<String>>,
    /// What each subscriber hasn't received yet, by name.
    pub(super) waiting: HashMap<String, Vec<Message>>,
    /// The id of each message, by its publisher's name and key.
    pub(super) keys: HashMap<(String, String), u64>,
    /// Which message was received by whom.
    pub(super) received: HashSet<(String, u64)>,
}

impl Queues {
    /// Accepts a message: gives it an id, puts it into the queue of each subscriber, and tells whose these are.
    pub(super) fn accept(&mut self, Publish { topic, text, .. }: Publish) -> (Message, BTreeSet<String>) {
        self.accepted += 1;
        let message = Message { id: self.accepted, topic, text };
        let subscribers = self.subscribers.get(&message.topic).cloned().unwrap_or_default();
        for name in &subscribers {
            self.waiting.entry(name.clone()).or_default().push(message.clone());
        }
        (message, subscribers)
    }

    /// Takes the message out of the queue of that subscriber. Returns whether it was there.
    pub(super) fn remove(&mut self, name: &str, id: u64) -> bool {
        let queue = self.waiting.entry(name.to_owned()).or_default();
        let before = queue.len();
        queue.retain(|message| message.id != id);
        queue.len() < before
    }
}
