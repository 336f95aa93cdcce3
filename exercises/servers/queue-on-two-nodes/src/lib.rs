//! Servers 4: the queue of Part IV, with two servers.
//!
//! All of this works with one server. With two, each has a queue in its own memory. Let there be one queue, in Redis:
//! - `publish` is acknowledged with the message's id: 1, 2, 3 … in the order in which they were accepted, at whichever server.
//! - `subscribe` and `received` count at all servers. `getAll` finds the same queue at each of them.
//! - A connection that has emitted `getAll` hears each new `message` of its topics at once, whichever server it was published
//!   at. They come in the order of their ids, and none comes twice, even if two clients publish at the same moment.
//! - What was accepted stays in the queue if its server is killed.
//! - While the line to Redis is broken, all four events are acknowledged with "not accepted", and nothing comes of them.
//!
//! `redis` has these commands. Each does what it does in Redis, where a value is a text:
//! - `incr(key)` counts one up. Returns the number.
//! - A list: `rpush(key, value)` puts a text at the end. Returns how many there are now, as does `llen(key)`.
//!   `lrange(key, start, -1)` returns all from the place `start` on, counted from 0.
//! - A hash, which is a map of texts: `hsetnx(key, field, value)` sets a field if it isn't there yet. `hgetall(key)` returns all.
//! - A set: `sadd(key, value)` puts a text in. Returns `true` if it's new. `smembers(key)` returns all.
//!
//! And `redis.publish(channel, Vec::new())` wakes all servers that wait for their stream's `next()`. They get that stream from
//! `redis.subscribe(channel, 100)`, where 100 is how many may wait in it.
//!
//! Try it: `cargo test -p queue-on-two-nodes`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

// You will need these, too: `use futures_util::StreamExt;` has `next`, `use nodes::Driver;` has `publish` and `subscribe`.
use nodes::{Redis, RedisAdapter, RedisError};
use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::layer::SocketIoLayer;
use tokio::sync::Mutex;

/// What a client sends when it connects: its `auth` option. A name is a person, and a person may have several connections.
#[derive(Deserialize)]
struct Auth {
    name: String,
}

/// What a publisher sends.
#[derive(Clone, Serialize, Deserialize)]
struct Publish {
    topic: String,
    text: String,
}

/// What a subscriber hears.
#[derive(Serialize)]
struct Message {
    id: u64,
    topic: String,
    text: String,
}

/// One of the servers: A and B are both made by this function.
pub async fn server(redis: Redis) -> (SocketIoLayer<RedisAdapter>, SocketIo<RedisAdapter>) {
    let (layer, io) = SocketIo::builder().with_adapter::<RedisAdapter>(redis.adapter()).build_layer();
    let queues = Queues::default();

    let on_connect = async move |socket: SocketRef<RedisAdapter>, Data(Auth { name }): Data<Auth>| {
        socket.extensions.insert(Reader { name: name.clone(), last: Arc::default() });
        subscribe_and_received(&socket, &queues, &name);

        let at = queues.clone();
        socket.on(
            "publish",
            async move |io: SocketIo<RedisAdapter>,
                        Data::<Publish>(publish),
                        ack: AckSender<RedisAdapter>| {
                let accepted = at.accept(&publish).await;
                let is_new = accepted.is_ok();
                acknowledge(ack, accepted);
                if is_new {
                    // Whoever is at this server hears of it. The other server doesn't know that there's something new.
                    deliver(&io, &at);
                }
            },
        );
    };
    io.ns("/", on_connect).await.expect("Redis can be reached");
    (layer, io)
}

/// What everyone has to remember. This is the memory of one server, and it should be in Redis.
#[derive(Clone, Default)]
struct Queues(Arc<Mutex<Memory>>);

#[derive(Default)]
struct Memory {
    /// All messages, the oldest first. The first has the id 1.
    messages: Vec<Publish>,
    /// By name, the topics; and how many messages there were when that name subscribed.
    subscriptions: HashMap<String, HashMap<String, u64>>,
    /// By name, the ids that it has received.
    received: HashMap<String, HashSet<u64>>,
}

