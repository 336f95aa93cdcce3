//! The solution of `admin`: the handlers are in `/admin`, and act on `/`.

use std::collections::BTreeSet;

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;

/// What a client sends when it connects to `/`: its `auth` option.
#[derive(Deserialize)]
pub(super) struct User {
    pub(super) name: String,
}

/// What a client sends when it connects to `/admin`.
#[derive(Deserialize)]
pub(super) struct Auth {
    pub(super) token: String,
}

/// Who is behind a socket.
#[derive(Clone)]
pub(super) struct Name(pub(super) String);

/// The chat, and a namespace for its admins.
pub fn server(io: &SocketIo) {
    // ANCHOR: solution
    io.ns("/", async |socket: SocketRef, Data::<User>(User { name })| {
        // A room for each name: it has all clients of that user, and a socket leaves it when it's disconnected.
        socket.join(name.clone());
        socket.extensions.insert(Name(name));

        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.broadcast().emit("said", &text).await.ok();
        });
    });

    let admin = async |socket: SocketRef| {
        // In these three, `io` means `/`.
        socket.on("announce", async |io: SocketIo, Data::<String>(text)| {
            io.emit("announced", &text).await.ok();
        });

        socket.on("who", async |io: SocketIo, ack: AckSender| {
            let sockets = io.sockets();
            let names = sockets.iter().filter_map(|socket| socket.extensions.get::<Name>());
            ack.send(&names.map(|Name(name)| name).collect::<BTreeSet<_>>()).ok();
        });

        socket.on("kick", async |io: SocketIo, Data::<String>(name), ack: AckSender| {
            let clients = io.within(name).sockets();
            let reply = if clients.is_empty() { "nobody of that name" } else { "disconnected" };
            for client in clients {
                client.disconnect().ok();
            }
            ack.send(reply).ok();
        });
    };
    io.ns("/admin", admin.with(only_admins));
    // ANCHOR_END: solution
}

/// Lets a client connect if it has the token.
pub(super) async fn only_admins(TryData(auth): TryData<Auth>) -> Result<(), &'static str> {
    match auth {
        Ok(auth) if auth.token == "sesame" => Ok(()),
        _ => Err("not authorised"),
    }
}
