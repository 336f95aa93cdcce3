//! Mistakes in `history`, as code. `exercise.toml` says what each stands for.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

const KEPT: usize = 3;

type Lines = Arc<Mutex<VecDeque<String>>>;

/// A chat that calls `greet` when a client connects and `keep` for each text.
fn chat(io: &SocketIo, greet: fn(&SocketRef, &Lines), keep: fn(&mut VecDeque<String>, &str)) {
    let lines = Lines::default();
    io.ns("/", async move |socket: SocketRef| {
        greet(&socket, &lines);
        let lines = Arc::clone(&lines);
        socket.on("chat message", async move |io: SocketIo, Data::<String>(text)| {
            keep(&mut lines.lock().unwrap(), &text);
            io.emit("chat message", &text).await.ok();
        });
    });
}

fn emit_history(socket: &SocketRef, lines: &Lines) {
    socket.emit("history", &*lines.lock().unwrap()).ok();
}

fn keep_last(lines: &mut VecDeque<String>, text: &str) {
    lines.push_back(text.to_owned());
    if lines.len() > KEPT {
        lines.pop_front();
    }
}

/// Every client hears the history when somebody connects.
pub fn to_everyone(io: &SocketIo) {
    let lines = Lines::default();
    io.ns("/", async move |socket: SocketRef, io: SocketIo| {
        let kept = lines.lock().unwrap().clone();
        io.emit("history", &kept).await.ok();
        let lines = Arc::clone(&lines);
        socket.on("chat message", async move |io: SocketIo, Data::<String>(text)| {
            keep_last(&mut lines.lock().unwrap(), &text);
            io.emit("chat message", &text).await.ok();
        });
    });
}

/// The list runs backwards.
pub fn newest_first(io: &SocketIo) {
    chat(io, emit_history, |lines, text| {
        lines.push_front(text.to_owned());
        lines.truncate(KEPT);
    });
}

/// No line is ever dropped.
pub fn keeps_all(io: &SocketIo) {
    chat(io, emit_history, |lines, text| lines.push_back(text.to_owned()));
}

/// When the list is full, new lines are ignored.
pub fn keeps_the_first(io: &SocketIo) {
    chat(io, emit_history, |lines, text| {
        if lines.len() < KEPT {
            lines.push_back(text.to_owned());
        }
    });
}

/// Each kept line is an event.
pub fn line_by_line(io: &SocketIo) {
    let greet = |socket: &SocketRef, lines: &Lines| {
        for text in &*lines.lock().unwrap() {
            socket.emit("chat message", text).ok();
        }
    };
    chat(io, greet, keep_last);
}

/// The history is sent when the client asks for it.
pub fn on_request(io: &SocketIo) {
    let greet = |socket: &SocketRef, lines: &Lines| {
        let lines = Arc::clone(lines);
        socket.on("history", async move |socket: SocketRef| emit_history(&socket, &lines));
    };
    chat(io, greet, keep_last);
}

/// Each client has a list of its own.
pub fn list_for_each_client(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        let lines = Arc::new(Mutex::new(VecDeque::new()));
        emit_history(&socket, &lines);
        socket.on("chat message", async move |io: SocketIo, Data::<String>(text)| {
            keep_last(&mut lines.lock().unwrap(), &text);
            io.emit("chat message", &text).await.ok();
        });
    });
}

/// The list stays empty.
pub fn nothing_kept(io: &SocketIo) {
    chat(io, emit_history, |_, _| {});
}

/// Nothing is sent while the list is empty.
pub fn only_if_any(io: &SocketIo) {
    let greet = |socket: &SocketRef, lines: &Lines| {
        if !lines.lock().unwrap().is_empty() {
            emit_history(socket, lines);
        }
    };
    chat(io, greet, keep_last);
}

/// The one who speaks hears the history.
pub fn with_each_text(io: &SocketIo) {
    let lines = Lines::default();
    io.ns("/", async move |socket: SocketRef| {
        socket.on("chat message", async move |io: SocketIo, socket: SocketRef, Data::<String>(text)| {
            keep_last(&mut lines.lock().unwrap(), &text);
            io.emit("chat message", &text).await.ok();
            emit_history(&socket, &lines);
        });
    });
}
