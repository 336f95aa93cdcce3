//! The solution of `tenants`: dynamic namespaces, each for those who have its token.

use std::collections::BTreeSet;

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
pub(super) struct Auth {
    pub(super) token: String,
}

/// Whose token it is. A real server looks in a database.
pub(super) fn tenant(token: &str) -> Option<&'static str> {
    match token {
        "anvil" => Some("acme"),
        "donut" => Some("globex"),
        "stapler" => Some("initech"),
        _ => None,
    }
}

// ANCHOR: solution
/// Lets a client connect to the namespace whose token it has. A refusal leaves no namespace behind.
async fn only_members(
    socket: SocketRef,
    io: SocketIo,
    TryData(auth): TryData<Auth>,
) -> Result<(), &'static str> {
    let own = auth.ok().and_then(|auth| tenant(&auth.token));
    if own.is_some_and(|own| socket.ns() == format!("/{own}")) {
        return Ok(());
    }
    delete_if_empty(&io, &socket);
    Err("not authorised")
}
// ANCHOR_END: solution

/// The chat, a namespace for its admins, and one for each tenant.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", say);
    });

    // The admins can ask which other namespaces there are.
    let admin = async |socket: SocketRef| {
        socket.on("tenants", async |io: SocketIo, ack: AckSender| {
            let paths: BTreeSet<String> =
                io.nsps().iter().map(|namespace| namespace.ns_path().to_owned()).collect();
            ack.send(&paths.iter().filter(|path| *path != "/" && *path != "/admin").collect::<Vec<_>>()).ok();
        });
    };
    io.ns("/admin", admin.with(only_admins));

    // ANCHOR: namespaces
    let members = async |socket: SocketRef| {
        socket.on("say", say);
        socket.on_disconnect(async |socket: SocketRef, io: SocketIo| delete_if_empty(&io, &socket));
    };
    io.dyn_ns("/{tenant}", members.with(only_members)).expect("the pattern is right");
    // ANCHOR_END: namespaces
}

/// A handler for `say`, in whatever namespace the socket is.
pub(super) async fn say(socket: SocketRef, Data(text): Data<String>) {
    socket.broadcast().emit("said", &text).await.ok();
}

/// Deletes the namespace that `socket` is in, or has asked for, if nobody else is there.
pub(super) fn delete_if_empty(io: &SocketIo, socket: &SocketRef) {
    let sockets = io.of(socket.ns()).map_or(Vec::new(), |namespace| namespace.sockets());
    if sockets.iter().all(|other| other.id == socket.id) {
        io.delete_ns(socket.ns());
    }
}

/// Lets a client connect to `/admin` if it has the token.
pub(super) async fn only_admins(TryData(auth): TryData<Auth>) -> Result<(), &'static str> {
    match auth {
        Ok(auth) if auth.token == "sesame" => Ok(()),
        _ => Err("not authorised"),
    }
}
