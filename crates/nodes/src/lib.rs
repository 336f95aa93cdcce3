//! Redis between the servers of a chat: what a server is given to reach the others.
//!
//! socketioxide's adapter for Redis is generic over the [`Driver`](socketioxide_redis::drivers::Driver) that talks to Redis.
//! [`Redis`] is one of any kind: where a scene is played, it leads to a [`Broker`] in the same process, and elsewhere to a
//! real Redis ([`Redis::over`]). So the same server, unchanged, runs on both.
//!
//! ```
//! use nodes::{Broker, Redis, RedisAdapter};
//! use socketioxide::SocketIo;
//! use socketioxide::extract::SocketRef;
//! use socketioxide::layer::SocketIoLayer;
//!
//! async fn server(redis: Redis) -> (SocketIoLayer<RedisAdapter>, SocketIo<RedisAdapter>) {
//!     let (layer, io) = SocketIo::builder().with_adapter::<RedisAdapter>(redis.adapter()).build_layer();
//!     io.ns("/", async |socket: SocketRef<RedisAdapter>| socket.join("all")).await.unwrap();
//!     (layer, io)
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let broker = Broker::default();
//! let (a, b) = (server(broker.redis(0)).await, server(broker.redis(1)).await);
//! # drop((a, b));
//! # });
//! ```

mod broker;
mod commands;
mod played;
mod redis;
mod store;

pub use broker::Broker;
pub use commands::{Commands, Reply};
pub use redis::{Redis, RedisAdapter, RedisError};
/// What [`Redis`] can be asked for beside its adapter: a server can publish to a channel of its own.
pub use socketioxide_redis::drivers::Driver;
