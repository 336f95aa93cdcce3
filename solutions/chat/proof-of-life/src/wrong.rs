//! Answers to `proof-of-life` that one hears, and slips that one makes. `exercise.toml` says what each stands for.

use std::time::Duration;

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use socketioxide::socket::DisconnectReason;
use tokio::sync::mpsc;
use tokio::time::interval;
use tracing::info;

/// The wrong answers by name.
pub const ALL: &[(&str, fn(&SocketIo))] = &[
    ("only-connecting", only_connecting),
    ("listening", listening),
    ("monitor-queue", monitor_queue),
    ("front-end-only", front_end_only),
    ("health-check", health_check),
    ("disconnect-event", disconnect_event),
    ("no-reason", no_reason),
    ("nobody", nobody),
    ("println", println),
];

/// The chat itself, which logs nothing.
fn chat(socket: &SocketRef) {
    socket.on("chat message", async |io: SocketIo, Data::<String>(text)| {
        io.emit("chat message", &text).await.ok();
    });
}

/// The chat, with the line for each message.
fn logged_chat(socket: &SocketRef) {
    socket.on("chat message", async |socket: SocketRef, io: SocketIo, Data::<String>(text)| {
        info!("{} said {text:?}", socket.id);
        io.emit("chat message", &text).await.ok();
    });
}

/// Who comes is logged; who goes is not.
pub fn only_connecting(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        info!("{} connected", socket.id);
        logged_chat(&socket);
    });
}

/// One line, before anyone is there.
pub fn listening(io: &SocketIo) {
    info!("listening on *:3000");
    io.ns("/", async |socket: SocketRef| chat(&socket));
}

/// Heartbeats go into a queue, and a monitor reads them.
pub fn monitor_queue(io: &SocketIo) {
    let (beats, mut queue) = mpsc::unbounded_channel::<String>();
    tokio::spawn(async move {
        while let Some(id) = queue.recv().await {
            info!("{id} is alive");
        }
    });
    io.ns("/", async move |socket: SocketRef| {
        chat(&socket);
        let beats = beats.clone();
        socket.on("heartbeat", async move |socket: SocketRef| {
            beats.send(socket.id.to_string()).ok();
        });
    });
}

/// There is no server to speak of.
pub fn front_end_only(_: &SocketIo) {}

/// A monitor asks now and then whether the server is well.
pub fn health_check(io: &SocketIo) {
    let server = io.clone();
    tokio::spawn(async move {
        let mut every = interval(Duration::from_secs(10));
        loop {
            every.tick().await;
            info!("well: {} sockets", server.sockets().len());
        }
    });
    io.ns("/", async |socket: SocketRef| chat(&socket));
}

/// Node's way to hear of a disconnection.
pub fn disconnect_event(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        info!("{} connected", socket.id);
        logged_chat(&socket);
        socket.on("disconnect", async |socket: SocketRef, Data::<String>(reason)| {
            info!("{} disconnected ({reason})", socket.id);
        });
    });
}

/// Who goes is logged, but not why.
pub fn no_reason(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        info!("{} connected", socket.id);
        logged_chat(&socket);
        socket.on_disconnect(async |socket: SocketRef| info!("{} disconnected", socket.id));
    });
}

/// Someone comes, someone goes.
pub fn nobody(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        info!("a user connected");
        socket.on("chat message", async |io: SocketIo, Data::<String>(text)| {
            info!("message: {text}");
            io.emit("chat message", &text).await.ok();
        });
        socket.on_disconnect(async |reason: DisconnectReason| info!("user disconnected ({reason:?})"));
    });
}

// Written as a learner would. But the book and the proofs play this server in their own process, and what it prints
// would stand amid their own words: here it goes nowhere.
macro_rules! println {
    ($($words:tt)*) => { let _ = format!($($words)*); };
}

/// To the terminal, and not to the log.
pub fn println(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        println!("{} connected", socket.id);
        socket.on("chat message", async |socket: SocketRef, io: SocketIo, Data::<String>(text)| {
            println!("{} said {text:?}", socket.id);
            io.emit("chat message", &text).await.ok();
        });
        socket.on_disconnect(async |socket: SocketRef, reason: DisconnectReason| {
            println!("{} disconnected ({reason:?})", socket.id);
        });
    });
}
