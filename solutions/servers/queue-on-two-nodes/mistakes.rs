//! Mistakes in `queue-on-two-nodes`, as code. `exercise.toml` says what each stands for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use futures_util::StreamExt;
use nodes::{Driver, Redis, RedisAdapter, RedisError};
use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::layer::SocketIoLayer;

use super::solution::{Auth, BELL, MESSAGES, Message, Publish, Queues, Reader, acknowledge};

type OneOfSeveral = (SocketIoLayer<RedisAdapter>, SocketIo<RedisAdapter>);

/// A server's queues. What a mistake does otherwise, it overrides.
trait Keeper: Clone + Send + Sync + 'static {
    fn right(&self) -> &Queues;

    fn subscribe(&self, name: &str, topic: &str) -> impl Future<Output = Result<(), RedisError>> + Send {
        self.right().subscribe(name, topic)
    }

    fn accept(&self, publish: &Publish) -> impl Future<Output = Result<u64, RedisError>> + Send {
        self.right().accept(publish)
    }

    fn queue(&self, name: &str, last: u64) -> impl Future<Output = Result<Vec<Message>, RedisError>> + Send {
        self.right().queue(name, last)
    }

    fn received(&self, name: &str, id: u64) -> impl Future<Output = Result<bool, RedisError>> + Send {
        self.right().received(name, id)
    }

    fn tell(&self, _io: &SocketIo<RedisAdapter>) -> impl Future<Output = ()> + Send {
        self.right().ring()
    }
}

/// The server with these queues.
async fn serve<K: Keeper>(redis: Redis, keeper: K) -> OneOfSeveral {
    let (layer, io) = SocketIo::builder().with_adapter::<RedisAdapter>(redis.adapter()).build_layer();
    listen(&redis, &io, &keeper).await;
    let on_connect = async move |socket: SocketRef<RedisAdapter>, Data(Auth { name }): Data<Auth>| {
        socket.extensions.insert(Reader { name, last: Arc::default() });
        handle(&socket, &keeper);
    };
    io.ns("/", on_connect).await.expect("Redis can be reached");
    (layer, io)
}

/// Delivers what is new whenever the bell rings.
async fn listen<K: Keeper>(redis: &Redis, io: &SocketIo<RedisAdapter>, keeper: &K) {
    let mut bell = redis.subscribe(BELL.to_owned(), 100).await.expect("Redis can be reached");
    let (io, keeper) = (io.clone(), keeper.clone());
    tokio::spawn(async move {
        while bell.next().await.is_some() {
            deliver(&io, &keeper);
        }
    });
}

fn deliver<K: Keeper>(io: &SocketIo<RedisAdapter>, keeper: &K) {
    for socket in io.sockets() {
        tokio::spawn(deliver_to(socket, keeper.clone()));
    }
}

async fn deliver_to<K: Keeper>(socket: SocketRef<RedisAdapter>, keeper: K) {
    let Some(Reader { name, last }) = socket.extensions.get::<Reader>() else { return };
    let mut last = last.lock().await;
    let Some(id) = *last else { return };
    for message in keeper.queue(&name, id).await.unwrap_or_default() {
        *last = Some(message.id);
        socket.emit("message", &message).ok();
    }
}

fn handle<K: Keeper>(socket: &SocketRef<RedisAdapter>, keeper: &K) {
    on_subscribe_and_received(socket, keeper);
    on_publish(socket, keeper);
    on_get_all(socket, keeper);
}

fn reader(socket: &SocketRef<RedisAdapter>) -> Reader {
    socket.extensions.get::<Reader>().expect("each has one")
}

fn on_subscribe_and_received<K: Keeper>(socket: &SocketRef<RedisAdapter>, keeper: &K) {
    let (at, me) = (keeper.clone(), reader(socket).name);
    socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender<RedisAdapter>| {
        acknowledge(ack, at.subscribe(&me, &topic).await.map(|()| "subscribed"));
    });
    let (at, me) = (keeper.clone(), reader(socket).name);
    socket.on("received", async move |Data::<u64>(id), ack: AckSender<RedisAdapter>| {
        let known = at.received(&me, id).await;
        acknowledge(ack, known.map(|known| if known { "received" } else { "unknown message" }));
    });
}

