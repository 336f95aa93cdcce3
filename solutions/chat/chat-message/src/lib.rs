//! The answer to `chat-message`: what one says reaches everyone.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

pub mod wrong;

// ANCHOR: server
/// A chat: what one says reaches everyone, oneself included.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        // ANCHOR: answer
        socket.on("chat message", async |io: SocketIo, Data::<String>(text)| {
            io.emit("chat message", &text).await.ok();
        });
        // ANCHOR_END: answer
    });
}
// ANCHOR_END: server
