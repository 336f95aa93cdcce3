//! Mistakes in `middleware`, as code. `exercise.toml` says what each stands for.

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;

use super::solution::{Auth, only_admins};

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

/// `/admin` has its own handlers and rooms, but no middleware.
pub fn no_middleware(io: &SocketIo) {
    io.ns("/", root);
    io.ns("/admin", admin);
}

/// Emits to the room in both namespaces.
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

/// The middleware is on the wrong namespace.
pub fn on_root(io: &SocketIo) {
    io.ns("/", root.with(only_admins));
    io.ns("/admin", admin);
}

/// Lets the client connect, then disconnects it.
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

/// Everyone connects, but clients without the token get no handlers.
pub fn in_event(io: &SocketIo) {
    io.ns("/", root);
    io.ns("/admin", async |socket: SocketRef, TryData::<Auth>(auth)| {
        if auth.is_ok_and(|auth| auth.token == "sesame") {
            in_admin(&socket);
        }
    });
}

/// Refuses without a reason.
pub fn no_reason(io: &SocketIo) {
    async fn only_admins(TryData(auth): TryData<Auth>) -> Result<(), &'static str> {
        if auth.is_ok_and(|auth| auth.token == "sesame") { Ok(()) } else { Err("") }
    }
    io.ns("/", root);
    io.ns("/admin", admin.with(only_admins));
}

/// Refuses only a wrong token.
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

/// A client without a token gets the parser's error as the reason.
pub fn parser_speaks(io: &SocketIo) {
    async fn only_admins(Data(auth): Data<Auth>) -> Result<(), &'static str> {
        if auth.token == "sesame" { Ok(()) } else { Err("not authorised") }
    }
    io.ns("/", root);
    io.ns("/admin", admin.with(only_admins));
}

/// The middleware is written, but not added.
pub fn not_attached(io: &SocketIo) {
    #[allow(dead_code, clippy::unused_async)] // That is the mistake.
    async fn only_admins(TryData(auth): TryData<Auth>) -> Result<(), &'static str> {
        if auth.is_ok_and(|auth| auth.token == "sesame") { Ok(()) } else { Err("not authorised") }
    }
    io.ns("/", root);
    io.ns("/admin", admin);
}

/// Lets any token in.
pub fn any_token(io: &SocketIo) {
    async fn only_admins(TryData(auth): TryData<Auth>) -> Result<(), &'static str> {
        if auth.is_ok() { Ok(()) } else { Err("not authorised") }
    }
    io.ns("/", root);
    io.ns("/admin", admin.with(only_admins));
}

/// The middleware is on both namespaces.
pub fn on_both(io: &SocketIo) {
    io.ns("/", root.with(only_admins));
    io.ns("/admin", admin.with(only_admins));
}

/// Panics if a client sends no token.
pub fn unwraps(io: &SocketIo) {
    async fn only_admins(TryData(auth): TryData<Auth>) -> Result<(), &'static str> {
        if auth.unwrap().token == "sesame" { Ok(()) } else { Err("not authorised") }
    }
    io.ns("/", root);
    io.ns("/admin", admin.with(only_admins));
}

/// A client without a token gets the parser's error as the reason.
pub fn parser_error(io: &SocketIo) {
    async fn only_admins(TryData(auth): TryData<Auth>) -> Result<(), String> {
        let auth = auth.map_err(|error| error.to_string())?;
        if auth.token == "sesame" { Ok(()) } else { Err("not authorised".to_owned()) }
    }
    io.ns("/", root);
    io.ns("/admin", admin.with(only_admins));
}