fn on_publish<K: Keeper>(socket: &SocketRef<RedisAdapter>, keeper: &K) {
    let at = keeper.clone();
    socket.on(
        "publish",
        async move |io: SocketIo<RedisAdapter>, Data::<Publish>(publish), ack: AckSender<RedisAdapter>| {
            let accepted = at.accept(&publish).await;
            let is_new = accepted.is_ok();
            acknowledge(ack, accepted);
            if is_new {
                at.tell(&io).await;
            }
        },
    );
}

fn on_get_all<K: Keeper>(socket: &SocketRef<RedisAdapter>, keeper: &K) {
    let at = keeper.clone();
    socket.on("getAll", async move |socket: SocketRef<RedisAdapter>, ack: AckSender<RedisAdapter>| {
        let Reader { name, last } = reader(&socket);
        let mut last = last.lock().await;
        let id = last.unwrap_or_default();
        let queue = at.queue(&name, id).await;
        if let Ok(queue) = &queue {
            *last = Some(queue.last().map_or(id, |message| message.id));
        }
        acknowledge(ack, queue);
    });
}

/// What a server remembers by itself.
#[derive(Default)]
struct Memory {
    messages: Vec<Publish>,
    /// By name, the topics; and how many messages there were before.
    subscriptions: HashMap<String, HashMap<String, u64>>,
    /// By name, the ids that it has received.
    received: HashMap<String, Vec<u64>>,
    /// How many ids it has given.
    ids: u64,
}

impl Memory {
    fn subscribe(&mut self, name: &str, topic: &str) {
        let since = self.messages.len() as u64;
        self.subscriptions.entry(name.to_owned()).or_default().entry(topic.to_owned()).or_insert(since);
    }

    fn accept(&mut self, publish: &Publish) -> u64 {
        self.messages.push(publish.clone());
        self.messages.len() as u64
    }

    fn queue(&self, name: &str, last: u64) -> Vec<Message> {
        let numbered = (1..).zip(&self.messages).filter(|(id, _)| *id > last);
        let messages =
            numbered.map(|(id, it)| Message { id, topic: it.topic.clone(), text: it.text.clone() });
        messages.filter(|it| self.is_for(name, it) && !self.has_received(name, it.id)).collect()
    }

    fn is_for(&self, name: &str, message: &Message) -> bool {
        let since = self.subscriptions.get(name).and_then(|topics| topics.get(&message.topic));
        since.is_some_and(|&since| message.id > since)
    }

    fn has_received(&self, name: &str, id: u64) -> bool {
        self.received.get(name).is_some_and(|ids| ids.contains(&id))
    }

    fn received(&mut self, name: &str, id: u64) -> bool {
        let is_there = self.queue(name, 0).iter().any(|message| message.id == id);
        if is_there {
            self.received.entry(name.to_owned()).or_default().push(id);
        }
        is_there
    }
}

/// Queues with a memory of the server's own beside Redis.
#[derive(Clone)]
struct Own {
    redis: Redis,
    right: Queues,
    memory: Arc<Mutex<Memory>>,
}

impl Own {
    fn new(redis: &Redis) -> Self {
        Self { redis: redis.clone(), right: Queues(redis.clone()), memory: Arc::default() }
    }
}

/// Declares the queues of a mistake.
macro_rules! keeper {
    ($name:ident { $($overridden:tt)* }) => {
        #[derive(Clone)]
        struct $name(Own);

        impl Keeper for $name {
            fn right(&self) -> &Queues {
                &self.0.right
            }

            $($overridden)*
        }
    };
}

keeper!(OwnMemory {
    async fn subscribe(&self, name: &str, topic: &str) -> Result<(), RedisError> {
        self.0.memory.lock().unwrap().subscribe(name, topic);
        Ok(())
    }

    async fn accept(&self, publish: &Publish) -> Result<u64, RedisError> {
        Ok(self.0.memory.lock().unwrap().accept(publish))
    }

    async fn queue(&self, name: &str, last: u64) -> Result<Vec<Message>, RedisError> {
        Ok(self.0.memory.lock().unwrap().queue(name, last))
    }

    async fn received(&self, name: &str, id: u64) -> Result<bool, RedisError> {
        Ok(self.0.memory.lock().unwrap().received(name, id))
    }

    async fn tell(&self, io: &SocketIo<RedisAdapter>) {
        deliver(io, self);
    }
});

