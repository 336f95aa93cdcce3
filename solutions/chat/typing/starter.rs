//! Chat 3, for those who want more: who is typing, and a whisper.
//!
//! Each client sends its name when it connects, and no two names are alike. Add two events to the chat:
//! - A client emits `typing`, without data. Every other client hears `typing` with the name of the client that types.
//! - A client emits `whisper` with a name and a text. Only the client with exactly that name hears `whispered`, with two
//!   arguments: the sender's name, and the text. If nobody with that name is connected, nobody hears anything.
//!
//! Try it: `cargo test -p typing`.

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
struct Auth {
    name: String,
}

/// The chat. In the connection handler, `Data` is what the client sent when it connected.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(auth)| {
        let _name = auth.name; // Delete the underscore when you use it.

        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.broadcast().emit("said", &text).await.ok();
        });

        // Add a handler for `typing` here. It has no data to ask for. It uses the name: write `async move |…|`.

        // Add a handler for `whisper` here. Its data is `Data::<(String, String)>((to, text))`. How do you reach one
        // client by its name?
    });
}
