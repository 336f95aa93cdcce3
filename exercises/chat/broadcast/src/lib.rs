//! broadcast
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

/// The server.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.broadcast().emit("said", &text).await.ok();
        });
    });
}
