//! Mistakes in `presence`, as code. `exercise.toml` says what each stands for.

use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::socket::{DisconnectReason, Sid};

/// The ids of the connected clients, in the order in which they connected.
type Here = Arc<Mutex<Vec<Sid>>>;

fn chat(socket: &SocketRef) {
    socket.on("chat message", async |io: SocketIo, Data::<String>(text)| {
        io.emit("chat message", &text).await.ok();
    });
}

fn add(here: &Here, socket: &SocketRef) {
    here.lock().unwrap().push(socket.id);
}

fn remove(here: &Here, socket: &SocketRef) {
    here.lock().unwrap().retain(|id| *id != socket.id);
}

fn who(socket: &SocketRef, here: &Here) {
    let list = Arc::clone(here);
    socket.on("who", async move |ack: AckSender| {
        ack.send(&*list.lock().unwrap()).ok();
    });
}

/// Takes the client out when it's disconnected, and tells the others.
fn leave(socket: &SocketRef, here: &Here) {
    let list = Arc::clone(here);
    socket.on_disconnect(async move |socket: SocketRef, reason: DisconnectReason| {
        remove(&list, &socket);
        tell(&socket, reason).await;
    });
}

async fn tell(socket: &SocketRef, reason: DisconnectReason) {
    let how = match reason {
        DisconnectReason::ClientNSDisconnect => "goodbye",
        DisconnectReason::HeartbeatTimeout => "silent",
        _ => "lost",
    };
    socket.broadcast().emit("left", &(socket.id, how)).await.ok();
}

/// Acknowledges with how many there are.
pub fn count(io: &SocketIo) {
    let here = Here::default();
    io.ns("/", async move |socket: SocketRef| {
        add(&here, &socket);
        chat(&socket);
        socket.on("who", async |io: SocketIo, ack: AckSender| {
            ack.send(&io.sockets().len()).ok();
        });
        leave(&socket, &here);
    });
}

/// Nobody is taken out of the list, and nobody is told.
pub fn keeps_the_dead(io: &SocketIo) {
    let here = Here::default();
    io.ns("/", async move |socket: SocketRef| {
        add(&here, &socket);
        chat(&socket);
        who(&socket, &here);
    });
}

/// The others are told, but nobody is taken out of the list.
pub fn only_told(io: &SocketIo) {
    let here = Here::default();
    io.ns("/", async move |socket: SocketRef| {
        add(&here, &socket);
        chat(&socket);
        who(&socket, &here);
        socket.on_disconnect(async |socket: SocketRef, reason: DisconnectReason| {
            tell(&socket, reason).await;
        });
    });
}

/// Only a client that says goodbye is taken out.
pub fn goodbye_only(io: &SocketIo) {
    let here = Here::default();
    io.ns("/", async move |socket: SocketRef| {
        add(&here, &socket);
        chat(&socket);
        who(&socket, &here);
        let list = Arc::clone(&here);
        socket.on_disconnect(async move |socket: SocketRef, reason: DisconnectReason| {
            if reason == DisconnectReason::ClientNSDisconnect {
                remove(&list, &socket);
                tell(&socket, reason).await;
            }
        });
    });
}

/// Waits for an event that the page should emit when it's closed.
pub fn own_goodbye_event(io: &SocketIo) {
    let here = Here::default();
    io.ns("/", async move |socket: SocketRef| {
        add(&here, &socket);
        chat(&socket);
        who(&socket, &here);
        let list = Arc::clone(&here);
        socket.on("bye", async move |socket: SocketRef| {
            remove(&list, &socket);
            tell(&socket, DisconnectReason::ClientNSDisconnect).await;
        });
    });
}

/// Emits the list, and sends no acknowledgement.
pub fn emit_not_ack(io: &SocketIo) {
    let here = Here::default();
    io.ns("/", async move |socket: SocketRef| {
        add(&here, &socket);
        chat(&socket);
        let list = Arc::clone(&here);
        socket.on("who", async move |socket: SocketRef| {
            socket.emit("who", &*list.lock().unwrap()).ok();
        });
        leave(&socket, &here);
    });
}

/// The list is right, but nobody is told who left.
pub fn nobody_is_told(io: &SocketIo) {
    let here = Here::default();
    io.ns("/", async move |socket: SocketRef| {
        add(&here, &socket);
        chat(&socket);
        who(&socket, &here);
        let list = Arc::clone(&here);
        socket.on_disconnect(async move |socket: SocketRef| remove(&list, &socket));
    });
}

/// One word for every reason.
pub fn one_word_for_all(io: &SocketIo) {
    let here = Here::default();
    io.ns("/", async move |socket: SocketRef| {
        add(&here, &socket);
        chat(&socket);
        who(&socket, &here);
        let list = Arc::clone(&here);
        socket.on_disconnect(async move |socket: SocketRef| {
            remove(&list, &socket);
            socket.broadcast().emit("left", &(socket.id, "goodbye")).await.ok();
        });
    });
}

/// Leaves out the client that asks.
pub fn without_oneself(io: &SocketIo) {
    let here = Here::default();
    io.ns("/", async move |socket: SocketRef| {
        add(&here, &socket);
        chat(&socket);
        let list = Arc::clone(&here);
        socket.on("who", async move |socket: SocketRef, ack: AckSender| {
            let others: Vec<_> = list.lock().unwrap().iter().copied().filter(|id| *id != socket.id).collect();
            ack.send(&others).ok();
        });
        leave(&socket, &here);
    });
}
