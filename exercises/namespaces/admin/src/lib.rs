//! Namespaces 3: a desk for the admins.
//!
//! The users are in `/`, each with a name. A user may have several clients, all with the same name. `/admin` lets only
//! admins in. Give it three events:
//! - `announce` with a text: everyone in `/` hears `announced` with that text.
//! - `who`, without data: acknowledged with the list of the names in `/` now, each once and in alphabetical order.
//! - `kick` with a name: the server disconnects every client with exactly that name from `/`, and acknowledges with
//!   "disconnected". If nobody has that name, it acknowledges with "nobody of that name".
//!
//! Try it: `cargo test -p admin`.

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
// You will need this one:
// use socketioxide::extract::AckSender;

/// What a client sends when it connects to `/`: its `auth` option.
#[derive(Deserialize)]
struct User {
    name: String,
}

/// What a client sends when it connects to `/admin`.
#[derive(Deserialize)]
struct Auth {
    token: String,
}

/// Who is behind a socket. `socket.extensions` keeps it: `insert(Name(…))`. Later `get::<Name>()` returns
/// an `Option`: a socket may have none.
#[derive(Clone)]
#[allow(dead_code)] // Delete this line when you use it.
struct Name(String);

/// The chat, and a namespace for its admins.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<User>(user)| {
        let _name = user.name; // Keep it: the admins will ask for it. How do you find all clients of one name?

        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.broadcast().emit("said", &text).await.ok();
        });
    });

    let admin = async |_socket: SocketRef| {
        // Add handlers for `announce`, `who` and `kick` here. Each can ask for `io: SocketIo`.
    };
    io.ns("/admin", admin.with(only_admins));
}

/// Lets a client connect if it has the token.
async fn only_admins(TryData(auth): TryData<Auth>) -> Result<(), &'static str> {
    match auth {
        Ok(auth) if auth.token == "sesame" => Ok(()),
        _ => Err("not authorised"),
    }
}
