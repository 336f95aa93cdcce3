//! The solution of `room-chat`: rooms with rosters and a history.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, Extension, SocketRef};

/// The rooms that anyone may join.
const OPEN: [&str; 2] = ["rust", "music"];

/// How many texts a room remembers.
const LIMIT: usize = 3;

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
pub(super) struct Auth {
    pub(super) name: String,
}

/// The name of a socket's user. Each socket carries one.
#[derive(Clone)]
pub(super) struct Name(pub(super) String);

/// A chat with two rooms.
pub fn server(io: &SocketIo) {
    let history = History::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(auth)| {
        socket.extensions.insert(Name(auth.name));
        join(&socket, history.clone());
        tell(&socket, history.clone());
        typing(&socket);
        leave(&socket);
        gone(&socket);
        who(&socket);
    });
}

pub(super) fn join(socket: &SocketRef, history: History) {
    socket.on(
        "join",
        async move |socket: SocketRef,
                    Extension(Name(name)): Extension<Name>,
                    Data::<String>(room),
                    ack: AckSender| {
            if !OPEN.contains(&room.as_str()) {
                ack.send("no such room").ok();
                return;
            }
            if !is_member(&socket, &room) {
                socket.join(room.clone());
                let lines = history.of(&room);
                if !lines.is_empty() {
                    socket.emit("history", &(&room, &lines)).ok();
                }
                socket.to(room.clone()).emit("joined", &(&name, &room)).await.ok();
            }
            ack.send("joined").ok();
        },
    );
}

pub(super) fn tell(socket: &SocketRef, history: History) {
    socket.on(
        "tell",
        async move |socket: SocketRef,
                    Extension(Name(name)): Extension<Name>,
                    Data::<(String, String)>((room, text)),
                    ack: AckSender| {
            if is_member(&socket, &room) {
                history.add(&room, &name, &text);
                socket.to(room.clone()).emit("told", &(&name, &room, &text)).await.ok();
                ack.send("told").ok();
            } else {
                ack.send("not a member").ok();
            }
        },
    );
}

pub(super) fn typing(socket: &SocketRef) {
    socket.on(
        "typing",
        async |socket: SocketRef, Extension(Name(name)): Extension<Name>, Data::<String>(room)| {
            if is_member(&socket, &room) {
                socket.to(room.clone()).emit("typing", &(&name, &room)).await.ok();
            }
        },
    );
}

pub(super) fn leave(socket: &SocketRef) {
    socket.on(
        "leave",
        async |socket: SocketRef,
               Extension(Name(name)): Extension<Name>,
               Data::<String>(room),
               ack: AckSender| {
            if is_member(&socket, &room) {
                socket.leave(room.clone());
                socket.to(room.clone()).emit("left", &(&name, &room)).await.ok();
                ack.send("left").ok();
            } else {
                ack.send("not a member").ok();
            }
        },
    );
}

/// However a client is disconnected: its socket is still in its rooms when this runs.
pub(super) fn gone(socket: &SocketRef) {
    socket.on_disconnect(async |socket: SocketRef, Extension(Name(name)): Extension<Name>| {
        for room in socket.rooms() {
            socket.to(room.clone()).emit("left", &(&name, &room)).await.ok();
        }
    });
}

pub(super) fn who(socket: &SocketRef) {
    socket.on("who", async |socket: SocketRef, Data::<String>(room), ack: AckSender| {
        if is_member(&socket, &room) {
            // `within` is the room with this socket in it.
            let members = socket.within(room).sockets();
            let names = members.iter().filter_map(|member| member.extensions.get::<Name>());
            let mut names: Vec<_> = names.map(|Name(name)| name).collect();
            names.sort();
            ack.send(&names).ok();
        } else {
            ack.send("not a member").ok();
        }
    });
}

/// Whether the socket is in the room. The server knows: it joined the socket itself.
pub fn is_member(socket: &SocketRef, room: &str) -> bool {
    socket.rooms().iter().any(|joined| joined == room)
}

/// What each room was told: who, and the text. All handlers share it.
#[derive(Clone, Default)]
pub(super) struct History(Arc<Mutex<HashMap<String, Vec<Line>>>>);

type Line = (String, String);

impl History {
    pub(super) fn add(&self, room: &str, name: &str, text: &str) {
        // The lock is held to the end of this function, and no `.await` is in it.
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = rooms.entry(room.to_owned()).or_default();
        lines.push((name.to_owned(), text.to_owned()));
        if lines.len() > LIMIT {
            lines.remove(0);
        }
    }

    pub(super) fn of(&self, room: &str) -> Vec<Line> {
        let rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.get(room).cloned().unwrap_or_default()
    }
}
