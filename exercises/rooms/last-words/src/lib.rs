//! Rooms 3, for those who want more: the rooms hear of everyone who vanishes, too.
//!
//! A client can leave a room. Most clients never do: they close the page, lose the connection, or fall silent. When a
//! client is disconnected, however that happens, tell each room that it was in. Every other client in that room hears
//! `left` with two arguments: the name and the room. A client that shares two rooms with it hears `left` twice, in any
//! order. A client that comes back is in no room.
//!
//! Try it: `cargo test -p last-words`.

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

/// A server with two open rooms, and a way out of them. So far only a client that asks is missed.
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

        let who = name.clone(); // You will need `name` once more, below.
        socket.on("leave", async move |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if is_member(&socket, &room) {
                socket.leave(room.clone());
                ack.send("left").ok();
                socket.to(room.clone()).emit("left", &(&who, &room)).await.ok();
            } else {
                ack.send("not a member").ok();
            }
        });

        // Which handler runs for every socket, however the client was disconnected? Add it here.
    });
}

/// Whether the socket is in the room. The server knows: it joined the socket itself.
fn is_member(socket: &SocketRef, room: &str) -> bool {
    socket.rooms().iter().any(|joined| joined == room)
}