/// All in the memory of each server.
pub async fn own_memory(redis: Redis) -> OneOfSeveral {
    let keeper = OwnMemory(Own::new(&redis));
    serve(redis, keeper).await
}

keeper!(Copies {
    async fn subscribe(&self, name: &str, topic: &str) -> Result<(), RedisError> {
        self.change(Change::Subscribe(name.to_owned(), topic.to_owned())).await?;
        Ok(())
    }

    async fn accept(&self, publish: &Publish) -> Result<u64, RedisError> {
        self.change(Change::Publish(publish.clone())).await
    }

    async fn queue(&self, name: &str, last: u64) -> Result<Vec<Message>, RedisError> {
        Ok(self.0.memory.lock().unwrap().queue(name, last))
    }

    async fn received(&self, name: &str, id: u64) -> Result<bool, RedisError> {
        Ok(self.change(Change::Received(name.to_owned(), id)).await? == 1)
    }

    async fn tell(&self, io: &SocketIo<RedisAdapter>) {
        deliver(io, self);
    }
});

/// What a server tells the others, so that their memory is a copy of its own.
#[derive(Serialize, Deserialize)]
enum Change {
    Subscribe(String, String),
    Publish(Publish),
    Received(String, u64),
}

/// The channel of the changes.
const CHANGES: &str = "changes";

impl Copies {
    /// Changes the own memory, and tells the others.
    async fn change(&self, change: Change) -> Result<u64, RedisError> {
        let from = Arc::as_ptr(&self.0.memory) as usize;
        let json = serde_json::to_vec(&(from, &change)).expect("it is JSON");
        self.0.redis.publish(CHANGES.to_owned(), json).await?;
        Ok(self.apply(change))
    }

    fn apply(&self, change: Change) -> u64 {
        let mut memory = self.0.memory.lock().unwrap();
        match change {
            Change::Subscribe(name, topic) => {
                memory.subscribe(&name, &topic);
                0
            }
            Change::Publish(publish) => memory.accept(&publish),
            Change::Received(name, id) => memory.received(&name, id).into(),
        }
    }
}

/// Each server has a copy of all, and tells the others what changes.
pub async fn copies(redis: Redis) -> OneOfSeveral {
    let keeper = Copies(Own::new(&redis));
    let mut changes = redis.subscribe(CHANGES.to_owned(), 100).await.expect("Redis can be reached");
    let (layer, io) = serve(redis, keeper.clone()).await;
    let here = io.clone();
    tokio::spawn(async move {
        let me = Arc::as_ptr(&keeper.0.memory) as usize;
        while let Some((_, json)) = changes.next().await {
            if let Ok((from, change)) = serde_json::from_slice::<(usize, Change)>(&json)
                && from != me
            {
                keeper.apply(change);
                deliver(&here, &keeper);
            }
        }
    });
    (layer, io)
}

/// A message that is stored with its id.
async fn numbered(redis: &Redis) -> Result<Vec<Message>, RedisError> {
    let messages = redis.lrange(MESSAGES, 0, -1).await?;
    Ok(messages.iter().filter_map(|json| serde_json::from_str(json).ok()).collect())
}

async fn store(redis: &Redis, id: u64, Publish { topic, text }: &Publish) -> Result<u64, RedisError> {
    let message = Message { id, topic: topic.clone(), text: text.clone() };
    redis.rpush(MESSAGES, &serde_json::to_string(&message).expect("it is JSON")).await?;
    Ok(id)
}

/// The queue of that name, where messages are stored with their ids.
async fn queue_of_numbered(own: &Own, name: &str, last: u64) -> Result<Vec<Message>, RedisError> {
    let mut messages = numbered(&own.redis).await?;
    let topics = own.redis.hgetall(&format!("subscriptions:{name}")).await?;
    let received = own.redis.smembers(&format!("received:{name}")).await?;
    messages.retain(|it| {
        let since: Option<u64> = topics.get(&it.topic).and_then(|since| since.parse().ok());
        since.is_some_and(|since| it.id > since) && it.id > last && !received.contains(&it.id.to_string())
    });
    Ok(messages)
}

keeper!(OwnIds {
    async fn accept(&self, publish: &Publish) -> Result<u64, RedisError> {
        let id = {
            let mut memory = self.0.memory.lock().unwrap();
            memory.ids += 1;
            memory.ids
        };
        store(&self.0.redis, id, publish).await
    }

    async fn queue(&self, name: &str, last: u64) -> Result<Vec<Message>, RedisError> {
        queue_of_numbered(&self.0, name, last).await
    }
});

