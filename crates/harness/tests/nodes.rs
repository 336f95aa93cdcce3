//! Several servers: what crosses between them, and what doesn't.

use harness::{Server, play};
use nodes::{Redis, RedisAdapter};
use scenario::{Scene, Transcript};
use serde_json::Value;
use socketioxide::SocketIo;
use socketioxide::adapter::Adapter;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::layer::SocketIoLayer;

/// Everyone hears what is said, and can ask how many there are.
async fn chat<A: Adapter>(socket: SocketRef<A>) {
    socket.on("say", async |io: SocketIo<A>, Data::<String>(text), ack: AckSender<A>| {
        ack.send(&io.emit("said", &text).await.is_ok()).ok();
    });
    socket.on("count", async |io: SocketIo<A>, ack: AckSender<A>| {
        ack.send(&io.fetch_sockets().await.map_or(0, |sockets| sockets.len())).ok();
    });
    socket.on_disconnect(async |io: SocketIo<A>| {
        io.emit("left", &()).await.ok();
    });
}

/// Servers that know nothing of each other.
async fn alone(_: Redis) -> (SocketIoLayer, SocketIo) {
    let (layer, io) = SocketIo::new_layer();
    io.ns("/", chat);
    (layer, io)
}

async fn joined(redis: Redis) -> (SocketIoLayer<RedisAdapter>, SocketIo<RedisAdapter>) {
    let (layer, io) = SocketIo::builder().with_adapter::<RedisAdapter>(redis.adapter()).build_layer();
    io.ns("/", chat::<RedisAdapter>).await.expect("there is a Redis");
    (layer, io)
}
