//! Mistakes in `identity`, as code. `exercise.toml` says what each stands for.

use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{Data, Extension, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;

#[derive(Deserialize)]
struct Auth {
    token: String,
    name: Option<String>,
}

#[derive(Deserialize, Serialize)]
struct Announcement {
    from: String,
    text: String,
}

#[derive(Clone)]
struct Name(String);

fn owner(token: &str) -> Option<&'static str> {
    match token {
        "sesame" => Some("Ada"),
        "abracadabra" => Some("Bob"),
        _ => None,
    }
}

async fn root(socket: SocketRef) {
    socket.join("news");
    socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
        socket.within("news").emit("said", &text).await.ok();
    });
}

/// Keeps the name that belongs to the token.
async fn only_admins(socket: SocketRef, TryData(auth): TryData<Auth>) -> Result<(), &'static str> {
    let name = auth.ok().and_then(|auth| owner(&auth.token)).ok_or("not authorised")?;
    socket.extensions.insert(Name(name.to_owned()));
    Ok(())
}

/// Announces with the name that was kept.
async fn admin(socket: SocketRef) {
    socket.join("news");
    socket.on(
        "announce",
        async |socket: SocketRef, Extension(Name(from)), Data::<Announcement>(Announcement { text, .. })| {
            socket.within("news").emit("announced", &Announcement { from, text }).await.ok();
        },
    );
}

/// Believes the name in the event.
pub fn believes_the_event(io: &SocketIo) {
    io.ns("/", root);
    let admin = async |socket: SocketRef| {
        socket.join("news");
        socket.on("announce", async |socket: SocketRef, Data::<Announcement>(it)| {
            socket.within("news").emit("announced", &it).await.ok();
        });
    };
    io.ns("/admin", admin.with(only_admins));
}

/// Believes the name in `auth`.
pub fn believes_auth(io: &SocketIo) {
    async fn only_admins(socket: SocketRef, TryData(auth): TryData<Auth>) -> Result<(), &'static str> {
        let auth = auth.map_err(|_| "not authorised")?;
        let name = owner(&auth.token).ok_or("not authorised")?;
        socket.extensions.insert(Name(auth.name.unwrap_or(name.to_owned())));
        Ok(())
    }
    io.ns("/", root);
    io.ns("/admin", admin.with(only_admins));
}

/// One name for the whole server.
pub fn one_name_for_all(io: &SocketIo) {
    io.ns("/", root);
    let name = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&name);
    let only_admins = async move |TryData(auth): TryData<Auth>| {
        let owner = auth.ok().and_then(|auth| owner(&auth.token)).ok_or("not authorised")?;
        owner.clone_into(&mut kept.lock().unwrap());
        Ok::<_, &'static str>(())
    };
    let admin = async move |socket: SocketRef| {
        socket.join("news");
        let name = Arc::clone(&name);
        socket.on("announce", async move |socket: SocketRef, Data::<Announcement>(it)| {
            let announced = Announcement { from: name.lock().unwrap().clone(), ..it };
            socket.within("news").emit("announced", &announced).await.ok();
        });
    };
    io.ns("/admin", admin.with(only_admins));
}

/// Sends the token to everyone.
pub fn token_as_name(io: &SocketIo) {
    async fn only_admins(socket: SocketRef, TryData(auth): TryData<Auth>) -> Result<(), &'static str> {
        match auth {
            Ok(auth) if owner(&auth.token).is_some() => {
                socket.extensions.insert(Name(auth.token));
                Ok(())
            }
            _ => Err("not authorised"),
        }
    }
    io.ns("/", root);
    io.ns("/admin", admin.with(only_admins));
}

/// Doesn't keep whose token it was.
pub fn somebody(io: &SocketIo) {
    io.ns("/", root);
    let admin = async |socket: SocketRef| {
        socket.join("news");
        socket.on("announce", async |socket: SocketRef, Data::<Announcement>(it)| {
            let announced = Announcement { from: "Ada".to_owned(), ..it };
            socket.within("news").emit("announced", &announced).await.ok();
        });
    };
    io.ns("/admin", admin.with(only_admins));
}

/// Sends nothing under a false name.
pub fn drops_liars(io: &SocketIo) {
    io.ns("/", root);
    let admin = async |socket: SocketRef| {
        socket.join("news");
        socket.on("announce", async |socket: SocketRef, Extension(Name(from)), Data::<Announcement>(it)| {
            if it.from == from {
                socket.within("news").emit("announced", &it).await.ok();
            }
        });
    };
    io.ns("/admin", admin.with(only_admins));
}
