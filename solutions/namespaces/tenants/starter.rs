//! Namespaces 3: a namespace for each tenant.
//!
//! Many companies rent this chat. Each has the namespace with its name, such as `/acme`, and a token. Add these namespaces:
//! - A client with a tenant's token may connect to that tenant's namespace. Every other client is refused by any such
//!   namespace with the reason "not authorised".
//! - `say` with a text: every other client in the same namespace hears `said` with that text.
//! - Only namespaces that somebody is in stay listed. `delete_if_empty` deletes the others. Nothing calls it yet.
//!
//! New tenants may come: don't write their names anywhere but in `tenant`.
//!
//! Try it: `cargo test -p tenants`.

use std::collections::BTreeSet;

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
struct Auth {
    token: String,
}

/// Whose token it is. A real server looks in a database.
#[allow(dead_code)] // Delete this line when you use it.
fn tenant(token: &str) -> Option<&'static str> {
    match token {
        "anvil" => Some("acme"),
        "donut" => Some("globex"),
        "stapler" => Some("initech"),
        _ => None,
    }
}

// Write the tenants' middleware here. It may ask for `socket: SocketRef`: `socket.ns()` is what the client asks for. It may
// ask for `io: SocketIo`, too.

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

    // Add the tenants' namespaces here: `io.dyn_ns(…)`, with a pattern. It returns a `Result`: the pattern may be wrong.
}

/// A handler for `say`, in whatever namespace the socket is.
async fn say(socket: SocketRef, Data(text): Data<String>) {
    socket.broadcast().emit("said", &text).await.ok();
}

/// Deletes the namespace that `socket` is in, or has asked for, if nobody else is there.
#[allow(dead_code)] // Delete this line when you use it.
fn delete_if_empty(io: &SocketIo, socket: &SocketRef) {
    let sockets = io.of(socket.ns()).map_or(Vec::new(), |namespace| namespace.sockets());
    if sockets.iter().all(|other| other.id == socket.id) {
        io.delete_ns(socket.ns());
    }
}

/// Lets a client connect to `/admin` if it has the token.
async fn only_admins(TryData(auth): TryData<Auth>) -> Result<(), &'static str> {
    match auth {
        Ok(auth) if auth.token == "sesame" => Ok(()),
        _ => Err("not authorised"),
    }
}
