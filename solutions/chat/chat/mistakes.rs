//! Mistakes in `chat`, as code. `exercise.toml` says what each stands for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, Extension, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use socketioxide::socket::{DisconnectReason, Sid};

use super::solution::{Auth, Here, Name, ask, give_back, how, same, talk};

/// What comes in `auth`, without the spaces around it.
fn trimmed(auth: &str) -> String {
    auth.trim().to_owned()
}

/// Looks and takes: the middleware of the solution, with another comparison of names and another way to give back.
fn take(
    socket: &SocketRef,
    here: &Here,
    name: String,
    same: fn(&str, &str) -> bool,
    give_back: fn(&SocketRef, &Here),
) -> Result<(), &'static str> {
    let mut taken = here.lock().unwrap();
    if name.is_empty() {
        return Err("no name");
    }
    if taken.iter().any(|(other, _)| same(other, &name)) {
        return Err("name taken");
    }
    taken.push((name.clone(), socket.id));
    give_back(socket, here);
    socket.extensions.insert(Name(name));
    Ok(())
}

/// The solution, with another way to read, to compare and to give back names.
fn with_names(
    io: &SocketIo,
    read: fn(&str) -> String,
    same: fn(&str, &str) -> bool,
    give_back: fn(&SocketRef, &Here),
) {
    with_handlers(io, read, same, give_back, |socket, here| {
        talk(socket);
        ask(socket, here);
    });
}

/// The solution, with other handlers.
fn with_handlers(
    io: &SocketIo,
    read: fn(&str) -> String,
    same: fn(&str, &str) -> bool,
    give_back: fn(&SocketRef, &Here),
    handlers: fn(&SocketRef, &Here),
) {
    let here = Here::default();
    let list = Arc::clone(&here);
    let middleware = async move |socket: SocketRef, TryData(auth): TryData<Auth>| {
        take(&socket, &list, auth.map(|auth| read(&auth.name)).unwrap_or_default(), same, give_back)
    };
    let connected = async move |socket: SocketRef, Extension(Name(name)): Extension<Name>| {
        handlers(&socket, &here);
        socket.broadcast().emit("joined", &name).await.ok();
    };
    io.ns("/", connected.with(middleware));
}

/// The sender hears `said`, too.
pub fn echo(io: &SocketIo) {
    with_handlers(io, trimmed, same, give_back, |socket, here| {
        talk(socket);
        ask(socket, here);
        socket.on("say", async |io: SocketIo, Extension(Name(name)), Data::<String>(text)| {
            io.emit("said", &(name, text)).await.ok();
        });
    });
}

/// The newcomer hears `joined`, too.
pub fn joined_to_all(io: &SocketIo) {
    let here = Here::default();
    let list = Arc::clone(&here);
    let middleware = async move |socket: SocketRef, TryData(auth): TryData<Auth>| {
        take(&socket, &list, auth.map(|auth| trimmed(&auth.name)).unwrap_or_default(), same, give_back)
    };
    let connected = async move |socket: SocketRef, io: SocketIo, Extension(Name(name)): Extension<Name>| {
        talk(&socket);
        ask(&socket, &here);
        io.emit("joined", &name).await.ok();
    };
    io.ns("/", connected.with(middleware));
}

/// The others are told, but the name is never given back.
pub fn keeps_the_dead(io: &SocketIo) {
    with_names(io, trimmed, same, |socket, _| {
        socket.on_disconnect(async |socket: SocketRef, Extension(Name(name)), reason: DisconnectReason| {
            socket.broadcast().emit("left", &(name, how(reason))).await.ok();
        });
    });
}

/// Only a client that says goodbye gives its name back.
pub fn goodbye_only(io: &SocketIo) {
    with_names(io, trimmed, same, |socket, here| {
        let list = Arc::clone(here);
        socket.on_disconnect(
            async move |socket: SocketRef, Extension(Name(name)), reason: DisconnectReason| {
                if reason == DisconnectReason::ClientNSDisconnect {
                    list.lock().unwrap().retain(|(_, id)| *id != socket.id);
                }
                socket.broadcast().emit("left", &(name, how(reason))).await.ok();
            },
        );
    });
}

