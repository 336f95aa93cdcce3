//! Mistakes in `missed`, as code. `exercise.toml` says what each stands for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

use super::solution::Message;

const OPEN: [&str; 2] = ["rust", "music"];

const KEPT: usize = 3;

/// What each room was told.
type Rooms = Arc<Mutex<HashMap<String, Vec<Message>>>>;

/// Joins a socket to a room and tells it what it missed, or not.
type Join = fn(&SocketRef, &str, &[Message], AckSender);

/// Numbers a text and keeps it, or not.
type Keep = fn(&mut Vec<Message>, String) -> Message;

/// A server with these two parts.
fn chat(io: &SocketIo, join: Join, keep: Keep) {
    let rooms = Rooms::default();
    io.ns("/", async move |socket: SocketRef| {
        on_join(&socket, &rooms, join);
        on_tell(&socket, &rooms, keep);
    });
}

fn on_join(socket: &SocketRef, rooms: &Rooms, join: Join) {
    let rooms = Arc::clone(rooms);
    socket.on("join", async move |socket: SocketRef, Data::<String>(room), ack: AckSender| {
        if OPEN.contains(&room.as_str()) {
            let kept = rooms.lock().unwrap().get(&room).cloned().unwrap_or_default();
            join(&socket, &room, &kept, ack);
        } else {
            ack.send("no such room").ok();
        }
    });
}

fn on_tell(socket: &SocketRef, rooms: &Rooms, keep: Keep) {
    let rooms = Arc::clone(rooms);
    socket.on("tell", async move |io: SocketIo, Data::<(String, String)>((room, text))| {
        let message = keep(rooms.lock().unwrap().entry(room.clone()).or_default(), text);
        io.to(room).emit("told", &message).await.ok();
    });
}

fn is_member(socket: &SocketRef, room: &str) -> bool {
    socket.rooms().iter().any(|joined| joined == room)
}

/// The solution's way to join.
fn join_and_hear(socket: &SocketRef, room: &str, kept: &[Message], ack: AckSender) {
    if !is_member(socket, room) {
        socket.join(room.to_owned());
        for message in kept {
            socket.emit("told", message).ok();
        }
    }
    ack.send("joined").ok();
}

/// The solution's way to keep.
fn keep_last(messages: &mut Vec<Message>, text: String) -> Message {
    let message = numbered(messages, text);
    messages.push(message.clone());
    if messages.len() > KEPT {
        messages.remove(0);
    }
    message
}

fn numbered(messages: &[Message], text: String) -> Message {
    Message { number: messages.last().map_or(1, |last| last.number + 1), text }
}

/// Counts, and keeps nothing but the count.
pub fn nothing_kept(io: &SocketIo) {
    let counts = Arc::new(Mutex::new(HashMap::<String, u64>::new()));
    io.ns("/", async move |socket: SocketRef| {
        on_join(&socket, &Rooms::default(), join_and_hear);
        let counts = Arc::clone(&counts);
        socket.on("tell", async move |io: SocketIo, Data::<(String, String)>((room, text))| {
            let number = {
                let mut counts = counts.lock().unwrap();
                let count = counts.entry(room.clone()).or_default();
                *count += 1;
                *count
            };
            io.to(room).emit("told", &Message { number, text }).await.ok();
        });
    });
}

/// Keeps a message only if the emit fails. It never does.
pub fn keeps_failures(io: &SocketIo) {
    let rooms = Rooms::default();
    let counts = Arc::new(Mutex::new(HashMap::<String, u64>::new()));
    io.ns("/", async move |socket: SocketRef| {
        on_join(&socket, &rooms, join_and_hear);
        let (counts, rooms) = (Arc::clone(&counts), Arc::clone(&rooms));
        socket.on("tell", async move |io: SocketIo, Data::<(String, String)>((room, text))| {
            let number = {
                let mut counts = counts.lock().unwrap();
                let count = counts.entry(room.clone()).or_default();
                *count += 1;
                *count
            };
            let message = Message { number, text };
            if io.to(room.clone()).emit("told", &message).await.is_err() {
                rooms.lock().unwrap().entry(room).or_default().push(message);
            }
        });
    });
}

/// No message is ever dropped.
pub fn keeps_all(io: &SocketIo) {
    chat(io, join_and_hear, |messages, text| {
        let message = numbered(messages, text);
        messages.push(message.clone());
        message
    });
}

/// When three are kept, later ones aren't.
pub fn keeps_the_first(io: &SocketIo) {
    let counts = Arc::new(Mutex::new(HashMap::<String, u64>::new()));
    let rooms = Rooms::default();
    io.ns("/", async move |socket: SocketRef| {
        on_join(&socket, &rooms, join_and_hear);
        let (counts, rooms) = (Arc::clone(&counts), Arc::clone(&rooms));
        socket.on("tell", async move |io: SocketIo, Data::<(String, String)>((room, text))| {
            let message = {
                let mut counts = counts.lock().unwrap();
                let count = counts.entry(room.clone()).or_default();
                *count += 1;
                Message { number: *count, text }
            };
            {
                let mut rooms = rooms.lock().unwrap();
                let messages = rooms.entry(room.clone()).or_default();
                if messages.len() < KEPT {
                    messages.push(message.clone());
                }
            }
            io.to(room).emit("told", &message).await.ok();
        });
    });
}

