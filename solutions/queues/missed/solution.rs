//! The solution of `missed`: who comes late hears the last messages, and sees by their numbers what is missing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde::Serialize;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// The rooms that anyone may join.
const OPEN: [&str; 2] = ["rust", "music"];

/// How many messages of each room are kept.
const KEPT: usize = 3;

/// What those in a room hear as `told`.
#[derive(Clone, Serialize)]
pub(super) struct Message {
    pub(super) number: u64,
    pub(super) text: String,
}

/// A server with two open rooms that remembers the last of what they were told.
pub fn server(io: &SocketIo) {
    let rooms = Arc::new(Mutex::new(HashMap::<String, Vec<Message>>::new()));

    // ANCHOR: solution
    io.ns("/", async move |socket: SocketRef| {
        let kept = Arc::clone(&rooms);
        socket.on("join", async move |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if !OPEN.contains(&room.as_str()) {
                ack.send("no such room").ok();
                return;
            }
            if !is_member(&socket, &room) {
                // It joins first, and hears the kept ones then. What is told at this very moment may come twice, with the
                // same number. The other way round it might never come.
                socket.join(room.clone());
                for message in kept.lock().unwrap().get(&room).into_iter().flatten() {
                    socket.emit("told", message).ok();
                }
            }
            ack.send("joined").ok();
        });

        let kept = Arc::clone(&rooms);
        socket.on("tell", async move |io: SocketIo, Data::<(String, String)>((room, text))| {
            // Nobody can be in another room. And clients shouldn't fill our memory with names that they make up.
            if OPEN.contains(&room.as_str()) {
                let message = keep(kept.lock().unwrap().entry(room.clone()).or_default(), text);
                io.to(room).emit("told", &message).await.ok();
            }
        });
    });
    // ANCHOR_END: solution
}

/// Gives a room's next message its number, and keeps it. The oldest is dropped if there are too many.
fn keep(messages: &mut Vec<Message>, text: String) -> Message {
    // The last one is always kept, so the count isn't lost with those that are dropped.
    let number = messages.last().map_or(1, |last| last.number + 1);
    let message = Message { number, text };
    messages.push(message.clone());
    if messages.len() > KEPT {
        messages.remove(0);
    }
    message
}

/// Whether the socket is in the room. The server knows: it joined the socket itself.
fn is_member(socket: &SocketRef, room: &str) -> bool {
    socket.rooms().iter().any(|joined| joined == room)
}
