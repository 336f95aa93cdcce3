//! Mistakes in `follow`, as code. `exercise.toml` says what each stands for.
//!
//! Those that aren't about the empty list don't check for one: nobody does before they have seen what it does.

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// What comes with `tell`: the rooms and the text.
type Told = Data<(Vec<String>, String)>;

/// What comes with `tell_others`: the room and the text.
type ToldOthers = Data<(String, String)>;

/// The handlers that the starter already has.
fn starter(socket: &SocketRef) {
    socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
        socket.broadcast().emit("said", &text).await.ok();
    });
    socket.on("rooms", async |io: SocketIo, ack: AckSender| {
        let mut rooms = io.rooms().await.unwrap_or_default();
        rooms.sort();
        ack.send(&rooms).ok();
    });
}

fn follow(socket: &SocketRef) {
    socket.on("follow", async |socket: SocketRef, Data::<String>(room)| socket.join(room));
}

fn tell(socket: &SocketRef) {
    socket.on("tell", async |io: SocketIo, Data((rooms, text)): Told| {
        io.to(rooms).emit("told", &text).await.ok();
    });
}

fn tell_others(socket: &SocketRef) {
    socket.on("tell_others", async |io: SocketIo, Data((room, text)): ToldOthers| {
        io.except(room).emit("told", &text).await.ok();
    });
}

/// Everybody is sent everything.
pub fn emit_to_all(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        starter(&socket);
        follow(&socket);
        tell_others(&socket);
        socket.on("tell", async |io: SocketIo, Data((_, text)): Told| {
            io.emit("told", &text).await.ok();
        });
    });
}

/// One emit for each room.
pub fn one_emit_each(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        starter(&socket);
        follow(&socket);
        tell_others(&socket);
        socket.on("tell", async |io: SocketIo, Data((rooms, text)): Told| {
            for room in rooms {
                io.to(room).emit("told", &text).await.ok();
            }
        });
    });
}

/// Joins only rooms that exist already.
pub fn must_exist(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        starter(&socket);
        tell(&socket);
        tell_others(&socket);
        socket.on("follow", async |socket: SocketRef, io: SocketIo, Data::<String>(room)| {
            let rooms = io.rooms().await.unwrap_or_default();
            if rooms.iter().any(|it| *it == room) {
                socket.join(room);
            }
        });
    });
}

/// Does nothing with `follow`.
pub fn no_join(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        starter(&socket);
        tell(&socket);
        tell_others(&socket);
    });
}

/// Only those who follow one of the rooms can tell them anything.
pub fn followers_only(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        starter(&socket);
        follow(&socket);
        tell_others(&socket);
        socket.on("tell", async |socket: SocketRef, io: SocketIo, Data((rooms, text)): Told| {
            if socket.rooms().iter().any(|followed| rooms.iter().any(|room| room == followed)) {
                io.to(rooms).emit("told", &text).await.ok();
            }
        });
    });
}

/// The client that tells doesn't hear it.
pub fn socket_to(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        starter(&socket);
        follow(&socket);
        tell_others(&socket);
        socket.on("tell", async |socket: SocketRef, Data((rooms, text)): Told| {
            socket.to(rooms).emit("told", &text).await.ok();
        });
    });
}

/// The client that tells the others doesn't hear it.
pub fn socket_except(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        starter(&socket);
        follow(&socket);
        tell(&socket);
        socket.on("tell_others", async |socket: SocketRef, Data((room, text)): ToldOthers| {
            socket.except(room).emit("told", &text).await.ok();
        });
    });
}

/// Both on the socket: whoever tells hears nothing.
pub fn on_the_socket(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        starter(&socket);
        follow(&socket);
        socket.on("tell", async |socket: SocketRef, Data((rooms, text)): Told| {
            socket.to(rooms).emit("told", &text).await.ok();
        });
        socket.on("tell_others", async |socket: SocketRef, Data((room, text)): ToldOthers| {
            socket.broadcast().except(room).emit("told", &text).await.ok();
        });
    });
}

/// Doesn't look whether the list is empty.
pub fn empty_is_all(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        starter(&socket);
        follow(&socket);
        tell(&socket);
        tell_others(&socket);
    });
}

/// Waits for one room, and a list comes.
pub fn one_room(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        starter(&socket);
        follow(&socket);
        tell_others(&socket);
        socket.on("tell", async |io: SocketIo, Data::<(String, String)>((room, text))| {
            io.to(room).emit("told", &text).await.ok();
        });
    });
}

/// The futures are never awaited.
#[allow(clippy::let_underscore_future)] // That is the mistake.
pub fn not_awaited(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        starter(&socket);
        follow(&socket);
        socket.on("tell", async |io: SocketIo, Data((rooms, text)): Told| {
            let _ = io.to(rooms).emit("told", &text);
        });
        socket.on("tell_others", async |io: SocketIo, Data((room, text)): ToldOthers| {
            let _ = io.except(room).emit("told", &text);
        });
    });
}
