//! Mistakes in `chat-message`, as code. `exercise.toml` says what each stands for.

use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

/// The server replies to the sender.
pub fn chatbot(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("chat message", async |socket: SocketRef, Data::<String>(text)| {
            socket.emit("chat message", &format!("You said: {text}. How does that make you feel?")).ok();
        });
    });
}

/// A client that connects later gets the earlier messages.
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

/// Clients have to ask for new messages.
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

/// The server emits nothing: the browsers should talk to each other.
pub fn peer_to_peer(io: &SocketIo) {
    io.ns("/", async || {});
}

/// Only the sender hears.
pub fn socket_emit(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("chat message", async |socket: SocketRef, Data::<String>(text)| {
            socket.emit("chat message", &text).ok();
        });
    });
}

/// Every client but the sender hears.
pub fn broadcast(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("chat message", async |socket: SocketRef, Data::<String>(text)| {
            socket.broadcast().emit("chat message", &text).await.ok();
        });
    });
}

/// The future is never awaited.
#[allow(clippy::let_underscore_future)] // That is the mistake.
pub fn not_awaited(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("chat message", async |io: SocketIo, Data::<String>(text)| {
            let _ = io.emit("chat message", &text);
        });
    });
}

/// Emits an event that no client listens for.
pub fn other_event(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("chat message", async |io: SocketIo, Data::<String>(text)| {
            io.emit("message", &text).await.ok();
        });
    });
}

/// Asks for another type than the client sends.
pub fn other_type(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("chat message", async |io: SocketIo, Data::<Vec<String>>(texts)| {
            for text in texts {
                io.emit("chat message", &text).await.ok();
            }
        });
    });
}

/// Listens for an event that no client emits.
pub fn other_name(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("chat_message", async |io: SocketIo, Data::<String>(text)| {
            io.emit("chat message", &text).await.ok();
        });
    });
}

/// Emits to a room that nobody has joined.
pub fn empty_room(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("chat message", async |io: SocketIo, Data::<String>(text)| {
            io.to("everyone").emit("chat message", &text).await.ok();
        });
    });
}