/// Each server counts its own ids.
pub async fn own_ids(redis: Redis) -> OneOfSeveral {
    let keeper = OwnIds(Own::new(&redis));
    serve(redis, keeper).await
}

keeper!(ReadThenWrite {
    async fn accept(&self, publish: &Publish) -> Result<u64, RedisError> {
        let id = self.0.redis.llen(MESSAGES).await? + 1;
        store(&self.0.redis, id, publish).await
    }

    async fn queue(&self, name: &str, last: u64) -> Result<Vec<Message>, RedisError> {
        queue_of_numbered(&self.0, name, last).await
    }
});

/// Reads how many there are, and stores the next one.
pub async fn read_then_write(redis: Redis) -> OneOfSeveral {
    let keeper = ReadThenWrite(Own::new(&redis));
    serve(redis, keeper).await
}

keeper!(IdFirst {
    async fn accept(&self, publish: &Publish) -> Result<u64, RedisError> {
        let id = self.0.redis.incr("ids").await?;
        store(&self.0.redis, id, publish).await
    }

    async fn queue(&self, name: &str, last: u64) -> Result<Vec<Message>, RedisError> {
        queue_of_numbered(&self.0, name, last).await
    }
});

/// Takes an id first, and stores then.
pub async fn id_first(redis: Redis) -> OneOfSeveral {
    let keeper = IdFirst(Own::new(&redis));
    serve(redis, keeper).await
}

keeper!(RingsFirst {
    async fn accept(&self, publish: &Publish) -> Result<u64, RedisError> {
        self.right().ring().await;
        self.right().accept(publish).await
    }

    async fn tell(&self, _: &SocketIo<RedisAdapter>) {}
});

/// Rings, and stores then.
pub async fn rings_first(redis: Redis) -> OneOfSeveral {
    let keeper = RingsFirst(Own::new(&redis));
    serve(redis, keeper).await
}

keeper!(WhenSent {
    async fn queue(&self, name: &str, last: u64) -> Result<Vec<Message>, RedisError> {
        let queue = self.right().queue(name, last).await?;
        for message in &queue {
            self.right().received(name, message.id).await?;
        }
        Ok(queue)
    }

    async fn received(&self, name: &str, id: u64) -> Result<bool, RedisError> {
        self.right().received(name, id).await
    }
});

/// What is handed out is taken out.
pub async fn when_sent(redis: Redis) -> OneOfSeveral {
    let keeper = WhenSent(Own::new(&redis));
    serve(redis, keeper).await
}

keeper!(ReceivedHere {
    async fn queue(&self, name: &str, last: u64) -> Result<Vec<Message>, RedisError> {
        let mut queue = self.right().queue(name, last).await?;
        let memory = self.0.memory.lock().unwrap();
        queue.retain(|message| !memory.has_received(name, message.id));
        Ok(queue)
    }

    async fn received(&self, name: &str, id: u64) -> Result<bool, RedisError> {
        let is_there = self.queue(name, 0).await?.iter().any(|message| message.id == id);
        if is_there {
            self.0.memory.lock().unwrap().received.entry(name.to_owned()).or_default().push(id);
        }
        Ok(is_there)
    }
});

/// Who has received what is in the memory of each server.
pub async fn received_here(redis: Redis) -> OneOfSeveral {
    let keeper = ReceivedHere(Own::new(&redis));
    serve(redis, keeper).await
}

keeper!(OwnSubscriptions {
    async fn subscribe(&self, name: &str, topic: &str) -> Result<(), RedisError> {
        let since = self.0.redis.llen(MESSAGES).await?;
        let mut memory = self.0.memory.lock().unwrap();
        memory.subscriptions.entry(name.to_owned()).or_default().entry(topic.to_owned()).or_insert(since);
        Ok(())
    }

    async fn queue(&self, name: &str, last: u64) -> Result<Vec<Message>, RedisError> {
        let received = self.0.redis.smembers(&format!("received:{name}")).await?;
        let messages = self.0.redis.lrange(MESSAGES, last, -1).await?;
        let memory = self.0.memory.lock().unwrap();
        let numbered = (last + 1..).zip(messages).filter_map(|(id, json)| {
            let Publish { topic, text } = serde_json::from_str(&json).ok()?;
            Some(Message { id, topic, text })
        });
        let is_waiting = |it: &Message| memory.is_for(name, it) && !received.contains(&it.id.to_string());
        Ok(numbered.filter(is_waiting).collect())
    }

    async fn received(&self, name: &str, id: u64) -> Result<bool, RedisError> {
        let is_there = self.queue(name, 0).await?.iter().any(|message| message.id == id);
        Ok(is_there && self.0.redis.sadd(&format!("received:{name}"), &id.to_string()).await?)
    }
});

