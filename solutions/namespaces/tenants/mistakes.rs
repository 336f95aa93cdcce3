//! Mistakes in `tenants`, as code. `exercise.toml` says what each stands for.

use std::collections::BTreeSet;

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;

use super::solution::{Auth, delete_if_empty, only_admins, say, tenant};

/// `/` and `/admin`, as they were.
fn others(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", say);
    });
    admin(io);
}

fn admin(io: &SocketIo) {
    let admin = async |socket: SocketRef| {
        socket.on("tenants", async |io: SocketIo, ack: AckSender| {
            let paths: BTreeSet<String> =
                io.nsps().iter().map(|namespace| namespace.ns_path().to_owned()).collect();
            ack.send(&paths.iter().filter(|path| *path != "/" && *path != "/admin").collect::<Vec<_>>()).ok();
        });
    };
    io.ns("/admin", admin.with(only_admins));
}

/// What is right in most of the mistakes: handlers, and what happens when a client leaves …
async fn members(socket: SocketRef) {
    socket.on("say", say);
    socket.on_disconnect(async |socket: SocketRef, io: SocketIo| delete_if_empty(&io, &socket));
}

/// … and the check.
fn is_member(socket: &SocketRef, auth: Result<Auth, impl Sized>) -> bool {
    auth.ok().and_then(|auth| tenant(&auth.token)).is_some_and(|own| socket.ns() == format!("/{own}"))
}

async fn only_members(
    socket: SocketRef,
    io: SocketIo,
    TryData(auth): TryData<Auth>,
) -> Result<(), &'static str> {
    if is_member(&socket, auth) {
        return Ok(());
    }
    delete_if_empty(&io, &socket);
    Err("not authorised")
}

/// Looks for nothing, and deletes nothing.
async fn only_checks(socket: SocketRef, TryData(auth): TryData<Auth>) -> Result<(), &'static str> {
    if is_member(&socket, auth) { Ok(()) } else { Err("not authorised") }
}

/// No middleware.
pub fn anyone(io: &SocketIo) {
    others(io);
    io.dyn_ns("/{tenant}", async |socket: SocketRef| {
        socket.on("say", say);
    })
    .expect("the pattern is right");
}

/// Any tenant's token.
pub fn any_tenant(io: &SocketIo) {
    async fn only_members(
        socket: SocketRef,
        io: SocketIo,
        TryData(auth): TryData<Auth>,
    ) -> Result<(), &'static str> {
        if auth.is_ok_and(|auth| tenant(&auth.token).is_some()) {
            return Ok(());
        }
        delete_if_empty(&io, &socket);
        Err("not authorised")
    }
    others(io);
    io.dyn_ns("/{tenant}", members.with(only_members)).expect("the pattern is right");
}

/// One name has a slash, and the other has none.
pub fn without_the_slash(io: &SocketIo) {
    async fn only_members(
        socket: SocketRef,
        io: SocketIo,
        TryData(auth): TryData<Auth>,
    ) -> Result<(), &'static str> {
        if auth.is_ok_and(|auth| tenant(&auth.token) == Some(socket.ns())) {
            return Ok(());
        }
        delete_if_empty(&io, &socket);
        Err("not authorised")
    }
    others(io);
    io.dyn_ns("/{tenant}", members.with(only_members)).expect("the pattern is right");
}

/// A name that begins alike.
pub fn starts_with(io: &SocketIo) {
    async fn only_members(
        socket: SocketRef,
        io: SocketIo,
        TryData(auth): TryData<Auth>,
    ) -> Result<(), &'static str> {
        let own = auth.ok().and_then(|auth| tenant(&auth.token));
        if own.is_some_and(|own| socket.ns()[1..].starts_with(own)) {
            return Ok(());
        }
        delete_if_empty(&io, &socket);
        Err("not authorised")
    }
    others(io);
    io.dyn_ns("/{tenant}", members.with(only_members)).expect("the pattern is right");
}

/// Lets the client connect, then disconnects it.
pub fn after_the_fact(io: &SocketIo) {
    others(io);
    io.dyn_ns("/{tenant}", async |socket: SocketRef, TryData::<Auth>(auth)| {
        socket.on_disconnect(async |socket: SocketRef, io: SocketIo| delete_if_empty(&io, &socket));
        if is_member(&socket, auth) {
            socket.on("say", say);
        } else {
            socket.disconnect().ok();
        }
    })
    .expect("the pattern is right");
}

/// The middleware is on the wrong namespace.
pub fn on_root(io: &SocketIo) {
    let root = async |socket: SocketRef| {
        socket.on("say", say);
    };
    io.ns("/", root.with(only_checks));
    admin(io);
    io.dyn_ns("/{tenant}", members).expect("the pattern is right");
}

/// Deletes nothing.
pub fn stays_listed(io: &SocketIo) {
    others(io);
    let members = async |socket: SocketRef| {
        socket.on("say", say);
    };
    io.dyn_ns("/{tenant}", members.with(only_checks)).expect("the pattern is right");
}

/// Deletes nothing when it refuses.
pub fn refused_stay(io: &SocketIo) {
    others(io);
    io.dyn_ns("/{tenant}", members.with(only_checks)).expect("the pattern is right");
}

/// Deletes nothing when the last one leaves.
pub fn left_stay(io: &SocketIo) {
    others(io);
    let members = async |socket: SocketRef| {
        socket.on("say", say);
    };
    io.dyn_ns("/{tenant}", members.with(only_members)).expect("the pattern is right");
}

/// Deletes the namespace with everyone in it.
pub fn deletes_always(io: &SocketIo) {
    async fn only_members(
        socket: SocketRef,
        io: SocketIo,
        TryData(auth): TryData<Auth>,
    ) -> Result<(), &'static str> {
        if is_member(&socket, auth) {
            return Ok(());
        }
        io.delete_ns(socket.ns());
        Err("not authorised")
    }
    others(io);
    io.dyn_ns("/{tenant}", members.with(only_members)).expect("the pattern is right");
}

/// A namespace for each tenant that is known now.
pub fn written_down(io: &SocketIo) {
    others(io);
    for name in ["/acme", "/globex", "/initech"] {
        let members = async |socket: SocketRef| {
            socket.on("say", say);
        };
        io.ns(name, members.with(only_checks));
    }
}

/// Not a pattern.
pub fn colon(io: &SocketIo) {
    others(io);
    io.dyn_ns("/:tenant", members.with(only_members)).expect("the pattern is right");
}

/// A name, not a pattern.
pub fn not_dynamic(io: &SocketIo) {
    others(io);
    io.ns("/{tenant}", members.with(only_members));
}

/// Emits in `/`.
pub fn io_emit(io: &SocketIo) {
    others(io);
    let members = async |socket: SocketRef| {
        socket.on("say", async |io: SocketIo, Data::<String>(text)| {
            io.emit("said", &text).await.ok();
        });
        socket.on_disconnect(async |socket: SocketRef, io: SocketIo| delete_if_empty(&io, &socket));
    };
    io.dyn_ns("/{tenant}", members.with(only_members)).expect("the pattern is right");
}
