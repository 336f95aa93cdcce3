//! Build it: a chat with rooms.
//!
//! Five stages, each graded before the next one is looked at. The task is in exercise.toml and on the page.
//! 1. Joining: `join` a room; the others in it hear `joined`.
//! 2. Talking: `tell` a room something; the others hear `told`. They also hear who is `typing`.
//! 3. Leaving: `leave` a room, or be disconnected; the others hear `left`.
//! 4. Rosters: `who` is in my room?
//! 5. History: who joins later hears the last three texts.
//!
//! Try it: `cargo test -p room-chat`, or one stage: `cargo test -p room-chat joining`. And in two browser windows:
//! `cargo run -- try room-chat`.

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
// You will need these two: use socketioxide::extract::{AckSender, Extension};

/// The rooms that anyone may join.
pub const OPEN: [&str; 2] = ["rust", "music"];

/// How many texts a room remembers.
pub const LIMIT: usize = 3;

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
struct Auth {
    name: String,
}

/// The name of a socket's user. Each socket carries one.
#[derive(Clone)]
pub struct Name(pub String);

/// A chat with two rooms.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(auth)| {
        // A handler gets the name back with `Extension(Name(name)): Extension<Name>` among its arguments.
        socket.extensions.insert(Name(auth.name));

        // Stage 1: `join`.

        // Stage 2: `tell` and `typing`.

        // Stage 3: `leave`, and clients that are disconnected.

        // Stage 4: `who`.

        // Stage 5: what a room was told. It must outlive every socket, so where do you make it?
    });
}

/// Whether the socket is in the room. The server knows: it joined the socket itself.
pub fn is_member(socket: &SocketRef, room: &str) -> bool {
    socket.rooms().iter().any(|joined| joined == room)
}
