//! Servers that do something else than they should: a check that finds no difference must be seen to find one.

use harness::Server;
use scenario::Scene;
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use tracing::info;

/// A server that differs from another one.
pub(crate) struct FaultyServer {
    pub(crate) name: &'static str,
    pub(crate) scene: Scene,
    /// What comes of the scene over this one is expected.
    pub(crate) expected: Server,
    /// And this one is played.
    pub(crate) faulty: Server,
    /// The message that should come of it.
    pub(crate) message: &'static str,
}

pub(crate) fn all() -> Vec<FaultyServer> {
    let scene = Scene::new("s", "s").connect(["ada", "bob"]).emit("ada", "say", "hi");
    let faulty_server = |name, expected, faulty, message| FaultyServer {
        name,
        scene: scene.clone(),
        expected,
        faulty,
        message,
    };
    vec![
        faulty_server(
            "a client that hears too much is noticed",
            Server::new(others),
            Server::new(everyone),
            "step 3, ada emits say \"hi\":\n\
             \x20 - ada hears nothing   (expected, but it didn't happen)\n\
             \x20 + ada hears said \"hi\"   (it happened, but wasn't expected)\n\
             \x20   bob hears said \"hi\"\n",
        ),
        faulty_server(
            "a client that hears too little is noticed",
            Server::new(everyone),
            Server::new(others),
            "step 3, ada emits say \"hi\":\n\
             \x20 - ada hears said \"hi\"   (expected, but it didn't happen)\n\
             \x20 + ada hears nothing   (it happened, but wasn't expected)\n\
             \x20   bob hears said \"hi\"\n",
        ),
        faulty_server(
            "a client that hears something else is noticed",
            Server::new(everyone),
            Server::new(upper_case),
            "step 3, ada emits say \"hi\":\n\
             \x20 - ada hears said \"hi\"   (expected, but it didn't happen)\n\
             \x20 + ada hears said \"HI\"   (it happened, but wasn't expected)\n\
             \x20 - bob hears said \"hi\"   (expected, but it didn't happen)\n\
             \x20 + bob hears said \"HI\"   (it happened, but wasn't expected)\n",
        ),
        faulty_server(
            "a server that logs something else is noticed",
            Server::new(others),
            Server::new(others_and_log),
            "step 3, ada emits say \"hi\":\n\
             \x20 + server logs: hi   (it happened, but wasn't expected)\n\
             \x20   ada hears nothing\n\
             \x20   bob hears said \"hi\"\n",
        ),
    ]
}

fn others(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.broadcast().emit("said", &text).await.ok();
        });
    });
}

fn others_and_log(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            info!("{text}");
            socket.broadcast().emit("said", &text).await.ok();
        });
    });
}

fn everyone(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |io: SocketIo, Data::<String>(text)| {
            io.emit("said", &text).await.ok();
        });
    });
}

fn upper_case(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |io: SocketIo, Data::<String>(text)| {
            io.emit("said", &text.to_uppercase()).await.ok();
        });
    });
}
