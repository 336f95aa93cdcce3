//! The solution of `members-only`: the server looks who is a member before it emits.

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// The rooms that anyone may join.
const OPEN: [&str; 2] = ["rust", "music"];

/// A server with two open rooms. Only members may tell a room something.
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

        // ANCHOR: solution
        socket.on(
            "tell",
            async |socket: SocketRef, Data::<(String, String)>((room, text)), ack: AckSender| {
                if is_member(&socket, &room) {
                    socket.to(room).emit("told", &text).await.ok();
                    ack.send("told").ok();
                } else {
                    ack.send("not a member").ok();
                }
            },
        );
        // ANCHOR_END: solution
    });
}

/// Whether the socket is in the room. The server knows: it joined the socket itself.
fn is_member(socket: &SocketRef, room: &str) -> bool {
    socket.rooms().iter().any(|joined| joined == room)
}
