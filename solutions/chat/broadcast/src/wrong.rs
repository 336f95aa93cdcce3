//! Answers to `broadcast` that one hears, and slips that one makes. `exercise.toml` says what each stands for.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

/// The wrong answers by name.
pub const ALL: &[(&str, fn(&SocketIo))] = &[("io-emit", io_emit)];

/// Everyone hears, the sender too.
pub fn io_emit(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |io: SocketIo, Data::<String>(text)| {
            io.emit("said", &text).await.ok();
        });
    });
}
