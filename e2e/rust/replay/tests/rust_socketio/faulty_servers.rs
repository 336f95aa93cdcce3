//! Servers that lie: a check that finds no fault must be seen to find one.

use catalogue::Server as Handlers;
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use stage::Scene;
use tracing::info;

/// A server that promises one thing and does another.
pub(crate) struct Lie {
    pub(crate) name: &'static str,
    pub(crate) scene: Scene,
    pub(crate) promised: Handlers,
    pub(crate) played: Handlers,
    /// How it is told of.
    pub(crate) difference: &'static str,
}

pub(crate) fn all() -> Vec<Lie> {
    let scene = Scene::new("s", "s").enter(["ada", "bob"]).emit("ada", "say", "hi");
    let lie =
        |name, promised, played, difference| Lie { name, scene: scene.clone(), promised, played, difference };
    vec![
        lie(
            "one who hears too much is caught",
            others,
            everyone,
            "step 3, ada emits say \"hi\":\n\
             \x20 - ada hears nothing   (expected, and not seen)\n\
             \x20 + ada hears said \"hi\"   (seen, and not expected)\n\
             \x20   bob hears said \"hi\"\n",
        ),
        lie(
            "one who hears too little is caught",
            everyone,
            others,
            "step 3, ada emits say \"hi\":\n\
             \x20 - ada hears said \"hi\"   (expected, and not seen)\n\
             \x20 + ada hears nothing   (seen, and not expected)\n\
             \x20   bob hears said \"hi\"\n",
        ),
        lie(
            "one who hears something else is caught",
            everyone,
            twice_as_loud,
            "step 3, ada emits say \"hi\":\n\
             \x20 - ada hears said \"hi\"   (expected, and not seen)\n\
             \x20 - bob hears said \"hi\"   (expected, and not seen)\n\
             \x20 + ada hears said \"HI\"   (seen, and not expected)\n\
             \x20 + bob hears said \"HI\"   (seen, and not expected)\n",
        ),
        lie(
            "a server that logs something else is caught",
            others,
            others_logged,
            "step 3, ada emits say \"hi\":\n\
             \x20 + server logs: hi   (seen, and not expected)\n\
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

fn others_logged(io: &SocketIo) {
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

fn twice_as_loud(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |io: SocketIo, Data::<String>(text)| {
            io.emit("said", &text.to_uppercase()).await.ok();
        });
    });
}
