//! The solution of `publish-subscribe`: the server remembers names, and each name is a room for its devices.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
pub(super) struct Auth {
    pub(super) name: String,
}

/// What a client publishes.
#[derive(Clone, Deserialize)]
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

// ANCHOR: solution
/// Who has subscribed to which topic, by name, and the last id.
#[derive(Default)]
struct Queues {
    subscribers: HashMap<String, BTreeSet<String>>,
    last_id: u64,
}

/// A server with topics that remembers who has subscribed.
pub fn server(io: &SocketIo) {
    let queues = Arc::new(Mutex::new(Queues::default()));

    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        // All devices of a person are in the room with that name. No topic is a room, so none can be taken for a name.
        socket.join(name.clone());

        let all = Arc::clone(&queues);
        socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
            all.lock().unwrap().subscribers.entry(topic).or_default().insert(name.clone());
            ack.send("subscribed").ok();
        });

        let queues = Arc::clone(&queues);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, subscribers) = accept(&mut queues.lock().unwrap(), publish);
            for name in subscribers {
                io.to(name).emit("message", &message).await.ok();
            }
            ack.send(&message.id).ok();
        });
    });
}

/// Accepts a message: gives it the next id, and says who should hear it.
fn accept(queues: &mut Queues, Publish { topic, text }: Publish) -> (Message, BTreeSet<String>) {
    queues.last_id += 1;
    let subscribers = queues.subscribers.get(&topic).cloned().unwrap_or_default();
    (Message { id: queues.last_id, topic, text }, subscribers)
}
// ANCHOR_END: solution
