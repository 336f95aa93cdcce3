//! Servers 3: what breaks when a server dies?
//!
//! The chat runs on several servers, and rooms and broadcasts cross already. Only `who` doesn't: it names the people at one
//! server. Let it name everyone who is online:
//! - `who` is acknowledged with one list: the names of all people who are connected, at whichever server, sorted as
//!   `sort()` does. A name is a person, who may have several connections, also at different servers. Each stands there once.
//! - When a server is killed, those who were only there are off the list at once. Nothing else tells you of it: its handlers
//!   no longer run.
//! - While the line between the servers is broken, a server names the people who are connected to itself.
//! - `say`, `join` and `tell` work as they do now. Nothing else is sent.
//!
//! Try it: `cargo test -p who-is-online`.

use nodes::{Redis, RedisAdapter};
use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::layer::SocketIoLayer;

/// The rooms that anyone may join.
const OPEN: [&str; 2] = ["rust", "music"];

/// What a client sends when it connects: its `auth` option. A name is a person, and a person may have several connections.
#[derive(Deserialize)]
struct Auth {
    name: String,
}

/// The name of a socket's user. Each socket carries one.
#[derive(Clone)]
struct Name(String);

/// One of several servers. Each runs this function, and all are given the same Redis.
pub async fn server(redis: Redis) -> (SocketIoLayer<RedisAdapter>, SocketIo<RedisAdapter>) {
    let (layer, io) = SocketIo::builder().with_adapter::<RedisAdapter>(redis.adapter()).build_layer();
    io.ns("/", on_connect).await.expect("Redis can be reached");
    (layer, io)
}

async fn on_connect(socket: SocketRef<RedisAdapter>, Data(Auth { name }): Data<Auth>) {
    socket.extensions.insert(Name(name));
    chat(&socket);

    // As in a chat with rooms: the sockets know their names. But `sockets()` only has those of this server.
    socket.on("who", async |io: SocketIo<RedisAdapter>, ack: AckSender<RedisAdapter>| {
        let mut names: Vec<String> = Vec::new();
        for socket in io.sockets() {
            names.extend(socket.extensions.get::<Name>().map(|Name(name)| name));
        }
        names.sort();
        names.dedup();
        ack.send(&names).ok();
    });
}

/// What was there before: `say`, `join` and `tell`.
fn chat(socket: &SocketRef<RedisAdapter>) {
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

    socket.on("tell", async |socket: SocketRef<RedisAdapter>, Data::<(String, String)>((room, text))| {
        socket.to(room).emit("told", &text).await.ok();
    });
}
