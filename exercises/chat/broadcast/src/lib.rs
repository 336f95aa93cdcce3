//! Chat 3: everyone but the sender.
//!
//! When a client emits `say` with a text, every *other* client hears `said` with that text. The client that said it
//! hears nothing: it knows already.
//!
//! Try it: `cargo test -p broadcast`. It fails until you fill in the handler below.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

/// The chat. In an event handler, `socket` is the client that emitted the event.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |_socket: SocketRef, Data::<String>(_text)| {
            // A client has said something. Emit `said` to everyone but that client.
            // (Delete the underscores when you use `_socket` and `_text`.)
        });
    });
}
