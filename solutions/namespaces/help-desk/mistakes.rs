//! Mistakes in `help-desk`, as code. `exercise.toml` says what each stands for.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

use super::solution::join;

/// What is said.
type Text = Data<String>;
/// A room, and what is told to it.
type Told = Data<(String, String)>;

/// The chat in `/`, as it was.
fn chat(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data(text): Text| {
            socket.broadcast().emit("said", &text).await.ok();
        });
        socket.on("join", join);
        socket.on("tell", async |io: SocketIo, Data((room, text)): Told| {
            io.to(room).emit("told", &text).await.ok();
        });
    });
}

/// What is right in most of the mistakes.
async fn say(io: SocketIo, Data(text): Text) {
    if let Some(desk) = io.of("/support") {
        desk.emit("said", &text).await.ok();
    }
}

async fn tell(socket: SocketRef, Data((room, text)): Told) {
    socket.within(room).emit("told", &text).await.ok();
}

async fn solved(socket: SocketRef) {
    socket.disconnect().ok();
}

/// A room instead of a namespace.
pub fn a_room(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.join("/support");
        socket.on("say", async |socket: SocketRef, Data(text): Text| {
            socket.broadcast().emit("said", &text).await.ok();
        });
        socket.on("join", join);
        socket.on("tell", async |io: SocketIo, Data((room, text)): Told| {
            io.to(room).emit("told", &text).await.ok();
        });
    });
}

/// More events in `/` instead of a namespace.
pub fn prefix(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data(text): Text| {
            socket.broadcast().emit("said", &text).await.ok();
        });
        socket.on("join", join);
        socket.on("tell", async |io: SocketIo, Data((room, text)): Told| {
            io.to(room).emit("told", &text).await.ok();
        });
        socket.on("support:say", async |io: SocketIo, Data(text): Text| {
            io.emit("said", &text).await.ok();
        });
    });
}

/// A namespace with another name.
pub fn no_slash(io: &SocketIo) {
    chat(io);
    io.ns("support", async |socket: SocketRef| {
        socket.on("say", say);
        socket.on("join", join);
        socket.on("tell", tell);
        socket.on("solved", solved);
    });
}

/// What is said in `/support` is emitted in both namespaces.
pub fn everyone_in(io: &SocketIo) {
    chat(io);
    io.ns("/support", async |socket: SocketRef| {
        socket.on("say", async |io: SocketIo, Data(text): Text| {
            io.emit("said", &text).await.ok();
            if let Some(desk) = io.of("/support") {
                desk.emit("said", &text).await.ok();
            }
        });
        socket.on("join", join);
        socket.on("tell", tell);
        socket.on("solved", solved);
    });
}

/// What is said in `/support` is emitted in `/`.
pub fn io_emit(io: &SocketIo) {
    chat(io);
    io.ns("/support", async |socket: SocketRef| {
        socket.on("say", async |io: SocketIo, Data(text): Text| {
            io.emit("said", &text).await.ok();
        });
        socket.on("join", join);
        socket.on("tell", tell);
        socket.on("solved", solved);
    });
}

/// What is told in `/support` is emitted in `/`.
pub fn io_to_room(io: &SocketIo) {
    chat(io);
    io.ns("/support", async |socket: SocketRef| {
        socket.on("say", say);
        socket.on("join", join);
        socket.on("tell", async |io: SocketIo, Data((room, text)): Told| {
            io.to(room).emit("told", &text).await.ok();
        });
        socket.on("solved", solved);
    });
}

/// Both are emitted in `/`.
pub fn io_everywhere(io: &SocketIo) {
    chat(io);
    io.ns("/support", async |socket: SocketRef| {
        socket.on("say", async |io: SocketIo, Data(text): Text| {
            io.emit("said", &text).await.ok();
        });
        socket.on("join", join);
        socket.on("tell", async |io: SocketIo, Data((room, text)): Told| {
            io.to(room).emit("told", &text).await.ok();
        });
        socket.on("solved", solved);
    });
}

/// The handlers of `/`, unchanged.
pub fn copied(io: &SocketIo) {
    chat(io);
    io.ns("/support", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data(text): Text| {
            socket.broadcast().emit("said", &text).await.ok();
        });
        socket.on("join", join);
        socket.on("tell", async |io: SocketIo, Data((room, text)): Told| {
            io.to(room).emit("told", &text).await.ok();
        });
        socket.on("solved", solved);
    });
}

/// The sender doesn't hear what it says.
pub fn not_the_sender(io: &SocketIo) {
    chat(io);
    io.ns("/support", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data(text): Text| {
            socket.broadcast().emit("said", &text).await.ok();
        });
        socket.on("join", join);
        socket.on("tell", tell);
        socket.on("solved", solved);
    });
}

/// A member doesn't hear what it tells its room.
pub fn not_the_teller(io: &SocketIo) {
    chat(io);
    io.ns("/support", async |socket: SocketRef| {
        socket.on("say", say);
        socket.on("join", join);
        socket.on("tell", async |socket: SocketRef, Data((room, text)): Told| {
            socket.to(room).emit("told", &text).await.ok();
        });
        socket.on("solved", solved);
    });
}

/// The client is disconnected from all its namespaces.
pub fn disconnects_everywhere(io: &SocketIo) {
    chat(io);
    io.ns("/support", async |socket: SocketRef| {
        socket.on("say", say);
        socket.on("join", join);
        socket.on("tell", tell);
        socket.on("solved", async |socket: SocketRef, io: SocketIo| {
            if let Some(in_root) = io.get_socket(socket.id) {
                in_root.disconnect().ok();
            }
            socket.disconnect().ok();
        });
    });
}

/// The client is disconnected from the other namespace.
pub fn disconnects_root(io: &SocketIo) {
    chat(io);
    io.ns("/support", async |socket: SocketRef| {
        socket.on("say", say);
        socket.on("join", join);
        socket.on("tell", tell);
        socket.on("solved", async |socket: SocketRef, io: SocketIo| {
            if let Some(socket) = io.get_socket(socket.id) {
                socket.disconnect().ok();
            }
        });
    });
}

/// Everyone is disconnected.
pub fn closes_the_desk(io: &SocketIo) {
    chat(io);
    io.ns("/support", async |socket: SocketRef| {
        socket.on("say", say);
        socket.on("join", join);
        socket.on("tell", tell);
        socket.on("solved", async |io: SocketIo| {
            if let Some(desk) = io.of("/support") {
                desk.disconnect().await.ok();
            }
        });
    });
}

/// Nobody is disconnected.
pub fn only_leaves(io: &SocketIo) {
    chat(io);
    io.ns("/support", async |socket: SocketRef| {
        socket.on("say", say);
        socket.on("join", join);
        socket.on("tell", tell);
        socket.on("solved", async |socket: SocketRef| socket.leave_all());
    });
}
