//! The question: the task in a sentence.
//!
//! Try it: `cargo test -p {name}`. It fails until you have filled in the handler below.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

/// The server.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |_socket: SocketRef, Data::<String>(_text)| {
            // What to do here, in a sentence.
        });
    });
}
