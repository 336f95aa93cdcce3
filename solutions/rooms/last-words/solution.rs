//! The solution of `last-words`: the rooms are told, however a client is disconnected.

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// The rooms that anyone may join.
const OPEN: [&str; 2] = ["rust", "music"];

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
pub(super) struct Auth {
    pub(super) name: String,
}

/// A server with two open rooms that hear of everyone who leaves.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
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

        // ANCHOR: solution
        let who = name.clone();
        socket.on("leave", async move |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if is_member(&socket, &room) {
                socket.leave(room.clone());
                ack.send("left").ok();
                socket.to(room.clone()).emit("left", &(&who, &room)).await.ok();
            } else {
                ack.send("not a member").ok();
            }
        });

        // The socket leaves its rooms after this handler, so they can still be listed here.
        socket.on_disconnect(async move |socket: SocketRef| {
            for room in socket.rooms() {
                socket.to(room.clone()).emit("left", &(&name, &room)).await.ok();
            }
        });
        // ANCHOR_END: solution
    });
}

/// Whether the socket is in the room. The server knows: it joined the socket itself.
fn is_member(socket: &SocketRef, room: &str) -> bool {
    socket.rooms().iter().any(|joined| joined == room)
}
