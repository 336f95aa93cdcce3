//! The solution of `health`: a route beside Socket.IO that says how many sockets are connected.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use socketioxide::socket::DisconnectReason;

/// A chat, and a route for a monitor.
pub fn server(io: &SocketIo) -> Router {
    io.ns("/", async |socket: SocketRef| {
        socket.on("chat message", async |io: SocketIo, Data::<String>(text)| {
            io.emit("chat message", &text).await.ok();
        });

        socket.on_disconnect(async |socket: SocketRef, reason: DisconnectReason| {
            socket.broadcast().emit("left", &(socket.id, how(reason))).await.ok();
        });
    });
    io.ns("/admin", async || {});

    // ANCHOR: solution
    Router::new().route("/health", get(health)).with_state(io.clone())
    // ANCHOR_END: solution
}

// ANCHOR: handler
/// It runs for each request, so it counts what is there at that moment.
async fn health(State(io): State<SocketIo>) -> Json<Value> {
    let count = |path: &str| io.of(path).map_or(0, |ns| ns.sockets().len());
    Json(json!({ "status": "ok", "sockets": { "/": count("/"), "/admin": count("/admin") } }))
}
// ANCHOR_END: handler

/// How a client left, in a word for people.
fn how(reason: DisconnectReason) -> &'static str {
    match reason {
        DisconnectReason::ClientNSDisconnect => "goodbye",
        DisconnectReason::HeartbeatTimeout => "silent",
        _ => "lost",
    }
}
