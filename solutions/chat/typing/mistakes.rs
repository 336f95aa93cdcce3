//! Mistakes in `typing`, as code. `exercise.toml` says what each stands for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

use super::solution::Auth;

fn say(socket: &SocketRef) {
    socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
        socket.broadcast().emit("said", &text).await.ok();
    });
}

fn typing(socket: &SocketRef, name: &str) {
    let from = name.to_owned();
    socket.on("typing", async move |socket: SocketRef| {
        socket.broadcast().emit("typing", &from).await.ok();
    });
}

fn whisper(socket: &SocketRef, name: &str) {
    let from = name.to_owned();
    socket.join(from.clone());
    socket.on("whisper", async move |socket: SocketRef, Data::<(String, String)>((to, text))| {
        socket.to(to).emit("whispered", &(&from, &text)).await.ok();
    });
}

/// The client that types is told, too.
pub fn typing_to_all(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        say(&socket);
        whisper(&socket, &name);
        socket.on("typing", async move |io: SocketIo| {
            io.emit("typing", &name).await.ok();
        });
    });
}

/// The socket's id instead of the name.
pub fn id_for_name(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        say(&socket);
        typing(&socket, socket.id.as_str());
        socket.join(name);
        socket.on("whisper", async |socket: SocketRef, Data::<(String, String)>((to, text))| {
            socket.to(to).emit("whispered", &(socket.id, &text)).await.ok();
        });
    });
}

/// Every other client gets the whisper.
pub fn whisper_to_all(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        say(&socket);
        typing(&socket, &name);
        socket.on("whisper", async move |socket: SocketRef, Data::<(String, String)>((_, text))| {
            socket.broadcast().emit("whispered", &(&name, &text)).await.ok();
        });
    });
}

/// Nobody has joined the room.
pub fn room_of_nobody(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        say(&socket);
        typing(&socket, &name);
        socket.on("whisper", async move |socket: SocketRef, Data::<(String, String)>((to, text))| {
            socket.to(to).emit("whispered", &(&name, &text)).await.ok();
        });
    });
}

/// Looks up the id, and emits to a room named after it.
pub fn io_to_id(io: &SocketIo) {
    let ids = Arc::new(Mutex::new(HashMap::new()));
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        say(&socket);
        typing(&socket, &name);
        ids.lock().unwrap().insert(name.clone(), socket.id);
        let ids = Arc::clone(&ids);
        socket.on("whisper", async move |io: SocketIo, Data::<(String, String)>((to, text))| {
            let id = ids.lock().unwrap().get(&to).copied();
            if let Some(id) = id {
                io.to(id.to_string()).emit("whispered", &(&name, &text)).await.ok();
            }
        });
    });
}

/// The sender gets the whisper, too.
pub fn echo(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        say(&socket);
        typing(&socket, &name);
        socket.join(name.clone());
        socket.on("whisper", async move |socket: SocketRef, Data::<(String, String)>((to, text))| {
            socket.to(to).emit("whispered", &(&name, &text)).await.ok();
            socket.emit("whispered", &(&name, &text)).ok();
        });
    });
}

/// Doesn't say who whispers.
pub fn text_only(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        say(&socket);
        typing(&socket, &name);
        socket.join(name);
        socket.on("whisper", async |socket: SocketRef, Data::<(String, String)>((to, text))| {
            socket.to(to).emit("whispered", &text).await.ok();
        });
    });
}
