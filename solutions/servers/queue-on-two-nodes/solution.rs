//! The solution of `queue-on-two-nodes`: what everyone has to remember is in Redis, and a bell says that there's something new.

use std::sync::Arc;

use futures_util::StreamExt;
use nodes::{Driver, Redis, RedisAdapter, RedisError};
use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::layer::SocketIoLayer;
use tokio::sync::Mutex;

/// What a client sends when it connects: its `auth` option. A name is a person, and a person may have several connections.
#[derive(Deserialize)]
pub(super) struct Auth {
    pub(super) name: String,
}

/// What a publisher sends.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Publish {
    pub(super) topic: String,
    pub(super) text: String,
}

/// What a subscriber hears.
#[derive(Serialize, Deserialize)]
pub(super) struct Message {
    pub(super) id: u64,
    pub(super) topic: String,
    pub(super) text: String,
}

/// One of the servers: A and B are both made by this function.
pub async fn server(redis: Redis) -> (SocketIoLayer<RedisAdapter>, SocketIo<RedisAdapter>) {
    let (layer, io) = SocketIo::builder().with_adapter::<RedisAdapter>(redis.adapter()).build_layer();
    let queues = Queues(redis.clone());

    // ANCHOR: bell
    let mut bell = redis.subscribe(BELL.to_owned(), 100).await.expect("Redis can be reached");
    let (here, at) = (io.clone(), queues.clone());
    tokio::spawn(async move {
        while bell.next().await.is_some() {
            deliver(&here, &at);
        }
    });
    // ANCHOR_END: bell

    let on_connect = async move |socket: SocketRef<RedisAdapter>, Data(Auth { name }): Data<Auth>| {
        socket.extensions.insert(Reader { name: name.clone(), last: Arc::default() });
        subscribe_and_received(&socket, &queues, &name);

        let at = queues.clone();
        socket.on("publish", async move |Data::<Publish>(publish), ack: AckSender<RedisAdapter>| {
            let accepted = at.accept(&publish).await;
            let is_new = accepted.is_ok();
            acknowledge(ack, accepted);
            if is_new {
                at.ring().await;
            }
        });
    };
    io.ns("/", on_connect).await.expect("Redis can be reached");
    (layer, io)
}

// ANCHOR: solution
/// What everyone has to remember. No server has any of it: each asks Redis.
#[derive(Clone)]
pub(super) struct Queues(pub(super) Redis);

/// The list of all messages, as JSON. The first has the id 1.
pub(super) const MESSAGES: &str = "messages";

/// Somebody who publishes rings here. The bell says nothing: whoever hears it looks into the queues.
pub(super) const BELL: &str = "bell";

impl Queues {
    /// Subscribes a name to a topic, from the next message on. If it has subscribed before, that stays as it is.
    pub(super) async fn subscribe(&self, name: &str, topic: &str) -> Result<(), RedisError> {
        let since = self.0.llen(MESSAGES).await?;
        self.0.hsetnx(&subscriptions(name), topic, &since.to_string()).await?;
        Ok(())
    }

    /// Accepts a message, and returns its id.
    pub(super) async fn accept(&self, publish: &Publish) -> Result<u64, RedisError> {
        let json = serde_json::to_string(publish).expect("two texts are JSON");
        // This one command stores it, and says at which place. So the place is the id.
        self.0.rpush(MESSAGES, &json).await
    }

    /// What is in the queue of that name after the message `last`, the oldest first.
    pub(super) async fn queue(&self, name: &str, last: u64) -> Result<Vec<Message>, RedisError> {
        // The messages first: whatever is subscribed to or received by then is known when they are sorted out.
        let messages = self.0.lrange(MESSAGES, last, -1).await?;
        let topics = self.0.hgetall(&subscriptions(name)).await?;
        let received = self.0.smembers(&received(name)).await?;
        let mut queue = Vec::new();
        for (id, message) in (last + 1..).zip(messages) {
            let Ok(Publish { topic, text }) = serde_json::from_str(&message) else { continue };
            let since = topics.get(&topic).and_then(|since| since.parse::<u64>().ok());
            if since.is_some_and(|since| id > since) && !received.contains(&id.to_string()) {
                queue.push(Message { id, topic, text });
            }
        }
        Ok(queue)
    }

    /// Takes a message out of the queue of that name. Returns whether it was in there.
    pub(super) async fn received(&self, name: &str, id: u64) -> Result<bool, RedisError> {
        let is_there = self.queue(name, 0).await?.iter().any(|message| message.id == id);
        Ok(is_there && self.0.sadd(&received(name), &id.to_string()).await?)
    }

    /// Tells all servers, this one too, that there's something new.
    pub(super) async fn ring(&self) {
        // If it can't ring, the message waits in the queue for the next ring.
        self.0.publish(BELL.to_owned(), Vec::new()).await.ok();
    }
}

/// The hash of the topics of that name. With each: how many messages there were before.
fn subscriptions(name: &str) -> String {
    format!("subscriptions:{name}")
}

/// The set of the ids that this name has received.
fn received(name: &str) -> String {
    format!("received:{name}")
}
// ANCHOR_END: solution

/// Who is behind a connection, and what has come to it. Each socket carries one.
#[derive(Clone)]
pub(super) struct Reader {
    pub(super) name: String,
    /// The id of the last message that has come to this connection. `None`: it hasn't emitted `getAll` yet.
    pub(super) last: Arc<Mutex<Option<u64>>>,
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
pub(super) fn acknowledge(ack: AckSender<RedisAdapter>, result: Result<impl Serialize, RedisError>) {
    match result {
        Ok(value) => ack.send(&value).ok(),
        Err(_) => ack.send("not accepted").ok(),
    };
}