/// Capital letters make another name, at the door and in a whisper.
pub fn capitals_count(io: &SocketIo) {
    with_handlers(
        io,
        trimmed,
        |a, b| a == b,
        give_back,
        |socket, here| {
            talk(socket);
            ask(socket, here);
            whisper(socket, here, |a, b| a == b.trim());
        },
    );
}

/// Only the letters from A to Z are the same in both sizes.
pub fn ascii_only(io: &SocketIo) {
    fn same(a: &str, b: &str) -> bool {
        a.eq_ignore_ascii_case(b.trim())
    }
    with_handlers(io, trimmed, same, give_back, |socket, here| {
        talk(socket);
        ask(socket, here);
        whisper(socket, here, same);
    });
}

/// Spaces make another name, at the door and in a whisper.
pub fn spaces_count(io: &SocketIo) {
    fn same(a: &str, b: &str) -> bool {
        a.to_lowercase() == b.to_lowercase()
    }
    with_handlers(io, str::to_owned, same, give_back, |socket, here| {
        talk(socket);
        ask(socket, here);
        whisper(socket, here, same);
    });
}

/// Looks in the middleware, and takes in the connection handler.
pub fn checked_too_early(io: &SocketIo) {
    let here = Here::default();
    let list = Arc::clone(&here);
    let middleware = async move |socket: SocketRef, TryData(auth): TryData<Auth>| {
        let name = auth.map(|auth| trimmed(&auth.name)).unwrap_or_default();
        if name.is_empty() {
            return Err("no name");
        }
        if list.lock().unwrap().iter().any(|(other, _)| same(other, &name)) {
            return Err("name taken");
        }
        socket.extensions.insert(Name(name));
        Ok(())
    };
    let connected = async move |socket: SocketRef, Extension(Name(name)): Extension<Name>| {
        here.lock().unwrap().push((name.clone(), socket.id));
        give_back(&socket, &here);
        talk(&socket);
        ask(&socket, &here);
        socket.broadcast().emit("joined", &name).await.ok();
    };
    io.ns("/", connected.with(middleware));
}

/// Adds the name before it looks. A refused client's name stays.
pub fn adds_first(io: &SocketIo) {
    let here = Here::default();
    let list = Arc::clone(&here);
    let middleware = async move |socket: SocketRef, TryData(auth): TryData<Auth>| {
        let name = auth.map(|auth| trimmed(&auth.name)).unwrap_or_default();
        if name.is_empty() {
            return Err("no name");
        }
        let mut taken = list.lock().unwrap();
        taken.push((name.clone(), socket.id));
        if taken.iter().filter(|(other, _)| same(other, &name)).count() > 1 {
            return Err("name taken");
        }
        give_back(&socket, &list);
        socket.extensions.insert(Name(name));
        Ok(())
    };
    let connected = async move |socket: SocketRef, Extension(Name(name)): Extension<Name>| {
        talk(&socket);
        ask(&socket, &here);
        socket.broadcast().emit("joined", &name).await.ok();
    };
    io.ns("/", connected.with(middleware));
}

