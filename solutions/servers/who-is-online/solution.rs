//! The solution of `who-is-online`: it asks the servers that live.

use nodes::{Redis, RedisAdapter};
use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::layer::SocketIoLayer;

/// The rooms that anyone may join.
pub(super) const OPEN: [&str; 2] = ["rust", "music"];

// ANCHOR: room
/// What the name of a person's room begins with. So it's no room that one joins, whatever the person is called.
const PERSON: &str = "person:";
// ANCHOR_END: room

/// What a client sends when it connects: its `auth` option. A name is a person, and a person may have several connections.
#[derive(Deserialize)]
pub(super) struct Auth {
    pub(super) name: String,
}

/// One of several servers. Each runs this function, and all are given the same Redis.
pub async fn server(redis: Redis) -> (SocketIoLayer<RedisAdapter>, SocketIo<RedisAdapter>) {
    let (layer, io) = SocketIo::builder().with_adapter::<RedisAdapter>(redis.adapter()).build_layer();
    io.ns("/", on_connect).await.expect("Redis can be reached");
    (layer, io)
}

// ANCHOR: solution
async fn on_connect(socket: SocketRef<RedisAdapter>, Data(Auth { name }): Data<Auth>) {
    socket.join(format!("{PERSON}{name}"));
    chat(&socket);

    socket.on("who", async |io: SocketIo<RedisAdapter>, ack: AckSender<RedisAdapter>| {
        // Each server that lives says which rooms have somebody in them. If they can't be asked, it's this one's rooms.
        let rooms = match io.rooms().await {
            Ok(rooms) => rooms,
            Err(_) => io.local().rooms().await.unwrap_or_default(),
        };
        // A room is there once, however many devices are in it.
        let mut names: Vec<_> = rooms.iter().filter_map(|room| room.strip_prefix(PERSON)).collect();
        names.sort_unstable();
        ack.send(&names).ok();
    });
}
// ANCHOR_END: solution

/// What was there before: `say`, `join` and `tell`.
pub(super) fn chat(socket: &SocketRef<RedisAdapter>) {
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
