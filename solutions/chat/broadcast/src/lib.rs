//! The answer to `broadcast`: what one says reaches everyone but oneself.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

pub mod wrong;

/// A chat in which one does not hear oneself.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        // ANCHOR: answer
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.broadcast().emit("said", &text).await.ok();
        });
        // ANCHOR_END: answer
    });
}
