//! Mistakes in `publish-subscribe`, as code. `exercise.toml` says what each stands for.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::socket::Sid;

use super::solution::{Auth, Message, Publish};

/// Who has subscribed to which topic, by name, and the last id.
#[derive(Default)]
struct Queues {
    subscribers: HashMap<String, BTreeSet<String>>,
    last_id: u64,
}

type Shared = Arc<Mutex<Queues>>;

impl Queues {
    /// The next message, and who should hear it.
    fn accept(&mut self, Publish { topic, text }: Publish) -> (Message, Vec<String>) {
        let names = self.subscribers.get(&topic).into_iter().flatten().cloned().collect();
        (self.next(topic, text), names)
    }

    fn next(&mut self, topic: String, text: String) -> Message {
        self.last_id += 1;
        Message { id: self.last_id, topic, text }
    }
}

/// The solution's way to subscribe.
fn on_subscribe(socket: &SocketRef, queues: &Shared, name: &str) {
    let (queues, name) = (Arc::clone(queues), name.to_owned());
    socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
        queues.lock().unwrap().subscribers.entry(topic).or_default().insert(name.clone());
        ack.send("subscribed").ok();
    });
}

/// The solution's way to publish.
fn on_publish(socket: &SocketRef, queues: &Shared) {
    let queues = Arc::clone(queues);
    socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
        let (message, names) = queues.lock().unwrap().accept(publish);
        for name in names {
            io.to(name).emit("message", &message).await.ok();
        }
        ack.send(&message.id).ok();
    });
}

/// Each topic is a room, and publishing is emitting to it.
fn publish_to_room(socket: &SocketRef, queues: &Shared) {
    let queues = Arc::clone(queues);
    socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
        let (message, _) = queues.lock().unwrap().accept(publish);
        io.to(topic_room(&message.topic)).emit("message", &message).await.ok();
        ack.send(&message.id).ok();
    });
}

fn topic_room(topic: &str) -> String {
    format!("topic {topic}")
}

/// A topic is a room: it holds sockets, and forgets them.
pub fn per_socket(io: &SocketIo) {
    let queues = Shared::default();
    io.ns("/", async move |socket: SocketRef| {
        socket.on("subscribe", async |socket: SocketRef, Data::<String>(topic), ack: AckSender| {
            socket.join(topic_room(&topic));
            ack.send("subscribed").ok();
        });
        publish_to_room(&socket, &queues);
    });
}

/// A device that was connected before its owner subscribed on another one isn't in the topic's room.
pub fn only_new_devices(io: &SocketIo) {
    let queues = Shared::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        for (topic, names) in &queues.lock().unwrap().subscribers {
            if names.contains(&name) {
                socket.join(topic_room(topic));
            }
        }
        let all = Arc::clone(&queues);
        socket.on("subscribe", async move |socket: SocketRef, Data::<String>(topic), ack: AckSender| {
            socket.join(topic_room(&topic));
            all.lock().unwrap().subscribers.entry(topic).or_default().insert(name.clone());
            ack.send("subscribed").ok();
        });
        publish_to_room(&socket, &queues);
    });
}

/// Remembers one socket for each name: the last.
pub fn one_device(io: &SocketIo) {
    let queues = Shared::default();
    let sockets = Arc::new(Mutex::new(HashMap::<String, Sid>::new()));
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        sockets.lock().unwrap().insert(name.clone(), socket.id);
        on_subscribe(&socket, &queues, &name);
        let (queues, sockets) = (Arc::clone(&queues), Arc::clone(&sockets));
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, names) = queues.lock().unwrap().accept(publish);
            for name in names {
                let id = sockets.lock().unwrap().get(&name).copied();
                if let Some(socket) = id.and_then(|id| io.get_socket(id)) {
                    socket.emit("message", &message).ok();
                }
            }
            ack.send(&message.id).ok();
        });
    });
}

/// Someone who is disconnected has no subscriptions any more.
pub fn forgets_the_absent(io: &SocketIo) {
    let queues = Shared::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        on_subscribe(&socket, &queues, &name);
        on_publish(&socket, &queues);
        let queues = Arc::clone(&queues);
        socket.on_disconnect(async move || {
            for names in queues.lock().unwrap().subscribers.values_mut() {
                names.remove(&name);
            }
        });
    });
}

