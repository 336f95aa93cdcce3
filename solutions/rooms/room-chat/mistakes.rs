//! Mistakes in `room-chat`, as code. `exercise.toml` says what each stands for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, Extension, SocketRef};

use super::solution::{Auth, History, Name, gone, is_member, join, leave, tell, typing, who};

const OPEN: [&str; 2] = ["rust", "music"];

/// The server with every handler of the solution, and those over them that `change` registers. The last one counts.
fn with(io: &SocketIo, change: impl Fn(&SocketRef, &History) + Send + Sync + Clone + 'static) {
    let history = History::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(auth)| {
        socket.extensions.insert(Name(auth.name));
        join(&socket, history.clone());
        tell(&socket, history.clone());
        typing(&socket);
        leave(&socket);
        gone(&socket);
        who(&socket);
        change(&socket, &history);
    });
}

/// The whole room hears of the one that joins.
pub fn joiner_hears(io: &SocketIo) {
    with(io, |socket, history| {
        let history = history.clone();
        socket.on(
            "join",
            async move |socket: SocketRef,
                        io: SocketIo,
                        Extension(Name(name)): Extension<Name>,
                        Data::<String>(room),
                        ack: AckSender| {
                if !OPEN.contains(&room.as_str()) {
                    ack.send("no such room").ok();
                    return;
                }
                if !is_member(&socket, &room) {
                    socket.join(room.clone());
                    let lines = history.of(&room);
                    if !lines.is_empty() {
                        socket.emit("history", &(&room, &lines)).ok();
                    }
                    io.to(room.clone()).emit("joined", &(&name, &room)).await.ok();
                }
                ack.send("joined").ok();
            },
        );
    });
}

/// Asks whether the client is new when it's in the room already: nobody ever is.
pub fn joins_in_silence(io: &SocketIo) {
    with(io, |socket, history| {
        let history = history.clone();
        socket.on(
            "join",
            async move |socket: SocketRef,
                        Extension(Name(name)): Extension<Name>,
                        Data::<String>(room),
                        ack: AckSender| {
                if !OPEN.contains(&room.as_str()) {
                    ack.send("no such room").ok();
                    return;
                }
                socket.join(room.clone());
                if !is_member(&socket, &room) {
                    let lines = history.of(&room);
                    if !lines.is_empty() {
                        socket.emit("history", &(&room, &lines)).ok();
                    }
                    socket.to(room.clone()).emit("joined", &(&name, &room)).await.ok();
                }
                ack.send("joined").ok();
            },
        );
    });
}

/// Joining again is told, too.
pub fn every_join_is_news(io: &SocketIo) {
    with(io, |socket, history| {
        let history = history.clone();
        socket.on(
            "join",
            async move |socket: SocketRef,
                        Extension(Name(name)): Extension<Name>,
                        Data::<String>(room),
                        ack: AckSender| {
                if !OPEN.contains(&room.as_str()) {
                    ack.send("no such room").ok();
                    return;
                }
                let lines = history.of(&room);
                if !lines.is_empty() && !is_member(&socket, &room) {
                    socket.emit("history", &(&room, &lines)).ok();
                }
                socket.join(room.clone());
                socket.to(room.clone()).emit("joined", &(&name, &room)).await.ok();
                ack.send("joined").ok();
            },
        );
    });
}

/// Whoever tells is heard.
pub fn anyone_tells(io: &SocketIo) {
    with(io, |socket, history| {
        let history = history.clone();
        socket.on(
            "tell",
            async move |socket: SocketRef,
                        Extension(Name(name)): Extension<Name>,
                        Data::<(String, String)>((room, text)),
                        ack: AckSender| {
                history.add(&room, &name, &text);
                socket.to(room.clone()).emit("told", &(&name, &room, &text)).await.ok();
                ack.send("told").ok();
            },
        );
    });
}

/// Whoever types is seen.
pub fn anyone_types(io: &SocketIo) {
    with(io, |socket, _| {
        socket.on(
            "typing",
            async |socket: SocketRef, Extension(Name(name)): Extension<Name>, Data::<String>(room)| {
                socket.to(room.clone()).emit("typing", &(&name, &room)).await.ok();
            },
        );
    });
}

/// Nobody is told of those who vanish.
pub fn only_polite(io: &SocketIo) {
    with(io, |socket, _| socket.on_disconnect(async || {}));
}

/// Leaves all rooms when it should leave one.
pub fn leaves_all(io: &SocketIo) {
    with(io, |socket, _| {
        socket.on(
            "leave",
            async |socket: SocketRef,
                   Extension(Name(name)): Extension<Name>,
                   Data::<String>(room),
                   ack: AckSender| {
                if is_member(&socket, &room) {
                    socket.leave_all();
                    socket.to(room.clone()).emit("left", &(&name, &room)).await.ok();
                    ack.send("left").ok();
                } else {
                    ack.send("not a member").ok();
                }
            },
        );
    });
}

