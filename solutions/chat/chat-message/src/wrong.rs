//! Answers to `chat-message` that one hears, and slips that one makes. `exercise.toml` says what each stands for.

use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

/// The wrong answers by name.
pub const ALL: &[(&str, fn(&SocketIo))] = &[
    ("chatbot", chatbot),
    ("queue", queue),
    ("polling", polling),
    ("peer-to-peer", peer_to_peer),
    ("socket-emit", socket_emit),
    ("broadcast", broadcast),
    ("not-awaited", not_awaited),
    ("other-event", other_event),
    ("other-type", other_type),
];

/// It answers whoever speaks.
pub fn chatbot(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("chat message", async |socket: SocketRef, Data::<String>(text)| {
            socket.emit("chat message", &format!("You said: {text}. How does that make you feel?")).ok();
        });
    });
}

/// Messages wait for whoever comes later.
pub fn queue(io: &SocketIo) {
    let waiting = Arc::new(Mutex::new(Vec::<String>::new()));
    io.ns("/", async move |socket: SocketRef| {
        let earlier = waiting.lock().unwrap().clone();
        for text in earlier {
            socket.emit("chat message", &text).ok();
        }
        let waiting = Arc::clone(&waiting);
        socket.on("chat message", async move |io: SocketIo, Data::<String>(text)| {
            waiting.lock().unwrap().push(text.clone());
            io.emit("chat message", &text).await.ok();
        });
    });
}

/// Clients have to come and ask.
pub fn polling(io: &SocketIo) {
    let messages = Arc::new(Mutex::new(Vec::<String>::new()));
    io.ns("/", async move |socket: SocketRef| {
        let (written, read) = (Arc::clone(&messages), Arc::clone(&messages));
        socket.on("chat message", async move |Data::<String>(text)| written.lock().unwrap().push(text));
        socket.on("refresh", async move |socket: SocketRef| {
            let messages = read.lock().unwrap().clone();
            socket.emit("messages", &messages).ok();
        });
    });
}

/// The browsers will sort it out between them.
pub fn peer_to_peer(io: &SocketIo) {
    io.ns("/", async || {});
}

/// The answer goes to the one who spoke.
pub fn socket_emit(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("chat message", async |socket: SocketRef, Data::<String>(text)| {
            socket.emit("chat message", &text).ok();
        });
    });
}

/// Everyone but the one who spoke.
pub fn broadcast(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("chat message", async |socket: SocketRef, Data::<String>(text)| {
            socket.broadcast().emit("chat message", &text).await.ok();
        });
    });
}

/// A future that nobody awaits.
#[allow(clippy::let_underscore_future)] // That is the slip.
pub fn not_awaited(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("chat message", async |io: SocketIo, Data::<String>(text)| {
            let _ = io.emit("chat message", &text);
        });
    });
}

/// An event that nobody listens for.
pub fn other_event(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("chat message", async |io: SocketIo, Data::<String>(text)| {
            io.emit("message", &text).await.ok();
        });
    });
}

/// A payload of another type than the client sends.
pub fn other_type(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("chat message", async |io: SocketIo, Data::<Vec<String>>(texts)| {
            for text in texts {
                io.emit("chat message", &text).await.ok();
            }
        });
    });
}
