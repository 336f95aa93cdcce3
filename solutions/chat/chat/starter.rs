//! Build it: a chat of your own.
//!
//! Each client sends a name when it connects. In five stages, build a chat in which people have names. The page
//! `book/chat/chat.md` says what each stage asks for. `cargo test -p chat` grades them one after the other.
//!
//! 1. Names: a client without a name is refused with "no name", and one whose name is taken with "name taken".
//! 2. Notices: the others hear `joined` (name) and `left` (name, how).
//! 3. Talk: `say` → the others hear `said` (name, text). `typing` → the others hear `typing` (name).
//! 4. Who is here: `who` is acknowledged with the list of names.
//! 5. Whispers: `whisper` (name, text) → one client hears `whispered` (name, text).
//!
//! Try it: `cargo test -p chat`. Use it: `cargo run -- try chat`.

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use socketioxide::socket::DisconnectReason;
// You will need some of these:
// use std::sync::{Arc, Mutex};
// use socketioxide::extract::{AckSender, Extension, TryData};
// use socketioxide::handler::ConnectHandler; // for `.with(…)`
// use socketioxide::socket::Sid;

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
#[allow(dead_code)] // Delete this line when you use it.
struct Auth {
    name: String,
}

/// The chat. So far it's the one of Chat 3: everybody gets in, and nobody has a name.
pub fn server(io: &SocketIo) {
    // Stage 1: a list of who is here, one for the whole server. And a middleware that looks at `auth`, and refuses a
    // client with `Err("…")`, or takes the name. Which name is taken? And when is it free again?

    let connected = async |socket: SocketRef| {
        // Stage 3: the others should hear who said it, too.
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.broadcast().emit("said", &text).await.ok();
        });

        // Stage 3: `typing`. Stage 4: `who`. Stage 5: `whisper`.

        // Stage 2: tell the others, here and when the client is disconnected.
    };

    io.ns("/", connected);
}

/// How a client left, in a word for people: the second argument of `left`.
#[allow(dead_code)] // Delete this line when you use it.
fn how(reason: DisconnectReason) -> &'static str {
    match reason {
        DisconnectReason::ClientNSDisconnect => "goodbye",
        DisconnectReason::HeartbeatTimeout => "silent",
        _ => "lost",
    }
}
