//! Queues 8: what the server has accepted is still there after a crash.
//!
//! The server has a folder, with a database in it. So far only the subscriptions are stored there: `subscribe` shows how.
//! Move the rest out of `Memory`, into the tables `NUMBERS` and `WAITING`:
//! - Ids go on counting when the server is started again.
//! - A message that was accepted is still in the queues, and one that was received stays out of them.
//! - A message is in all its queues or in none. It is stored before anyone hears of it: the id or the message.
//! - `received` is stored, too, before it's acknowledged.
//!
//! Try it: `cargo test -p after-a-crash`.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use redb::{Database, MultimapTableDefinition, ReadableDatabase, TableDefinition, WriteTransaction};
use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use tokio::time::sleep;
// You will need this one, for `get`:
// use redb::ReadableTable;

/// What a client sends when it connects: its `auth` option. A name is a person, and a person may have several connections.
#[derive(Deserialize)]
struct Auth {
    name: String,
}

/// What a publisher sends.
#[derive(Deserialize)]
struct Publish {
    topic: String,
    text: String,
}

/// What a subscriber hears.
#[derive(Clone, Serialize)]
struct Message {
    id: u64,
    topic: String,
    text: String,
}

/// A table with a topic and a name for each subscription.
const SUBSCRIBERS: MultimapTableDefinition<&str, &str> = MultimapTableDefinition::new("subscribers");

/// A table with one number: how many messages the server has accepted, as "accepted".
const NUMBERS: TableDefinition<&str, u64> = TableDefinition::new("numbers");

/// A table with what each subscriber hasn't received yet: for its name and the message's id, the topic and the text.
const WAITING: TableDefinition<(&str, u64), (&str, &str)> = TableDefinition::new("waiting");

/// A queue server that keeps its subscriptions in `folder`, and the rest in memory.
pub fn server(io: &SocketIo, folder: &Path) {
    let queues = Arc::new(Queues::open(folder).expect("the database can be opened"));

    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        // A room with all connections of this person.
        socket.join(name.clone());

        // If the disk fails, a handler panics. So nothing is acknowledged that isn't stored.
        let (state, me) = (Arc::clone(&queues), name.clone());
        socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
            state.subscribe(&me, &topic).await.unwrap();
            ack.send("subscribed").ok();
        });

        let state = Arc::clone(&queues);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, subscribers) = state.accept(publish).await.unwrap();
            ack.send(&message.id).ok();
            for name in subscribers {
                io.to(name).emit("message", &message).await.ok();
            }
        });

        let (state, me) = (Arc::clone(&queues), name.clone());
        socket.on("received", async move |Data::<u64>(id), ack: AckSender| {
            let known = state.received(&me, id).await.unwrap();
            ack.send(if known { "received" } else { "unknown message" }).ok();
        });

        let (state, me) = (Arc::clone(&queues), name);
        socket.on("getAll", async move |ack: AckSender| {
            ack.send(&state.queue(&me).unwrap()).ok();
        });
    });
}

/// All that the server remembers.
struct Queues {
    database: Database,
    /// What is lost when the server ends. You don't need it any more when you're done.
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    /// How many messages the server has accepted.
    accepted: u64,
    /// What each subscriber hasn't received yet, by name.
    waiting: HashMap<String, Vec<Message>>,
}

impl Queues {
    /// Opens the database in `folder`, with what is in it, or makes an empty one.
    fn open(folder: &Path) -> Result<Self, redb::Error> {
        let database = Database::create(folder.join("queues.redb"))?;
        // This makes the tables that aren't there yet.
        let transaction = database.begin_write()?;
        transaction.open_multimap_table(SUBSCRIBERS)?;
        transaction.open_table(NUMBERS)?;
        transaction.open_table(WAITING)?;
        transaction.commit()?;
        Ok(Self { database, memory: Mutex::default() })
    }

    /// Stores all that `change` does, or nothing of it if it fails or if the server crashes.
    async fn write<T>(
        &self,
        change: impl FnOnce(&WriteTransaction) -> Result<T, redb::Error>,
    ) -> Result<T, redb::Error> {
        // A disk takes its time, and the server goes on with other things meanwhile. Here it takes 5 ms of virtual time.
        sleep(Duration::from_millis(5)).await;
        let transaction = self.database.begin_write()?;
        let result = change(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    async fn subscribe(&self, name: &str, topic: &str) -> Result<(), redb::Error> {
        self.write(|transaction| {
            let mut subscribers = transaction.open_multimap_table(SUBSCRIBERS)?;
            subscribers.insert(topic, name)?;
            Ok(())
        })
        .await
    }

    /// The names of those who have subscribed to a topic.
    fn subscribers(&self, topic: &str) -> Result<Vec<String>, redb::Error> {
        let subscribers = self.database.begin_read()?.open_multimap_table(SUBSCRIBERS)?;
        subscribers.get(topic)?.map(|name| Ok(name?.value().to_owned())).collect()
    }

    /// Accepts a message: gives it an id, puts it into the queues, and tells whose it is.
    async fn accept(&self, Publish { topic, text }: Publish) -> Result<(Message, Vec<String>), redb::Error> {
        let subscribers = self.subscribers(&topic)?;
        // All of this should be one `write`: the number, and an entry for each subscriber.
        let mut memory = self.memory.lock().unwrap();
        memory.accepted += 1;
        let message = Message { id: memory.accepted, topic, text };
        for name in &subscribers {
            memory.waiting.entry(name.clone()).or_default().push(message.clone());
        }
        Ok((message, subscribers))
    }

    /// Forgets a message, in this queue only. Returns whether it was in there.
    async fn received(&self, name: &str, id: u64) -> Result<bool, redb::Error> {
        // So should this.
        let mut memory = self.memory.lock().unwrap();
        let queue = memory.waiting.entry(name.to_owned()).or_default();
        let before = queue.len();
        queue.retain(|message| message.id != id);
        Ok(queue.len() < before)
    }

    /// The messages that are in the queue of that name, the oldest first.
    fn queue(&self, name: &str) -> Result<Vec<Message>, redb::Error> {
        // And this should be read from the database.
        let memory = self.memory.lock().unwrap();
        Ok(memory.waiting.get(name).cloned().unwrap_or_default())
    }
}
