//! Answers to `broadcast` that one hears, and slips that one makes. `exercise.toml` says what each stands for.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

/// The wrong answers by name.
pub const ALL: &[(&str, fn(&SocketIo))] = &[
    ("io-emit", io_emit),
    ("io-broadcast", io_broadcast),
    ("socket-emit", socket_emit),
    ("io-except", io_except),
    ("socket-to-room", socket_to_room),
    ("socket-to-own-id", socket_to_own_id),
    ("io-to-id", io_to_id),
    ("not-awaited", not_awaited),
    ("same-event", same_event),
];

/// Everyone hears, the sender too.
pub fn io_emit(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |io: SocketIo, Data::<String>(text)| {
            io.emit("said", &text).await.ok();
        });
    });
}

/// A broadcast by nobody in particular.
pub fn io_broadcast(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |io: SocketIo, Data::<String>(text)| {
            io.broadcast().emit("said", &text).await.ok();
        });
    });
}

/// Only the sender hears.
pub fn socket_emit(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.emit("said", &text).ok();
        });
    });
}

/// Everyone but a room that does not exist.
pub fn io_except(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, io: SocketIo, Data::<String>(text)| {
            io.except(socket.id.to_string()).emit("said", &text).await.ok();
        });
    });
}

/// To a room that nobody has joined.
pub fn socket_to_room(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.to("everyone").emit("said", &text).await.ok();
        });
    });
}

/// To the sender's own id, without the sender.
pub fn socket_to_own_id(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.to(socket.id.to_string()).emit("said", &text).await.ok();
        });
    });
}

/// To the sender's own id.
pub fn io_to_id(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, io: SocketIo, Data::<String>(text)| {
            io.to(socket.id.to_string()).emit("said", &text).await.ok();
        });
    });
}

/// A future that nobody awaits.
#[allow(clippy::let_underscore_future)] // That is the slip.
pub fn not_awaited(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            let _ = socket.broadcast().emit("said", &text);
        });
    });
}

/// The event that came in goes out again.
pub fn same_event(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.broadcast().emit("say", &text).await.ok();
        });
    });
}