/// Who has subscribed is in the memory of each server.
pub async fn own_subscriptions(redis: Redis) -> OneOfSeveral {
    let keeper = OwnSubscriptions(Own::new(&redis));
    serve(redis, keeper).await
}

keeper!(OwnSockets {
    async fn tell(&self, io: &SocketIo<RedisAdapter>) {
        deliver(io, self);
    }
});

/// Tells the sockets of its own server.
pub async fn own_sockets(redis: Redis) -> OneOfSeveral {
    let keeper = OwnSockets(Own::new(&redis));
    serve(redis, keeper).await
}

keeper!(Right {});

/// Hears what is new from the beginning, and what is old when it asks.
pub async fn new_first(redis: Redis) -> OneOfSeveral {
    let keeper = Right(Own::new(&redis));
    let (layer, io) = SocketIo::builder().with_adapter::<RedisAdapter>(redis.adapter()).build_layer();
    listen(&redis, &io, &keeper).await;
    let on_connect = async move |socket: SocketRef<RedisAdapter>, Data(Auth { name }): Data<Auth>| {
        let last = redis.llen(MESSAGES).await.ok();
        socket.extensions.insert(Reader { name: name.clone(), last: Arc::new(last.into()) });
        on_subscribe_and_received(&socket, &keeper);
        on_publish(&socket, &keeper);
        let at = keeper.clone();
        socket.on("getAll", async move |ack: AckSender<RedisAdapter>| {
            acknowledge(ack, at.queue(&name, 0).await);
        });
    };
    io.ns("/", on_connect).await.expect("Redis can be reached");
    (layer, io)
}

/// Emits each message to the rooms of those who have subscribed.
pub async fn by_the_adapter(redis: Redis) -> OneOfSeveral {
    let (layer, io) = SocketIo::builder().with_adapter::<RedisAdapter>(redis.adapter()).build_layer();
    let keeper = Right(Own::new(&redis));
    let on_connect = async move |socket: SocketRef<RedisAdapter>, Data(Auth { name }): Data<Auth>| {
        socket.extensions.insert(Reader { name: name.clone(), last: Arc::default() });
        on_subscribe_and_received(&socket, &keeper);
        let (at, me) = (keeper.clone(), name.clone());
        socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender<RedisAdapter>| {
            let subscribed = at.0.redis.sadd(&format!("subscribers:{topic}"), &me).await;
            let subscribed = subscribed.and(at.subscribe(&me, &topic).await);
            acknowledge(ack, subscribed.map(|()| "subscribed"));
        });
        let at = keeper.clone();
        socket.on(
            "publish",
            async move |io: SocketIo<RedisAdapter>,
                        Data::<Publish>(publish),
                        ack: AckSender<RedisAdapter>| {
                let accepted = at.accept(&publish).await;
                let id = accepted.as_ref().ok().copied();
                acknowledge(ack, accepted);
                let Some(id) = id else { return };
                let Publish { topic, text } = publish;
                let subscribers = at.0.redis.smembers(&format!("subscribers:{topic}")).await;
                let message = Message { id, topic, text };
                for subscriber in subscribers.unwrap_or_default() {
                    io.to(subscriber).emit("message", &message).await.ok();
                }
            },
        );
        let at = keeper.clone();
        socket.on("getAll", async move |socket: SocketRef<RedisAdapter>, ack: AckSender<RedisAdapter>| {
            let Reader { name, last } = reader(&socket);
            let mut last = last.lock().await;
            let id = last.unwrap_or_default();
            let queue = at.queue(&name, id).await;
            if let Ok(queue) = &queue {
                *last = Some(queue.last().map_or(id, |message| message.id));
                socket.join(name);
            }
            acknowledge(ack, queue);
        });
    };
    io.ns("/", on_connect).await.expect("Redis can be reached");
    (layer, io)
}
