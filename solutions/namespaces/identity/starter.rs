//! Namespaces 2, for those who want more: the token says who it is.
//!
//! Two tokens open `/admin`: "sesame" is Ada's, "abracadabra" is Bob's. Every other client is refused with the reason
//! "not authorised", as before.
//!
//! When a client in `/admin` emits `announce` with `{ from, text }`, everyone in `/admin` hears `announced` with
//! `{ from, text }`. The text is the same. `from` is the name whose token the client has, "Ada" or "Bob", whatever name
//! the client itself claims in the event or in its `auth`.
//!
//! Try it: `cargo test -p identity`.

use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
// You will need this one:
// use socketioxide::extract::Extension;

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
struct Auth {
    token: String,
}

/// What `announce` and `announced` carry.
#[derive(Deserialize, Serialize)]
struct Announcement {
    from: String,
    text: String,
}

/// Who is behind a socket. Keep it on the socket: `socket.extensions` takes any type that can be cloned.
#[derive(Clone)]
#[allow(dead_code)] // Delete this line when you use it.
struct Name(&'static str);

/// Lets a client connect if it has the token. It knows one so far, and it doesn't keep whose it is.
async fn only_admins(TryData(auth): TryData<Auth>) -> Result<(), &'static str> {
    match auth {
        Ok(auth) if auth.token == "sesame" => Ok(()),
        _ => Err("not authorised"),
    }
}

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
        socket.on("announce", async |socket: SocketRef, Data::<Announcement>(it)| {
            // `it.from` is what the client claims. Emit the name that belongs to the token instead.
            socket.within("news").emit("announced", &it).await.ok();
        });
    };
    io.ns("/admin", admin.with(only_admins));
}
