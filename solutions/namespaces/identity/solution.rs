//! The solution of `identity`: the middleware keeps on the socket who it is, and handlers read it there.

use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{Data, Extension, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
struct Auth {
    token: String,
}

/// What `announce` carries. The client also says who it is; nobody reads that.
#[derive(Deserialize)]
struct Announce {
    text: String,
}

/// What `announced` carries.
#[derive(Serialize)]
struct Announced {
    from: &'static str,
    text: String,
}

// ANCHOR: solution
/// Who is behind a socket.
#[derive(Clone)]
struct Name(&'static str);

/// Lets a client connect if it has a token, and keeps on its socket whose token it is.
async fn only_admins(socket: SocketRef, TryData(auth): TryData<Auth>) -> Result<(), &'static str> {
    let name = auth.ok().and_then(|auth| owner(&auth.token)).ok_or("not authorised")?;
    socket.extensions.insert(Name(name));
    Ok(())
}

/// Whose token it is.
fn owner(token: &str) -> Option<&'static str> {
    match token {
        "sesame" => Some("Ada"),
        "abracadabra" => Some("Bob"),
        _ => None,
    }
}
// ANCHOR_END: solution

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
        // ANCHOR: announce
        socket.on(
            "announce",
            async |socket: SocketRef, Extension(Name(from)), Data::<Announce>(Announce { text })| {
                socket.within("news").emit("announced", &Announced { from, text }).await.ok();
            },
        );
        // ANCHOR_END: announce
    };
    io.ns("/admin", admin.with(only_admins));
}
