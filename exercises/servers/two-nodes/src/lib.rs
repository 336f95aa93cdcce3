//! Servers 1: a second server, and one chat.
//!
//! Server A and server B run this code. Each of them is given a connection to the same Redis, and doesn't use it yet: so a
//! client hears only those who are connected to its own server. Give `SocketIo` the adapter for Redis. Then:
//! - A client emits `say` with a text. All other clients hear `said` with it, whichever server they are connected to.
//! - A client emits `tell` with a room and a text. All clients in that room hear `told` with the text, at both servers.
//! - `join` works as before.
//!
//! The handlers do the right things already. Only their types change.
//!
//! Try it: `cargo test -p two-nodes`.

use nodes::Redis; // You will need this, too: use nodes::RedisAdapter;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::layer::SocketIoLayer;

/// The rooms that anyone may join.
const OPEN: [&str; 2] = ["rust", "music"];

/// One of the servers: A and B are both made by this function.
pub async fn server(_redis: Redis) -> (SocketIoLayer, SocketIo) {
    // `_redis.adapter()` is what `with_adapter` asks for.
    let (layer, io) = SocketIo::builder().build_layer();
    // With the adapter for Redis, this is a future.
    io.ns("/", on_connect);
    (layer, io)
}

async fn on_connect(socket: SocketRef) {
    socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
        socket.broadcast().emit("said", &text).await.ok();
    });

    socket.on("join", async |socket: SocketRef, Data::<String>(room), ack: AckSender| {
        if OPEN.contains(&room.as_str()) {
            socket.join(room);
            ack.send("joined").ok();
        } else {
            ack.send("no such room").ok();
        }
    });

    socket.on("tell", async |io: SocketIo, Data::<(String, String)>((room, text))| {
        io.to(room).emit("told", &text).await.ok();
    });
}
