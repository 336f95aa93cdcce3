//! Mistakes in `received`, as code. `exercise.toml` says what each stands for.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use tokio::time::sleep;

use super::solution::{Auth, Message, Publish};

/// A message, and who should still get it.
struct Kept {
    message: Message,
    subscribers: BTreeSet<String>,
    received: BTreeSet<String>,
}

/// One list for all, from which each mistake takes what it takes for somebody's queue.
#[derive(Default)]
struct Queues {
    accepted: u64,
    subscribers: HashMap<String, BTreeSet<String>>,
    kept: Vec<Kept>,
}

type State = Arc<Mutex<Queues>>;

impl Queues {
    /// Gives a message its id and keeps it.
    fn accept(&mut self, Publish { topic, text }: Publish) -> (Message, BTreeSet<String>) {
        self.accepted += 1;
        let message = Message { id: self.accepted, topic, text };
        let subscribers = self.subscribers.get(&message.topic).cloned().unwrap_or_default();
        let kept =
            Kept { message: message.clone(), subscribers: subscribers.clone(), received: BTreeSet::new() };
        self.kept.push(kept);
        (message, subscribers)
    }

    /// What is in somebody's queue.
    fn queue(&self, name: &str) -> Vec<Message> {
        self.kept.iter().filter(|it| it.is_for(name)).map(|it| it.message.clone()).collect()
    }

    /// Somebody has received a message, if it was in that queue.
    fn received(&mut self, name: &str, id: u64) -> bool {
        match self.kept.iter_mut().find(|it| it.message.id == id && it.is_for(name)) {
            Some(kept) => kept.received.insert(name.to_owned()),
            None => false,
        }
    }
}

impl Kept {
    fn is_for(&self, name: &str) -> bool {
        self.subscribers.contains(name) && !self.received.contains(name)
    }
}

/// What a mistake does otherwise.
#[derive(Clone, Copy)]
struct Parts {
    accept: fn(&mut Queues, Publish) -> (Message, BTreeSet<String>),
    received: fn(&mut Queues, &str, u64) -> bool,
    queue: fn(&mut Queues, &str) -> Vec<Message>,
}

/// What the solution does.
const RIGHT: Parts =
    Parts { accept: Queues::accept, received: Queues::received, queue: |queues, name| queues.queue(name) };

fn serve(io: &SocketIo, parts: Parts) {
    let queues = State::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        on_subscribe(&socket, &queues, &name);
        on_publish(&socket, &queues, parts.accept);
        on_received(&socket, &queues, &name, parts.received);
        on_get_all(&socket, &queues, &name, parts.queue);
    });
}

fn on_subscribe(socket: &SocketRef, queues: &State, name: &str) {
    socket.join(name.to_owned());
    let (queues, name) = (Arc::clone(queues), name.to_owned());
    socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
        queues.lock().unwrap().subscribers.entry(topic).or_default().insert(name);
        ack.send("subscribed").ok();
    });
}

fn on_publish(
    socket: &SocketRef,
    queues: &State,
    accept: fn(&mut Queues, Publish) -> (Message, BTreeSet<String>),
) {
    let queues = Arc::clone(queues);
    socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
        let (message, subscribers) = accept(&mut queues.lock().unwrap(), publish);
        ack.send(&message.id).ok();
        tell(&io, &message, subscribers).await;
    });
}

async fn tell(io: &SocketIo, message: &Message, subscribers: BTreeSet<String>) {
    for name in subscribers {
        io.to(name).emit("message", message).await.ok();
    }
}

fn on_received(socket: &SocketRef, queues: &State, name: &str, received: fn(&mut Queues, &str, u64) -> bool) {
    let (queues, name) = (Arc::clone(queues), name.to_owned());
    socket.on("received", async move |Data::<u64>(id), ack: AckSender| {
        let known = received(&mut queues.lock().unwrap(), &name, id);
        ack.send(if known { "received" } else { "unknown message" }).ok();
    });
}

fn on_get_all(socket: &SocketRef, queues: &State, name: &str, queue: fn(&mut Queues, &str) -> Vec<Message>) {
    let (queues, name) = (Arc::clone(queues), name.to_owned());
    socket.on("getAll", async move |ack: AckSender| {
        ack.send(&queue(&mut queues.lock().unwrap(), &name)).ok();
    });
}

/// Keeps a message only for those who aren't connected.
pub fn forgets_when_sent(io: &SocketIo) {
    let queues = State::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        on_subscribe(&socket, &queues, &name);
        let state = Arc::clone(&queues);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, subscribers) = state.lock().unwrap().accept(publish);
            for name in &subscribers {
                if !io.within(name.clone()).sockets().is_empty() {
                    state.lock().unwrap().received(name, message.id);
                }
            }
            ack.send(&message.id).ok();
            tell(&io, &message, subscribers).await;
        });
        on_received(&socket, &queues, &name, RIGHT.received);
        on_get_all(&socket, &queues, &name, RIGHT.queue);
    });
}

/// Whoever asks for the queue empties it.
pub fn forgets_when_fetched(io: &SocketIo) {
    let queue = |queues: &mut Queues, name: &str| {
        let queue = queues.queue(name);
        for message in &queue {
            queues.received(name, message.id);
        }
        queue
    };
    serve(io, Parts { queue, ..RIGHT });
}

