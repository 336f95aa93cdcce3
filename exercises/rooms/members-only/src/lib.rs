//! Rooms 2, for those who want more: only members may tell.
//!
//! A client emits `tell` with a room's name and a text, and asks for an acknowledgement.
//! - If the client's socket is in that room, every *other* member hears `told` with the text, and the server acknowledges
//!   with "told".
//! - If it isn't, nobody hears anything, and the server acknowledges with "not a member".
//!
//! Try it: `cargo test -p members-only`.

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// The rooms that anyone may join.
const OPEN: [&str; 2] = ["rust", "music"];

/// A server with two open rooms. So far anyone can tell them something.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("join", async |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if OPEN.contains(&room.as_str()) {
                socket.join(room);
                ack.send("joined").ok();
            } else {
                ack.send("no such room").ok();
            }
        });

        socket.on("tell", async |io: SocketIo, Data::<(String, String)>((room, text))| {
            // Is the client a member? Only then may it tell. And acknowledge: ask for `ack`, as `join` does.
            io.to(room).emit("told", &text).await.ok();
        });
    });
}
