//! Known mistakes in `{name}`: what people claim, and slips that they make. `exercise.toml` says what each stands for.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

/// What it does, in a few words.
pub fn to_everyone(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |io: SocketIo, Data::<String>(text)| {
            io.emit("said", &text).await.ok();
        });
    });
}
