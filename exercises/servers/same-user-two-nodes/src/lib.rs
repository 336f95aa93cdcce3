//! Servers 2: a whisper finds every device of a person, at every server.
//!
//! The two servers are joined by the adapter, and people whisper to each other. A person may have several devices, and each
//! of them can be connected to another server.
//! - A client emits `whisper` with a name and a text. Every device of that person hears `whispered`, with the name of the one
//!   who whispers and the text, and is asked for an acknowledgement.
//! - The client that whispers gets the acknowledgement: how many devices have acknowledged within `PATIENCE`.
//!
//! As it is, a server finds the devices that are connected to itself, and counts what it has emitted.
//!
//! Try it: `cargo test -p same-user-two-nodes`.

use std::time::Duration;

// You will need this, too: use futures_util::StreamExt;
use nodes::{Redis, RedisAdapter};
use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::layer::SocketIoLayer;

/// How long a device may take to acknowledge.
pub const PATIENCE: Duration = Duration::from_secs(3);

/// What a client sends when it connects: its `auth` option. A name is a person, and a person may have several devices.
#[derive(Deserialize)]
struct Auth {
    name: String,
}

/// One of the servers: A and B are both made by this function.
pub async fn server(redis: Redis) -> (SocketIoLayer<RedisAdapter>, SocketIo<RedisAdapter>) {
    let (layer, io) = SocketIo::builder().with_adapter::<RedisAdapter>(redis.adapter()).build_layer();
    io.ns("/", on_connect).await.expect("Redis can be reached");
    (layer, io)
}

async fn on_connect(socket: SocketRef<RedisAdapter>, Data(Auth { name }): Data<Auth>) {
    // All devices of a person are in one room.
    socket.join(own_room(&name));

    let from = name;
    socket.on(
        "whisper",
        async move |io: SocketIo<RedisAdapter>,
                    Data::<(String, String)>((to, text)),
                    ack: AckSender<RedisAdapter>| {
            let mut devices = 0;
            for device in io.within(own_room(&to)).sockets() {
                device.emit("whispered", &(&from, &text)).ok();
                devices += 1;
            }
            ack.send(&devices).ok();
        },
    );
}

/// The room of a person's devices.
fn own_room(name: &str) -> String {
    format!("user:{name}")
}
