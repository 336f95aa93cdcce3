//! The solution of `{name}`: in half a sentence.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

/// The server.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        // ANCHOR: solution
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.emit("said", &text).ok();
        });
        // ANCHOR_END: solution
    });
}
