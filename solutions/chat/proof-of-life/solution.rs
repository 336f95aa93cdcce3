//! The solution of `proof-of-life`: the log says who connects, who says what, and who disconnects and why.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use socketioxide::socket::DisconnectReason;
use tracing::info;

/// A chat whose log shows who is connected.
pub fn server(io: &SocketIo) {
    // ANCHOR: solution
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
    // ANCHOR_END: solution
}
