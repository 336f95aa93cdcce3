//! Mistakes in `admin`, as code. `exercise.toml` says what each stands for.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::handler::ConnectHandler;

use super::solution::{Name, User, only_admins};

/// What is right in most of the mistakes: the chat …
async fn root(socket: SocketRef, Data(User { name }): Data<User>) {
    socket.join(name.clone());
    socket.extensions.insert(Name(name));
    socket.on("say", say);
}

async fn say(socket: SocketRef, Data(text): Data<String>) {
    socket.broadcast().emit("said", &text).await.ok();
}

/// … and the three handlers.
async fn announce(io: SocketIo, Data(text): Data<String>) {
    io.emit("announced", &text).await.ok();
}

async fn who(io: SocketIo, ack: AckSender) {
    let names: BTreeSet<String> = names(&io.sockets()).into_iter().collect();
    ack.send(&names).ok();
}

async fn kick(io: SocketIo, Data(name): Data<String>, ack: AckSender) {
    let clients = io.within(name).sockets();
    ack.send(reply(clients.is_empty())).ok();
    for client in clients {
        client.disconnect().ok();
    }
}

fn names(sockets: &[SocketRef]) -> Vec<String> {
    sockets.iter().filter_map(|socket| socket.extensions.get::<Name>()).map(|Name(name)| name).collect()
}

fn reply(nobody: bool) -> &'static str {
    if nobody { "nobody of that name" } else { "disconnected" }
}

/// Emits in the wrong namespace.
pub fn announces_in_admin(io: &SocketIo) {
    io.ns("/", root);
    let admin = async |socket: SocketRef| {
        socket.on("announce", async |socket: SocketRef, Data(text): Data<String>| {
            socket.broadcast().emit("announced", &text).await.ok();
        });
        socket.on("who", who);
        socket.on("kick", kick);
    };
    io.ns("/admin", admin.with(only_admins));
}

/// Emits in both namespaces.
pub fn announces_in_both(io: &SocketIo) {
    io.ns("/", root);
    let admin = async |socket: SocketRef| {
        socket.on("announce", async |io: SocketIo, Data(text): Data<String>| {
            io.emit("announced", &text).await.ok();
            if let Some(admin) = io.of("/admin") {
                admin.emit("announced", &text).await.ok();
            }
        });
        socket.on("who", who);
        socket.on("kick", kick);
    };
    io.ns("/admin", admin.with(only_admins));
}

/// Looks for names on the sockets in `/admin`.
pub fn lists_admins(io: &SocketIo) {
    io.ns("/", root);
    let admin = async |socket: SocketRef| {
        socket.on("announce", announce);
        socket.on("who", async |io: SocketIo, ack: AckSender| {
            let sockets = io.of("/admin").map_or(Vec::new(), |admin| admin.sockets());
            ack.send(&names(&sockets)).ok();
        });
        socket.on("kick", kick);
    };
    io.ns("/admin", admin.with(only_admins));
}

/// A name for each client.
pub fn each_client(io: &SocketIo) {
    io.ns("/", root);
    let admin = async |socket: SocketRef| {
        socket.on("announce", announce);
        socket.on("who", async |io: SocketIo, ack: AckSender| {
            let mut names = names(&io.sockets());
            names.sort();
            ack.send(&names).ok();
        });
        socket.on("kick", kick);
    };
    io.ns("/admin", admin.with(only_admins));
}

/// Names are added to a list, and never removed.
pub fn never_removed(io: &SocketIo) {
    let users = Arc::new(Mutex::new(BTreeSet::new()));
    let kept = Arc::clone(&users);
    io.ns("/", async move |socket: SocketRef, Data(User { name }): Data<User>| {
        socket.join(name.clone());
        kept.lock().unwrap().insert(name);
        socket.on("say", say);
    });
    let admin = async move |socket: SocketRef| {
        socket.on("announce", announce);
        socket.on("who", async move |ack: AckSender| {
            ack.send(&*users.lock().unwrap()).ok();
        });
        socket.on("kick", kick);
    };
    io.ns("/admin", admin.with(only_admins));
}

