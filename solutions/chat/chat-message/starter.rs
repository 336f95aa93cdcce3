//! Chat 1: what one says reaches everyone.
//!
//! When a client emits `chat message` with a text, every client hears `chat message` with that text. That includes
//! the client that said it.
//!
//! Try it: `cargo test -p chat-message`. It fails until you fill in the handler below.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

/// The chat. `io` is the server; `socket` is one client that has connected.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("chat message", async |_io: SocketIo, Data::<String>(_text)| {
            // A client has said something, and nobody hears it yet. Emit it to everyone.
            // (Delete the underscores when you use `_io` and `_text`.)
        });
    });
}
