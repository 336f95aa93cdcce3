//! The solution of `hello`: the client that connects is welcomed.

use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;

/// A chat that welcomes each client, and does nothing else yet.
pub fn server(io: &SocketIo) {
    // ANCHOR: solution
    io.ns("/", async |socket: SocketRef| {
        socket.emit("chat message", "Welcome!").ok();
    });
    // ANCHOR_END: solution
}
