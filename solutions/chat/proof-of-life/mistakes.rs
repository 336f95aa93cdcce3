//! Mistakes in `proof-of-life`, as code. `exercise.toml` says what each stands for.

use std::time::Duration;

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use socketioxide::socket::DisconnectReason;
use tokio::sync::mpsc;
use tokio::time::interval;
use tracing::info;

/// The chat as it is in the starter: it logs nothing.
fn chat(socket: &SocketRef) {
    socket.on("chat message", async |io: SocketIo, Data::<String>(text)| {
        io.emit("chat message", &text).await.ok();
    });
}

/// The chat with a log line for each message.
fn logged_chat(socket: &SocketRef) {
    socket.on("chat message", async |socket: SocketRef, io: SocketIo, Data::<String>(text)| {
        info!("{} said {text:?}", socket.id);
        io.emit("chat message", &text).await.ok();
    });
}

/// The log line for a client that disconnects.
fn log_disconnection(socket: &SocketRef) {
    socket.on_disconnect(async |socket: SocketRef, reason: DisconnectReason| {
        info!("{} disconnected ({reason:?})", socket.id);
    });
}

/// Logs who connects, but not who disconnects.
pub fn only_connecting(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        info!("{} connected", socket.id);
        logged_chat(&socket);
    });
}

/// Logs one line, before anyone connects.
pub fn listening(io: &SocketIo) {
    info!("listening on *:3000");
    io.ns("/", async |socket: SocketRef| chat(&socket));
}

/// Heartbeats are put in a queue, and a monitor reads them.
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

/// The server has no namespace.
pub fn front_end_only(_: &SocketIo) {}

/// A monitor regularly asks whether the server is well.
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

/// Listens for `disconnect`, as on Node.
pub fn disconnect_event(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        info!("{} connected", socket.id);
        logged_chat(&socket);
        socket.on("disconnect", async |socket: SocketRef, Data::<String>(reason)| {
            info!("{} disconnected ({reason})", socket.id);
        });
    });
}

/// Logs who disconnects, but not why.
pub fn no_reason(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        info!("{} connected", socket.id);
        logged_chat(&socket);
        socket.on_disconnect(async |socket: SocketRef| info!("{} disconnected", socket.id));
    });
}

/// Logs that a user connects or disconnects, but not which one.
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

/// Writes to the terminal, not to the log.
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

/// Logs everything, but the chat no longer works.
pub fn no_emit(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        info!("{} connected", socket.id);
        socket.on("chat message", async |socket: SocketRef, Data::<String>(text)| {
            info!("{} said {text:?}", socket.id);
        });
        log_disconnection(&socket);
    });
}

/// Logs who connects and disconnects, but no messages.
pub fn no_messages(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        info!("{} connected", socket.id);
        chat(&socket);
        log_disconnection(&socket);
    });
}

/// Logs a message without who said it.
pub fn message_of_nobody(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        info!("{} connected", socket.id);
        socket.on("chat message", async |io: SocketIo, Data::<String>(text)| {
            info!("message: {text}");
            io.emit("chat message", &text).await.ok();
        });
        log_disconnection(&socket);
    });
}

/// Listens for a disconnection only after the first message.
pub fn in_message(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        info!("{} connected", socket.id);
        socket.on("chat message", async |socket: SocketRef, io: SocketIo, Data::<String>(text)| {
            info!("{} said {text:?}", socket.id);
            io.emit("chat message", &text).await.ok();
            log_disconnection(&socket);
        });
    });
}

/// Logs everything, but the emit is never awaited.
#[allow(clippy::let_underscore_future)] // That is the mistake.
pub fn not_awaited(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        info!("{} connected", socket.id);
        socket.on("chat message", async |socket: SocketRef, io: SocketIo, Data::<String>(text)| {
            info!("{} said {text:?}", socket.id);
            let _ = io.emit("chat message", &text);
        });
        log_disconnection(&socket);
    });
}
