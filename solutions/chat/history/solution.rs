//! The solution of `history`: a newcomer gets the last lines.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

/// How many texts are kept.
const KEPT: usize = 3;

/// A chat that keeps its last lines for newcomers.
pub fn server(io: &SocketIo) {
    let lines = Arc::new(Mutex::new(VecDeque::new()));

    // ANCHOR: solution
    io.ns("/", async move |socket: SocketRef| {
        socket.emit("history", &*lines.lock().unwrap()).ok();

        let lines = Arc::clone(&lines);
        socket.on("chat message", async move |io: SocketIo, Data::<String>(text)| {
            keep(&mut lines.lock().unwrap(), &text);
            // The lock is released by now: a handler that waits must not keep the others waiting.
            io.emit("chat message", &text).await.ok();
        });
    });
    // ANCHOR_END: solution
}

/// Adds a text, and drops the oldest if there are too many.
fn keep(lines: &mut VecDeque<String>, text: &str) {
    lines.push_back(text.to_owned());
    if lines.len() > KEPT {
        lines.pop_front();
    }
}
