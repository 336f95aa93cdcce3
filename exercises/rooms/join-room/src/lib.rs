//! Rooms 2: a client asks, the server decides.
//!
//! A client emits `join` with the name of a room, and asks for an acknowledgement. If the room is open, the server
//! joins the client's socket to it and acknowledges with "joined". If not, it acknowledges with "no such room".
//!
//! The second handler is already written: it emits what a client tells a room to the clients in that room.
//!
//! Try it: `cargo test -p join-room`.

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// The rooms that anyone may join.
const OPEN: [&str; 2] = ["rust", "music"];

/// A server with two open rooms. Nobody is in them yet.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("join", async |_socket: SocketRef, Data::<String>(room), _ack: AckSender| {
            if OPEN.contains(&room.as_str()) {
                // Join the room, then acknowledge: `AckSender` has a method `send`.
            } else {
                // Acknowledge with "no such room".
            }
        });

        socket.on("tell", async |io: SocketIo, Data::<(String, String)>((room, text))| {
            io.to(room).emit("told", &text).await.ok();
        });
    });
}
