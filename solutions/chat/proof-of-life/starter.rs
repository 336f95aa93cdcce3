//! Chat 2: the server's log shows who is alive.
//!
//! The chat works. Write to its log with `info!`:
//! - who connects,
//! - who says what,
//! - who disconnects, and why. Write the reason in socketioxide's words: `{reason:?}`.
//!
//! You choose the other words of each line. Some clients disconnect without a goodbye: log them, too.
//!
//! `socket.id` says which client it is. It's another one each time, so the transcript shows whose it is: `ada's id`.
//!
//! Try it: `cargo test -p proof-of-life`.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
// You will need these two:
// use socketioxide::socket::DisconnectReason;
// use tracing::info;

/// The chat. It logs nothing yet.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        // A client has connected. Log who.

        socket.on("chat message", async |io: SocketIo, Data::<String>(text)| {
            // A client has said something. Log who, and what.
            io.emit("chat message", &text).await.ok();
        });

        // Add a handler here: it logs who disconnects, and why.
    });
}