/// What is published while nobody of that name is connected is kept, and emitted when somebody is.
pub fn keeps_for_the_absent(io: &SocketIo) {
    let queues = Shared::default();
    let kept = Arc::new(Mutex::new(HashMap::<String, Vec<Message>>::new()));
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        for message in kept.lock().unwrap().remove(&name).unwrap_or_default() {
            socket.emit("message", &message).ok();
        }
        on_subscribe(&socket, &queues, &name);
        let (queues, kept) = (Arc::clone(&queues), Arc::clone(&kept));
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, names) = queues.lock().unwrap().accept(publish);
            for name in names {
                if io.to(name.clone()).sockets().is_empty() {
                    kept.lock().unwrap().entry(name).or_default().push(message.clone());
                } else {
                    io.to(name).emit("message", &message).await.ok();
                }
            }
            ack.send(&message.id).ok();
        });
    });
}

/// Everybody hears everything.
pub fn to_everyone(io: &SocketIo) {
    let queues = Shared::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        on_subscribe(&socket, &queues, &name);
        let queues = Arc::clone(&queues);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, _) = queues.lock().unwrap().accept(publish);
            io.emit("message", &message).await.ok();
            ack.send(&message.id).ok();
        });
    });
}

/// With an empty list of names, the emit is limited to none.
pub fn empty_is_all(io: &SocketIo) {
    let queues = Shared::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        on_subscribe(&socket, &queues, &name);
        let queues = Arc::clone(&queues);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, names) = queues.lock().unwrap().accept(publish);
            io.to(names).emit("message", &message).await.ok();
            ack.send(&message.id).ok();
        });
    });
}

/// The publisher's own device is left out.
pub fn not_to_the_publisher(io: &SocketIo) {
    let queues = Shared::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        on_subscribe(&socket, &queues, &name);
        let queues = Arc::clone(&queues);
        socket.on("publish", async move |socket: SocketRef, Data::<Publish>(publish), ack: AckSender| {
            let (message, names) = queues.lock().unwrap().accept(publish);
            for name in names {
                socket.to(name).emit("message", &message).await.ok();
            }
            ack.send(&message.id).ok();
        });
    });
}

/// Each topic counts by itself.
pub fn counts_each_topic(io: &SocketIo) {
    let queues = Shared::default();
    let counts = Arc::new(Mutex::new(HashMap::<String, u64>::new()));
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        on_subscribe(&socket, &queues, &name);
        let (queues, counts) = (Arc::clone(&queues), Arc::clone(&counts));
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (mut message, names) = queues.lock().unwrap().accept(publish);
            message.id = {
                let mut counts = counts.lock().unwrap();
                let count = counts.entry(message.topic.clone()).or_default();
                *count += 1;
                *count
            };
            for name in names {
                io.to(name).emit("message", &message).await.ok();
            }
            ack.send(&message.id).ok();
        });
    });
}

/// What nobody has subscribed to gets no id and no acknowledgement.
pub fn acknowledges_delivery(io: &SocketIo) {
    let queues = Shared::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        on_subscribe(&socket, &queues, &name);
        let queues = Arc::clone(&queues);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, names) = queues.lock().unwrap().accept(publish);
            let mut devices = 0;
            for name in names {
                devices += io.to(name.clone()).sockets().len();
                io.to(name).emit("message", &message).await.ok();
            }
            if devices > 0 {
                ack.send(&message.id).ok();
            }
        });
    });
}

/// The acknowledgement comes before the message.
pub fn acknowledges_first(io: &SocketIo) {
    let queues = Shared::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        on_subscribe(&socket, &queues, &name);
        let queues = Arc::clone(&queues);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, names) = queues.lock().unwrap().accept(publish);
            ack.send(&message.id).ok();
            for name in names {
                io.to(name).emit("message", &message).await.ok();
            }
        });
    });
}

/// Who subscribes twice is on the list twice.
pub fn twice(io: &SocketIo) {
    let queues = Shared::default();
    let subscribers = Arc::new(Mutex::new(HashMap::<String, Vec<String>>::new()));
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        let all = Arc::clone(&subscribers);
        socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
            all.lock().unwrap().entry(topic).or_default().push(name.clone());
            ack.send("subscribed").ok();
        });
        let (queues, subscribers) = (Arc::clone(&queues), Arc::clone(&subscribers));
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, _) = queues.lock().unwrap().accept(publish);
            let names = subscribers.lock().unwrap().get(&message.topic).cloned().unwrap_or_default();
            for name in names {
                io.to(name).emit("message", &message).await.ok();
            }
            ack.send(&message.id).ok();
        });
    });
}
