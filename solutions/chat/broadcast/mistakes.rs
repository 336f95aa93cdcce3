//! Mistakes in `broadcast`, as code. `exercise.toml` says what each stands for.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

/// Every client hears, the sender too.
pub fn io_emit(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |io: SocketIo, Data::<String>(text)| {
            io.emit("said", &text).await.ok();
        });
    });
}

/// `broadcast` on `io`, which has no sender to leave out.
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

/// Emits to everyone except a room that doesn't exist.
pub fn io_except(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, io: SocketIo, Data::<String>(text)| {
            io.except(socket.id.to_string()).emit("said", &text).await.ok();
        });
    });
}

/// Emits to a room that nobody has joined.
pub fn socket_to_room(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.to("everyone").emit("said", &text).await.ok();
        });
    });
}

/// Emits to a room named after the sender's id, without the sender.
pub fn socket_to_own_id(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.to(socket.id.to_string()).emit("said", &text).await.ok();
        });
    });
}

/// Emits to a room named after the sender's id.
pub fn io_to_id(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, io: SocketIo, Data::<String>(text)| {
            io.to(socket.id.to_string()).emit("said", &text).await.ok();
        });
    });
}

/// The future is never awaited.
#[allow(clippy::let_underscore_future)] // That is the mistake.
pub fn not_awaited(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            let _ = socket.broadcast().emit("said", &text);
        });
    });
}

/// Emits the event that the client emitted, not `said`.
pub fn same_event(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.broadcast().emit("say", &text).await.ok();
        });
    });
}

/// Listens for an event that no client emits.
pub fn other_name(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("Say", async |socket: SocketRef, Data::<String>(text)| {
            socket.broadcast().emit("said", &text).await.ok();
        });
    });
}

/// Emits to a room that nobody has joined.
pub fn empty_room(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |io: SocketIo, Data::<String>(text)| {
            io.to("everyone").emit("said", &text).await.ok();
        });
    });
}
