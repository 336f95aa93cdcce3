//! Chat 2, going on: a route beside Socket.IO, for a monitor.
//!
//! A monitor requests `GET /health` now and then. It gets the status 200 and JSON:
//!
//! ```json
//! {"status":"ok","sockets":{"/":2,"/admin":1}}
//! ```
//!
//! `sockets` says of each namespace how many sockets are connected to it at that moment, also if that's 0. All other
//! paths stay as they are: 404. The chat works as before.
//!
//! Try it: `cargo test -p health`. With `cargo run -- try health` you can open `/health` in a browser.

use axum::Router;
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use socketioxide::socket::DisconnectReason;
// You will need these:
// use axum::Json;
// use axum::extract::State;
// use axum::routing::get;
// use serde_json::{Value, json};

/// The chat, and beside it the routes. At home you would go on with `.layer(layer)`, and serve the whole with axum.
pub fn server(io: &SocketIo) -> Router {
    io.ns("/", async |socket: SocketRef| {
        socket.on("chat message", async |io: SocketIo, Data::<String>(text)| {
            io.emit("chat message", &text).await.ok();
        });

        socket.on_disconnect(async |socket: SocketRef, reason: DisconnectReason| {
            socket.broadcast().emit("left", &(socket.id, how(reason))).await.ok();
        });
    });

    // A second namespace, for those who run the chat. (Part III is about namespaces.)
    io.ns("/admin", async || {});

    // Add the route `/health` here.
    Router::new()
}

/// How a client left, in a word for people.
fn how(reason: DisconnectReason) -> &'static str {
    match reason {
        DisconnectReason::ClientNSDisconnect => "goodbye",
        DisconnectReason::HeartbeatTimeout => "silent",
        _ => "lost",
    }
}
