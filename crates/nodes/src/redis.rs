//! A server's connection to Redis.

use std::fmt;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use socketioxide::adapter::Emitter;
use socketioxide_redis::drivers::{ChanItem, Driver, MessageStream};
use socketioxide_redis::{CustomRedisAdapter, RedisAdapterConfig, RedisAdapterCtr};

use crate::{Commands, Reply};

/// The adapter that joins servers through Redis.
pub type RedisAdapter = CustomRedisAdapter<Emitter, Redis>;

/// A server's connection to Redis. Clones share it.
#[derive(Clone)]
pub struct Redis {
    driver: Arc<dyn AnyDriver>,
    commands: Arc<dyn Commands>,
}

impl Redis {
    /// The connection of an adapter's `driver`, and of the `commands` beside it: to a real Redis, for example.
    pub fn over(driver: impl Driver, commands: impl Commands) -> Self {
        Self { driver: Arc::new(driver), commands: Arc::new(commands) }
    }

    /// What `SocketIo::builder().with_adapter` asks for. With a real Redis that is
    /// `RedisAdapterCtr::new_with_redis(&client).await?`.
    pub fn adapter(&self) -> RedisAdapterCtr<Self> {
        RedisAdapterCtr::new_with_driver(self.clone(), RedisAdapterConfig::default())
    }

    /// Runs a command of Redis.
    pub(crate) async fn run<const N: usize>(&self, command: [&str; N]) -> Result<Reply, RedisError> {
        self.commands.run(command.map(str::to_owned).into()).await
    }
}

/// Why Redis didn't do what it was asked to.
#[derive(Debug)]
pub struct RedisError(String);

impl RedisError {
    /// An error with that reason.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for RedisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RedisError {}

/// A [`Driver`], as one type for all.
trait AnyDriver: Send + Sync {
    fn publish(&self, channel: String, message: Vec<u8>) -> BoxFuture<'_, Result<(), RedisError>>;
    fn subscribe(
        &self,
        channel: String,
        size: usize,
    ) -> BoxFuture<'_, Result<MessageStream<ChanItem>, RedisError>>;
    fn unsubscribe(&self, channel: String) -> BoxFuture<'_, Result<(), RedisError>>;
    fn servers<'a>(&'a self, channel: &'a str) -> BoxFuture<'a, Result<u16, RedisError>>;
}

impl<D: Driver> AnyDriver for D {
    fn publish(&self, channel: String, message: Vec<u8>) -> BoxFuture<'_, Result<(), RedisError>> {
        Driver::publish(self, channel, message).map(told).boxed()
    }

    fn subscribe(
        &self,
        channel: String,
        size: usize,
    ) -> BoxFuture<'_, Result<MessageStream<ChanItem>, RedisError>> {
        Driver::subscribe(self, channel, size).map(told).boxed()
    }

    fn unsubscribe(&self, channel: String) -> BoxFuture<'_, Result<(), RedisError>> {
        Driver::unsubscribe(self, channel).map(told).boxed()
    }

    fn servers<'a>(&'a self, channel: &'a str) -> BoxFuture<'a, Result<u16, RedisError>> {
        self.num_serv(channel).map(told).boxed()
    }
}

/// A result with the error as it's told.
fn told<T, E: fmt::Display>(result: Result<T, E>) -> Result<T, RedisError> {
    result.map_err(|error| RedisError::new(error.to_string()))
}

impl Driver for Redis {
    type Error = RedisError;

    async fn publish(&self, channel: String, message: Vec<u8>) -> Result<(), RedisError> {
        self.driver.publish(channel, message).await
    }

    async fn subscribe(&self, channel: String, size: usize) -> Result<MessageStream<ChanItem>, RedisError> {
        self.driver.subscribe(channel, size).await
    }

    async fn unsubscribe(&self, channel: String) -> Result<(), RedisError> {
        self.driver.unsubscribe(channel).await
    }

    async fn num_serv(&self, channel: &str) -> Result<u16, RedisError> {
        self.driver.servers(channel).await
    }
}
