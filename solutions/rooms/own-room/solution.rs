//! The solution of `own-room`: every device of a user, and one client by its id.

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::socket::Sid;

/// The rooms that anyone may join.
const OPEN: [&str; 2] = ["rust", "music"];

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
pub(super) struct Auth {
    pub(super) name: String,
}

/// The chat with two open rooms, and a room for each user.
pub fn server(io: &SocketIo) {
    // ANCHOR: solution
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        // All devices of a user are in one room. A device leaves it when it's disconnected.
        socket.join(own_room(&name));

        let from = name.clone();
        socket.on(
            "whisper",
            async move |io: SocketIo, socket: SocketRef, Data::<(String, String)>((to, text))| {
                note(&io, &own_room(&to), socket.id);
                io.to(own_room(&to)).emit("whispered", &(&from, &text)).await.ok();
            },
        );

        socket.on("reply", async move |io: SocketIo, socket: SocketRef, Data::<String>(text)| {
            if let Some(asker) = last_whisper(&socket).and_then(|id| io.get_socket(id)) {
                asker.emit("replied", &(&name, &text)).ok();
            }
        });
        // ANCHOR_END: solution

        socket.on("join", async |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if OPEN.contains(&room.as_str()) {
                socket.join(room);
                ack.send("joined").ok();
            } else {
                ack.send("no such room").ok();
            }
        });

        socket.on("tell", async |io: SocketIo, Data::<(String, String)>((room, text))| {
            if OPEN.contains(&room.as_str()) {
                io.to(room).emit("told", &text).await.ok();
            }
        });
    });
}

/// The room of a user's devices. No open room begins like this, so a user may be called “rust”.
fn own_room(name: &str) -> String {
    format!("user:{name}")
}

/// Whose whisper a client heard last. It's kept on the client's own socket, and goes when that goes.
#[derive(Clone)]
struct LastWhisper(Sid);

/// Notes on all sockets in a room whose whisper they are about to hear.
pub fn note(io: &SocketIo, room: &str, sender: Sid) {
    for device in io.to(room.to_owned()).sockets() {
        device.extensions.insert(LastWhisper(sender));
    }
}

/// The id of the client whose whisper this socket heard last.
pub fn last_whisper(socket: &SocketRef) -> Option<Sid> {
    socket.extensions.get::<LastWhisper>().map(|LastWhisper(id)| id)
}
