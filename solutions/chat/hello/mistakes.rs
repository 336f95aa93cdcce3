//! Mistakes in `hello`, as code. `exercise.toml` says what each stands for.

use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;

/// Everyone is welcomed each time.
pub fn io_emit(io: &SocketIo) {
    io.ns("/", async |io: SocketIo| {
        io.emit("chat message", "Welcome!").await.ok();
    });
}

/// Everyone but the newcomer is welcomed.
pub fn broadcast(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.broadcast().emit("chat message", "Welcome!").await.ok();
    });
}

/// Waits for an event that no client emits.
pub fn on_connection(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("connection", async |socket: SocketRef| {
            socket.emit("chat message", "Welcome!").ok();
        });
    });
}

/// Waits until the client speaks.
pub fn replies(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("chat message", async |socket: SocketRef| {
            socket.emit("chat message", "Welcome!").ok();
        });
    });
}

/// Emits an event for which no client listens.
pub fn other_event(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.emit("hello", "Welcome!").ok();
    });
}

/// Emits to a room named after the id.
pub fn io_to_id(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, io: SocketIo| {
        io.to(socket.id).emit("chat message", "Welcome!").await.ok();
    });
}

/// The future is never awaited.
#[allow(clippy::let_underscore_future)] // That is the mistake.
pub fn not_awaited(io: &SocketIo) {
    io.ns("/", async |io: SocketIo| {
        let _ = io.emit("chat message", "Welcome!");
    });
}
