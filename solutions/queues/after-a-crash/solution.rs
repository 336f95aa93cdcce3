//! The solution of `after-a-crash`: what the server has accepted is still there after a crash.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use redb::{
    Database, MultimapTableDefinition, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction,
};
use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use tokio::time::sleep;

/// What a client sends when it connects: its `auth` option. A name is a person, and a person may have several connections.
#[derive(Deserialize)]
pub(super) struct Auth {
    pub(super) name: String,
}

/// What a publisher sends.
#[derive(Deserialize)]
pub(super) struct Publish {
    pub(super) topic: String,
    pub(super) text: String,
}

/// What a subscriber hears.
#[derive(Clone, Serialize)]
pub(super) struct Message {
    pub(super) id: u64,
    pub(super) topic: String,
    pub(super) text: String,
}

/// A table with a topic and a name for each subscription.
pub(super) const SUBSCRIBERS: MultimapTableDefinition<&str, &str> =
    MultimapTableDefinition::new("subscribers");

/// A table with one number: how many messages the server has accepted, as "accepted".
pub(super) const NUMBERS: TableDefinition<&str, u64> = TableDefinition::new("numbers");

/// A table with what each subscriber hasn't received yet: for its name and the message's id, the topic and the text.
pub(super) const WAITING: TableDefinition<(&str, u64), (&str, &str)> = TableDefinition::new("waiting");

/// A queue server that keeps all it has to remember in `folder`.
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
pub(super) struct Queues {
    pub(super) database: Database,
}

impl Queues {
    /// Opens the database in `folder`, with what is in it, or makes an empty one.
    pub(super) fn open(folder: &Path) -> Result<Self, redb::Error> {
        let database = Database::create(folder.join("queues.redb"))?;
        // This makes the tables that aren't there yet.
        let transaction = database.begin_write()?;
        transaction.open_multimap_table(SUBSCRIBERS)?;
        transaction.open_table(NUMBERS)?;
        transaction.open_table(WAITING)?;
        transaction.commit()?;
        Ok(Self { database })
    }

    /// Stores all that `change` does, or nothing of it if it fails or if the server crashes.
    pub(super) async fn write<T>(
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

    pub(super) async fn subscribe(&self, name: &str, topic: &str) -> Result<(), redb::Error> {
        self.write(|transaction| {
            let mut subscribers = transaction.open_multimap_table(SUBSCRIBERS)?;
            subscribers.insert(topic, name)?;
            Ok(())
        })
        .await
    }

    /// The names of those who have subscribed to a topic.
    pub(super) fn subscribers(&self, topic: &str) -> Result<Vec<String>, redb::Error> {
        let subscribers = self.database.begin_read()?.open_multimap_table(SUBSCRIBERS)?;
        subscribers.get(topic)?.map(|name| Ok(name?.value().to_owned())).collect()
    }

    // ANCHOR: solution
    /// Accepts a message: gives it an id, puts it into the queues, and tells whose it is.
    pub(super) async fn accept(
        &self,
        Publish { topic, text }: Publish,
    ) -> Result<(Message, Vec<String>), redb::Error> {
        self.write(|transaction| {
            let mut numbers = transaction.open_table(NUMBERS)?;
            let id = numbers.get("accepted")?.map_or(0, |accepted| accepted.value()) + 1;
            numbers.insert("accepted", id)?;
            let subscribers = self.subscribers(&topic)?;
            let mut waiting = transaction.open_table(WAITING)?;
            for name in &subscribers {
                waiting.insert((name.as_str(), id), (topic.as_str(), text.as_str()))?;
            }
            Ok((Message { id, topic, text }, subscribers))
        })
        .await
    }

    /// Forgets a message, in this queue only. Returns whether it was in there.
    pub(super) async fn received(&self, name: &str, id: u64) -> Result<bool, redb::Error> {
        self.write(|transaction| {
            let mut waiting = transaction.open_table(WAITING)?;
            let taken = waiting.remove((name, id))?;
            Ok(taken.is_some())
        })
        .await
    }

    /// The messages that are in the queue of that name, the oldest first.
    pub(super) fn queue(&self, name: &str) -> Result<Vec<Message>, redb::Error> {
        let waiting = self.database.begin_read()?.open_table(WAITING)?;
        let entries = waiting.range((name, 0)..=(name, u64::MAX))?;
        let messages = entries.map(|entry| {
            let (key, value) = entry?;
            let ((_, id), (topic, text)) = (key.value(), value.value());
            Ok(Message { id, topic: topic.to_owned(), text: text.to_owned() })
        });
        messages.collect()
    }
    // ANCHOR_END: solution
}