/// Puts the new id into the map before it knows whether the name is taken.
pub fn overwrites(io: &SocketIo) {
    let ids = Arc::new(Mutex::new(HashMap::<String, Sid>::new()));
    let here = Here::default();
    let (map, list) = (Arc::clone(&ids), Arc::clone(&here));
    let middleware = async move |socket: SocketRef, TryData(auth): TryData<Auth>| {
        let name = auth.map(|auth| trimmed(&auth.name)).unwrap_or_default();
        if name.is_empty() {
            return Err("no name");
        }
        if map.lock().unwrap().insert(name.to_lowercase(), socket.id).is_some() {
            return Err("name taken");
        }
        list.lock().unwrap().push((name.clone(), socket.id));
        let (map, list) = (Arc::clone(&map), Arc::clone(&list));
        socket.on_disconnect(
            async move |socket: SocketRef, Extension(Name(name)), reason: DisconnectReason| {
                map.lock().unwrap().remove(&name.to_lowercase());
                list.lock().unwrap().retain(|(_, id)| *id != socket.id);
                socket.broadcast().emit("left", &(name, how(reason))).await.ok();
            },
        );
        socket.extensions.insert(Name(name));
        Ok(())
    };
    let connected = async move |socket: SocketRef, Extension(Name(name)): Extension<Name>| {
        talk(&socket);
        ask(&socket, &here);
        let ids = Arc::clone(&ids);
        socket.on(
            "whisper",
            async move |io: SocketIo,
                        Extension(Name(from)),
                        Data::<(String, String)>((to, text)),
                        ack: AckSender| {
                let id = ids.lock().unwrap().get(&to.trim().to_lowercase()).copied();
                answer(id.and_then(|id| io.get_socket(id)), &from, &text, ack);
            },
        );
        socket.broadcast().emit("joined", &name).await.ok();
    };
    io.ns("/", connected.with(middleware));
}

/// Connects everybody, and disconnects those whose name is no good.
pub fn in_handler(io: &SocketIo) {
    let here = Here::default();
    io.ns("/", async move |socket: SocketRef, TryData(auth): TryData<Auth>| {
        let name = auth.map(|auth| trimmed(&auth.name)).unwrap_or_default();
        socket.extensions.insert(Name(name.clone()));
        give_back(&socket, &here);
        let is_taken = here.lock().unwrap().iter().any(|(other, _)| same(other, &name));
        if name.is_empty() || is_taken {
            socket.disconnect().ok();
            return;
        }
        here.lock().unwrap().push((name.clone(), socket.id));
        talk(&socket);
        ask(&socket, &here);
        socket.broadcast().emit("joined", &name).await.ok();
    });
}

/// At the door capital letters make no difference, in a whisper they do.
pub fn exact_whisper(io: &SocketIo) {
    with_handlers(io, trimmed, same, give_back, |socket, here| {
        talk(socket);
        ask(socket, here);
        whisper(socket, here, |a, b| a == b);
    });
}

/// The acknowledgement is always the same.
pub fn always_whispered(io: &SocketIo) {
    with_handlers(io, trimmed, same, give_back, |socket, here| {
        talk(socket);
        ask(socket, here);
        let list = Arc::clone(here);
        socket.on(
            "whisper",
            async move |io: SocketIo,
                        Extension(Name(from)),
                        Data::<(String, String)>((to, text)),
                        ack: AckSender| {
                let id = list.lock().unwrap().iter().find(|(name, _)| same(name, &to)).map(|(_, id)| *id);
                if let Some(other) = id.and_then(|id| io.get_socket(id)) {
                    other.emit("whispered", &(from, text)).ok();
                }
                ack.send("whispered").ok();
            },
        );
    });
}

/// Whispers to the one whose name is the `same`.
fn whisper(socket: &SocketRef, here: &Here, same: fn(&str, &str) -> bool) {
    let list = Arc::clone(here);
    socket.on(
        "whisper",
        async move |io: SocketIo,
                    Extension(Name(from)),
                    Data::<(String, String)>((to, text)),
                    ack: AckSender| {
            let id = list.lock().unwrap().iter().find(|(name, _)| same(name, &to)).map(|(_, id)| *id);
            answer(id.and_then(|id| io.get_socket(id)), &from, &text, ack);
        },
    );
}

fn answer(other: Option<SocketRef>, from: &str, text: &str, ack: AckSender) {
    match other {
        Some(other) => {
            other.emit("whispered", &(from, text)).ok();
            ack.send("whispered").ok();
        }
        None => {
            ack.send("no such name").ok();
        }
    }
}
