//! Chat 1, to begin with: welcome the one who connects.
//!
//! When a client connects, it hears `chat message` with the text "Welcome!". Nobody else hears anything.
//!
//! Try it: `cargo test -p hello`. It fails until you write one line below.

use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;

/// The chat. `io` is the server. The inner function runs each time a client connects, and `socket` is that client.
pub fn server(io: &SocketIo) {
    io.ns("/", async |_socket: SocketRef| {
        // A client has just connected. Emit `chat message` with the text "Welcome!" to this client, and to no other.
        // (Delete the underscore when you use `_socket`. End your line with `.ok();`: it ignores an error.)
    });
}
