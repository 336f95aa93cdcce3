//! Namespaces 2: who may enter.
//!
//! The server has two namespaces, each with event handlers of its own and a room "news" of its own. What `/admin` lacks
//! is a middleware of its own: it is to let in only those who send the token "sesame" along. Everyone else is refused,
//! with the reason "not authorised", and stays in `/`.
//!
//! Try it: `cargo test -p middleware`.

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
// You will need these two:
// use socketioxide::extract::TryData;
// use socketioxide::handler::ConnectHandler;

/// What a client sends along when it asks to enter.
#[derive(Deserialize)]
#[allow(dead_code)] // Take this line away once you read the token.
struct Auth {
    token: String,
}

// Write the middleware here: an `async fn` that takes what the client sent, `TryData(auth): TryData<Auth>`, and
// returns a `Result<(), &'static str>`. `auth` is itself a `Result`: some clients send nothing that can be read.

/// A server with two namespaces: one for everyone, one for admins.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.join("news");
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.within("news").emit("said", &text).await.ok();
        });
    });

    let admin = async |socket: SocketRef| {
        socket.join("news");
        socket.on("announce", async |socket: SocketRef, Data::<String>(text)| {
            socket.within("news").emit("announced", &text).await.ok();
        });
    };
    // Anyone can walk in here. `admin.with(…)` puts a middleware before the door.
    io.ns("/admin", admin);
}
