//! Mistakes in `own-room`, as code. `exercise.toml` says what each stands for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

use super::solution::{Auth, last_whisper, note};

const OPEN: [&str; 2] = ["rust", "music"];

fn own_room(name: &str) -> String {
    format!("user:{name}")
}

/// The handlers that the starter already has.
fn rooms(socket: &SocketRef) {
    socket.on("join", async |socket: SocketRef, Data::<String>(room), ack: AckSender| {
        if OPEN.contains(&room.as_str()) {
            socket.join(room);
            ack.send("joined").ok();
        } else {
            ack.send("no such room").ok();
        }
    });
    socket.on("tell", async |io: SocketIo, Data::<(String, String)>((room, text))| {
        if OPEN.contains(&room.as_str()) {
            io.to(room).emit("told", &text).await.ok();
        }
    });
}

fn whisper(socket: &SocketRef, from: String) {
    socket.on(
        "whisper",
        async move |io: SocketIo, socket: SocketRef, Data::<(String, String)>((to, text))| {
            note(&io, &own_room(&to), socket.id);
            io.to(own_room(&to)).emit("whispered", &(&from, &text)).await.ok();
        },
    );
}

fn reply(socket: &SocketRef, name: String) {
    socket.on("reply", async move |io: SocketIo, socket: SocketRef, Data::<String>(text)| {
        if let Some(asker) = last_whisper(&socket).and_then(|id| io.get_socket(id)) {
            asker.emit("replied", &(&name, &text)).ok();
        }
    });
}

/// No device is in its user's room.
pub fn room_of_nobody(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        rooms(&socket);
        whisper(&socket, name.clone());
        reply(&socket, name);
    });
}

/// The room has the user's bare name.
pub fn named_like_the_user(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        rooms(&socket);
        reply(&socket, name.clone());
        socket.join(name.clone());
        socket.on(
            "whisper",
            async move |io: SocketIo, socket: SocketRef, Data::<(String, String)>((to, text))| {
                note(&io, &to, socket.id);
                io.to(to).emit("whispered", &(&name, &text)).await.ok();
            },
        );
    });
}

/// A map knows one device of each user.
pub fn last_device(io: &SocketIo) {
    let devices = Arc::new(Mutex::new(HashMap::new()));
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        rooms(&socket);
        reply(&socket, name.clone());
        socket.join(socket.id.to_string());
        devices.lock().unwrap().insert(name.clone(), socket.id);
        let devices = Arc::clone(&devices);
        socket.on(
            "whisper",
            async move |io: SocketIo, socket: SocketRef, Data::<(String, String)>((to, text))| {
                let id = devices.lock().unwrap().get(&to).copied();
                if let Some(device) = id.and_then(|id| io.get_socket(id)) {
                    note(&io, &device.id.to_string(), socket.id);
                    device.emit("whispered", &(&name, &text)).ok();
                }
            },
        );
    });
}

/// The device that whispers is left out.
pub fn socket_to(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        rooms(&socket);
        reply(&socket, name.clone());
        socket.join(own_room(&name));
        socket.on(
            "whisper",
            async move |io: SocketIo, socket: SocketRef, Data::<(String, String)>((to, text))| {
                note(&io, &own_room(&to), socket.id);
                socket.to(own_room(&to)).emit("whispered", &(&name, &text)).await.ok();
            },
        );
    });
}

/// Replies to a room named after the id.
pub fn io_to_id(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        rooms(&socket);
        whisper(&socket, name.clone());
        socket.join(own_room(&name));
        socket.on("reply", async move |io: SocketIo, socket: SocketRef, Data::<String>(text)| {
            if let Some(id) = last_whisper(&socket) {
                io.to(id).emit("replied", &(&name, &text)).await.ok();
            }
        });
    });
}

/// Replies to every device of the user who whispered.
pub fn reply_to_all_devices(io: &SocketIo) {
    let users = Arc::new(Mutex::new(HashMap::new()));
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        rooms(&socket);
        whisper(&socket, name.clone());
        socket.join(own_room(&name));
        users.lock().unwrap().insert(socket.id, name.clone());
        let users = Arc::clone(&users);
        socket.on("reply", async move |io: SocketIo, socket: SocketRef, Data::<String>(text)| {
            let user = last_whisper(&socket).and_then(|id| users.lock().unwrap().get(&id).cloned());
            if let Some(user) = user {
                io.to(own_room(&user)).emit("replied", &(&name, &text)).await.ok();
            }
        });
    });
}

/// Every client gets the whisper.
pub fn whisper_to_all(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        rooms(&socket);
        reply(&socket, name.clone());
        socket.join(own_room(&name));
        socket.on(
            "whisper",
            async move |io: SocketIo, socket: SocketRef, Data::<(String, String)>((to, text))| {
                note(&io, &own_room(&to), socket.id);
                io.emit("whispered", &(&name, &text)).await.ok();
            },
        );
    });
}

/// The socket's id instead of the name.
pub fn id_for_name(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        rooms(&socket);
        socket.join(own_room(&name));
        whisper(&socket, socket.id.to_string());
        reply(&socket, socket.id.to_string());
    });
}

/// Notes the whisper in a room called like the user, which nobody is in.
pub fn not_noted(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(own_room(&name));
        rooms(&socket);
        let from = name.clone();
        socket.on(
            "whisper",
            async move |io: SocketIo, socket: SocketRef, Data::<(String, String)>((to, text))| {
                note(&io, &to, socket.id);
                io.to(own_room(&to)).emit("whispered", &(&from, &text)).await.ok();
            },
        );
        socket.on("reply", async move |io: SocketIo, socket: SocketRef, Data::<String>(text)| {
            if let Some(asker) = last_whisper(&socket).and_then(|id| io.get_socket(id)) {
                asker.emit("replied", &(&name, &text)).ok();
            }
        });
    });
}

/// Notes the whisper on the devices of the one who whispers.
pub fn noted_the_sender(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(own_room(&name));
        rooms(&socket);
        let from = name.clone();
        socket.on(
            "whisper",
            async move |io: SocketIo, socket: SocketRef, Data::<(String, String)>((to, text))| {
                note(&io, &own_room(&from), socket.id);
                io.to(own_room(&to)).emit("whispered", &(&from, &text)).await.ok();
            },
        );
        reply(&socket, name);
    });
}
