//! Queues 4, the other way: the client knows where it was.
//!
//! This server has no queues. Let it keep one log, with all messages. A client that connects sends the id of the last
//! message that it has: `offset` in its `auth`, or `null` if it has none.
//! - When it connects, it hears at once, as `message`, what comes later in the log: each message whose id is higher than
//!   its offset, of the topics that its name has subscribed to, the oldest first. `null` means all.
//! - Nobody else hears these. From then on the connection hears each new message, as before.
//!
//! Try it: `cargo test -p catch-up-by-offset`.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
struct Auth {
    name: String,
    // Add the offset. A client that has no message yet sends `null`, so it's an `Option<u64>`.
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

/// A server that keeps no message: who was away has missed it.
pub fn server(io: &SocketIo) {
    let log = Arc::new(Mutex::new(Log::default()));

    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
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

        // First what this client doesn't have yet, then this. Hold the lock for both.
        // The room has all connections of this person. From now on this one hears what is new.
        socket.join(name);
    });
}

/// All that the server remembers.
#[derive(Default)]
struct Log {
    /// How many messages it has accepted.
    accepted: u64,
    /// The names of those who have subscribed, by topic.
    subscribers: HashMap<String, BTreeSet<String>>,
}

impl Log {
    /// Accepts a message: gives it an id. It should also keep it.
    fn accept(&mut self, Publish { topic, text }: Publish) -> Message {
        self.accepted += 1;
        Message { id: self.accepted, topic, text }
    }
}
