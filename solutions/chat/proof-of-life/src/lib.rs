//! The answer to `proof-of-life`: the server's log tells who comes, who speaks, and who goes and why.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use socketioxide::socket::DisconnectReason;
use tracing::info;

pub mod wrong;

/// A chat whose log shows who is there.
pub fn server(io: &SocketIo) {
    // ANCHOR: answer
    io.ns("/", async |socket: SocketRef| {
        info!("{} connected", socket.id);

        socket.on("chat message", async |socket: SocketRef, io: SocketIo, Data::<String>(text)| {
            info!("{} said {text:?}", socket.id);
            io.emit("chat message", &text).await.ok();
        });

        socket.on_disconnect(async |socket: SocketRef, reason: DisconnectReason| {
            info!("{} disconnected ({reason:?})", socket.id);
        });
    });
    // ANCHOR_END: answer
}