/// A name is removed when the first of its clients leaves.
pub fn forgets_devices(io: &SocketIo) {
    let users = Arc::new(Mutex::new(BTreeSet::new()));
    let kept = Arc::clone(&users);
    io.ns("/", async move |socket: SocketRef, Data(User { name }): Data<User>| {
        socket.join(name.clone());
        kept.lock().unwrap().insert(name.clone());
        socket.on("say", say);
        socket.on_disconnect(async move || {
            kept.lock().unwrap().remove(&name);
        });
    });
    let admin = async move |socket: SocketRef| {
        socket.on("announce", announce);
        socket.on("who", async move |ack: AckSender| {
            ack.send(&*users.lock().unwrap()).ok();
        });
        socket.on("kick", kick);
    };
    io.ns("/admin", admin.with(only_admins));
}

/// One id for each name: that of the last client.
pub fn one_device(io: &SocketIo) {
    let ids = Arc::new(Mutex::new(HashMap::new()));
    let kept = Arc::clone(&ids);
    io.ns("/", async move |socket: SocketRef, Data(User { name }): Data<User>| {
        kept.lock().unwrap().insert(name.clone(), socket.id);
        socket.extensions.insert(Name(name));
        socket.on("say", say);
    });
    let admin = async move |socket: SocketRef| {
        socket.on("announce", announce);
        socket.on("who", who);
        socket.on("kick", async move |io: SocketIo, Data(name): Data<String>, ack: AckSender| {
            let id = ids.lock().unwrap().get(&name).copied();
            let client = id.and_then(|id| io.get_socket(id));
            ack.send(reply(client.is_none())).ok();
            if let Some(client) = client {
                client.disconnect().ok();
            }
        });
    };
    io.ns("/admin", admin.with(only_admins));
}

/// Everyone in `/` is disconnected.
pub fn kicks_everyone(io: &SocketIo) {
    io.ns("/", root);
    let admin = async |socket: SocketRef| {
        socket.on("announce", announce);
        socket.on("who", who);
        socket.on("kick", async |io: SocketIo, Data(name): Data<String>, ack: AckSender| {
            ack.send(reply(io.within(name).sockets().is_empty())).ok();
            io.disconnect().await.ok();
        });
    };
    io.ns("/admin", admin.with(only_admins));
}

/// The admin is disconnected.
pub fn kicks_the_admin(io: &SocketIo) {
    io.ns("/", root);
    let admin = async |socket: SocketRef| {
        socket.on("announce", announce);
        socket.on("who", who);
        socket.on(
            "kick",
            async |socket: SocketRef, io: SocketIo, Data(name): Data<String>, ack: AckSender| {
                let nobody = io.within(name).sockets().is_empty();
                ack.send(reply(nobody)).ok();
                if !nobody {
                    socket.disconnect().ok();
                }
            },
        );
    };
    io.ns("/admin", admin.with(only_admins));
}

/// Looks for the user in a room of `/admin`.
pub fn kicks_in_admin(io: &SocketIo) {
    io.ns("/", root);
    let admin = async |socket: SocketRef| {
        socket.on("announce", announce);
        socket.on("who", who);
        socket.on("kick", async |socket: SocketRef, Data(name): Data<String>, ack: AckSender| {
            let clients = socket.within(name).sockets();
            ack.send(reply(clients.is_empty())).ok();
            for client in clients {
                client.disconnect().ok();
            }
        });
    };
    io.ns("/admin", admin.with(only_admins));
}

/// The user leaves a room, and is still connected.
pub fn only_leaves(io: &SocketIo) {
    io.ns("/", root);
    let admin = async |socket: SocketRef| {
        socket.on("announce", announce);
        socket.on("who", who);
        socket.on("kick", async |io: SocketIo, Data(name): Data<String>, ack: AckSender| {
            ack.send(reply(io.within(name.clone()).sockets().is_empty())).ok();
            io.within(name.clone()).leave(name).await.ok();
        });
    };
    io.ns("/admin", admin.with(only_admins));
}

/// Acknowledges without looking.
pub fn always_disconnected(io: &SocketIo) {
    io.ns("/", root);
    let admin = async |socket: SocketRef| {
        socket.on("announce", announce);
        socket.on("who", who);
        socket.on("kick", async |io: SocketIo, Data(name): Data<String>, ack: AckSender| {
            io.within(name).disconnect().await.ok();
            ack.send("disconnected").ok();
        });
    };
    io.ns("/admin", admin.with(only_admins));
}