impl Queues {
    /// Subscribes a name to a topic, from the next message on. If it has subscribed before, that stays as it is.
    async fn subscribe(&self, name: &str, topic: &str) -> Result<(), RedisError> {
        let mut memory = self.0.lock().await;
        let since = memory.messages.len() as u64;
        memory.subscriptions.entry(name.to_owned()).or_default().entry(topic.to_owned()).or_insert(since);
        Ok(())
    }

    /// Accepts a message, and returns its id.
    async fn accept(&self, publish: &Publish) -> Result<u64, RedisError> {
        let mut memory = self.0.lock().await;
        let id = memory.messages.len() as u64 + 1;
        memory.messages.push(publish.clone());
        Ok(id)
    }

    /// What is in the queue of that name after the message `last`, the oldest first.
    async fn queue(&self, name: &str, last: u64) -> Result<Vec<Message>, RedisError> {
        let memory = self.0.lock().await;
        let Some(topics) = memory.subscriptions.get(name) else { return Ok(Vec::new()) };
        let mut queue = Vec::new();
        for (id, Publish { topic, text }) in (1..).zip(memory.messages.clone()) {
            let is_for_them = topics.get(&topic).is_some_and(|&since| id > since);
            let is_received = memory.received.get(name).is_some_and(|ids| ids.contains(&id));
            if id > last && is_for_them && !is_received {
                queue.push(Message { id, topic, text });
            }
        }
        Ok(queue)
    }

    /// Takes a message out of the queue of that name. Returns whether it was in there.
    async fn received(&self, name: &str, id: u64) -> Result<bool, RedisError> {
        let is_there = self.queue(name, 0).await?.iter().any(|message| message.id == id);
        let mut memory = self.0.lock().await;
        Ok(is_there && memory.received.entry(name.to_owned()).or_default().insert(id))
    }
}

// What follows is done: you don't need to change it.

/// Who is behind a connection, and what has come to it. Each socket carries one.
#[derive(Clone)]
struct Reader {
    name: String,
    /// The id of the last message that has come to this connection. `None`: it hasn't emitted `getAll` yet.
    last: Arc<Mutex<Option<u64>>>,
}

/// Lets each connection at this server hear what is new in its queue. It doesn't wait for that.
fn deliver(io: &SocketIo<RedisAdapter>, queues: &Queues) {
    for socket in io.sockets() {
        tokio::spawn(deliver_to(socket, queues.clone()));
    }
}

async fn deliver_to(socket: SocketRef<RedisAdapter>, queues: Queues) {
    let Some(Reader { name, last }) = socket.extensions.get::<Reader>() else { return };
    // Locked until all of it is sent: so nothing comes twice on this connection, and nothing overtakes.
    let mut last = last.lock().await;
    let Some(id) = *last else { return };
    for message in queues.queue(&name, id).await.unwrap_or_default() {
        *last = Some(message.id);
        socket.emit("message", &message).ok();
    }
}

fn subscribe_and_received(socket: &SocketRef<RedisAdapter>, queues: &Queues, name: &str) {
    let (at, me) = (queues.clone(), name.to_owned());
    socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender<RedisAdapter>| {
        acknowledge(ack, at.subscribe(&me, &topic).await.map(|()| "subscribed"));
    });

    let (at, me) = (queues.clone(), name.to_owned());
    socket.on("received", async move |Data::<u64>(id), ack: AckSender<RedisAdapter>| {
        let known = at.received(&me, id).await;
        acknowledge(ack, known.map(|known| if known { "received" } else { "unknown message" }));
    });

    let at = queues.clone();
    socket.on("getAll", async move |socket: SocketRef<RedisAdapter>, ack: AckSender<RedisAdapter>| {
        let Some(Reader { name, last }) = socket.extensions.get::<Reader>() else { return };
        let mut last = last.lock().await;
        let id = last.unwrap_or_default();
        let queue = at.queue(&name, id).await;
        if let Ok(queue) = &queue {
            *last = Some(queue.last().map_or(id, |message| message.id));
        }
        acknowledge(ack, queue);
    });
}

/// Acknowledges with what came of it. If Redis couldn't be asked, with "not accepted".
fn acknowledge(ack: AckSender<RedisAdapter>, result: Result<impl Serialize, RedisError>) {
    match result {
        Ok(value) => ack.send(&value).ok(),
        Err(_) => ack.send("not accepted").ok(),
    };
}
