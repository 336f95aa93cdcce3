//! The solution of `broadcast`: every client but the sender hears what a client says.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

/// A chat in which nobody hears their own messages.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        // ANCHOR: solution
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.broadcast().emit("said", &text).await.ok();
        });
        // ANCHOR_END: solution
    });
}
// 2
