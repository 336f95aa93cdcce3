//! What nearly every server uses, compiled here once. socketioxide is generic all through: what no library has asked for is
//! compiled with each exercise, at each save. rustc takes a generic function from a library that has it already. `nodes` does the
//! same for servers with an adapter.

use serde_json::Value;
use socketioxide::SocketIo;
use socketioxide::adapter::{Adapter, LocalAdapter};
use socketioxide::extract::{AckSender, Data, SocketRef};

/// What is compiled. Nobody calls it.
#[used]
static COMPILED: fn(&SocketIo) = |io| io.ns("/", on_connect::<LocalAdapter>);

/// The handlers of a server that uses most of what there is.
pub async fn on_connect<A: Adapter>(socket: SocketRef<A>) {
    socket.on(
        "say",
        async |socket: SocketRef<A>, io: SocketIo<A>, Data::<String>(text), ack: AckSender<A>| {
            socket.join(text.clone());
            socket.leave(text.clone());
            socket.emit("said", &text).ok();
            socket.broadcast().emit("said", &text).await.ok();
            socket.to(text.clone()).emit("said", &text).await.ok();
            socket.within(text.clone()).emit("said", &text).await.ok();
            io.emit("said", &text).await.ok();
            ack.send(&text).ok();
        },
    );
    socket.on("any", async |Data::<Value>(value), ack: AckSender<A>| {
        ack.send(&value).ok();
    });
    socket.on_disconnect(async |socket: SocketRef<A>| {
        socket.broadcast().emit("gone", "").await.ok();
    });
}
