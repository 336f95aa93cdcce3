//! The solution of `redeliver`: what isn't acknowledged is emitted again, three times in all.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::socket::Sid;
use tokio::time::sleep;

/// What a client sends when it connects: its `auth` option. A name is a person, and a person may have several connections.
#[derive(Deserialize)]
pub(super) struct Auth {
    pub(super) name: String,
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

/// How often a message is emitted to a subscriber, at most.
pub(super) const TIMES: usize = 3;

/// How long a subscriber has to acknowledge it.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// A queue server that emits a message until it's acknowledged, and gives up in the end.
pub fn server(io: &SocketIo) {
    let queues = Arc::new(Mutex::new(Queues::default()));

    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        connect(&socket, &queues, name);

        // ANCHOR: solution
        let state = Arc::clone(&queues);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, subscribers) = state.lock().unwrap().accept(publish);
            ack.send(&message.id).ok();
            for name in subscribers {
                // Each has a task of its own: nobody waits for somebody else.
                tokio::spawn(deliver(io.clone(), Arc::clone(&state), name, message.clone()));
            }
        });

        let state = Arc::clone(&queues);
        socket.on("deadLetters", async move |ack: AckSender| {
            ack.send(&state.lock().unwrap().dead_letters).ok();
        });
        // ANCHOR_END: solution
    });
}

// ANCHOR: deliver
/// Emits the message until its subscriber has acknowledged it. If nothing helps, it's a dead letter.
async fn deliver(io: SocketIo, queues: Arc<Mutex<Queues>>, name: String, message: Message) {
    for _ in 0..TIMES {
        // Both at once: it takes 5 seconds even if nobody is connected, or the connection ends.
        let (acknowledged, ()) = tokio::join!(ask(&io, &queues, &name, &message), sleep(PATIENCE));
        if acknowledged {
            return;
        }
    }
    queues.lock().unwrap().dead_letters.push((name, message));
}

/// Emits it once. Returns whether it was acknowledged in time.
pub(super) async fn ask(io: &SocketIo, queues: &Mutex<Queues>, name: &str, message: &Message) -> bool {
    let connection = queues.lock().unwrap().connection(name);
    let Some(socket) = connection.and_then(|id| io.get_socket(id)) else { return false };
    let asked = socket.timeout(PATIENCE).emit_with_ack::<_, String>("message", message);
    let Ok(asked) = asked else { return false };
    asked.await.is_ok()
}
// ANCHOR_END: deliver

/// What was there before: who is connected, and `subscribe`.
pub(super) fn connect(socket: &SocketRef, queues: &Arc<Mutex<Queues>>, name: String) {
    queues.lock().unwrap().connections.push((name.clone(), socket.id));

    let state = Arc::clone(queues);
    socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
        state.lock().unwrap().subscribers.entry(topic).or_default().insert(name.clone());
        ack.send("subscribed").ok();
    });

    let state = Arc::clone(queues);
    socket.on_disconnect(async move |socket: SocketRef| {
        state.lock().unwrap().connections.retain(|(_, id)| *id != socket.id);
    });
}

/// All that the server remembers.
#[derive(Default)]
pub(super) struct Queues {
    /// How many messages it has accepted.
    pub(super) accepted: u64,
    /// The names of those who have subscribed, by topic.
    pub(super) subscribers: HashMap<String, BTreeSet<String>>,
    /// Who is connected, in the order in which they connected.
    pub(super) connections: Vec<(String, Sid)>,
    /// What was given up: whose it was, and the message.
    pub(super) dead_letters: Vec<(String, Message)>,
}

impl Queues {
    /// Accepts a message: gives it an id, and tells whose it is.
    pub(super) fn accept(&mut self, Publish { topic, text }: Publish) -> (Message, BTreeSet<String>) {
        self.accepted += 1;
        let subscribers = self.subscribers.get(&topic).cloned().unwrap_or_default();
        (Message { id: self.accepted, topic, text }, subscribers)
    }

    /// Of the connections with that name, the one that connected last.
    pub(super) fn connection(&self, name: &str) -> Option<Sid> {
        self.connections.iter().rev().find(|(of, _)| of == name).map(|(_, id)| *id)
    }
}
