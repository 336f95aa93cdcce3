//! A server's connection to Redis.

use std::fmt;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use socketioxide::adapter::Emitter;
use socketioxide_redis::drivers::{ChanItem, Driver, MessageStream};
use socketioxide_redis::{CustomRedisAdapter, RedisAdapterConfig, RedisAdapterCtr};

/// The adapter that joins servers through Redis.
pub type RedisAdapter = CustomRedisAdapter<Emitter, Redis>;

/// A server's connection to Redis. Clones share it.
#[derive(Clone)]
pub struct Redis(Arc<dyn Connection>);

impl Redis {
    /// The connection that `driver` has: to a real Redis, for example.
    pub fn over(driver: impl Driver) -> Self {
        Self(Arc::new(driver))
    }

    /// What `SocketIo::builder().with_adapter` asks for. With a real Redis that is
    /// `RedisAdapterCtr::new_with_redis(&client).await?`.
    pub fn adapter(&self) -> RedisAdapterCtr<Self> {
        RedisAdapterCtr::new_with_driver(self.clone(), RedisAdapterConfig::default())
    }
}

/// Why Redis didn't do what it was asked to.
#[derive(Debug)]
pub struct RedisError(String);

impl RedisError {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for RedisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RedisError {}

/// [`Driver`], as one type for all drivers.
trait Connection: Send + Sync {
    fn publish(&self, channel: String, message: Vec<u8>) -> BoxFuture<'_, Result<(), RedisError>>;
    fn subscribe(
        &self,
        channel: String,
        size: usize,
    ) -> BoxFuture<'_, Result<MessageStream<ChanItem>, RedisError>>;
    fn unsubscribe(&self, channel: String) -> BoxFuture<'_, Result<(), RedisError>>;
    fn servers<'a>(&'a self, channel: &'a str) -> BoxFuture<'a, Result<u16, RedisError>>;
}

impl<D: Driver> Connection for D {
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
        self.0.publish(channel, message).await
    }

    async fn subscribe(&self, channel: String, size: usize) -> Result<MessageStream<ChanItem>, RedisError> {
        self.0.subscribe(channel, size).await
    }

    async fn unsubscribe(&self, channel: String) -> Result<(), RedisError> {
        self.0.unsubscribe(channel).await
    }

    async fn num_serv(&self, channel: &str) -> Result<u16, RedisError> {
        self.0.servers(channel).await
    }
}
