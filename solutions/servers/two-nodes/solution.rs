//! The solution of `two-nodes`: the adapter for Redis makes one chat of two servers.

use nodes::{Redis, RedisAdapter};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::layer::SocketIoLayer;

/// The rooms that anyone may join.
const OPEN: [&str; 2] = ["rust", "music"];

/// One of the servers: A and B are both made by this function.
pub async fn server(redis: Redis) -> (SocketIoLayer<RedisAdapter>, SocketIo<RedisAdapter>) {
    let (layer, io) = SocketIo::builder().with_adapter::<RedisAdapter>(redis.adapter()).build_layer();
    // It subscribes at Redis. If Redis isn't there, the server can't do its work, and shouldn't start.
    io.ns("/", on_connect).await.expect("Redis can be reached");
    (layer, io)
}

async fn on_connect(socket: SocketRef<RedisAdapter>) {
    socket.on("say", async |socket: SocketRef<RedisAdapter>, Data::<String>(text)| {
        socket.broadcast().emit("said", &text).await.ok();
    });

    socket.on(
        "join",
        async |socket: SocketRef<RedisAdapter>, Data::<String>(room), ack: AckSender<RedisAdapter>| {
            if OPEN.contains(&room.as_str()) {
                socket.join(room);
                ack.send("joined").ok();
            } else {
                ack.send("no such room").ok();
            }
        },
    );

    socket.on("tell", async |io: SocketIo<RedisAdapter>, Data::<(String, String)>((room, text))| {
        io.to(room).emit("told", &text).await.ok();
    });
}
