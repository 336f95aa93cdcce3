//! Chat 2: the server's log shows who is alive.
//!
//! The chat works. Let its log tell, with `info!`:
//! - who connects,
//! - who says what,
//! - who is gone, and for which reason: in socketioxide's own words, `{reason:?}`. Some go without a goodbye.
//!
//! The rest of each line is up to you.
//!
//! A client is known by `socket.id`. In the transcript you see its name there.
//!
//! Try it: `cargo test -p proof-of-life`.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
// You will need these two:
// use socketioxide::socket::DisconnectReason;
// use tracing::info;

/// The chat. It says nothing about itself yet.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        // Someone has connected. Say who.

        socket.on("chat message", async |io: SocketIo, Data::<String>(text)| {
            // Someone has said something. Say who, and what.
            io.emit("chat message", &text).await.ok();
        });

        // And when they go? There is a handler to add here.
    });
}