/// Forgets a message when the first of its subscribers has received it.
pub fn one_for_all(io: &SocketIo) {
    let received = |queues: &mut Queues, name: &str, id: u64| {
        let known = queues.received(name, id);
        queues.kept.retain(|it| it.received.is_empty());
        known
    };
    serve(io, Parts { received, ..RIGHT });
}

/// Forgets a message, in all queues, when the last of its subscribers has received it.
pub fn when_all_have(io: &SocketIo) {
    let received = |queues: &mut Queues, name: &str, id: u64| {
        let known = queues.received(name, id);
        queues.kept.retain(|it| it.received != it.subscribers);
        known
    };
    let queue = |queues: &mut Queues, name: &str| {
        let kept = queues.kept.iter().filter(|it| it.subscribers.contains(name));
        kept.map(|it| it.message.clone()).collect()
    };
    serve(io, Parts { received, queue, ..RIGHT });
}

/// Takes note of what is received, and forgets nothing.
pub fn never(io: &SocketIo) {
    let received = |queues: &mut Queues, name: &str, id: u64| queues.queue(name).iter().any(|it| it.id == id);
    serve(io, Parts { received, ..RIGHT });
}

/// Forgets a message after ten minutes, received or not.
pub fn after_a_while(io: &SocketIo) {
    let queues = State::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        on_subscribe(&socket, &queues, &name);
        let state = Arc::clone(&queues);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, subscribers) = state.lock().unwrap().accept(publish);
            ack.send(&message.id).ok();
            tell(&io, &message, subscribers).await;
            tokio::spawn(async move {
                sleep(Duration::from_mins(10)).await;
                state.lock().unwrap().kept.retain(|it| it.message.id != message.id);
            });
        });
        on_received(&socket, &queues, &name, RIGHT.received);
        on_get_all(&socket, &queues, &name, RIGHT.queue);
    });
}

/// Each connection has a queue, for what came while it was there.
pub fn by_socket(io: &SocketIo) {
    let queues = State::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        on_subscribe(&socket, &queues, &name);
        let state = Arc::clone(&queues);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, subscribers) = state.lock().unwrap().accept(publish);
            if let Some(kept) = state.lock().unwrap().kept.last_mut() {
                let sockets = subscribers.iter().flat_map(|name| io.within(name.clone()).sockets());
                kept.subscribers = sockets.map(|socket| socket.id.to_string()).collect();
            }
            ack.send(&message.id).ok();
            tell(&io, &message, subscribers).await;
        });
        let id = socket.id.to_string();
        on_received(&socket, &queues, &id, RIGHT.received);
        on_get_all(&socket, &queues, &id, RIGHT.queue);
    });
}

/// Whoever has received a message has received all before it.
pub fn all_before(io: &SocketIo) {
    let received = |queues: &mut Queues, name: &str, id: u64| {
        let known = queues.received(name, id);
        if known {
            for before in 1..id {
                queues.received(name, before);
            }
        }
        known
    };
    serve(io, Parts { received, ..RIGHT });
}

/// Takes out the oldest message, whatever the id.
pub fn takes_the_oldest(io: &SocketIo) {
    let received = |queues: &mut Queues, name: &str, _id: u64| match queues
        .queue(name)
        .first()
        .map(|oldest| oldest.id)
    {
        Some(oldest) => queues.received(name, oldest),
        None => false,
    };
    serve(io, Parts { received, ..RIGHT });
}

/// Says "received" to everyone.
pub fn no_check(io: &SocketIo) {
    let received = |queues: &mut Queues, name: &str, id: u64| {
        queues.received(name, id);
        true
    };
    serve(io, Parts { received, ..RIGHT });
}

/// The queues are there, and nothing is put into them.
pub fn nothing_queued(io: &SocketIo) {
    serve(io, Parts { received: |_, _, _| false, queue: |_, _| Vec::new(), ..RIGHT });
}

/// The list runs backwards.
pub fn newest_first(io: &SocketIo) {
    let queue = |queues: &mut Queues, name: &str| queues.queue(name).into_iter().rev().collect();
    serve(io, Parts { queue, ..RIGHT });
}

/// No acknowledgement if the message isn't in the queue.
pub fn without_a_word(io: &SocketIo) {
    let queues = State::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        on_subscribe(&socket, &queues, &name);
        on_publish(&socket, &queues, RIGHT.accept);
        on_get_all(&socket, &queues, &name, RIGHT.queue);
        let state = Arc::clone(&queues);
        socket.on("received", async move |Data::<u64>(id), ack: AckSender| {
            if state.lock().unwrap().received(&name, id) {
                ack.send("received").ok();
            }
        });
    });
}

/// Emits what is in the queue, and acknowledges with nothing.
pub fn emits_the_queue(io: &SocketIo) {
    let queues = State::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        on_subscribe(&socket, &queues, &name);
        on_publish(&socket, &queues, RIGHT.accept);
        on_received(&socket, &queues, &name, RIGHT.received);
        let state = Arc::clone(&queues);
        socket.on("getAll", async move |socket: SocketRef| {
            for message in state.lock().unwrap().queue(&name) {
                socket.emit("message", &message).ok();
            }
        });
    });
}

/// Everyone's queue gets everything.
pub fn any_topic(io: &SocketIo) {
    let accept = |queues: &mut Queues, publish: Publish| {
        let (message, subscribers) = queues.accept(publish);
        if let Some(kept) = queues.kept.last_mut() {
            kept.subscribers = queues.subscribers.values().flatten().cloned().collect();
        }
        (message, subscribers)
    };
    serve(io, Parts { accept, ..RIGHT });
}
