//! The solution of `typing`: the others see who is typing, and one client hears a whisper.

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
pub(super) struct Auth {
    pub(super) name: String,
}

/// A chat in which one can be seen typing, and can whisper.
pub fn server(io: &SocketIo) {
    // ANCHOR: solution
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        // A room for each name: anyone who knows the name can reach its client. The socket leaves it when it's disconnected.
        socket.join(name.clone());

        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.broadcast().emit("said", &text).await.ok();
        });

        let from = name.clone();
        socket.on("typing", async move |socket: SocketRef| {
            socket.broadcast().emit("typing", &from).await.ok();
        });

        socket.on("whisper", async move |socket: SocketRef, Data::<(String, String)>((to, text))| {
            socket.to(to).emit("whispered", &(&name, &text)).await.ok();
        });
    });
    // ANCHOR_END: solution
}
