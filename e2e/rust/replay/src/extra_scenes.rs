//! Scenes for this crate only: every kind of step, whatever the exercises need today.

use std::time::Duration;

use harness::Server;
use scenario::{Payload, Scene};
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use socketioxide::socket::DisconnectReason;
use tracing::info;

/// A scene that belongs to no exercise, and the server it is played over.
pub struct ExtraScene {
    /// The scene.
    pub scene: Scene,
    /// The server.
    pub server: Server,
}

/// The scenes that belong to no exercise.
pub fn extra_scenes() -> Vec<ExtraScene> {
    let scenes = [events(), connections(), timing()].into_iter().flatten();
    scenes.map(|scene| ExtraScene { scene, server: Server::new(server) }).collect()
}

/// Events and acknowledgements.
fn events() -> Vec<Scene> {
    vec![
        Scene::new("payloads", "Events of every shape")
            .connect(["ada", "bob"])
            .emit("ada", "echo", ())
            .emit("ada", "echo", "ça va? 👍 \"quoted\"")
            .emit("ada", "echo", "42")
            .emit("ada", "echo", [json!(1), json!({ "b": [true, null], "a": "x" }), json!("")])
            .emit("ada", "bare", ())
            .emit("ada", "message", "by the name of message")
            .emit("ada", "echo", Value::from("long ".repeat(20_000)))
            .emit("bob", "everyone", "ada's id is no name"),
        Scene::new("binary", "An event that carries bytes").connect(["ada", "bob"]).emit(
            "ada",
            "bytes",
            Payload::binary([0, 1, 0xff]),
        ),
        Scene::new("server-acks", "The server acknowledges")
            .connect(["ada", "bob"])
            .emit_with_ack("ada", "ask", "hi")
            .emit_with_ack("ada", "ask-nothing", ())
            .emit_with_ack("ada", "no-such-event", "hi")
            .emit_with_ack("bob", "ask", json!({ "a": 1 })),
        Scene::new("client-acks", "A client acknowledges")
            .connect(["ada"])
            .emit("ada", "ask me", ())
            .acknowledge("ada", "here I am"),
    ]
}

/// Who connects to what, and how each connection ends.
fn connections() -> Vec<Scene> {
    vec![
        Scene::new("namespaces", "Ada is connected; Bob is refused and tries again")
            .connect(["ada", "bob"])
            .connect_with("ada", "/admin", json!({ "token": "sesame" }))
            .connect_with("bob", "/admin", json!({ "token": "please" }))
            .emit_in("ada", "/admin", "echo", "inside")
            .emit("bob", "everyone", "still here")
            .connect_with("bob", "/admin", json!({ "token": "sesame" }))
            .emit_in("bob", "/admin", "everyone", "inside too")
            .emit_with_ack_in("bob", "/admin", "ask", "and acknowledged")
            .disconnect_from("ada", "/admin")
            .emit_in("bob", "/admin", "everyone", "ada?")
            .emit("ada", "everyone", "not from here")
            .disconnect("ada")
            .emit("bob", "everyone", "now?"),
        Scene::new("refused", "A refused client sends nothing where it was refused")
            .connect(["ada"])
            .connect_to("ada", "/admin")
            .emit_in("ada", "/admin", "echo", "let me in")
            .emit_with_ack_in("ada", "/admin", "ask", "may I?")
            .connect_with("ada", "/admin", json!({ "token": "sesame" }))
            .connect_with("ada", "/admin", json!({ "token": "please" }))
            .emit_in("ada", "/admin", "echo", "thank you"),
        Scene::new("disconnected", "The server disconnects Ada, and she connects again")
            .connect(["ada", "bob"])
            .emit("ada", "disconnect me", ())
            .emit("bob", "everyone", "where is ada?")
            .emit("ada", "everyone", "I can't tell you")
            .connect(["ada"])
            .emit("bob", "everyone", "there she is"),
        Scene::new("dropped", "Ada's connection drops, and she connects again")
            .connect(["ada", "bob"])
            .drop_connection("ada")
            .emit("bob", "everyone", "ada?")
            .connect(["ada"])
            .emit("ada", "everyone", "back"),
        Scene::new("closed", "Ada closes her connection without a goodbye, and connects again")
            .connect(["ada", "bob"])
            .close_connection("ada")
            .emit("bob", "everyone", "ada?")
            .connect(["ada"])
            .emit("ada", "everyone", "back"),
        Scene::new("together", "Three do something at the same moment")
            .connect(["ada", "bob", "cyd"])
            .together(
                Scene::new("", "")
                    .emit("ada", "everyone", "one")
                    .emit("bob", "everyone", "two")
                    .emit_with_ack("cyd", "ask", "three"),
            )
            .together(Scene::new("", "").emit("ada", "everyone", "bye").close_connection("bob"))
            .emit("cyd", "everyone", "bob?"),
    ]
}

/// What takes time, and what goes wrong.
fn timing() -> Vec<Scene> {
    vec![
        Scene::new("no-route", "A monitor asks for what isn't there").connect(["ada"]).request("/health"),
        Scene::new("no-pongs", "Bob stops his pongs, still hears, and is disconnected")
            .connect(["ada", "bob", "cyd"])
            .connect_with("bob", "/admin", json!({ "token": "sesame" }))
            .stop_pongs("bob")
            .emit("ada", "everyone", "bob?")
            .emit("bob", "everyone", "I emit, but I don't answer pings")
            .wait(45)
            .emit("ada", "everyone", "bob?")
            .connect(["bob"])
            .emit("bob", "everyone", "back"),
        Scene::new("cut-off", "Bob is cut off, connects again, and his first connection is given up")
            .connect(["ada", "bob"])
            .cut_off("bob")
            .emit("ada", "everyone", "bob?")
            .connect(["bob"])
            .emit("bob", "everyone", "back")
            .wait(45)
            .emit("ada", "everyone", "welcome"),
        Scene::new("slow", "Handlers that take their time")
            .connect(["ada", "bob"])
            .emit("ada", "later", "50")
            .emit("ada", "blocking", "50")
            .emit("ada", "several", ()),
        Scene::new("skipped", "A handler is skipped, another panics, and both are recorded")
            .connect(["ada"])
            .emit("ada", "everyone", json!(3))
            .emit("ada", "panic", ())
            .emit("ada", "echo", "still there"),
        Scene::new("reserved-name", "An event whose name is special to rust_socketio").connect(["ada"]).emit(
            "ada",
            "close",
            (),
        ),
        Scene::new("quiet", "Nothing happens for a while")
            .connect(["ada"])
            .wait(60)
            .emit("ada", "echo", "hi"),
    ]
}

fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        info!("{} connected", socket.id);
        add_handlers(&socket);
        socket.on("disconnect me", async |socket: SocketRef| {
            socket.disconnect().ok();
        });
        socket.on_disconnect(async |socket: SocketRef, reason: DisconnectReason| {
            info!(%reason, "{} left", socket.id);
            socket.broadcast().emit("left", &socket.id).await.ok();
        });
    });
    let guarded = async |socket: SocketRef| add_handlers(&socket);
    io.ns("/admin", guarded.with(check_token));
}

async fn check_token(TryData(auth): TryData<Value>) -> Result<(), &'static str> {
    match auth {
        Ok(auth) if auth["token"] == "sesame" => Ok(()),
        _ => Err("wrong or no \"token\""),
    }
}

fn add_handlers(socket: &SocketRef) {
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
        let Ok(ack) = socket.emit_with_ack::<_, Value>("are you there?", "ada") else { return };
        let ack = ack.await.ok();
        socket.emit("you said", &ack).ok();
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
