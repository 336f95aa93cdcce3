//! Scenes of this crate's own: every kind of step, whatever the exercises happen to need today.

use std::time::Duration;

use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use socketioxide::socket::DisconnectReason;
use stage::{Payload, Scene};
use tracing::info;

/// A scene of this crate's own, and the server it is played over.
pub struct Own {
    /// The scene.
    pub scene: Scene,
    /// The server.
    pub server: fn(&SocketIo),
}

/// The scenes of this crate's own.
pub fn own_scenes() -> Vec<Own> {
    let scenes = [words(), places(), times()].into_iter().flatten();
    scenes.map(|scene| Own { scene, server }).collect()
}

/// What is said, and answered.
fn words() -> Vec<Scene> {
    vec![
        Scene::new("words", "Events of every shape")
            .enter(["ada", "bob"])
            .emit("ada", "echo", ())
            .emit("ada", "echo", "ça va? 👍 \"quoted\"")
            .emit("ada", "echo", "42")
            .emit("ada", "echo", [json!(1), json!({ "b": [true, null], "a": "x" }), json!("")])
            .emit("ada", "bare", ())
            .emit("ada", "message", "by the name of message")
            .emit("ada", "echo", Value::from("long ".repeat(20_000)))
            .emit("bob", "everyone", "ada's id is no name"),
        Scene::new("bytes", "Bytes are carried too").enter(["ada", "bob"]).emit(
            "ada",
            "bytes",
            Payload::binary([0, 1, 0xff]),
        ),
        Scene::new("answers", "Answers to a client")
            .enter(["ada", "bob"])
            .ask("ada", "ask", "hi")
            .ask("ada", "ask-nothing", ())
            .ask("ada", "no-such-event", "hi")
            .ask("bob", "ask", json!({ "a": 1 })),
        Scene::new("asked", "The server asks, and is answered")
            .enter(["ada"])
            .emit("ada", "ask me", ())
            .answer("ada", "here I am"),
    ]
}

/// Namespaces, comings and goings.
fn places() -> Vec<Scene> {
    vec![
        Scene::new("namespaces", "One is let in, one is refused and tries again")
            .enter(["ada", "bob"])
            .enter_with("ada", "/admin", json!({ "token": "sesame" }))
            .enter_with("bob", "/admin", json!({ "token": "please" }))
            .emit_in("ada", "/admin", "echo", "inside")
            .emit("bob", "everyone", "still here")
            .enter_with("bob", "/admin", json!({ "token": "sesame" }))
            .emit_in("bob", "/admin", "everyone", "inside too")
            .ask_in("bob", "/admin", "ask", "and answered")
            .disconnect_from("ada", "/admin")
            .emit_in("bob", "/admin", "everyone", "gone?")
            .emit("ada", "everyone", "not from here")
            .disconnect("ada")
            .emit("bob", "everyone", "now?"),
        Scene::new("refused", "Nobody speaks where one is not")
            .enter(["ada"])
            .enter_ns("ada", "/admin")
            .emit_in("ada", "/admin", "echo", "let me in"),
        Scene::new("put-out", "The server puts one out, who comes back")
            .enter(["ada", "bob"])
            .emit("ada", "put me out", ())
            .emit("bob", "everyone", "where is ada?")
            .enter(["ada"])
            .emit("bob", "everyone", "there she is"),
        Scene::new("lost", "A lost connection, and a new one")
            .enter(["ada", "bob"])
            .lose("ada")
            .emit("bob", "everyone", "ada?")
            .enter(["ada"])
            .emit("ada", "everyone", "back"),
    ]
}

