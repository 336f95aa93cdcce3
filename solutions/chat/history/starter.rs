//! Chat 1, for those who want more: a newcomer gets the last lines.
//!
//! The chat works, but somebody who connects later has missed what was said. Keep the last three texts. A client that
//! connects should hear `history` at once: one list with the kept texts, oldest first. If nothing was said yet, the list
//! is empty. Nobody else hears `history`.
//!
//! Try it: `cargo test -p history`.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

/// A chat. A newcomer should get the last lines.
pub fn server(io: &SocketIo) {
    // One list for the whole server. Each handler gets a clone of the `Arc`: that's a second handle on the same list.
    let lines = Arc::new(Mutex::new(VecDeque::<String>::new()));

    io.ns("/", async move |socket: SocketRef| {
        // A client has connected. Emit `history` to it, with the list.

        let _lines = Arc::clone(&lines);
        socket.on("chat message", async move |io: SocketIo, Data::<String>(text)| {
            // Keep the text. If there are more than three now, drop the oldest. (Delete the underscore of `_lines` when
            // you use it. `lines.lock().unwrap()` gives you the list: let go of it before the `.await`.)
            io.emit("chat message", &text).await.ok();
        });
    });
}
