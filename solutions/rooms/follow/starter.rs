//! Rooms 1: a room for each topic.
//!
//! The chat has grown, and not everybody wants to read everything. Let people follow what they like. Add three events:
//! - A client emits `follow` with a room's name. From then on it follows that room.
//! - A client emits `tell` with a list of rooms and a text. Every client that follows at least one of these rooms hears
//!   `told` with the text, once. If the list is empty, nobody hears anything.
//! - A client emits `tell_others` with one room and a text. Every client that doesn't follow that room hears `told` with
//!   the text.
//!
//! Who emits makes no difference: a client that follows the room hears its own text, too.
//!
//! Try it: `cargo test -p follow`.

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// The chat. Anybody can ask which rooms there are.
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

        // Add a handler for `follow` here. Its data is one `String`.

        // Add a handler for `tell` here. Its data is `Data::<(Vec<String>, String)>((rooms, text))`.

        // Add a handler for `tell_others` here. Its data is `Data::<(String, String)>((room, text))`.
    });
}
