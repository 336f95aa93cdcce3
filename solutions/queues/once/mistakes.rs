//! Mistakes in `once`, as code. `exercise.toml` says what each stands for.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

use super::solution::{Auth, Message, Publish, Queues, subscribe};

type Shared = Arc<Mutex<Queues>>;

/// A message that was accepted just now, and whose it is; or the id of one that was accepted before.
type Accepted = Result<(Message, BTreeSet<String>), u64>;

/// A server that notices repeated messages in its own way. `key` says what they are noticed by.
fn noticing(
    io: &SocketIo,
    key: fn(&SocketRef, &str, &Publish) -> (String, String),
    repeat: fn(AckSender, u64),
) {
    let queues = Shared::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        subscribe(&socket, &queues, &name);
        received(&socket, &queues, &name);
        let state = Arc::clone(&queues);
        socket.on(
            "publish",
            async move |socket: SocketRef, io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
                let key = key(&socket, &name, &publish);
                let accepted = accept(state.lock().unwrap(), key, publish);
                match accepted {
                    Ok(accepted) => emit(io, ack, accepted).await,
                    Err(id) => repeat(ack, id),
                }
            },
        );
    });
}

fn accept(mut queues: MutexGuard<'_, Queues>, key: (String, String), publish: Publish) -> Accepted {
    if let Some(id) = queues.keys.get(&key) {
        return Err(*id);
    }
    let accepted = queues.accept(publish);
    queues.keys.insert(key, accepted.0.id);
    Ok(accepted)
}

async fn emit(io: SocketIo, ack: AckSender, (message, subscribers): (Message, BTreeSet<String>)) {
    ack.send(&message.id).ok();
    for name in subscribers {
        io.to(name).emit("message", &message).await.ok();
    }
}

/// What a repeated message is acknowledged with, as it should be.
fn same_id(ack: AckSender, id: u64) {
    ack.send(&id).ok();
}

/// What a message is noticed by, as it should be.
fn name_and_key(_: &SocketRef, name: &str, publish: &Publish) -> (String, String) {
    (name.to_owned(), publish.key.clone())
}

/// `received`, as it should be.
fn received(socket: &SocketRef, queues: &Shared, name: &str) {
    let (state, name) = (Arc::clone(queues), name.to_owned());
    socket.on("received", async move |Data::<u64>(id), ack: AckSender| {
        let mut queues = state.lock().unwrap();
        if queues.remove(&name, id) {
            queues.received.insert((name.clone(), id));
        }
        let is_known = queues.received.contains(&(name.clone(), id));
        ack.send(if is_known { "received" } else { "unknown message" }).ok();
    });
}

/// Takes the same text for the same message.
pub fn by_text(io: &SocketIo) {
    noticing(io, |_, _, publish| (publish.topic.clone(), publish.text.clone()), same_id);
}

/// Keeps the keys by the socket's id.
pub fn by_socket(io: &SocketIo) {
    noticing(io, |socket, _, publish| (socket.id.to_string(), publish.key.clone()), same_id);
}

/// Takes everybody's keys together.
pub fn key_alone(io: &SocketIo) {
    noticing(io, |_, _, publish| (String::new(), publish.key.clone()), same_id);
}

/// Acknowledges only the first time.
pub fn no_second_ack(io: &SocketIo) {
    noticing(io, name_and_key, |_, _| ());
}

/// Says that it's a repetition, and not which message.
pub fn refuses(io: &SocketIo) {
    noticing(io, name_and_key, |ack, _| {
        ack.send("duplicate").ok();
    });
}

/// Remembers only the last key of each publisher.
pub fn last_key(io: &SocketIo) {
    let (queues, last) = (Shared::default(), Arc::new(Mutex::new(HashMap::<String, (String, u64)>::new())));
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        subscribe(&socket, &queues, &name);
        received(&socket, &queues, &name);
        let (state, last) = (Arc::clone(&queues), Arc::clone(&last));
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let known = last.lock().unwrap().get(&name).cloned();
            if let Some((key, id)) = known
                && key == publish.key
            {
                ack.send(&id).ok();
                return;
            }
            let key = publish.key.clone();
            let accepted = state.lock().unwrap().accept(publish);
            last.lock().unwrap().insert(name.clone(), (key, accepted.0.id));
            emit(io, ack, accepted).await;
        });
    });
}

/// Stores it once, and emits it each time.
pub fn emits_again(io: &SocketIo) {
    let (queues, messages) = (Shared::default(), Arc::new(Mutex::new(HashMap::new())));
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        subscribe(&socket, &queues, &name);
        received(&socket, &queues, &name);
        let (state, messages) = (Arc::clone(&queues), Arc::clone(&messages));
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let key = name_and_key_of(&name, &publish);
            let accepted = messages
                .lock()
                .unwrap()
                .entry(key)
                .or_insert_with(|| state.lock().unwrap().accept(publish))
                .clone();
            emit(io, ack, accepted).await;
        });
    });
}

fn name_and_key_of(name: &str, publish: &Publish) -> (String, String) {
    (name.to_owned(), publish.key.clone())
}

/// Publishers count once. A subscriber's second `received` is of an unknown message.
pub fn still_unknown(io: &SocketIo) {
    receiving(io, |mut queues, name, id| queues.remove(name, id));
}

/// Says "received" to any number.
pub fn always_received(io: &SocketIo) {
    receiving(io, |mut queues, name, id| {
        queues.remove(name, id);
        true
    });
}

/// Says "received" to the id of any message, whoever's it is.
pub fn anybodys_message(io: &SocketIo) {
    receiving(io, |mut queues, name, id| {
        queues.remove(name, id);
        (1..=queues.accepted).contains(&id)
    });
}

/// A server whose `publish` is as it should be. `is_known` acts on a `received`, and says how it's acknowledged.
fn receiving(io: &SocketIo, is_known: fn(MutexGuard<'_, Queues>, &str, u64) -> bool) {
    let queues = Shared::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        subscribe(&socket, &queues, &name);
        let (state, who) = (Arc::clone(&queues), name.clone());
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let key = name_and_key_of(&who, &publish);
            let accepted = accept(state.lock().unwrap(), key, publish);
            match accepted {
                Ok(accepted) => emit(io, ack, accepted).await,
                Err(id) => same_id(ack, id),
            }
        });
        let state = Arc::clone(&queues);
        socket.on("received", async move |Data::<u64>(id), ack: AckSender| {
            let known = is_known(state.lock().unwrap(), &name, id);
            ack.send(if known { "received" } else { "unknown message" }).ok();
        });
    });
}
