//! Mistakes in `same-user-two-nodes`, as code. `exercise.toml` says what each stands for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt;
use nodes::{Redis, RedisAdapter};
use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::layer::SocketIoLayer;

const PATIENCE: Duration = Duration::from_secs(3);

type Server = (SocketIoLayer<RedisAdapter>, SocketIo<RedisAdapter>);
type Io = SocketIo<RedisAdapter>;
type Socket = SocketRef<RedisAdapter>;
type Ack = AckSender<RedisAdapter>;

#[derive(Deserialize)]
struct Auth {
    name: String,
}

fn own_room(name: &str) -> String {
    format!("user:{name}")
}

/// What a client whispers, who it is, and what it is told.
struct Whisper {
    io: Io,
    socket: Socket,
    from: String,
    to: String,
    text: String,
    ack: Ack,
}

/// The server that handles a whisper like this, and all else as it should be.
async fn with<F: Future<Output = ()> + Send + 'static>(
    redis: Redis,
    whisper: impl Fn(Whisper) -> F + Clone + Send + Sync + 'static,
) -> Server {
    let (layer, io) = SocketIo::builder().with_adapter::<RedisAdapter>(redis.adapter()).build_layer();
    let on_connect = async move |socket: Socket, Data::<Auth>(Auth { name })| {
        socket.join(own_room(&name));
        socket.on(
            "whisper",
            async move |io: Io, socket: Socket, Data::<(String, String)>((to, text)), ack: Ack| {
                whisper(Whisper { io, socket, from: name, to, text, ack }).await;
            },
        );
    };
    io.ns("/", on_connect).await.expect("Redis can be reached");
    (layer, io)
}

/// Asks each socket that this server has.
pub async fn each_socket(redis: Redis) -> Server {
    with(redis, async |Whisper { io, from, to, text, ack, .. }| {
        let mut asked = Vec::new();
        for device in io.within(own_room(&to)).sockets() {
            asked.extend(device.timeout(PATIENCE).emit_with_ack::<_, String>("whispered", &(&from, &text)));
        }
        let mut received = 0;
        for acknowledgement in asked {
            received += u32::from(acknowledgement.await.is_ok());
        }
        ack.send(&received).ok();
    })
    .await
}

/// Emits, and counts the sockets in the room.
pub async fn counts_devices(redis: Redis) -> Server {
    with(redis, async |Whisper { io, from, to, text, ack, .. }| {
        io.to(own_room(&to)).emit("whispered", &(&from, &text)).await.ok();
        let devices = io.within(own_room(&to)).fetch_sockets().await.map_or(0, |devices| devices.len());
        ack.send(&devices).ok();
    })
    .await
}

/// Waits for the first acknowledgement only.
pub async fn first_only(redis: Redis) -> Server {
    with(redis, async |Whisper { io, from, to, text, ack, .. }| {
        let devices = io.to(own_room(&to)).timeout(PATIENCE);
        let asked = devices.emit_with_ack::<_, String>("whispered", &(&from, &text)).await;
        let received = match asked {
            Ok(acknowledgements) => u32::from(acknowledgements.await.is_ok()),
            Err(_) => 0,
        };
        ack.send(&received).ok();
    })
    .await
}

/// Counts those who didn't acknowledge, too.
pub async fn counts_timeouts(redis: Redis) -> Server {
    with(redis, async |Whisper { io, from, to, text, ack, .. }| {
        let devices = io.to(own_room(&to)).timeout(PATIENCE);
        let asked = devices.emit_with_ack::<_, String>("whispered", &(&from, &text)).await;
        let received = match asked {
            Ok(acknowledgements) => acknowledgements.count().await,
            Err(_) => 0,
        };
        ack.send(&received).ok();
    })
    .await
}

/// Asks the devices at its own server only.
pub async fn local(redis: Redis) -> Server {
    with(redis, async |Whisper { io, from, to, text, ack, .. }| {
        let devices = io.local().to(own_room(&to)).timeout(PATIENCE);
        let asked = devices.emit_with_ack::<_, String>("whispered", &(&from, &text)).await;
        let received = match asked {
            Ok(acknowledgements) => {
                acknowledgements.filter(|(_, it)| std::future::ready(it.is_ok())).count().await
            }
            Err(_) => 0,
        };
        ack.send(&received).ok();
    })
    .await
}

/// Leaves out the device that whispers.
pub async fn others_only(redis: Redis) -> Server {
    with(redis, async |Whisper { socket, from, to, text, ack, .. }| {
        let devices = socket.to(own_room(&to)).timeout(PATIENCE);
        let asked = devices.emit_with_ack::<_, String>("whispered", &(&from, &text)).await;
        let received = match asked {
            Ok(acknowledgements) => {
                acknowledgements.filter(|(_, it)| std::future::ready(it.is_ok())).count().await
            }
            Err(_) => 0,
        };
        ack.send(&received).ok();
    })
    .await
}

/// Keeps the last socket of each name.
pub async fn one_socket(redis: Redis) -> Server {
    let (layer, io) = SocketIo::builder().with_adapter::<RedisAdapter>(redis.adapter()).build_layer();
    let sockets: Arc<Mutex<HashMap<String, Socket>>> = Arc::default();
    let on_connect = async move |socket: Socket, Data::<Auth>(Auth { name })| {
        sockets.lock().unwrap().insert(name.clone(), socket.clone());
        socket.on("whisper", async move |Data::<(String, String)>((to, text)), ack: Ack| {
            let device = sockets.lock().unwrap().get(&to).cloned();
            let asked = device.and_then(|device| {
                device.timeout(PATIENCE).emit_with_ack::<_, String>("whispered", &(&name, &text)).ok()
            });
            let received = match asked {
                Some(acknowledgement) => u32::from(acknowledgement.await.is_ok()),
                None => 0,
            };
            ack.send(&received).ok();
        });
    };
    io.ns("/", on_connect).await.expect("Redis can be reached");
    (layer, io)
}
