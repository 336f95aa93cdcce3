//! Mistakes in `health`, as code. `exercise.toml` says what each stands for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use futures_util::StreamExt;
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::socket::DisconnectReason;

/// The chat, and the namespace for those who run it.
fn chat(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| on_connect(&socket));
    io.ns("/admin", async || {});
}

fn on_connect(socket: &SocketRef) {
    socket.on("chat message", async |io: SocketIo, Data::<String>(text)| {
        io.emit("chat message", &text).await.ok();
    });
    socket.on_disconnect(async |socket: SocketRef, reason: DisconnectReason| {
        let how = match reason {
            DisconnectReason::ClientNSDisconnect => "goodbye",
            DisconnectReason::HeartbeatTimeout => "silent",
            _ => "lost",
        };
        socket.broadcast().emit("left", &(socket.id, how)).await.ok();
    });
}

fn count(io: &SocketIo, path: &str) -> usize {
    io.of(path).map_or(0, |ns| ns.sockets().len())
}

fn body(io: &SocketIo) -> Value {
    json!({ "status": "ok", "sockets": { "/": count(io, "/"), "/admin": count(io, "/admin") } })
}

/// Responds, and says nothing about sockets.
pub fn just_ok(io: &SocketIo) -> Router {
    chat(io);
    Router::new().route("/health", get(async || Json(json!({ "status": "ok" }))))
}

/// Counts when the server starts.
pub fn counted_once(io: &SocketIo) -> Router {
    chat(io);
    let body = body(io);
    Router::new().route("/health", get(async move || Json(body)))
}

/// Counts up, and never down.
pub fn never_counts_down(io: &SocketIo) -> Router {
    let (root, admin) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (in_root, in_admin) = (Arc::clone(&root), Arc::clone(&admin));
    io.ns("/", async move |socket: SocketRef| {
        in_root.fetch_add(1, Ordering::Relaxed);
        on_connect(&socket);
    });
    io.ns("/admin", async move || {
        in_admin.fetch_add(1, Ordering::Relaxed);
    });
    let health = async move || {
        let sockets = json!({ "/": root.load(Ordering::Relaxed), "/admin": admin.load(Ordering::Relaxed) });
        Json(json!({ "status": "ok", "sockets": sockets }))
    };
    Router::new().route("/health", get(health))
}

/// Counts the namespace `/` only.
pub fn only_root(io: &SocketIo) -> Router {
    chat(io);
    let health = async |State(io): State<SocketIo>| {
        Json(json!({ "status": "ok", "sockets": { "/": io.sockets().len() } }))
    };
    Router::new().route("/health", get(health)).with_state(io.clone())
}

/// Adds them all up.
pub fn one_number(io: &SocketIo) -> Router {
    chat(io);
    let health = async |State(io): State<SocketIo>| {
        Json(json!({ "status": "ok", "sockets": count(&io, "/") + count(&io, "/admin") }))
    };
    Router::new().route("/health", get(health)).with_state(io.clone())
}

/// Sends JSON as plain text.
pub fn json_by_hand(io: &SocketIo) -> Router {
    chat(io);
    let health = async |State(io): State<SocketIo>| {
        format!(
            "{{\"status\":\"ok\",\"sockets\":{{\"/\":{},\"/admin\":{}}}}}",
            count(&io, "/"),
            count(&io, "/admin")
        )
    };
    Router::new().route("/health", get(health)).with_state(io.clone())
}

/// Waits for an event.
pub fn an_event(io: &SocketIo) -> Router {
    io.ns("/", async |socket: SocketRef| {
        on_connect(&socket);
        socket.on("health", async |io: SocketIo, ack: AckSender| {
            ack.send(&body(&io)).ok();
        });
    });
    io.ns("/admin", async || {});
    Router::new()
}

/// Asks each client, and counts the acknowledgements.
pub fn asks_everyone(io: &SocketIo) -> Router {
    chat(io);
    let health = async |State(io): State<SocketIo>| {
        let mut counts = [0, 0];
        for (path, count) in ["/", "/admin"].into_iter().zip(&mut counts) {
            let Some(ns) = io.of(path) else { continue };
            let Ok(acks) = ns.emit_with_ack::<_, Value>("are you there?", &()).await else { continue };
            let mut acks = std::pin::pin!(acks);
            while let Some((_, ack)) = acks.next().await {
                *count += usize::from(ack.is_ok());
            }
        }
        Json(json!({ "status": "ok", "sockets": { "/": counts[0], "/admin": counts[1] } }))
    };
    Router::new().route("/health", get(health)).with_state(io.clone())
}

/// Takes an empty server for an ill one.
pub fn empty_is_ill(io: &SocketIo) -> Router {
    chat(io);
    let health = async |State(io): State<SocketIo>| {
        let status = if io.sockets().is_empty() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
        (status, Json(body(&io)))
    };
    Router::new().route("/health", get(health)).with_state(io.clone())
}