/// The number is the place in the list, which never has more than three.
pub fn numbers_by_place(io: &SocketIo) {
    chat(io, join_and_hear, |messages, text| {
        let message = Message { number: messages.len() as u64 + 1, text };
        messages.push(message.clone());
        if messages.len() > KEPT {
            messages.remove(0);
        }
        message
    });
}

/// Those who join hear the kept texts with new numbers.
pub fn numbers_again(io: &SocketIo) {
    let join = |socket: &SocketRef, room: &str, kept: &[Message], ack: AckSender| {
        let again = |(number, it): (u64, &Message)| Message { number, text: it.text.clone() };
        let kept: Vec<_> = (1..).zip(kept).map(again).collect();
        join_and_hear(socket, room, &kept, ack);
    };
    chat(io, join, keep_last);
}

/// One count for all rooms.
pub fn one_count(io: &SocketIo) {
    let rooms = Rooms::default();
    let count = Arc::new(Mutex::new(0));
    io.ns("/", async move |socket: SocketRef| {
        on_join(&socket, &rooms, join_and_hear);
        let (count, rooms) = (Arc::clone(&count), Arc::clone(&rooms));
        socket.on("tell", async move |io: SocketIo, Data::<(String, String)>((room, text))| {
            let message = {
                let mut count = count.lock().unwrap();
                *count += 1;
                let message = Message { number: *count, text };
                let mut rooms = rooms.lock().unwrap();
                let messages = rooms.entry(room.clone()).or_default();
                messages.push(message.clone());
                if messages.len() > KEPT {
                    messages.remove(0);
                }
                message
            };
            io.to(room).emit("told", &message).await.ok();
        });
    });
}

/// One list for all rooms.
pub fn one_list(io: &SocketIo) {
    let all = Arc::new(Mutex::new(Vec::<Message>::new()));
    io.ns("/", async move |socket: SocketRef| {
        let kept = Arc::clone(&all);
        socket.on("join", async move |socket: SocketRef, Data::<String>(room), ack: AckSender| {
            if OPEN.contains(&room.as_str()) {
                join_and_hear(&socket, &room, &kept.lock().unwrap(), ack);
            } else {
                ack.send("no such room").ok();
            }
        });
        let kept = Arc::clone(&all);
        socket.on("tell", async move |io: SocketIo, Data::<(String, String)>((room, text))| {
            let message = keep_last(&mut kept.lock().unwrap(), text);
            io.to(room).emit("told", &message).await.ok();
        });
    });
}

/// Those in the room hear the kept messages whenever somebody joins.
pub fn to_the_room(io: &SocketIo) {
    let rooms = Rooms::default();
    io.ns("/", async move |socket: SocketRef| {
        on_tell(&socket, &rooms, keep_last);
        let rooms = Arc::clone(&rooms);
        socket.on(
            "join",
            async move |io: SocketIo, socket: SocketRef, Data::<String>(room), ack: AckSender| {
                if !OPEN.contains(&room.as_str()) {
                    ack.send("no such room").ok();
                    return;
                }
                if !is_member(&socket, &room) {
                    socket.join(room.clone());
                    let kept = rooms.lock().unwrap().get(&room).cloned().unwrap_or_default();
                    for message in kept {
                        io.to(room.clone()).emit("told", &message).await.ok();
                    }
                }
                ack.send("joined").ok();
            },
        );
    });
}

/// The newest comes first.
pub fn newest_first(io: &SocketIo) {
    let join = |socket: &SocketRef, room: &str, kept: &[Message], ack: AckSender| {
        let kept: Vec<_> = kept.iter().rev().cloned().collect();
        join_and_hear(socket, room, &kept, ack);
    };
    chat(io, join, keep_last);
}

/// Those who are in the room already hear it all again.
pub fn again(io: &SocketIo) {
    let join = |socket: &SocketRef, room: &str, kept: &[Message], ack: AckSender| {
        socket.join(room.to_owned());
        for message in kept {
            socket.emit("told", message).ok();
        }
        ack.send("joined").ok();
    };
    chat(io, join, keep_last);
}

/// The kept messages come as one list.
pub fn as_a_list(io: &SocketIo) {
    let join = |socket: &SocketRef, room: &str, kept: &[Message], ack: AckSender| {
        if !is_member(socket, room) {
            socket.join(room.to_owned());
            socket.emit("told", &[kept]).ok();
        }
        ack.send("joined").ok();
    };
    chat(io, join, keep_last);
}

/// The acknowledgement comes before the kept messages.
pub fn acknowledges_first(io: &SocketIo) {
    let join = |socket: &SocketRef, room: &str, kept: &[Message], ack: AckSender| {
        ack.send("joined").ok();
        if !is_member(socket, room) {
            socket.join(room.to_owned());
            for message in kept {
                socket.emit("told", message).ok();
            }
        }
    };
    chat(io, join, keep_last);
}
