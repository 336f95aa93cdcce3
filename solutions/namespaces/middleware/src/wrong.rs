//! Answers to `middleware` that one hears, and slips that one makes. `exercise.toml` says what each stands for.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;

use crate::{Auth, only_admins};

/// The wrong answers by name.
pub const ALL: &[(&str, fn(&SocketIo))] = &[
    ("no-middleware", no_middleware),
    ("same-room", same_room),
    ("on-root", on_root),
    ("in-handler", in_handler),
    ("in-event", in_event),
    ("no-reason", no_reason),
    ("missing-token", missing_token),
    ("parser-speaks", parser_speaks),
];

fn in_root(socket: &SocketRef) {
    socket.join("news");
    socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
        socket.within("news").emit("said", &text).await.ok();
    });
}

fn in_admin(socket: &SocketRef) {
    socket.join("news");
    socket.on("announce", async |socket: SocketRef, Data::<String>(text)| {
        socket.within("news").emit("announced", &text).await.ok();
    });
}

async fn root(socket: SocketRef) {
    in_root(&socket);
}

async fn admin(socket: SocketRef) {
    in_admin(&socket);
}

/// Handlers and rooms of its own, and an open door.
pub fn no_middleware(io: &SocketIo) {
    io.ns("/", root);
    io.ns("/admin", admin);
}

/// One room for both namespaces.
pub fn same_room(io: &SocketIo) {
    io.ns("/", root);
    let admin = async |socket: SocketRef| {
        socket.join("news");
        socket.on("announce", async |socket: SocketRef, io: SocketIo, Data::<String>(text)| {
            socket.within("news").emit("announced", &text).await.ok();
            if let Some(root) = io.of("/") {
                root.within("news").emit("announced", &text).await.ok();
            }
        });
    };
    io.ns("/admin", admin.with(only_admins));
}

/// The guard stands at the wrong door.
pub fn on_root(io: &SocketIo) {
    io.ns("/", root.with(only_admins));
    io.ns("/admin", admin);
}

/// First in, then out again.
pub fn in_handler(io: &SocketIo) {
    io.ns("/", root);
    io.ns("/admin", async |socket: SocketRef, TryData::<Auth>(auth)| {
        if auth.is_ok_and(|auth| auth.token == "sesame") {
            in_admin(&socket);
        } else {
            socket.disconnect().ok();
        }
    });
}

/// Everyone is in; some are not listened to.
pub fn in_event(io: &SocketIo) {
    io.ns("/", root);
    io.ns("/admin", async |socket: SocketRef, TryData::<Auth>(auth)| {
        if auth.is_ok_and(|auth| auth.token == "sesame") {
            in_admin(&socket);
        }
    });
}

/// No, and no why.
pub fn no_reason(io: &SocketIo) {
    async fn only_admins(TryData(auth): TryData<Auth>) -> Result<(), &'static str> {
        if auth.is_ok_and(|auth| auth.token == "sesame") { Ok(()) } else { Err("") }
    }
    io.ns("/", root);
    io.ns("/admin", admin.with(only_admins));
}

/// Only a wrong token is refused.
pub fn missing_token(io: &SocketIo) {
    async fn only_admins(TryData(auth): TryData<Auth>) -> Result<(), &'static str> {
        match auth {
            Ok(auth) if auth.token != "sesame" => Err("not authorised"),
            _ => Ok(()),
        }
    }
    io.ns("/", root);
    io.ns("/admin", admin.with(only_admins));
}

/// Whoever sends no token is told about serde.
pub fn parser_speaks(io: &SocketIo) {
    async fn only_admins(Data(auth): Data<Auth>) -> Result<(), &'static str> {
        if auth.token == "sesame" { Ok(()) } else { Err("not authorised") }
    }
    io.ns("/", root);
    io.ns("/admin", admin.with(only_admins));
}
