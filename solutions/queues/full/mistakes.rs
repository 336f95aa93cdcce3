//! Mistakes in `full`, as code. `exercise.toml` says what each stands for.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::mem;
use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

use super::solution::{Auth, Message, Publish};

/// How many messages a queue has room for.
const ROOM: usize = 3;

/// A queue, and how many were dropped from it.
#[derive(Default)]
struct Queue {
    messages: VecDeque<Message>,
    dropped: u64,
}

#[derive(Default)]
struct Queues {
    subscribers: HashMap<String, BTreeSet<String>>,
    queues: HashMap<String, Queue>,
    last_id: u64,
}

impl Queues {
    fn queue(&mut self, name: &str) -> &mut Queue {
        self.queues.entry(name.to_owned()).or_default()
    }

    fn subscribers_of(&self, topic: &str) -> BTreeSet<String> {
        self.subscribers.get(topic).cloned().unwrap_or_default()
    }

    fn message(&mut self, Publish { topic, text }: Publish) -> Message {
        self.last_id += 1;
        Message { id: self.last_id, topic, text }
    }
}

type All = Arc<Mutex<Queues>>;

/// What `with` sends: the message, and to whom.
type Sent = (Message, Vec<String>);

/// The server as it is, but for two things. `accept` puts what is published into the queues, and returns the message and
/// who should hear it; or nothing, if it's refused. `all` says what is in a queue, and how many were dropped.
fn with(
    io: &SocketIo,
    accept: impl Fn(&mut Queues, Publish) -> Option<Sent> + Copy + Send + Sync + 'static,
    all: impl Fn(&mut Queues, &str) -> (Vec<Message>, u64) + Copy + Send + Sync + 'static,
) {
    let queues = All::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        subscriber(&socket, &queues, &name);
        let shared = Arc::clone(&queues);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let accepted = accept(&mut shared.lock().unwrap(), publish);
            let Some((message, names)) = accepted else {
                ack.send("full").ok();
                return;
            };
            for name in names {
                io.to(name).emit("message", &message).await.ok();
            }
            ack.send(&message.id).ok();
        });
        socket.on("getAll", async move |socket: SocketRef, ack: AckSender| {
            let (messages, dropped) = all(&mut queues.lock().unwrap(), &name);
            if dropped > 0 {
                socket.emit("dropped", &dropped).ok();
            }
            ack.send(&messages).ok();
        });
    });
}

/// The room, `subscribe` and `received`, as they are.
fn subscriber(socket: &SocketRef, queues: &All, name: &str) {
    socket.join(name.to_owned());
    let (shared, who) = (Arc::clone(queues), name.to_owned());
    socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
        shared.lock().unwrap().subscribers.entry(topic).or_default().insert(who);
        ack.send("subscribed").ok();
    });
    let (shared, who) = (Arc::clone(queues), name.to_owned());
    socket.on("received", async move |Data::<u64>(id), ack: AckSender| {
        let was_there = {
            let mut queues = shared.lock().unwrap();
            let messages = &mut queues.queue(&who).messages;
            let place = messages.iter().position(|message| message.id == id);
            place.and_then(|place| messages.remove(place)).is_some()
        };
        ack.send(if was_there { "received" } else { "unknown message" }).ok();
    });
}

/// Accepts as the solution does, with room for so many.
fn accept_with_room(queues: &mut Queues, publish: Publish, room: usize) -> Sent {
    let message = queues.message(publish);
    let names = queues.subscribers_of(&message.topic);
    for name in &names {
        let queue = queues.queue(name);
        queue.messages.push_back(message.clone());
        if queue.messages.len() > room {
            queue.messages.pop_front();
            queue.dropped += 1;
        }
    }
    (message, names.into_iter().collect())
}

fn accept(queues: &mut Queues, publish: Publish) -> Option<Sent> {
    Some(accept_with_room(queues, publish, ROOM))
}

fn all(queues: &mut Queues, name: &str) -> (Vec<Message>, u64) {
    let queue = queues.queue(name);
    (queue.messages.iter().cloned().collect(), mem::take(&mut queue.dropped))
}

/// Room for a thousand.
pub fn more_room(io: &SocketIo) {
    with(io, |queues, publish| Some(accept_with_room(queues, publish, 1000)), all);
}

/// While a queue is full, nothing is accepted.
pub fn refuses_publisher(io: &SocketIo) {
    let refuse = |queues: &mut Queues, publish: Publish| {
        let names = queues.subscribers_of(&publish.topic);
        if names.iter().any(|name| queues.queue(name).messages.len() == ROOM) {
            return None;
        }
        accept(queues, publish)
    };
    with(io, refuse, all);
}

/// What doesn't fit isn't put in.
pub fn drops_newest(io: &SocketIo) {
    let accept = |queues: &mut Queues, publish| {
        let message = queues.message(publish);
        let names = queues.subscribers_of(&message.topic);
        for name in &names {
            let queue = queues.queue(name);
            if queue.messages.len() < ROOM {
                queue.messages.push_back(message.clone());
            } else {
                queue.dropped += 1;
            }
        }
        Some((message, names.into_iter().collect()))
    };
    with(io, accept, all);
}