/// What takes its time, and what goes wrong.
fn times() -> Vec<Scene> {
    vec![
        Scene::new("silent", "One falls silent, hears on, and is declared gone")
            .enter(["ada", "bob", "cyd"])
            .enter_with("bob", "/admin", json!({ "token": "sesame" }))
            .fall_silent("bob")
            .emit("ada", "everyone", "bob?")
            .emit("bob", "everyone", "I speak, but give no sign of life")
            .wait(45)
            .emit("ada", "everyone", "bob?")
            .enter(["bob"])
            .emit("bob", "everyone", "back"),
        Scene::new("late", "Handlers that take their time")
            .enter(["ada", "bob"])
            .emit("ada", "later", "50")
            .emit("ada", "blocking", "50")
            .emit("ada", "several", ()),
        Scene::new("skipped", "What the handler cannot take is skipped, and noted; so is a panic")
            .enter(["ada"])
            .emit("ada", "everyone", json!(3))
            .emit("ada", "panic", ())
            .emit("ada", "echo", "still there"),
        Scene::new("odd-name", "An event whose name means something to a client").enter(["ada"]).emit(
            "ada",
            "close",
            (),
        ),
        Scene::new("quiet", "Nothing happens for a while").enter(["ada"]).wait(60).emit("ada", "echo", "hi"),
    ]
}

fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        info!("{} connected", socket.id);
        on_each(&socket);
        socket.on("put me out", async |socket: SocketRef| {
            socket.disconnect().ok();
        });
        socket.on_disconnect(async |socket: SocketRef, reason: DisconnectReason| {
            info!(%reason, "{} left", socket.id);
            socket.broadcast().emit("left", &socket.id).await.ok();
        });
    });
    let guarded = async |socket: SocketRef| on_each(&socket);
    io.ns("/admin", guarded.with(with_token));
}

async fn with_token(TryData(auth): TryData<Value>) -> Result<(), &'static str> {
    match auth {
        Ok(auth) if auth["token"] == "sesame" => Ok(()),
        _ => Err("wrong or no \"token\""),
    }
}

fn on_each(socket: &SocketRef) {
    socket.on("echo", async |socket: SocketRef, Data::<Vec<Value>>(args)| {
        socket.emit("echo", &args).ok();
    });
    socket.on("bare", async |socket: SocketRef| {
        socket.emit("bare", &[(); 0]).ok();
    });
    socket.on("message", async |socket: SocketRef, Data::<String>(text)| {
        socket.emit("message", &text).ok();
    });
    socket.on("everyone", async |socket: SocketRef, io: SocketIo, Data::<String>(text)| {
        let everyone = io.of(socket.ns()).expect("its own namespace");
        everyone.emit("said", &(socket.id, text)).await.ok();
    });
    socket.on("bytes", async |io: SocketIo, Data::<bytes::Bytes>(bytes)| {
        io.emit("bytes", &bytes).await.ok();
    });
    socket.on("ask", async |Data::<Value>(value), ack: AckSender| {
        ack.send(&("heard", value)).ok();
    });
    socket.on("ask-nothing", async |ack: AckSender| {
        ack.send(&[(); 0]).ok();
    });
    socket.on("ask me", async |socket: SocketRef| {
        let Ok(answer) = socket.emit_with_ack::<_, Value>("are you there?", "ada") else { return };
        let answer = answer.await.ok();
        socket.emit("you said", &answer).ok();
    });
    socket.on("later", async |io: SocketIo, Data::<String>(ms)| {
        tokio::time::sleep(Duration::from_millis(ms.parse().unwrap_or_default())).await;
        io.emit("later", &ms).await.ok();
    });
    socket.on("blocking", async |io: SocketIo, Data::<String>(ms)| {
        let pause = Duration::from_millis(ms.parse().unwrap_or_default());
        tokio::task::spawn_blocking(move || std::thread::sleep(pause)).await.ok();
        io.emit("blocked", &ms).await.ok();
    });
    socket.on("several", async |socket: SocketRef, io: SocketIo| {
        for number in 0..50 {
            socket.emit("number", &number).ok();
            io.emit("number for all", &number).await.ok();
        }
    });
    socket.on("panic", async || panic!("as asked"));
}
