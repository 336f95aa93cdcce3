//! Answers to `join-room` that one hears, and slips that one makes. `exercise.toml` says what each stands for.

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// The wrong answers by name.
pub const ALL: &[(&str, fn(&SocketIo))] = &[
    ("no-handler", no_handler),
    ("client-joins", client_joins),
    ("on-connect", on_connect),
    ("io-to", io_to),
    ("user-id", user_id),
    ("no-answer", no_answer),
    ("only-answer", only_answer),
    ("anyone-anywhere", anyone_anywhere),
    ("one-at-a-time", one_at_a_time),
];

const OPEN: [&str; 2] = ["rust", "music"];

fn is_open(room: &str) -> bool {
    OPEN.contains(&room)
}

/// The part that the exercise gives.
fn tell(socket: &SocketRef) {
    socket.on("tell", async |io: SocketIo, Data::<(String, String)>((room, text))| {
        io.to(room).emit("told", &text).await.ok();
    });
}

/// The client emits `join`, and that is that.
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

/// Everyone is in every room as soon as they connect.
pub fn on_connect(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        tell(&socket);
        socket.join(OPEN);
        socket.on("join", async |Data::<String>(room), ack: AckSender| {
            ack.send(if is_open(&room) { "joined" } else { "no such room" }).ok();
        });
    });
}

/// The room is told of someone who is not in it.
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

/// Everyone gets a room of their own.
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

/// The client is in, and is not told.
pub fn no_answer(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        tell(&socket);
        socket.on("join", async |socket: SocketRef, Data::<String>(room)| {
            if is_open(&room) {
                socket.join(room);
            }
        });
    });
}

/// The client is told, and is not in.
pub fn only_answer(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        tell(&socket);
        socket.on("join", async |Data::<String>(room), ack: AckSender| {
            ack.send(if is_open(&room) { "joined" } else { "no such room" }).ok();
        });
    });
}

/// The server does as it is told.
pub fn anyone_anywhere(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        tell(&socket);
        socket.on("join", async |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            socket.join(room);
            ack.send("joined").ok();
        });
    });
}

/// Whoever joins a room leaves the one before.
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
