//! Rooms 2: every device of a user, and one client by its id.
//!
//! Each client sends a name when it connects. Clients with the same name are one user's devices. Add two events:
//! - A client emits `whisper` with a user's name and a text. Every device of exactly that user hears `whispered` with the
//!   sender's name and the text. That goes for Ada whispering to herself, too.
//! - A client emits `reply` with a text. Only the one client whose whisper it heard last hears `replied` with the replying
//!   user's name and the text. If there is no such client, or it's disconnected, nobody hears anything.
//!
//! A user may have any name, even that of an open room.
//!
//! Try it: `cargo test -p own-room`.

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::socket::Sid;

/// The rooms that anyone may join.
const OPEN: [&str; 2] = ["rust", "music"];

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
struct Auth {
    name: String,
}

/// The chat with two open rooms.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(auth)| {
        let _name = auth.name; // Delete the underscore when you use it.

        // 1. Put this socket where one emit reaches all devices of its user.

        // 2. Add a handler for `whisper` here. Its data is `Data::<(String, String)>((to, text))`. It uses the name, so
        //    write `async move |…|`, and give it a copy. Before you emit, call `note` (below): `reply` needs it.

        // 3. Add a handler for `reply` here. `last_whisper` (below) tells the id of the one client that should hear it.

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
