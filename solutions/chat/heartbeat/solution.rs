//! The solution of `heartbeat`: a silent client is given up in time, and the others hear of it.

use std::time::Duration;

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use socketioxide::layer::SocketIoLayer;
use socketioxide::socket::DisconnectReason;

/// A chat that notices within seven and a half seconds that a client has fallen silent.
pub fn server() -> (SocketIoLayer, SocketIo) {
    // ANCHOR: solution
    let (layer, io) = SocketIo::builder()
        // From ping to ping.
        .ping_interval(Duration::from_secs(5))
        // From a ping to its pong. In the worst case a client is given up after both.
        .ping_timeout(Duration::from_millis(2_500))
        .build_layer();

    io.ns("/", async |socket: SocketRef| {
        socket.on("chat message", async |io: SocketIo, Data::<String>(text)| {
            io.emit("chat message", &text).await.ok();
        });

        socket.on_disconnect(async |socket: SocketRef, reason: DisconnectReason| {
            socket.broadcast().emit("left", &(socket.id, how(reason))).await.ok();
        });
    });
    // ANCHOR_END: solution

    (layer, io)
}

/// How a client left, in a word for people.
fn how(reason: DisconnectReason) -> &'static str {
    match reason {
        DisconnectReason::ClientNSDisconnect => "goodbye",
        DisconnectReason::HeartbeatTimeout => "silent",
        _ => "lost",
    }
}
