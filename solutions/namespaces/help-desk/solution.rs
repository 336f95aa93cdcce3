//! The solution of `help-desk`: a second namespace on the same connection, with its own handlers and rooms.

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

    // ANCHOR: solution
    io.ns("/support", async |socket: SocketRef| {
        socket.on("say", async |io: SocketIo, Data::<String>(text)| {
            if let Some(desk) = io.of("/support") {
                desk.emit("said", &text).await.ok();
            }
        });
        socket.on("join", join);
        socket.on("tell", async |socket: SocketRef, Data::<(String, String)>((room, text))| {
            socket.within(room).emit("told", &text).await.ok();
        });
        socket.on("solved", async |socket: SocketRef| {
            socket.disconnect().ok();
        });
    });
    // ANCHOR_END: solution
}

/// A handler for `join`. It's a function, so that more than one namespace can use it.
pub(super) async fn join(socket: SocketRef, Data(room): Data<String>, ack: AckSender) {
    if OPEN.contains(&room.as_str()) {
        socket.join(room);
        ack.send("joined").ok();
    } else {
        ack.send("no such room").ok();
    }
}
