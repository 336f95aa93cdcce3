//! Chat 2, for those who want more: who is there, and how did they leave?
//!
//! The server logs who connects and disconnects. Now let the clients know, too:
//! - A client emits `who` and asks for an acknowledgement. It gets one list: the ids of all connected clients, its own
//!   included, in the order in which they connected.
//! - When a client is disconnected, every other client hears `left` with two arguments: its id, and how. That's
//!   "goodbye" for `ClientNSDisconnect`, "silent" for `HeartbeatTimeout`, and "lost" for any other reason.
//!
//! An id is `socket.id`. The transcript shows whose it is: `ada's id`, and `ada's 2nd id` when she has connected again.
//!
//! Try it: `cargo test -p presence`.

use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use socketioxide::socket::{DisconnectReason, Sid};
use tracing::info;
// You will need this one:
// use socketioxide::extract::AckSender;

/// A chat whose log shows who is connected. Its clients should see it, too.
pub fn server(io: &SocketIo) {
    // One list for the whole server. Each handler gets a clone of the `Arc`: that's a second handle on the same list.
    let here = Arc::new(Mutex::new(Vec::<Sid>::new()));

    io.ns("/", async move |socket: SocketRef| {
        info!("{} connected", socket.id);
        // Add the id to the list: `here.lock().unwrap()` gives you the list.

        socket.on("chat message", async |socket: SocketRef, io: SocketIo, Data::<String>(text)| {
            info!("{} said {text:?}", socket.id);
            io.emit("chat message", &text).await.ok();
        });

        // Add a handler for `who` here: it acknowledges with the list.

        let _list = Arc::clone(&here);
        socket.on_disconnect(async move |socket: SocketRef, reason: DisconnectReason| {
            info!("{} disconnected ({reason:?})", socket.id);
            // Take the id out of `_list`, and tell the others who left, and how. (Delete the underscore.)
        });
    });
}
