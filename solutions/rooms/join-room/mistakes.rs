//! Mistakes in `join-room`, as code. `exercise.toml` says what each stands for.

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

const OPEN: [&str; 2] = ["rust", "music"];

fn is_open(room: &str) -> bool {
    OPEN.contains(&room)
}

/// The handler that the starter already has.
fn tell(socket: &SocketRef) {
    socket.on("tell", async |io: SocketIo, Data::<(String, String)>((room, text))| {
        io.to(room).emit("told", &text).await.ok();
    });
}

/// The client emits `join`, and no handler hears it.
pub fn no_handler(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| tell(&socket));
}

/// The server tells the client to join.
pub fn client_joins(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        tell(&socket);
        socket.on("join", async |socket: SocketRef, Data::<String>(room)| {
            socket.emit("join", &room).ok();
        });
    });
}

/// Every client is in both rooms as soon as it connects.
pub fn on_connect(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        tell(&socket);
        socket.join(OPEN);
        socket.on("join", async |Data::<String>(room), ack: AckSender| {
            ack.send(if is_open(&room) { "joined" } else { "no such room" }).ok();
        });
    });
}

/// Emits to the room, but joins nobody.
pub fn io_to(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        tell(&socket);
        socket.on("join", async |io: SocketIo, Data::<String>(room), ack: AckSender| {
            if !is_open(&room) {
                ack.send("no such room").ok();
                return;
            }
            io.to(room).emit("joined", &()).await.ok();
            ack.send("joined").ok();
        });
    });
}

/// Joins the socket to a room named after its id.
pub fn user_id(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        tell(&socket);
        socket.on("join", async |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if is_open(&room) {
                socket.join(socket.id.to_string());
                ack.send("joined").ok();
            } else {
                ack.send("no such room").ok();
            }
        });
    });
}

/// Joins, but doesn't acknowledge.
pub fn no_ack(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        tell(&socket);
        socket.on("join", async |socket: SocketRef, Data::<String>(room)| {
            if is_open(&room) {
                socket.join(room);
            }
        });
    });
}

/// Acknowledges, but doesn't join.
pub fn only_ack(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        tell(&socket);
        socket.on("join", async |Data::<String>(room), ack: AckSender| {
            ack.send(if is_open(&room) { "joined" } else { "no such room" }).ok();
        });
    });
}

/// Joins the socket to any room that the client names.
pub fn anyone_anywhere(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        tell(&socket);
        socket.on("join", async |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            socket.join(room);
            ack.send("joined").ok();
        });
    });
}

/// Leaves all other rooms before it joins one.
pub fn one_at_a_time(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        tell(&socket);
        socket.on("join", async |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if is_open(&room) {
                socket.leave_all();
                socket.join(room);
                ack.send("joined").ok();
            } else {
                ack.send("no such room").ok();
            }
        });
    });
}

/// Joins the socket to a room whose name is fixed.
pub fn literal_room(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        tell(&socket);
        socket.on("join", async |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if is_open(&room) {
                socket.join("room");
                ack.send("joined").ok();
            } else {
                ack.send("no such room").ok();
            }
        });
    });
}

/// Joins the socket before it checks the room.
pub fn join_first(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        tell(&socket);
        socket.on("join", async |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            socket.join(room.clone());
            ack.send(if is_open(&room) { "joined" } else { "no such room" }).ok();
        });
    });
}

/// Acknowledges only if the room is open.
pub fn no_refusal(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        tell(&socket);
        socket.on("join", async |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if is_open(&room) {
                socket.join(room);
                ack.send("joined").ok();
            }
        });
    });
}
