//! Queues 6: what one connection publishes must not be overtaken by what it publishes later.
//!
//! Before the server accepts a message it checks the text, and a text with a link takes long. So far every `publish` is
//! handled at the same time: a quick check ends first, and its message goes first.
//! - What one connection publishes is checked and accepted one after the other, in the order in which it was published.
//! - No connection waits for another one, not even for another device of the same name.
//! - Nothing that has reached the server is lost, not even if its connection ends before the check does.
//!
//! Try it: `cargo test -p in-order`.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use tokio::time::sleep;
// You will need this one:
// use tokio::sync::mpsc;

/// How long it takes to look up a link.
const LOOK_UP: Duration = Duration::from_millis(2300);

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

/// Who has subscribed to which topic, by name, and the last id.
#[derive(Default)]
struct Queues {
    subscribers: HashMap<String, BTreeSet<String>>,
    last_id: u64,
}

/// A server with topics.
pub fn server(io: &SocketIo) {
    let queues = Arc::new(Mutex::new(Queues::default()));

    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        // All devices of a person are in the room with that name.
        socket.join(name.clone());

        let all = Arc::clone(&queues);
        socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
            all.lock().unwrap().subscribers.entry(topic).or_default().insert(name);
            ack.send("subscribed").ok();
        });

        // This handler runs once for each event, and nothing waits for it to end. What could this connection's messages
        // wait in, and who works it off?
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            check(&publish.text).await;
            let id = accept(&io, &queues, publish).await;
            ack.send(&id).ok();
        });
    });
}

/// Checks a text. If it has a link, that takes a while.
async fn check(text: &str) {
    if text.contains("https://") {
        sleep(LOOK_UP).await;
    }
}

/// Accepts a message: gives it its id, and emits it to all devices of its subscribers.
async fn accept(io: &SocketIo, queues: &Mutex<Queues>, Publish { topic, text }: Publish) -> u64 {
    let (id, subscribers) = {
        let mut queues = queues.lock().unwrap();
        queues.last_id += 1;
        (queues.last_id, queues.subscribers.get(&topic).cloned().unwrap_or_default())
    };
    let message = Message { id, topic, text };
    for name in subscribers {
        io.to(name).emit("message", &message).await.ok();
    }
    id
}
