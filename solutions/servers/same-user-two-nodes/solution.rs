//! The solution of `same-user-two-nodes`: one emit to a person's room, and all acknowledgements counted.

use std::time::Duration;

use futures_util::StreamExt;
use nodes::{Redis, RedisAdapter};
use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::layer::SocketIoLayer;

/// How long a device may take to acknowledge.
const PATIENCE: Duration = Duration::from_secs(3);

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
            let devices = io.to(own_room(&to)).timeout(PATIENCE);
            let asked = devices.emit_with_ack::<_, String>("whispered", &(&from, &text)).await;
            let received = match asked {
                Ok(acknowledgements) => {
                    // One comes for each device, from whichever server. `Err`: this device didn't acknowledge in time.
                    let acknowledgements: Vec<_> = acknowledgements.collect().await;
                    acknowledgements.iter().filter(|(_, acknowledgement)| acknowledgement.is_ok()).count()
                }
                Err(_) => 0,
            };
            ack.send(&received).ok();
        },
    );
}

/// The room of a person's devices.
fn own_room(name: &str) -> String {
    format!("user:{name}")
}
