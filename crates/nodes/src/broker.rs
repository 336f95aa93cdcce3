//! Redis in the same process: a message that is published to a channel goes to all who have subscribed to it, and to nobody
//! else. As in Redis, who isn't there misses it. What a command has stored stays, whichever server dies.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use socketioxide_redis::drivers::{ChanItem, Driver, MessageStream};
use tokio::sync::{Notify, mpsc};
use tokio::task::yield_now;

use crate::store::Store;
use crate::{Commands, Redis, RedisError, Reply};

/// A Redis in this process. Clones share it.
#[derive(Clone, Default)]
pub struct Broker(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Wakes what waits for ever, once nobody plays any more.
    closed: Notify,
}

#[derive(Default)]
struct State {
    /// Who has subscribed to a channel, by server.
    channels: BTreeMap<String, Vec<(usize, mpsc::Sender<ChanItem>)>>,
    /// What the commands have stored.
    store: Store,
    /// The servers whose process has ended.
    ended: BTreeSet<usize>,
    /// Whether the line to Redis is broken, for all servers.
    is_cut: bool,
    /// Whether there is no Redis any more.
    is_closed: bool,
}

impl Broker {
    /// The connection of the server with that number.
    pub fn redis(&self, server: usize) -> Redis {
        let line = Line { broker: self.clone(), server };
        Redis::over(line.clone(), line)
    }

    /// The line to Redis breaks. What is published from here on is lost, and its publisher gets an error.
    pub fn cut(&self) {
        self.state().is_cut = true;
    }

    /// The line is mended. The subscriptions are as they were: a client of Redis subscribes again by itself.
    pub fn mend(&self) {
        self.state().is_cut = false;
    }

    /// The process of a server has ended: it gets nothing more, and whatever it still asks for is never done.
    pub fn end(&self, server: usize) {
        let mut state = self.state();
        state.ended.insert(server);
        state.channels.values_mut().for_each(|subscribers| subscribers.retain(|(who, _)| *who != server));
    }

    /// Nobody needs it any more. All that is asked of it from here on fails, and so does what a server that has ended waits
    /// for: so its tasks can be taken back.
    pub fn close(&self) {
        self.state().is_closed = true;
        self.0.closed.notify_waiters();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many turns a command may take on its way to Redis.
const WAYS_THERE: [u64; 3] = [1, 2, 3];

/// How many turns its reply may take. After the longest of these, another server has sent a second command, and its reply came.
const WAYS_BACK: [u64; 3] = [4, 7, 20];

/// A server's line to a [`Broker`].
#[derive(Clone)]
struct Line {
    broker: Broker,
    server: usize,
}

impl Line {
    fn has_ended(&self) -> bool {
        let state = self.broker.state();
        state.ended.contains(&self.server) && !state.is_closed
    }

    /// Does something at the broker, if the line is there.
    async fn ask<T>(&self, act: impl FnOnce(&mut State) -> T) -> Result<T, RedisError> {
        let closed = self.broker.0.closed.notified();
        // A process that has ended does nothing more. Its tasks can't be taken back yet, but they can be made to wait.
        if self.has_ended() {
            closed.await;
        }
        let mut state = self.broker.state();
        if state.is_cut || state.is_closed {
            Err(RedisError::new("the line to Redis is broken"))
        } else {
            Ok(act(&mut state))
        }
    }
}

impl Driver for Line {
    type Error = RedisError;

    async fn publish(&self, channel: String, message: Vec<u8>) -> Result<(), RedisError> {
        self.ask(|state| {
            for (_, subscriber) in state.channels.get(&channel).into_iter().flatten() {
                // One that doesn't keep up loses messages, as with Redis.
                let _ = subscriber.try_send((channel.clone(), message.clone()));
            }
        })
        .await
    }

    async fn subscribe(&self, channel: String, size: usize) -> Result<MessageStream<ChanItem>, RedisError> {
        let (sender, messages) = mpsc::channel(size.max(1));
        self.ask(|state| state.channels.entry(channel).or_default().push((self.server, sender))).await?;
        Ok(MessageStream::new(messages))
    }

    async fn unsubscribe(&self, channel: String) -> Result<(), RedisError> {
        self.ask(|state| {
            if let Some(subscribers) = state.channels.get_mut(&channel) {
                subscribers.retain(|(who, _)| *who != self.server);
            }
        })
        .await
    }

    async fn num_serv(&self, channel: &str) -> Result<u16, RedisError> {
        let count = self.ask(|state| state.channels.get(channel).map_or(0, Vec::len)).await?;
        Ok(u16::try_from(count).unwrap_or(u16::MAX))
    }
}

impl Commands for Line {
    /// While a command or its reply is on the way, others get their turn. The ways differ in length, so commands overtake each
    /// other. Each way back is longer than any way there: if two servers begin at the same moment, both have read before one
    /// of them writes.
    fn run(&self, command: Vec<String>) -> BoxFuture<'_, Result<Reply, RedisError>> {
        async move {
            let [there, back] =
                self.ask(|state| ways(self.server, &command, state.store.changes(&command))).await?;
            turns(there).await;
            let reply = self.ask(|state| state.store.run(&command)).await?;
            turns(back).await;
            // The process may have ended meanwhile. Then no reply reaches it.
            self.ask(|_| reply).await?
        }
        .boxed()
    }
}

/// How many turns a command takes to Redis, and its reply back. It looks like chance, and is the same in each play, also where
/// a server sends several commands in no order: it depends on who sends what, and on how often its key has changed by then.
fn ways(server: usize, command: &[String], changes: u64) -> [u64; 2] {
    let numbers = command.iter().flat_map(|word| word.bytes()).map(u64::from).chain([server as u64, changes]);
    // FNV-1a, but over numbers
    let hash = numbers
        .fold(0xCBF2_9CE4_8422_2325, |hash: u64, number| (hash ^ number).wrapping_mul(0x0100_0000_01B3));
    // Else the last number would hardly change the higher bits: MurmurHash3 ends like this.
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    let hash = hash ^ (hash >> 33);
    [WAYS_THERE[(hash >> 32) as usize % 3], WAYS_BACK[(hash >> 40) as usize % 3]]
}

/// Lets everyone else who can go on do so, that many times.
async fn turns(count: u64) {
    for _ in 0..count {
        yield_now().await;
    }
}
