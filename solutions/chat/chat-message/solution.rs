//! The solution of `chat-message`: every client hears what a client says.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

// ANCHOR: server
/// A chat: every client hears each message, the sender included.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        // ANCHOR: solution
        socket.on("chat message", async |io: SocketIo, Data::<String>(text)| {
            io.emit("chat message", &text).await.ok();
        });
        // ANCHOR_END: solution
    });
}
// ANCHOR_END: server