/// Keeps a roster of its own. Whoever is disconnected stays on it.
pub fn own_list(io: &SocketIo) {
    let rosters: Arc<Mutex<HashMap<String, Vec<String>>>> = Arc::default();
    with(io, move |socket, history| {
        let (history, list) = (history.clone(), Arc::clone(&rosters));
        socket.on(
            "join",
            async move |socket: SocketRef,
                        Extension(Name(name)): Extension<Name>,
                        Data::<String>(room),
                        ack: AckSender| {
                if !OPEN.contains(&room.as_str()) {
                    ack.send("no such room").ok();
                    return;
                }
                if !is_member(&socket, &room) {
                    socket.join(room.clone());
                    list.lock().unwrap().entry(room.clone()).or_default().push(name.clone());
                    let lines = history.of(&room);
                    if !lines.is_empty() {
                        socket.emit("history", &(&room, &lines)).ok();
                    }
                    socket.to(room.clone()).emit("joined", &(&name, &room)).await.ok();
                }
                ack.send("joined").ok();
            },
        );
        let list = Arc::clone(&rosters);
        socket.on(
            "leave",
            async move |socket: SocketRef,
                        Extension(Name(name)): Extension<Name>,
                        Data::<String>(room),
                        ack: AckSender| {
                if is_member(&socket, &room) {
                    socket.leave(room.clone());
                    list.lock().unwrap().entry(room.clone()).or_default().retain(|other| *other != name);
                    socket.to(room.clone()).emit("left", &(&name, &room)).await.ok();
                    ack.send("left").ok();
                } else {
                    ack.send("not a member").ok();
                }
            },
        );
        let list = Arc::clone(&rosters);
        socket.on("who", async move |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if is_member(&socket, &room) {
                let mut names = list.lock().unwrap().get(&room).cloned().unwrap_or_default();
                names.sort();
                ack.send(&names).ok();
            } else {
                ack.send("not a member").ok();
            }
        });
    });
}

/// Everyone who is connected is on every roster.
pub fn everyone_here(io: &SocketIo) {
    with(io, |socket, _| {
        socket.on("who", async |socket: SocketRef, io: SocketIo, Data::<String>(room), ack: AckSender| {
            if is_member(&socket, &room) {
                let all = io.sockets();
                let names = all.iter().filter_map(|member| member.extensions.get::<Name>());
                let mut names: Vec<_> = names.map(|Name(name)| name).collect();
                names.sort();
                ack.send(&names).ok();
            } else {
                ack.send("not a member").ok();
            }
        });
    });
}

/// Texts, with the names of those who told them, under a key.
type Kept = Arc<Mutex<HashMap<String, Vec<(String, String)>>>>;

/// `join` and `tell` with a store that is filled and read as they say.
fn with_store(io: &SocketIo, key: impl Fn(&str) -> String + Send + Sync + Copy + 'static, limit: usize) {
    let kept = Kept::default();
    with(io, move |socket, _| {
        let store = Arc::clone(&kept);
        socket.on(
            "join",
            async move |socket: SocketRef,
                        Extension(Name(name)): Extension<Name>,
                        Data::<String>(room),
                        ack: AckSender| {
                if !OPEN.contains(&room.as_str()) {
                    ack.send("no such room").ok();
                    return;
                }
                if !is_member(&socket, &room) {
                    socket.join(room.clone());
                    let lines = store.lock().unwrap().get(&key(&room)).cloned();
                    if let Some(lines) = lines {
                        socket.emit("history", &(&room, &lines)).ok();
                    }
                    socket.to(room.clone()).emit("joined", &(&name, &room)).await.ok();
                }
                ack.send("joined").ok();
            },
        );
        let store = Arc::clone(&kept);
        socket.on(
            "tell",
            async move |socket: SocketRef,
                        Extension(Name(name)): Extension<Name>,
                        Data::<(String, String)>((room, text)),
                        ack: AckSender| {
                if is_member(&socket, &room) {
                    {
                        let mut store = store.lock().unwrap();
                        let lines = store.entry(key(&room)).or_default();
                        lines.push((name.clone(), text.clone()));
                        if lines.len() > limit {
                            lines.remove(0);
                        }
                    }
                    socket.to(room.clone()).emit("told", &(&name, &room, &text)).await.ok();
                    ack.send("told").ok();
                } else {
                    ack.send("not a member").ok();
                }
            },
        );
    });
}

/// Nothing is ever forgotten.
pub fn no_limit(io: &SocketIo) {
    with_store(io, str::to_owned, usize::MAX);
}

/// All rooms have one history.
pub fn one_history(io: &SocketIo) {
    with_store(io, |_| String::new(), 3);
}

/// Whoever joins again gets the history again.
pub fn history_again(io: &SocketIo) {
    with(io, |socket, history| {
        let history = history.clone();
        socket.on(
            "join",
            async move |socket: SocketRef,
                        Extension(Name(name)): Extension<Name>,
                        Data::<String>(room),
                        ack: AckSender| {
                if !OPEN.contains(&room.as_str()) {
                    ack.send("no such room").ok();
                    return;
                }
                let is_new = !is_member(&socket, &room);
                socket.join(room.clone());
                let lines = history.of(&room);
                if !lines.is_empty() {
                    socket.emit("history", &(&room, &lines)).ok();
                }
                if is_new {
                    socket.to(room.clone()).emit("joined", &(&name, &room)).await.ok();
                }
                ack.send("joined").ok();
            },
        );
    });
}
