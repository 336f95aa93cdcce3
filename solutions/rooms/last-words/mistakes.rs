//! Mistakes in `last-words`, as code. `exercise.toml` says what each stands for.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::socket::DisconnectReason;

use super::solution::Auth;

const OPEN: [&str; 2] = ["rust", "music"];

/// The handlers that the starter already has.
fn starter(socket: &SocketRef, name: &str) {
    socket.on("join", async |socket: SocketRef, Data::<String>(room), ack: AckSender| {
        if OPEN.contains(&room.as_str()) {
            socket.join(room);
            ack.send("joined").ok();
        } else {
            ack.send("no such room").ok();
        }
    });
    socket.on("tell", async |io: SocketIo, Data::<(String, String)>((room, text))| {
        io.to(room).emit("told", &text).await.ok();
    });
    let name = name.to_owned();
    socket.on("leave", async move |socket: SocketRef, Data::<String>(room), ack: AckSender| {
        if socket.rooms().iter().any(|joined| *joined == room) {
            socket.leave(room.clone());
            ack.send("left").ok();
            tell(&socket, &name, &room).await;
        } else {
            ack.send("not a member").ok();
        }
    });
}

/// Tells those who are in the room, without this socket.
async fn tell(socket: &SocketRef, name: &str, room: &str) {
    socket.to(room.to_owned()).emit("left", &(name, room)).await.ok();
}

/// Leaves the rooms, then tells those that are left: none.
pub fn cleans_up(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        starter(&socket, &name);
        socket.on_disconnect(async move |socket: SocketRef| {
            socket.leave_all();
            for room in socket.rooms() {
                tell(&socket, &name, &room).await;
            }
        });
    });
}

/// Tells the rooms only of those who say goodbye.
pub fn only_polite(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        starter(&socket, &name);
        socket.on_disconnect(async move |socket: SocketRef, reason: DisconnectReason| {
            if reason == DisconnectReason::ClientNSDisconnect {
                for room in socket.rooms() {
                    tell(&socket, &name, &room).await;
                }
            }
        });
    });
}

/// Listens for an event `disconnect`.
pub fn disconnect_event(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        starter(&socket, &name);
        socket.on("disconnect", async move |socket: SocketRef| {
            for room in socket.rooms() {
                tell(&socket, &name, &room).await;
            }
        });
    });
}

/// Remembers the rooms by name, and joins them again when a client with that name connects.
pub fn rejoins(io: &SocketIo) {
    let remembered = Arc::new(Mutex::new(HashMap::<String, Vec<Cow<'static, str>>>::new()));
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        starter(&socket, &name);
        if let Some(rooms) = remembered.lock().unwrap().remove(&name) {
            socket.join(rooms);
        }
        let remembered = Arc::clone(&remembered);
        socket.on_disconnect(async move |socket: SocketRef| {
            for room in socket.rooms() {
                tell(&socket, &name, &room).await;
            }
            remembered.lock().unwrap().insert(name, socket.rooms());
        });
    });
}

/// Everyone else hears it, whatever room they are in.
pub fn tells_everyone(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        starter(&socket, &name);
        socket.on_disconnect(async move |socket: SocketRef| {
            for room in socket.rooms() {
                socket.broadcast().emit("left", &(&name, &room)).await.ok();
            }
        });
    });
}

/// Tells all rooms, whichever the client was in.
pub fn all_rooms(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        starter(&socket, &name);
        socket.on_disconnect(async move |socket: SocketRef| {
            for room in OPEN {
                tell(&socket, &name, room).await;
            }
        });
    });
}

/// One emit for all rooms, which therefore names none.
pub fn one_emit(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        starter(&socket, &name);
        socket.on_disconnect(async move |socket: SocketRef| {
            socket.to(socket.rooms()).emit("left", &name).await.ok();
        });
    });
}

/// Keeps a list of the rooms that were ever joined.
pub fn own_list(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        starter(&socket, &name);
        let rooms = Arc::new(Mutex::new(Vec::<String>::new()));
        let joined = Arc::clone(&rooms);
        socket.on("join", async move |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if OPEN.contains(&room.as_str()) {
                joined.lock().unwrap().push(room.clone());
                socket.join(room);
                ack.send("joined").ok();
            } else {
                ack.send("no such room").ok();
            }
        });
        socket.on_disconnect(async move |socket: SocketRef| {
            let rooms = rooms.lock().unwrap().clone();
            for room in rooms {
                tell(&socket, &name, &room).await;
            }
        });
    });
}

/// The future is never awaited.
#[allow(clippy::let_underscore_future)] // That is the mistake.
pub fn not_awaited(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        starter(&socket, &name);
        socket.on_disconnect(async move |socket: SocketRef| {
            for room in socket.rooms() {
                let _ = socket.to(room.clone()).emit("left", &(&name, &room));
            }
        });
    });
}
