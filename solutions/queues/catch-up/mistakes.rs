//! Mistakes in `catch-up`, as code. `exercise.toml` says what each stands for.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

use super::solution::{Auth, Message, Publish};

#[derive(Default)]
struct Queues {
    accepted: u64,
    subscribers: HashMap<String, BTreeSet<String>>,
    waiting: HashMap<String, Vec<Message>>,
    /// Of each name, what a mistake remembers: an id.
    remembered: HashMap<String, u64>,
}

type State = Arc<Mutex<Queues>>;

impl Queues {
    fn accept(&mut self, Publish { topic, text }: Publish) -> (Message, BTreeSet<String>) {
        self.accepted += 1;
        let message = Message { id: self.accepted, topic, text };
        let subscribers = self.subscribers.get(&message.topic).cloned().unwrap_or_default();
        for name in &subscribers {
            self.queue(name).push(message.clone());
        }
        (message, subscribers)
    }

    fn queue(&mut self, name: &str) -> &mut Vec<Message> {
        self.waiting.entry(name.to_owned()).or_default()
    }

    fn received(&mut self, name: &str, id: u64) -> bool {
        let before = self.queue(name).len();
        self.queue(name).retain(|message| message.id != id);
        self.queue(name).len() < before
    }
}

/// Everything but `getAll`. Who should hear new messages must be in the room with its name.
fn the_rest(socket: &SocketRef, queues: &State, name: &str) {
    let (state, me) = (Arc::clone(queues), name.to_owned());
    socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
        state.lock().unwrap().subscribers.entry(topic).or_default().insert(me);
        ack.send("subscribed").ok();
    });
    let state = Arc::clone(queues);
    socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
        let mut queues = state.lock().unwrap();
        let (message, subscribers) = queues.accept(publish);
        ack.send(&message.id).ok();
        for name in subscribers {
            for socket in io.within(name).sockets() {
                socket.emit("message", &message).ok();
            }
        }
    });
    let (state, me) = (Arc::clone(queues), name.to_owned());
    socket.on("received", async move |Data::<u64>(id), ack: AckSender| {
        let known = state.lock().unwrap().received(&me, id);
        ack.send(if known { "received" } else { "unknown message" }).ok();
    });
}

/// Answers `getAll` with `list` the first time, and lets the connection hear what is new.
fn get_all(socket: &SocketRef, queues: &State, name: &str, list: fn(&mut Queues, &str) -> Vec<Message>) {
    let (state, me) = (Arc::clone(queues), name.to_owned());
    socket.on("getAll", async move |socket: SocketRef, ack: AckSender| {
        let mut queues = state.lock().unwrap();
        let missed = if has_caught_up(&socket, &me) { Vec::new() } else { list(&mut queues, &me) };
        ack.send(&missed).ok();
        socket.join(me);
    });
}

fn whole_queue(queues: &mut Queues, name: &str) -> Vec<Message> {
    queues.queue(name).clone()
}

fn has_caught_up(socket: &SocketRef, name: &str) -> bool {
    socket.rooms().iter().any(|room| room == name)
}

/// A server that only lists otherwise.
fn lists(io: &SocketIo, list: fn(&mut Queues, &str) -> Vec<Message>) {
    let queues = State::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        the_rest(&socket, &queues, &name);
        get_all(&socket, &queues, &name, list);
    });
}

/// Emits the queue when a client connects, and doesn't wait until it asks.
pub fn at_connect(io: &SocketIo) {
    let queues = State::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        the_rest(&socket, &queues, &name);
        get_all(&socket, &queues, &name, whole_queue);
        for message in queues.lock().unwrap().queue(&name) {
            socket.emit("message", message).ok();
        }
        socket.join(name);
    });
}

/// Lists the queue whenever it is asked, and emits nothing.
pub fn asks_again(io: &SocketIo) {
    let queues = State::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        the_rest(&socket, &queues, &name);
        socket.on("getAll", {
            let state = Arc::clone(&queues);
            async move |ack: AckSender| {
                ack.send(&whole_queue(&mut state.lock().unwrap(), &name)).ok();
            }
        });
    });
}

/// Lists what was published since the server noticed that the last connection had ended.
pub fn since_it_left(io: &SocketIo) {
    let queues = State::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        the_rest(&socket, &queues, &name);
        get_all(&socket, &queues, &name, |queues, name| {
            let since = queues.remembered.get(name).copied().unwrap_or_default();
            whole_queue(queues, name).into_iter().filter(|message| message.id > since).collect()
        });
        let state = Arc::clone(&queues);
        socket.on_disconnect(async move |socket: SocketRef| {
            if has_caught_up(&socket, &name) {
                let mut queues = state.lock().unwrap();
                let last = queues.accepted;
                queues.remembered.insert(name, last);
            }
        });
    });
}

/// Lists the newest two messages of the queue.
pub fn the_last_few(io: &SocketIo) {
    lists(io, |queues, name| {
        let queue = whole_queue(queues, name);
        queue[queue.len().saturating_sub(2)..].to_vec()
    });
}

/// The list is given out and forgotten.
pub fn empties_the_queue(io: &SocketIo) {
    lists(io, |queues, name| std::mem::take(queues.queue(name)));
}

/// Remembers by name who has caught up: its later connections needn't ask.
pub fn by_name(io: &SocketIo) {
    let queues = State::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        the_rest(&socket, &queues, &name);
        get_all(&socket, &queues, &name, |queues, name| {
            queues.remembered.insert(name.to_owned(), 0);
            whole_queue(queues, name)
        });
        if queues.lock().unwrap().remembered.contains_key(&name) {
            socket.join(name);
        }
    });
}

/// The whole queue again, each time that one asks.
pub fn all_again(io: &SocketIo) {
    let queues = State::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        the_rest(&socket, &queues, &name);
        let state = Arc::clone(&queues);
        socket.on("getAll", async move |socket: SocketRef, ack: AckSender| {
            ack.send(&whole_queue(&mut state.lock().unwrap(), &name)).ok();
            socket.join(name);
        });
    });
}

/// Joins first, and finds then that the socket has caught up.
pub fn too_late(io: &SocketIo) {
    lists(io, |_, _| Vec::new());
}

/// Who subscribes hears what is new at once.
pub fn subscribe_is_enough(io: &SocketIo) {
    let queues = State::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        the_rest(&socket, &queues, &name);
        get_all(&socket, &queues, &name, whole_queue);
        let state = Arc::clone(&queues);
        socket.on("subscribe", async move |socket: SocketRef, Data::<String>(topic), ack: AckSender| {
            state.lock().unwrap().subscribers.entry(topic).or_default().insert(name.clone());
            socket.join(name);
            ack.send("subscribed").ok();
        });
    });
}

/// What was missed comes as events, and the list is empty.
pub fn as_events(io: &SocketIo) {
    let queues = State::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        the_rest(&socket, &queues, &name);
        let state = Arc::clone(&queues);
        socket.on("getAll", async move |socket: SocketRef, ack: AckSender| {
            if !has_caught_up(&socket, &name) {
                for message in state.lock().unwrap().queue(&name) {
                    socket.emit("message", message).ok();
                }
            }
            ack.send(&Vec::<Message>::new()).ok();
            socket.join(name);
        });
    });
}
