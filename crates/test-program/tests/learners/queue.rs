//! A small queue server, and what people forget in one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use socketioxide::extract::{AckSender, Data, SocketRef};

/// For each subscriber all that was published since. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Queues(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    published: u64,
    by_name: BTreeMap<String, Vec<Value>>,
}

impl Queues {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the queue to a socket, if the server of this name has one.
    pub(crate) fn serve(&self, socket: &SocketRef, auth: &Value, learner: &str) {
        if !learner.starts_with("queue") {
            return;
        }
        let name = auth["name"].as_str().unwrap_or_default().to_owned();
        let forgets = learner.contains("forgets");
        let (queues, me) = (self.clone(), name.clone());
        socket.on("subscribe", async move |ack: AckSender| {
            queues.lock().by_name.entry(me).or_default();
            ack.send("subscribed").ok();
        });
        let queues = self.clone();
        socket.on("publish", async move |Data::<Value>(message), ack: AckSender| {
            let mut kept = queues.lock();
            kept.published += 1;
            let id = kept.published;
            let message = json!({ "id": id, "topic": message["topic"], "text": message["text"] });
            if !(forgets && message["text"] == "two crabs") {
                kept.by_name.values_mut().for_each(|queue| queue.push(message.clone()));
            }
            ack.send(&id).ok();
        });
        let queues = self.clone();
        socket.on("getAll", async move |ack: AckSender| {
            ack.send(&queues.lock().by_name.get(&name).cloned().unwrap_or_default()).ok();
        });
    }
}
