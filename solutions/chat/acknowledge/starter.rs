//! Emit cheatsheet: acknowledge an event, and ask a client for an acknowledgement.
//!
//! The chat works, and each client sends its name when it connects. No two names are alike. Now add acknowledgements:
//! - `say`: a client that asks for an acknowledgement gets "sent".
//! - `invite`, with a name: the client with exactly that name hears `invited` with the inviter's name, and is asked for an
//!   acknowledgement: `true` or `false`. Then the server acknowledges the `invite`:
//!   - "accepted" for `true`, and "declined" for `false`;
//!   - "no answer" after 8 seconds without an acknowledgement;
//!   - "no answer" at once if nobody with that name is connected, or if that client disconnects before it acknowledges.
//!
//! Try it: `cargo test -p acknowledge`.

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
// You will need these two:
// use socketioxide::extract::AckSender;
// use std::time::Duration;

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
struct Auth {
    name: String,
}

/// The chat. Its clients don't know yet what becomes of what they emit.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(auth)| {
        let _name = auth.name.clone(); // Delete the underscore when you use it.
        // A room for each name: with it, you can reach a client by its name.
        socket.join(auth.name);

        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.broadcast().emit("said", &text).await.ok();
            // Acknowledge it here.
        });

        // Add a handler for `invite` here. It asks one client, waits, and acknowledges what came of it.
    });
}
