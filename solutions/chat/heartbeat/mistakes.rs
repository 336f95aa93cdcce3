//! Mistakes in `heartbeat`, as code. `exercise.toml` says what each stands for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use socketioxide::extract::{Data, SocketRef};
use socketioxide::layer::SocketIoLayer;
use socketioxide::socket::DisconnectReason;
use socketioxide::{SocketIo, SocketIoBuilder};
use tokio::time::sleep;

/// What `server` returns.
type Pair = (SocketIoLayer, SocketIo);

const INTERVAL: Duration = Duration::from_secs(5);
const TIMEOUT: Duration = Duration::from_millis(2_500);
/// How long a client may be silent.
const LIMIT: Duration = Duration::from_millis(7_500);

/// The chat, with a heartbeat of these two times.
fn with_times(interval: Duration, timeout: Duration) -> Pair {
    built(SocketIo::builder().ping_interval(interval).ping_timeout(timeout))
}

fn built(builder: SocketIoBuilder) -> Pair {
    let (layer, io) = builder.build_layer();
    register(&io);
    (layer, io)
}

fn register(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        chat(&socket);
        tell_who_left(&socket);
    });
}

fn chat(socket: &SocketRef) {
    socket.on("chat message", async |io: SocketIo, Data::<String>(text)| {
        io.emit("chat message", &text).await.ok();
    });
}

fn tell_who_left(socket: &SocketRef) {
    socket.on_disconnect(async |socket: SocketRef, reason: DisconnectReason| {
        let how = match reason {
            DisconnectReason::ClientNSDisconnect => "goodbye",
            DisconnectReason::HeartbeatTimeout => "silent",
            _ => "lost",
        };
        socket.broadcast().emit("left", &(socket.id, how)).await.ok();
    });
}

/// The defaults: 25 and 20 seconds.
pub fn default_times() -> Pair {
    built(SocketIo::builder())
}

/// Each time in the other's place.
pub fn swapped() -> Pair {
    with_times(TIMEOUT, INTERVAL)
}

/// Takes the timeout for the longest silence.
pub fn limit_as_timeout() -> Pair {
    with_times(INTERVAL, LIMIT)
}

/// Takes the interval for the longest silence.
pub fn limit_as_interval() -> Pair {
    with_times(LIMIT, TIMEOUT)
}

/// Chooses the interval alone.
pub fn interval_only() -> Pair {
    built(SocketIo::builder().ping_interval(INTERVAL))
}

/// Chooses the timeout alone.
pub fn timeout_only() -> Pair {
    built(SocketIo::builder().ping_timeout(TIMEOUT))
}

/// Pings with an event of its own, and disconnects those that don't answer it.
pub fn own_ping() -> Pair {
    let (layer, io) = SocketIo::builder().build_layer();
    io.ns("/", async |socket: SocketRef| {
        chat(&socket);
        tell_who_left(&socket);
        let pongs = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&pongs);
        socket.on("pong", async move || {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        loop {
            let before = pongs.load(Ordering::Relaxed);
            if socket.emit("ping", &()).is_err() {
                break;
            }
            sleep(TIMEOUT).await;
            if pongs.load(Ordering::Relaxed) == before {
                socket.disconnect().ok();
                break;
            }
            sleep(INTERVAL).await;
        }
    });
    (layer, io)
}

/// Disconnects those that have said nothing for a while.
pub fn last_word() -> Pair {
    let (layer, io) = SocketIo::builder().build_layer();
    io.ns("/", async |socket: SocketRef| {
        tell_who_left(&socket);
        let words = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&words);
        socket.on("chat message", async move |io: SocketIo, Data::<String>(text)| {
            counter.fetch_add(1, Ordering::Relaxed);
            io.emit("chat message", &text).await.ok();
        });
        loop {
            let before = words.load(Ordering::Relaxed);
            sleep(LIMIT).await;
            if words.load(Ordering::Relaxed) == before {
                socket.disconnect().ok();
                break;
            }
        }
    });
    (layer, io)
}

/// Gives silent clients up in time, and tells nobody.
pub fn nobody_told() -> Pair {
    let (layer, io) = SocketIo::builder().ping_interval(INTERVAL).ping_timeout(TIMEOUT).build_layer();
    io.ns("/", async |socket: SocketRef| chat(&socket));
    (layer, io)
}

/// The layer of one server, and the handlers of another.
pub fn two_servers() -> Pair {
    let (layer, _) = SocketIo::builder().ping_interval(INTERVAL).ping_timeout(TIMEOUT).build_layer();
    let (_, io) = SocketIo::new_layer();
    register(&io);
    (layer, io)
}
