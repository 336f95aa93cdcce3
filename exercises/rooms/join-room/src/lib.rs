//! Rooms 2: a client asks, the server decides.
//!
//! A client emits `join` with the name of a room, and asks for an answer. If the room is open, the server joins the
//! client's socket to it and answers "joined"; if not, it answers "no such room".
//!
//! What anyone tells a room is already passed on, by the second handler.
//!
//! Try it: `cargo test -p join-room`.

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// The rooms that anyone may join.
const OPEN: [&str; 2] = ["rust", "music"];

/// A server with two open rooms, and nobody in them yet.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("join", async |_socket: SocketRef, Data::<String>(room), _ack: AckSender| {
            if OPEN.contains(&room.as_str()) {
                // Join the room, then answer: `AckSender` has a method `send`.
            } else {
                // Answer that there is no such room.
            }
        });

        socket.on("tell", async |io: SocketIo, Data::<(String, String)>((room, text))| {
            io.to(room).emit("told", &text).await.ok();
        });
    });
}
