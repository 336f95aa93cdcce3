//! Chat 2, going on: choose the heartbeat, and tell the others.
//!
//! - Slow phones need up to two and a half seconds to answer a ping. The server gives each client exactly that long.
//! - A client that falls silent is given up at most seven and a half seconds later.
//! - Under these two rules the server pings as seldom as it can.
//! - When a client is disconnected, every other client hears `left` with two arguments: its id, and the word that `how`
//!   gives for the reason.
//!
//! `chat message` works as before. An id is `socket.id`, and the transcript shows whose it is: `ada's id`.
//!
//! Try it: `cargo test -p heartbeat`.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use socketioxide::layer::SocketIoLayer;
use socketioxide::socket::DisconnectReason;
// You will need this one:
// use std::time::Duration;

/// The chat. This time you make the server yourself, as at home: `SocketIo::new_layer()` is short for these three lines.
pub fn server() -> (SocketIoLayer, SocketIo) {
    let (layer, io) = SocketIo::builder()
        // Choose the two times of the heartbeat here.
        .build_layer();

    io.ns("/", async |socket: SocketRef| {
        socket.on("chat message", async |io: SocketIo, Data::<String>(text)| {
            io.emit("chat message", &text).await.ok();
        });

        // Add a handler here: it tells the others who was disconnected, and how.
    });

    // The layer takes Socket.IO's requests. At home you add it to your axum Router.
    (layer, io)
}

/// How a client left, in a word for people.
pub fn how(reason: DisconnectReason) -> &'static str {
    match reason {
        DisconnectReason::ClientNSDisconnect => "goodbye",
        DisconnectReason::HeartbeatTimeout => "silent",
        _ => "lost",
    }
}
