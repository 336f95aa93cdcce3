//! The solution of `follow`: a room for each topic.

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// A chat in which clients follow rooms.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.broadcast().emit("said", &text).await.ok();
        });

        // Acknowledges with the names of all rooms. In alphabetical order, because `io.rooms()` has none.
        socket.on("rooms", async |io: SocketIo, ack: AckSender| {
            let mut rooms = io.rooms().await.unwrap_or_default();
            rooms.sort();
            ack.send(&rooms).ok();
        });

        // ANCHOR: solution
        socket.on("follow", async |socket: SocketRef, Data::<String>(room)| {
            socket.join(room);
        });

        socket.on("tell", async |io: SocketIo, Data::<(Vec<String>, String)>((rooms, text))| {
            // With an empty list, `to` would limit nothing: everybody would hear it.
            if !rooms.is_empty() {
                io.to(rooms).emit("told", &text).await.ok();
            }
        });

        socket.on("tell_others", async |io: SocketIo, Data::<(String, String)>((room, text))| {
            io.except(room).emit("told", &text).await.ok();
        });
        // ANCHOR_END: solution
    });
}
