//! Answers to `{name}` that one hears, and slips that one makes. `exercise.toml` says what each stands for.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

/// The wrong answers by name.
pub const ALL: &[(&str, fn(&SocketIo))] = &[("to-everyone", to_everyone)];

/// What it does, in a few words.
pub fn to_everyone(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |io: SocketIo, Data::<String>(text)| {
            io.emit("said", &text).await.ok();
        });
    });
}
