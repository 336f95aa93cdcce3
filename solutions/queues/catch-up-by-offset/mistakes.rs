//! Mistakes in `catch-up-by-offset`, as code. `exercise.toml` says what each stands for.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

use super::solution::{Auth, Message, Publish};

#[derive(Default)]
struct Log {
    messages: Vec<Message>,
    subscribers: HashMap<String, BTreeSet<String>>,
    /// The last id that was emitted to each name.
    emitted: HashMap<String, u64>,
}

type State = Arc<Mutex<Log>>;

impl Log {
    fn accept(&mut self, Publish { topic, text }: Publish) -> Message {
        let message = Message { id: self.messages.len() as u64 + 1, topic, text };
        self.messages.push(message.clone());
        message
    }

    fn is_for(&self, message: &Message, name: &str) -> bool {
        self.subscribers.get(&message.topic).is_some_and(|names| names.contains(name))
    }

    /// All messages in the topics of that name.
    fn of(&self, name: &str) -> Vec<Message> {
        self.messages.iter().filter(|message| self.is_for(message, name)).cloned().collect()
    }

    fn later(&self, name: &str, offset: Option<u64>) -> Vec<Message> {
        let mut messages = self.of(name);
        messages.retain(|message| message.id > offset.unwrap_or_default());
        messages
    }
}

fn handlers(socket: &SocketRef, log: &State, name: &str) {
    let (state, me) = (Arc::clone(log), name.to_owned());
    socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
        state.lock().unwrap().subscribers.entry(topic).or_default().insert(me);
        ack.send("subscribed").ok();
    });
    let state = Arc::clone(log);
    socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
        let mut log = state.lock().unwrap();
        let message = log.accept(publish);
        ack.send(&message.id).ok();
        for name in log.subscribers.get(&message.topic).cloned().unwrap_or_default() {
            for socket in io.within(name.clone()).sockets() {
                socket.emit("message", &message).ok();
                log.emitted.insert(name.clone(), message.id);
            }
        }
    });
}

/// A server that emits something else to a client that connects.
fn emits(io: &SocketIo, missed: fn(&mut Log, &str, Option<u64>) -> Vec<Message>) {
    let log = State::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name, offset })| {
        handlers(&socket, &log, &name);
        for message in missed(&mut log.lock().unwrap(), &name, offset) {
            socket.emit("message", &message).ok();
        }
        socket.join(name);
    });
}

/// The whole log, whatever the offset.
pub fn all_again(io: &SocketIo) {
    emits(io, |log, name, _| log.of(name));
}

/// The server goes on after what it has emitted to that name.
pub fn server_remembers(io: &SocketIo) {
    emits(io, |log, name, _| {
        let missed = log.later(name, log.emitted.get(name).copied());
        if let Some(last) = missed.last() {
            log.emitted.insert(name.to_owned(), last.id);
        }
        missed
    });
}

/// The newest three.
pub fn the_last_few(io: &SocketIo) {
    emits(io, |log, name, offset| {
        let missed = log.later(name, offset);
        missed[missed.len().saturating_sub(3)..].to_vec()
    });
}

/// Who has no offset has missed nothing.
pub fn no_offset_nothing(io: &SocketIo) {
    emits(io, |log, name, offset| offset.map_or_else(Vec::new, |offset| log.later(name, Some(offset))));
}

/// Begins at the offset, not after it.
pub fn one_too_many(io: &SocketIo) {
    emits(io, |log, name, offset| log.later(name, offset.map(|offset| offset.saturating_sub(1))));
}

/// Skips so many messages of one's topics.
pub fn counts_places(io: &SocketIo) {
    emits(io, |log, name, offset| {
        let skipped = usize::try_from(offset.unwrap_or_default()).unwrap_or(usize::MAX);
        log.of(name).into_iter().skip(skipped).collect()
    });
}

/// What is later, of all topics.
pub fn any_topic(io: &SocketIo) {
    emits(io, |log, _, offset| {
        let later = log.messages.iter().filter(|message| message.id > offset.unwrap_or_default());
        later.cloned().collect()
    });
}

/// Backwards.
pub fn newest_first(io: &SocketIo) {
    emits(io, |log, name, offset| log.later(name, offset).into_iter().rev().collect());
}

/// All connections of that name hear what one of them has missed.
pub fn to_all_devices(io: &SocketIo) {
    let log = State::default();
    io.ns("/", async move |socket: SocketRef, io: SocketIo, Data::<Auth>(Auth { name, offset })| {
        handlers(&socket, &log, &name);
        let missed = log.lock().unwrap().later(&name, offset);
        socket.join(name.clone());
        for message in missed {
            io.to(name.clone()).emit("message", &message).await.ok();
        }
    });
}

/// One event with a list.
pub fn as_one_event(io: &SocketIo) {
    let log = State::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name, offset })| {
        handlers(&socket, &log, &name);
        let missed = log.lock().unwrap().later(&name, offset);
        if !missed.is_empty() {
            socket.emit("message", &[missed]).ok();
        }
        socket.join(name);
    });
}
