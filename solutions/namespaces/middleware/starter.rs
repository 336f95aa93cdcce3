//! Namespaces 2: who may enter.
//!
//! The server has two namespaces. Each has its own event handlers and its own room "news". Add a middleware to
//! `/admin`: only a client that sends the token "sesame" may connect. Every other client must be refused with the
//! reason "not authorised", and stays connected to `/`.
//!
//! Try it: `cargo test -p middleware`.

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
// You will need these two:
// use socketioxide::extract::TryData;
// use socketioxide::handler::ConnectHandler;

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
#[allow(dead_code)] // Delete this line when you read the token.
struct Auth {
    token: String,
}

// Write the middleware here. It's an `async fn` that takes what the client sent, `TryData(auth): TryData<Auth>`, and
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
    // Anyone can connect here. `admin.with(…)` adds a middleware.
    io.ns("/admin", admin);
}
