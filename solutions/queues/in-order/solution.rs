//! The solution of `in-order`: a channel and a task for each connection.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use tokio::sync::mpsc;
use tokio::time::sleep;

/// How long it takes to look up a link.
const LOOK_UP: Duration = Duration::from_millis(2300);

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

/// Who has subscribed to which topic, by name, and the last id.
#[derive(Default)]
pub(super) struct Queues {
    pub(super) subscribers: HashMap<String, BTreeSet<String>>,
    pub(super) last_id: u64,
}

/// A server with topics.
pub fn server(io: &SocketIo) {
    let queues = Arc::new(Mutex::new(Queues::default()));

    io.ns("/", async move |io: SocketIo, socket: SocketRef, Data::<Auth>(Auth { name })| {
        // All devices of a person are in the room with that name.
        socket.join(name.clone());

        let all = Arc::clone(&queues);
        socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
            all.lock().unwrap().subscribers.entry(topic).or_default().insert(name);
            ack.send("subscribed").ok();
        });

        // ANCHOR: solution
        // What this connection publishes waits here. One task works it off, and it ends with the last message.
        let (jobs, mut waiting) = mpsc::unbounded_channel::<(Publish, AckSender)>();
        tokio::spawn(async move {
            while let Some((publish, ack)) = waiting.recv().await {
                check(&publish.text).await;
                let id = accept(&io, &queues, publish).await;
                ack.send(&id).ok();
            }
        });

        // A plain closure, called in the order of arrival. The future that it returns has nothing left to do.
        socket.on("publish", move |Data::<Publish>(publish), ack: AckSender| {
            jobs.send((publish, ack)).ok();
            async {}
        });
        // ANCHOR_END: solution
    });
}

/// Checks a text. If it has a link, that takes a while.
pub(super) async fn check(text: &str) {
    if text.contains("https://") {
        sleep(LOOK_UP).await;
    }
}

/// Accepts a message: gives it its id, and emits it to all devices of its subscribers.
pub(super) async fn accept(io: &SocketIo, queues: &Mutex<Queues>, Publish { topic, text }: Publish) -> u64 {
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
