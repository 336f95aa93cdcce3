//! The emit cheatsheet in Rust. The page shows what stands in the functions, and who hears it when `scene.toml` is played.
//! `node.mjs` has the same functions on Node.

// An entry is given all that any entry needs, and some emit at once.
#![allow(clippy::unused_async, clippy::needless_pass_by_value, clippy::similar_names)]

use std::time::Duration;

use futures_util::StreamExt;
use harness::Server;
use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use socketioxide::socket::Sid;

/// The entries by name, each as a server. On `go` it does what the entry says.
pub fn all() -> Vec<(&'static str, Server)> {
    macro_rules! list {
        ($($entry:ident)*) => { vec![$((stringify!($entry), server($entry))),*] };
    }
    list! {
        socket_emit several_arguments question question_timeout to_one io_to_id
        io_emit broadcast io_to io_within socket_to socket_within several_rooms except except_others socket_to_itself
        namespace namespace_room
        question_all question_room
        volatile compress io_local socket_local
    }
}

/// What a client sends when it connects.
#[derive(Deserialize)]
struct Auth {
    rooms: Vec<String>,
}

/// A server with two namespaces, in which the clients are in the rooms that they name. `entry` gets the client that emits
/// `go`, and Bob's id.
fn server<E, F>(entry: E) -> Server
where
    E: Fn(SocketIo, SocketRef, Sid) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    Server::new(move |io: &SocketIo| {
        let entry = entry.clone();
        io.ns("/", async move |socket: SocketRef, Data::<Auth>(auth)| {
            socket.join(auth.rooms);
            socket.on("go", async move |io: SocketIo, socket: SocketRef| {
                let bob = io.within("bob").sockets().first().map(|bob| bob.id);
                entry(io, socket, bob.expect("Bob is connected")).await;
            });
        });
        io.ns("/admin", async |socket: SocketRef, Data::<Auth>(auth)| socket.join(auth.rooms));
    })
}

async fn socket_emit(_io: SocketIo, socket: SocketRef, _bob: Sid) {
    socket.emit("news", "hi").ok();
}

async fn several_arguments(_io: SocketIo, socket: SocketRef, _bob: Sid) {
    socket.emit("news", &(1, "two", [3, 4])).ok();
}

async fn question(_io: SocketIo, socket: SocketRef, _bob: Sid) {
    let asked = socket.emit_with_ack::<_, String>("question", "ready?");
    let Ok(asked) = asked else { return };
    let _answer = asked.await;
}

async fn question_timeout(_io: SocketIo, socket: SocketRef, _bob: Sid) {
    let wait = Duration::from_secs(9);
    let asked = socket.timeout(wait).emit_with_ack::<_, String>("question", "ready?");
    let Ok(asked) = asked else { return };
    let _answer = asked.await;
}

async fn to_one(io: SocketIo, _socket: SocketRef, bob: Sid) {
    let Some(socket) = io.get_socket(bob) else { return };
    socket.emit("news", "hi").ok();
}

async fn io_to_id(io: SocketIo, _socket: SocketRef, bob: Sid) {
    io.to(bob.to_string()).emit("news", "hi").await.ok();
}

async fn io_emit(io: SocketIo, _socket: SocketRef, _bob: Sid) {
    io.emit("news", "hi").await.ok();
}

async fn broadcast(_io: SocketIo, socket: SocketRef, _bob: Sid) {
    socket.broadcast().emit("news", "hi").await.ok();
}

async fn io_to(io: SocketIo, _socket: SocketRef, _bob: Sid) {
    io.to("rust").emit("news", "hi").await.ok();
}

async fn io_within(io: SocketIo, _socket: SocketRef, _bob: Sid) {
    io.within("rust").emit("news", "hi").await.ok();
}

async fn socket_to(_io: SocketIo, socket: SocketRef, _bob: Sid) {
    socket.to("rust").emit("news", "hi").await.ok();
}

async fn socket_within(_io: SocketIo, socket: SocketRef, _bob: Sid) {
    socket.within("rust").emit("news", "hi").await.ok();
}

async fn several_rooms(_io: SocketIo, socket: SocketRef, _bob: Sid) {
    socket.to("rust").to(["music", "art"]).emit("news", "hi").await.ok();
}

async fn except(io: SocketIo, _socket: SocketRef, _bob: Sid) {
    io.to(["rust", "music"]).except("quiet").emit("news", "hi").await.ok();
}

async fn except_others(io: SocketIo, _socket: SocketRef, _bob: Sid) {
    io.except("rust").emit("news", "hi").await.ok();
}

async fn socket_to_itself(_io: SocketIo, socket: SocketRef, _bob: Sid) {
    socket.to(socket.id.to_string()).emit("news", "hi").await.ok();
}

async fn namespace(io: SocketIo, _socket: SocketRef, _bob: Sid) {
    let Some(admin) = io.of("/admin") else { return };
    admin.emit("news", "hi").await.ok();
}

async fn namespace_room(io: SocketIo, _socket: SocketRef, _bob: Sid) {
    let Some(admin) = io.of("/admin") else { return };
    admin.to("rust").emit("news", "hi").await.ok();
}

async fn question_all(io: SocketIo, _socket: SocketRef, _bob: Sid) {
    let wait = Duration::from_secs(9);
    let asked = io.timeout(wait).emit_with_ack::<_, String>("question", "ready?").await;
    let Ok(asked) = asked else { return };
    let _answers: Vec<_> = asked.collect().await;
}

async fn question_room(_io: SocketIo, socket: SocketRef, _bob: Sid) {
    let others = socket.timeout(Duration::from_secs(9)).to("rust").except("quiet");
    let asked = others.emit_with_ack::<_, String>("question", "ready?").await;
    let Ok(asked) = asked else { return };
    let _answers: Vec<_> = asked.collect().await;
}

async fn volatile(_io: SocketIo, socket: SocketRef, _bob: Sid) {
    socket.volatile().emit("news", "hi").ok();
}

async fn compress(_io: SocketIo, socket: SocketRef, _bob: Sid) {
    socket.emit("news", "hi").ok();
}

async fn io_local(io: SocketIo, _socket: SocketRef, _bob: Sid) {
    io.local().emit("news", "hi").await.ok();
}

async fn socket_local(_io: SocketIo, socket: SocketRef, _bob: Sid) {
    socket.local().emit("news", "hi").await.ok();
}
