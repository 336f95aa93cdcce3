//! The solution of `presence`: the clients know who is there, and how the others left.

use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::socket::{DisconnectReason, Sid};
use tracing::info;

/// A chat whose clients can ask who is there, and hear who leaves.
pub fn server(io: &SocketIo) {
    // In the order in which they connected. `io.sockets()` has no order.
    let here = Arc::new(Mutex::new(Vec::<Sid>::new()));

    // ANCHOR: solution
    io.ns("/", async move |socket: SocketRef| {
        info!("{} connected", socket.id);
        here.lock().unwrap().push(socket.id);

        socket.on("chat message", async |socket: SocketRef, io: SocketIo, Data::<String>(text)| {
            info!("{} said {text:?}", socket.id);
            io.emit("chat message", &text).await.ok();
        });

        let list = Arc::clone(&here);
        socket.on("who", async move |ack: AckSender| {
            ack.send(&*list.lock().unwrap()).ok();
        });

        // It runs for every socket, however the client left.
        let list = Arc::clone(&here);
        socket.on_disconnect(async move |socket: SocketRef, reason: DisconnectReason| {
            info!("{} disconnected ({reason:?})", socket.id);
            list.lock().unwrap().retain(|id| *id != socket.id);
            socket.broadcast().emit("left", &(socket.id, how(reason))).await.ok();
        });
    });
    // ANCHOR_END: solution
}

/// How a client left, in a word for people.
fn how(reason: DisconnectReason) -> &'static str {
    match reason {
        DisconnectReason::ClientNSDisconnect => "goodbye",
        DisconnectReason::HeartbeatTimeout => "silent",
        _ => "lost",
    }
}
