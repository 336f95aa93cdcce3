//! Namespaces 1: a help desk beside the chat.
//!
//! The chat in `/` stays as it is. Add a second namespace, `/support`, with handlers that belong to it alone:
//! - `say` with a text: everyone in `/support` hears `said` with that text, the sender too.
//! - `join` and `tell`: as in `/`. A room in `/support` has nothing to do with the room of the same name in `/`.
//! - `solved`, without data: the server disconnects that client from `/support`, and from nothing else.
//!
//! Try it: `cargo test -p help-desk`.

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// The rooms that anyone may join.
const OPEN: [&str; 2] = ["rust", "music"];

/// The chat, and a help desk beside it.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.broadcast().emit("said", &text).await.ok();
        });
        socket.on("join", join);
        socket.on("tell", async |io: SocketIo, Data::<(String, String)>((room, text))| {
            io.to(room).emit("told", &text).await.ok();
        });
    });

    // Add the namespace `/support` here, with four handlers. In each of them ask: in which namespace does this emit?
}

/// A handler for `join`. It's a function, so that more than one namespace can use it.
async fn join(socket: SocketRef, Data(room): Data<String>, ack: AckSender) {
    if OPEN.contains(&room.as_str()) {
        socket.join(room);
        ack.send("joined").ok();
    } else {
        ack.send("no such room").ok();
    }
}
