//! Rooms 3: out of a room, and of no other.
//!
//! Each client sends its name when it connects, and can join rooms. Now let it leave one. A client emits `leave` with a
//! room's name and asks for an acknowledgement.
//! - If the client is in that room, it leaves that room and no other. The server acknowledges with "left". Those who stay
//!   in the room hear `left` with two arguments: the client's name and the room.
//! - If it isn't, the server acknowledges with "not a member", and nobody hears anything.
//!
//! Try it: `cargo test -p leave-room`.

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// The rooms that anyone may join.
const OPEN: [&str; 2] = ["rust", "music"];

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
struct Auth {
    name: String,
}

/// A server with two open rooms. So far there is a way in, and none out.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(auth)| {
        let _name = auth.name; // Delete the underscore when you use it.

        socket.on("join", async |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if OPEN.contains(&room.as_str()) {
                socket.join(room);
                ack.send("joined").ok();
            } else {
                ack.send("no such room").ok();
            }
        });

        socket.on("tell", async |io: SocketIo, Data::<(String, String)>((room, text))| {
            io.to(room).emit("told", &text).await.ok();
        });

        // Add a handler for `leave` here. It uses the name: write `async move |…|`.
    });
}
