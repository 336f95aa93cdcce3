//! Queues 1: what do those hear who come late?
//!
//! The rooms are as before: `join` to be in one, `tell` to tell it something. Now each room numbers what it's told: 1, 2,
//! 3 and so on, each room by itself, whether anybody is in it or not. Those in the room hear `told` with a `Message`.
//!
//! A client that joins a room first hears the last three messages of that room. They come as `told` too, one by one, the
//! oldest first, with the numbers that they had. Then comes the acknowledgement "joined". A client that's in the room
//! already gets only the acknowledgement.
//!
//! Try it: `cargo test -p missed`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde::Serialize;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// The rooms that anyone may join.
const OPEN: [&str; 2] = ["rust", "music"];

/// What those in a room hear as `told`.
#[derive(Clone, Serialize)]
struct Message {
    number: u64,
    text: String,
}

/// A server with two open rooms. So far it forgets what they are told.
pub fn server(io: &SocketIo) {
    // What each room was told, by its name. All handlers share it: each has a clone of the `Arc`.
    let rooms = Arc::new(Mutex::new(HashMap::<String, Vec<Message>>::new()));

    io.ns("/", async move |socket: SocketRef| {
        let _kept = Arc::clone(&rooms); // Delete the underscore when you use it.
        socket.on("join", async move |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if OPEN.contains(&room.as_str()) {
                // What was the room told last? This socket should hear it, unless it's in the room already.
                socket.join(room);
                ack.send("joined").ok();
            } else {
                ack.send("no such room").ok();
            }
        });

        let _kept = Arc::clone(&rooms);
        socket.on("tell", async move |io: SocketIo, Data::<(String, String)>((room, text))| {
            // Which number is next in this room? Keep the message, and only the last three. (Let go of the lock before
            // the `.await`.)
            let message = Message { number: 0, text };
            io.to(room).emit("told", &message).await.ok();
        });
    });
}
