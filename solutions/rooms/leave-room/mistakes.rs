//! Mistakes in `leave-room`, as code. `exercise.toml` says what each stands for.

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

use super::solution::Auth;

const OPEN: [&str; 2] = ["rust", "music"];

/// The handlers that the starter already has.
fn starter(socket: &SocketRef) {
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
}

fn is_member(socket: &SocketRef, room: &str) -> bool {
    socket.rooms().iter().any(|joined| joined == room)
}

/// Tells those who are in the room, without this socket.
async fn tell(socket: &SocketRef, name: &str, room: &str) {
    socket.to(room.to_owned()).emit("left", &(name, room)).await.ok();
}

/// Has no handler for `leave`.
pub fn no_handler(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| starter(&socket));
}

/// Tells the client to leave, and takes nobody out.
pub fn client_leaves(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        starter(&socket);
        socket.on("leave", async |socket: SocketRef, Data::<String>(room)| {
            socket.emit("leave", &room).ok();
        });
    });
}

/// Disconnects the client.
pub fn disconnects(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        starter(&socket);
        socket.on("leave", async move |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if is_member(&socket, &room) {
                ack.send("left").ok();
                tell(&socket, &name, &room).await;
                socket.disconnect().ok();
            } else {
                ack.send("not a member").ok();
            }
        });
    });
}

/// Takes the client out of all its rooms.
pub fn leaves_all(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        starter(&socket);
        socket.on("leave", async move |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if is_member(&socket, &room) {
                socket.leave_all();
                ack.send("left").ok();
                tell(&socket, &name, &room).await;
            } else {
                ack.send("not a member").ok();
            }
        });
    });
}

/// Tells the room while the client is still in it.
pub fn tells_first(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        starter(&socket);
        socket.on(
            "leave",
            async move |socket: SocketRef, io: SocketIo, Data::<String>(room), ack: AckSender| {
                if is_member(&socket, &room) {
                    io.to(room.clone()).emit("left", &(&name, &room)).await.ok();
                    socket.leave(room);
                    ack.send("left").ok();
                } else {
                    ack.send("not a member").ok();
                }
            },
        );
    });
}

/// Doesn't look whether the client is in the room.
pub fn no_check(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        starter(&socket);
        socket.on("leave", async move |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            socket.leave(room.clone());
            ack.send("left").ok();
            tell(&socket, &name, &room).await;
        });
    });
}

/// Looks whether the room is open, as `join` does.
pub fn open_is_enough(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        starter(&socket);
        socket.on("leave", async move |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if OPEN.contains(&room.as_str()) {
                socket.leave(room.clone());
                ack.send("left").ok();
                tell(&socket, &name, &room).await;
            } else {
                ack.send("not a member").ok();
            }
        });
    });
}

/// Acknowledges nothing to a client that isn't in the room.
pub fn without_a_word(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        starter(&socket);
        socket.on("leave", async move |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if is_member(&socket, &room) {
                socket.leave(room.clone());
                ack.send("left").ok();
                tell(&socket, &name, &room).await;
            }
        });
    });
}

/// Looks who is a member when nobody is any more.
pub fn too_late(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        starter(&socket);
        socket.on("leave", async move |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            socket.leave(room.clone());
            if is_member(&socket, &room) {
                ack.send("left").ok();
                tell(&socket, &name, &room).await;
            } else {
                ack.send("not a member").ok();
            }
        });
    });
}

/// Those who stay hear nothing of it.
pub fn nobody_is_told(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        starter(&socket);
        socket.on("leave", async |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if is_member(&socket, &room) {
                socket.leave(room);
                ack.send("left").ok();
            } else {
                ack.send("not a member").ok();
            }
        });
    });
}

/// Everyone else hears it, whatever room they are in.
pub fn tells_everyone(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        starter(&socket);
        socket.on("leave", async move |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if is_member(&socket, &room) {
                socket.leave(room.clone());
                ack.send("left").ok();
                socket.broadcast().emit("left", &(&name, &room)).await.ok();
            } else {
                ack.send("not a member").ok();
            }
        });
    });
}

/// Says that the client has left, and leaves it in the room.
pub fn still_in(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        starter(&socket);
        socket.on("leave", async move |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if is_member(&socket, &room) {
                ack.send("left").ok();
                tell(&socket, &name, &room).await;
            } else {
                ack.send("not a member").ok();
            }
        });
    });
}
