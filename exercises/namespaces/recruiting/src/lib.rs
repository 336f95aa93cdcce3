//! Build it: recruiters and candidates.
//!
//! Four stages, each graded before the next one is looked at. The task is in exercise.toml and on the page.
//! 1. Two doors: a token for `/recruiters`, a name for `/candidates`.
//! 2. Presence: the recruiters hear which candidate has `joined` or `left`, and ask `who` is here.
//! 3. Conversations: a recruiter can `join` a candidate's conversation, and `leave` it.
//! 4. Talking: a candidate can `say` something, and a recruiter can `tell` a candidate something.
//!
//! Try it: `cargo test -p recruiting`, or one stage: `cargo test -p recruiting doors`. And in two browser windows:
//! `cargo run -- try recruiting`.

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;
// You will need these:
// use socketioxide::extract::{AckSender, Data, Extension, TryData};
// use socketioxide::handler::ConnectHandler;

/// What a recruiter sends.
#[allow(dead_code)] // Delete this line when you use it.
const TOKEN: &str = "sesame";

/// What a client sends when it connects to `/recruiters`: its `auth` option.
#[derive(Deserialize)]
#[allow(dead_code)] // Delete this line when you use it.
struct Recruiter {
    name: String,
    token: String,
}

/// What a client sends when it connects to `/candidates`.
#[derive(Deserialize)]
#[allow(dead_code)] // Delete this line when you use it.
struct Candidate {
    name: String,
}

/// The name of a socket's user. A middleware can put it there: `socket.extensions.insert(Name(…))`. A handler gets it
/// back with `Extension(Name(name)): Extension<Name>` among its arguments.
#[derive(Clone)]
#[allow(dead_code)] // Delete this line when you use it.
struct Name(String);

/// Two sides of one application.
pub fn server(io: &SocketIo) {
    // Everybody can connect here, and nothing happens.
    io.ns("/", async |_socket: SocketRef| {});

    // Stage 1: a middleware for each of these two: `recruiter.with(…)`.
    let recruiter = async |_socket: SocketRef| {
        // Stage 2: `who`.

        // Stage 3: `join`, `leave`, and recruiters that are disconnected.

        // Stage 4: `tell`.
    };
    io.ns("/recruiters", recruiter);

    let candidate = async |_socket: SocketRef| {
        // Stage 2: tell the recruiters who comes, and who is disconnected.

        // Stage 3: in which room does a recruiter find this candidate? And who is still in the conversation at its end?

        // Stage 4: `say`.
    };
    io.ns("/candidates", candidate);
}

/// Whether the socket is in the room. The server knows: it joined the socket itself.
pub fn is_member(socket: &SocketRef, room: &str) -> bool {
    socket.rooms().iter().any(|joined| joined == room)
}
