//! The answer to `middleware`: who may enter a namespace.

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;

pub mod wrong;

/// What a client sends along when it asks to enter.
#[derive(Deserialize)]
struct Auth {
    token: String,
}

// ANCHOR: check
/// Lets in whoever has the token. The reason it gives is what the client gets to read.
async fn only_admins(TryData(auth): TryData<Auth>) -> Result<(), &'static str> {
    match auth {
        Ok(auth) if auth.token == "sesame" => Ok(()),
        _ => Err("not authorised"),
    }
}
// ANCHOR_END: check

// ANCHOR: server
/// A server with two namespaces: one for everyone, one for admins. Each has a room called "news".
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
    // ANCHOR: answer
    io.ns("/admin", admin.with(only_admins));
    // ANCHOR_END: answer
}
// ANCHOR_END: server
