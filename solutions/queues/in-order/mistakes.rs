//! Mistakes in `in-order`, as code. `exercise.toml` says what each stands for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use super::solution::{Auth, Message, Publish, Queues, accept, check};

/// The server's memory, and `io`: all that a task needs.
#[derive(Clone)]
struct Shared {
    io: SocketIo,
    queues: Arc<Mutex<Queues>>,
}

impl Shared {
    /// What the starter's handler does.
    async fn work(&self, publish: Publish, ack: AckSender) {
        check(&publish.text).await;
        let id = accept(&self.io, &self.queues, publish).await;
        ack.send(&id).ok();
    }

    /// Gives out an id.
    fn next_id(&self) -> u64 {
        let mut queues = self.queues.lock().unwrap();
        queues.last_id += 1;
        queues.last_id
    }

    /// Sends a message that has its id already.
    async fn send(&self, id: u64, Publish { topic, text }: Publish) {
        let subscribers = self.queues.lock().unwrap().subscribers.get(&topic).cloned().unwrap_or_default();
        for name in subscribers {
            let message = Message { id, topic: topic.clone(), text: text.clone() };
            self.io.to(name).emit("message", &message).await.ok();
        }
    }
}

/// The server as it is, but for the handler of `publish`: `on_publish` adds that, for a connection of that name.
fn with<F>(io: &SocketIo, on_publish: F)
where
    F: Fn(&SocketRef, Shared, String) + Clone + Send + Sync + 'static,
{
    let queues = Arc::new(Mutex::new(Queues::default()));
    io.ns("/", async move |io: SocketIo, socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        let (all, subscriber) = (Arc::clone(&queues), name.clone());
        socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
            all.lock().unwrap().subscribers.entry(topic).or_default().insert(subscriber);
            ack.send("subscribed").ok();
        });
        on_publish(&socket, Shared { io, queues }, name);
    });
}

type Job = (Publish, AckSender);

/// A task that works off what is sent to it.
fn worker(shared: Shared) -> UnboundedSender<Job> {
    let (jobs, waiting) = mpsc::unbounded_channel();
    tokio::spawn(work_off(shared, waiting));
    jobs
}

async fn work_off(shared: Shared, mut waiting: UnboundedReceiver<Job>) {
    while let Some((publish, ack)) = waiting.recv().await {
        shared.work(publish, ack).await;
    }
}

/// Checks in the handler, as the starter does.
pub fn awaits_in_handler(io: &SocketIo) {
    with(io, |socket, shared, _| {
        socket.on("publish", async move |Data::<Publish>(publish), ack: AckSender| {
            shared.work(publish, ack).await;
        });
    });
}

/// A task for each message.
pub fn task_each(io: &SocketIo) {
    with(io, |socket, shared, _| {
        socket.on("publish", move |Data::<Publish>(publish), ack: AckSender| {
            tokio::spawn(async move { shared.work(publish, ack).await });
            async {}
        });
    });
}

/// One lock for the server, held during the check.
pub fn one_lock(io: &SocketIo) {
    let turns = Arc::new(tokio::sync::Mutex::new(()));
    with(io, move |socket, shared, _| {
        let turns = Arc::clone(&turns);
        socket.on("publish", async move |Data::<Publish>(publish), ack: AckSender| {
            let _turn = turns.lock().await;
            shared.work(publish, ack).await;
        });
    });
}

/// One task for the server. It's started with the first connection.
pub fn one_task(io: &SocketIo) {
    let (jobs, waiting) = mpsc::unbounded_channel::<Job>();
    let waiting = Arc::new(Mutex::new(Some(waiting)));
    with(io, move |socket, shared, _| {
        if let Some(mut waiting) = waiting.lock().unwrap().take() {
            tokio::spawn(async move {
                while let Some((publish, ack)) = waiting.recv().await {
                    shared.work(publish, ack).await;
                }
            });
        }
        let jobs = jobs.clone();
        socket.on("publish", move |Data::<Publish>(publish), ack: AckSender| {
            jobs.send((publish, ack)).ok();
            async {}
        });
    });
}

