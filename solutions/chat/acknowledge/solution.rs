//! The solution of `acknowledge`: the server acknowledges what it is sent, and asks a client and waits.

use std::time::Duration;

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
pub(super) struct Auth {
    pub(super) name: String,
}

/// How long somebody who is invited may think.
const PATIENCE: Duration = Duration::from_secs(8);

/// A chat whose clients know what becomes of what they emit.
pub fn server(io: &SocketIo) {
    // ANCHOR: solution
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        // A room for each name: with it, you can reach a client by its name.
        socket.join(name.clone());

        socket.on("say", async |socket: SocketRef, Data::<String>(text), ack: AckSender| {
            socket.broadcast().emit("said", &text).await.ok();
            ack.send("sent").ok();
        });

        socket.on("invite", async move |io: SocketIo, Data::<String>(to), ack: AckSender| {
            let outcome = match ask(&io, to, &name).await {
                Some(true) => "accepted",
                Some(false) => "declined",
                None => "no answer",
            };
            ack.send(outcome).ok();
        });
    });
    // ANCHOR_END: solution
}

// ANCHOR: ask
/// What the client with the name `to` acknowledges. `None`: it didn't, in time.
async fn ask(io: &SocketIo, to: String, from: &str) -> Option<bool> {
    // It waits on a room, so it keeps no socket alive. When the last one in the room is gone, it ends at once.
    let asked = io.to(to).timeout(PATIENCE).emit_with_ack("invited", from).await.ok()?;
    asked.await.ok()
}
// ANCHOR_END: ask
