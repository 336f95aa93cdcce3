//! The solution of `middleware`: it decides who may connect to a namespace.

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
pub(super) struct Auth {
    pub(super) token: String,
}

// ANCHOR: check
/// Lets a client connect if it has the token. The client reads the reason in `Err`.
pub(super) async fn only_admins(TryData(auth): TryData<Auth>) -> Result<(), &'static str> {
    match auth {
        Ok(auth) if auth.token == "sesame" => Ok(()),
        _ => Err("not authorised"),
    }
}
// ANCHOR_END: check

// ANCHOR: server
/// A server with two namespaces: one for everyone, one for admins. Each has its own room "news".
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.join("news");
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.within("news").emit("said", &text).await.ok();
        });
    });

    let admin = async |socket: SocketRef| {
        socket.join("news");
        socket.on("announce", async |socket: SocketRef, Data::<String>(text)| {
            socket.within("news").emit("announced", &text).await.ok();
        });
    };
    // ANCHOR: solution
    io.ns("/admin", admin.with(only_admins));
    // ANCHOR_END: solution
}
// ANCHOR_END: server