/// The number on arrival, the message after the check.
pub fn sort_by_number(io: &SocketIo) {
    with(io, |socket, shared, _| {
        socket.on("publish", move |Data::<Publish>(publish), ack: AckSender| {
            let id = shared.next_id();
            async move {
                check(&publish.text).await;
                shared.send(id, publish).await;
                ack.send(&id).ok();
            }
        });
    });
}

/// The number and the acknowledgement on arrival.
pub fn ack_first(io: &SocketIo) {
    with(io, |socket, shared, _| {
        let (jobs, mut waiting) = mpsc::unbounded_channel::<(u64, Publish)>();
        let ids = shared.clone();
        tokio::spawn(async move {
            while let Some((id, publish)) = waiting.recv().await {
                check(&publish.text).await;
                shared.send(id, publish).await;
            }
        });
        socket.on("publish", move |Data::<Publish>(publish), ack: AckSender| {
            let id = ids.next_id();
            ack.send(&id).ok();
            jobs.send((id, publish)).ok();
            async {}
        });
    });
}

/// A channel and a task for each topic.
pub fn line_per_topic(io: &SocketIo) {
    let lines = Arc::new(Mutex::new(HashMap::<String, UnboundedSender<Job>>::new()));
    with(io, move |socket, shared, _| {
        let lines = Arc::clone(&lines);
        socket.on("publish", move |Data::<Publish>(publish), ack: AckSender| {
            let mut lines = lines.lock().unwrap();
            let line = lines.entry(publish.topic.clone()).or_insert_with(|| worker(shared));
            line.send((publish, ack)).ok();
            async {}
        });
    });
}

/// A channel and a task for each name.
pub fn line_per_name(io: &SocketIo) {
    let lines = Arc::new(Mutex::new(HashMap::<String, UnboundedSender<Job>>::new()));
    with(io, move |socket, shared, name| {
        let line = lines.lock().unwrap().entry(name).or_insert_with(|| worker(shared)).clone();
        socket.on("publish", move |Data::<Publish>(publish), ack: AckSender| {
            line.send((publish, ack)).ok();
            async {}
        });
    });
}

/// The task ends with its connection.
pub fn ends_with_connection(io: &SocketIo) {
    with(io, |socket, shared, _| {
        let (jobs, waiting) = mpsc::unbounded_channel();
        let task = tokio::spawn(work_off(shared, waiting));
        socket.on("publish", move |Data::<Publish>(publish), ack: AckSender| {
            jobs.send((publish, ack)).ok();
            async {}
        });
        let task = Arc::new(task);
        socket.on_disconnect(async move || task.abort());
    });
}

/// A channel with room for one. What doesn't fit is dropped.
pub fn short_line(io: &SocketIo) {
    with(io, |socket, shared, _| {
        let (jobs, mut waiting) = mpsc::channel::<Job>(1);
        tokio::spawn(async move {
            while let Some((publish, ack)) = waiting.recv().await {
                shared.work(publish, ack).await;
            }
        });
        socket.on("publish", move |Data::<Publish>(publish), ack: AckSender| {
            jobs.try_send((publish, ack)).ok();
            async {}
        });
    });
}

/// The task takes one message.
pub fn only_the_first(io: &SocketIo) {
    with(io, |socket, shared, _| {
        let (jobs, mut waiting) = mpsc::unbounded_channel::<Job>();
        tokio::spawn(async move {
            if let Some((publish, ack)) = waiting.recv().await {
                shared.work(publish, ack).await;
            }
        });
        socket.on("publish", move |Data::<Publish>(publish), ack: AckSender| {
            jobs.send((publish, ack)).ok();
            async {}
        });
    });
}

/// No check.
pub fn no_check(io: &SocketIo) {
    with(io, |socket, shared, _| {
        socket.on("publish", async move |Data::<Publish>(publish), ack: AckSender| {
            let id = accept(&shared.io, &shared.queues, publish).await;
            ack.send(&id).ok();
        });
    });
}
