//! Mistakes in `members-only`, as code. `exercise.toml` says what each stands for.

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

const OPEN: [&str; 2] = ["rust", "music"];

/// What comes with `tell`: the room and the text.
type Told = Data<(String, String)>;

/// The handler that the starter already has.
fn join(socket: &SocketRef) {
    socket.on("join", async |socket: SocketRef, Data::<String>(room), ack: AckSender| {
        if OPEN.contains(&room.as_str()) {
            socket.join(room);
            ack.send("joined").ok();
        } else {
            ack.send("no such room").ok();
        }
    });
}

fn is_member(socket: &SocketRef, room: &str) -> bool {
    socket.rooms().iter().any(|joined| joined == room)
}

/// Any client may tell any room.
pub fn no_check(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        join(&socket);
        socket.on("tell", async |socket: SocketRef, Data((room, text)): Told, ack: AckSender| {
            socket.to(room).emit("told", &text).await.ok();
            ack.send("told").ok();
        });
    });
}

/// Any open room will do.
pub fn open_is_enough(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        join(&socket);
        socket.on("tell", async |socket: SocketRef, Data((room, text)): Told, ack: AckSender| {
            if OPEN.contains(&room.as_str()) {
                socket.to(room).emit("told", &text).await.ok();
                ack.send("told").ok();
            } else {
                ack.send("not a member").ok();
            }
        });
    });
}

/// Any room that the socket is in will do.
pub fn any_room(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        join(&socket);
        socket.on("tell", async |socket: SocketRef, Data((room, text)): Told, ack: AckSender| {
            if socket.rooms().is_empty() {
                ack.send("not a member").ok();
            } else {
                socket.to(room).emit("told", &text).await.ok();
                ack.send("told").ok();
            }
        });
    });
}

/// Whoever tells is joined.
pub fn joins_on_tell(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        join(&socket);
        socket.on("tell", async |socket: SocketRef, Data((room, text)): Told, ack: AckSender| {
            socket.join(room.clone());
            socket.to(room).emit("told", &text).await.ok();
            ack.send("told").ok();
        });
    });
}

/// Emits, then checks.
pub fn too_late(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        join(&socket);
        socket.on("tell", async |socket: SocketRef, Data((room, text)): Told, ack: AckSender| {
            socket.to(room.clone()).emit("told", &text).await.ok();
            ack.send(if is_member(&socket, &room) { "told" } else { "not a member" }).ok();
        });
    });
}

/// Emits the error as an event.
pub fn error_event(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        join(&socket);
        socket.on("tell", async |socket: SocketRef, Data((room, text)): Told, ack: AckSender| {
            if is_member(&socket, &room) {
                socket.to(room).emit("told", &text).await.ok();
                ack.send("told").ok();
            } else {
                socket.emit("error", "not a member").ok();
            }
        });
    });
}

/// Says nothing to those who aren't members.
pub fn without_a_word(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        join(&socket);
        socket.on("tell", async |socket: SocketRef, Data((room, text)): Told, ack: AckSender| {
            if is_member(&socket, &room) {
                socket.to(room).emit("told", &text).await.ok();
                ack.send("told").ok();
            }
        });
    });
}

/// The sender hears her own text.
pub fn sender_hears(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        join(&socket);
        socket.on(
            "tell",
            async |socket: SocketRef, io: SocketIo, Data((room, text)): Told, ack: AckSender| {
                if is_member(&socket, &room) {
                    io.to(room).emit("told", &text).await.ok();
                    ack.send("told").ok();
                } else {
                    ack.send("not a member").ok();
                }
            },
        );
    });
}