/// Room for three messages of each topic.
pub fn room_per_topic(io: &SocketIo) {
    let accept = |queues: &mut Queues, publish| {
        let message = queues.message(publish);
        let names = queues.subscribers_of(&message.topic);
        for name in &names {
            let queue = queues.queue(name);
            let of_topic = |it: &Message| it.topic == message.topic;
            if queue.messages.iter().filter(|it| of_topic(it)).count() == ROOM {
                let oldest = queue.messages.iter().position(of_topic);
                oldest.map(|place| queue.messages.remove(place));
                queue.dropped += 1;
            }
            queue.messages.push_back(message.clone());
        }
        Some((message, names.into_iter().collect()))
    };
    with(io, accept, all);
}

/// A message that one queue has no room for is dropped from all.
pub fn dropped_for_all(io: &SocketIo) {
    let accept = |queues: &mut Queues, publish| {
        let message = queues.message(publish);
        let names = queues.subscribers_of(&message.topic);
        for name in &names {
            let queue = queues.queue(name);
            queue.messages.push_back(message.clone());
            if queue.messages.len() > ROOM {
                let oldest = queue.messages[0].id;
                for other in queues.queues.values_mut() {
                    let before = other.messages.len();
                    other.messages.retain(|it| it.id != oldest);
                    other.dropped += u64::from(other.messages.len() < before);
                }
            }
        }
        Some((message, names.into_iter().collect()))
    };
    with(io, accept, all);
}

/// Nobody is told.
pub fn not_told(io: &SocketIo) {
    with(io, accept, |queues, name| (all(queues, name).0, 0));
}

/// The number is never set back.
pub fn told_again(io: &SocketIo) {
    let all = |queues: &mut Queues, name: &str| {
        let queue = queues.queue(name);
        (queue.messages.iter().cloned().collect(), queue.dropped)
    };
    with(io, accept, all);
}

/// One number for all.
pub fn one_number(io: &SocketIo) {
    let all = |queues: &mut Queues, name: &str| {
        let dropped = queues.queues.values_mut().map(|queue| mem::take(&mut queue.dropped)).sum();
        (queues.queue(name).messages.iter().cloned().collect(), dropped)
    };
    with(io, accept, all);
}

/// The devices that are connected hear of it when it happens.
pub fn told_at_once(io: &SocketIo) {
    let queues = All::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        subscriber(&socket, &queues, &name);
        let shared = Arc::clone(&queues);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, names) = accept_with_room(&mut shared.lock().unwrap(), publish, ROOM);
            for name in names {
                let dropped = mem::take(&mut shared.lock().unwrap().queue(&name).dropped);
                if dropped > 0 {
                    io.to(name.clone()).emit("dropped", &dropped).await.ok();
                }
                io.to(name).emit("message", &message).await.ok();
            }
            ack.send(&message.id).ok();
        });
        socket.on("getAll", async move |ack: AckSender| {
            let (messages, _) = all(&mut queues.lock().unwrap(), &name);
            ack.send(&messages).ok();
        });
    });
}

/// The publisher hears of it, and the subscriber doesn't.
pub fn tells_publisher(io: &SocketIo) {
    let queues = All::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        subscriber(&socket, &queues, &name);
        let shared = Arc::clone(&queues);
        socket.on(
            "publish",
            async move |io: SocketIo, socket: SocketRef, Data::<Publish>(publish), ack: AckSender| {
                let (message, names) = accept_with_room(&mut shared.lock().unwrap(), publish, ROOM);
                let mut dropped = 0;
                for name in names {
                    dropped += mem::take(&mut shared.lock().unwrap().queue(&name).dropped);
                    io.to(name).emit("message", &message).await.ok();
                }
                if dropped > 0 {
                    socket.emit("dropped", &dropped).ok();
                }
                ack.send(&message.id).ok();
            },
        );
        socket.on("getAll", async move |ack: AckSender| {
            let (messages, _) = all(&mut queues.lock().unwrap(), &name);
            ack.send(&messages).ok();
        });
    });
}

/// Who has no room is no subscriber any more.
pub fn throws_out(io: &SocketIo) {
    let accept = |queues: &mut Queues, publish| {
        let message = queues.message(publish);
        let mut names = queues.subscribers_of(&message.topic);
        names.retain(|name| {
            let has_room = queues.queue(name).messages.len() < ROOM;
            if has_room {
                queues.queue(name).messages.push_back(message.clone());
            } else {
                queues.queues.remove(name);
                queues.subscribers.values_mut().for_each(|names| {
                    names.remove(name);
                });
            }
            has_room
        });
        Some((message, names.into_iter().collect()))
    };
    with(io, accept, all);
}

/// Four fit.
pub fn one_too_many(io: &SocketIo) {
    with(io, |queues, publish| Some(accept_with_room(queues, publish, ROOM + 1)), all);
}
