//! The solution of `chat`: a chat with names.

use std::sync::{Arc, Mutex};

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, Extension, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use socketioxide::socket::{DisconnectReason, Sid};

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
pub(super) struct Auth {
    pub(super) name: String,
}

// ANCHOR: solution
/// The name of the client behind a socket. It stays on the socket: `socket.extensions`.
#[derive(Clone)]
pub(super) struct Name(pub(super) String);

/// Who is here: a name and a socket's id each, in the order in which they connected.
pub(super) type Here = Arc<Mutex<Vec<(String, Sid)>>>;

/// A chat with names.
pub fn server(io: &SocketIo) {
    let here = Here::default();

    let list = Arc::clone(&here);
    let take_name = async move |socket: SocketRef, TryData(auth): TryData<Auth>| {
        let name = auth.map(|auth| auth.name.trim().to_owned()).unwrap_or_default();
        if name.is_empty() {
            return Err("no name");
        }
        // To look and to take is one piece: nobody comes between while the list is locked.
        let mut taken = list.lock().unwrap();
        if taken.iter().any(|(other, _)| same(other, &name)) {
            return Err("name taken");
        }
        taken.push((name.clone(), socket.id));
        // Give it back, however the client leaves. Here, and not later: a client can leave at any moment.
        give_back(&socket, &list);
        socket.extensions.insert(Name(name));
        Ok(())
    };

    let connected = async move |socket: SocketRef, Extension(Name(name)): Extension<Name>| {
        talk(&socket);
        ask(&socket, &here);
        socket.broadcast().emit("joined", &name).await.ok();
    };

    io.ns("/", connected.with(take_name));
}

/// Whether two names are the same to people.
pub(super) fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

/// Frees the name when the client has left, and tells the others.
pub(super) fn give_back(socket: &SocketRef, here: &Here) {
    let list = Arc::clone(here);
    socket.on_disconnect(
        async move |socket: SocketRef, Extension(Name(name)): Extension<Name>, reason: DisconnectReason| {
            list.lock().unwrap().retain(|(_, id)| *id != socket.id);
            socket.broadcast().emit("left", &(name, how(reason))).await.ok();
        },
    );
}

/// What a client tells all the others.
pub(super) fn talk(socket: &SocketRef) {
    socket.on(
        "say",
        async |socket: SocketRef, Extension(Name(name)): Extension<Name>, Data::<String>(text)| {
            socket.broadcast().emit("said", &(name, text)).await.ok();
        },
    );
    socket.on("typing", async |socket: SocketRef, Extension(Name(name)): Extension<Name>| {
        socket.broadcast().emit("typing", &name).await.ok();
    });
}

/// What a client wants an acknowledgement of.
pub(super) fn ask(socket: &SocketRef, here: &Here) {
    let list = Arc::clone(here);
    socket.on("who", async move |ack: AckSender| {
        let names: Vec<_> = list.lock().unwrap().iter().map(|(name, _)| name.clone()).collect();
        ack.send(&names).ok();
    });

    let list = Arc::clone(here);
    socket.on(
        "whisper",
        async move |io: SocketIo,
                    ack: AckSender,
                    Extension(Name(from)): Extension<Name>,
                    Data::<(String, String)>((to, text))| {
            let id = list.lock().unwrap().iter().find(|(name, _)| same(name, &to)).map(|(_, id)| *id);
            let Some(other) = id.and_then(|id| io.get_socket(id)) else {
                ack.send("no such name").ok();
                return;
            };
            other.emit("whispered", &(from, text)).ok();
            ack.send("whispered").ok();
        },
    );
}
// ANCHOR_END: solution

/// How a client left, in a word for people.
pub(super) fn how(reason: DisconnectReason) -> &'static str {
    match reason {
        DisconnectReason::ClientNSDisconnect => "goodbye",
        DisconnectReason::HeartbeatTimeout => "silent",
        _ => "lost",
    }
}
