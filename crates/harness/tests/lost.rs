//! Messages that are lost, servers that crash, and clients that come back with what they remember.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use harness::{Server, play};
use scenario::{OnTheWay, Scene, Transcript};
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// Each `put` is counted and acknowledged with its number, and everyone hears it. Who connects with a number gets an event
/// with it at once.
fn counter(io: &SocketIo) {
    let count = Arc::new(AtomicUsize::new(0));
    io.ns("/", async move |socket: SocketRef, Data::<Value>(auth)| {
        socket.on("put", async move |io: SocketIo, Data::<String>(text), ack: AckSender| {
            let id = count.fetch_add(1, Ordering::Relaxed) + 1;
            io.emit("message", &json!({ "id": id, "text": text })).await.ok();
            ack.send(&id).ok();
        });
        socket.on("ask", async |socket: SocketRef| {
            let Ok(waiting) = socket.timeout(Duration::from_secs(5)).emit_with_ack::<_, Value>("job", "dig")
            else {
                return;
            };
            let done = waiting.await.is_ok();
            socket.broadcast().emit("job done", &done).await.ok();
        });
        socket.on_disconnect(async |io: SocketIo| {
            io.emit("left", &()).await.ok();
        });
        if !auth["seen"].is_null() {
            socket.emit("you have seen", &auth["seen"]).ok();
        }
    });
}

#[track_caller]
fn lines(scene: &Scene) -> Vec<String> {
    transcript(scene, &Server::new(counter)).lines()
}

#[track_caller]
fn transcript(scene: &Scene, server: &Server) -> Transcript {
    let first = play(scene, server).unwrap();
    assert_eq!(first.error, None, "{first}");
    let second = play(scene, server).unwrap();
    assert_eq!(first, second, "two plays differ");
    first
}

fn scene() -> Scene {
    Scene::new("x", "x").connect(["ada", "bob"])
}

#[test]
fn an_event_to_a_client_is_lost_and_so_is_its_connection() {
    let scene = scene().lose_next("bob", OnTheWay::EventToClient).emit_with_ack("ada", "put", "hi");
    assert_eq!(
        lines(&scene.connect(["bob"]).emit("bob", "ask", ()))[3..],
        [
            "bob is about to lose the next event that comes, and the connection with it",
            "  ada hears nothing",
            "  bob hears nothing",
            r#"ada emits put "hi" with ack"#,
            r#"  ada hears message {"id":1,"text":"hi"}"#,
            "  ada gets the ack of put: 1",
            "  ada hears left null",
            r#"  bob loses message {"id":1,"text":"hi"} on the way from the server"#,
            "bob connects",
            "  ada hears nothing",
            "  bob is connected",
            "bob emits ask",
            "  ada hears nothing",
            r#"  bob hears job "dig" with ack"#,
        ][..]
    );
}

/// What comes of the step of that number, counted from 0.
#[track_caller]
fn step(scene: &Scene, server: &Server, number: usize) -> Vec<String> {
    transcript(scene, server).steps[number].lines()
}

#[test]
fn an_event_to_the_server_is_lost_before_the_server_hears_of_it() {
    let scene = scene().lose_next("bob", OnTheWay::EventToServer).emit_with_ack("bob", "put", "hi");
    let server = Server::new(counter);
    assert_eq!(
        step(&scene, &server, 2),
        ["ada hears left null", r#"bob loses put "hi" on the way to the server"#]
    );
    // The next one is the first that is counted.
    let again = scene.connect(["bob"]).emit_with_ack("bob", "put", "hi");
    assert_eq!(step(&again, &server, 4)[0], r#"ada hears message {"id":1,"text":"hi"}"#);
}

#[test]
fn an_acknowledgement_is_lost_after_the_server_has_got_the_event() {
    let scene = scene().lose_next("bob", OnTheWay::AckToClient).emit_with_ack("bob", "put", "hi");
    let server = Server::new(counter);
    let heard = r#"hears message {"id":1,"text":"hi"}"#;
    assert_eq!(
        step(&scene, &server, 2),
        [
            format!("ada {heard}"),
            "ada hears left null".to_owned(),
            format!("bob {heard}"),
            "bob loses the ack of put (1) on the way from the server".to_owned()
        ]
    );
    let frames = transcript(&scene, &server).steps[2].clients[1].frames.clone();
    let lost: Vec<_> = frames.iter().filter(|frame| frame.lost).map(|frame| frame.text.as_str()).collect();
    assert_eq!(lost, ["430[1]"]);
}

#[test]
fn an_acknowledgement_to_the_server_is_lost_after_the_client_has_got_the_event() {
    let scene =
        scene().lose_next("bob", OnTheWay::AckToServer).emit("bob", "ask", ()).acknowledge("bob", "done");
    let server = Server::new(counter);
    assert_eq!(step(&scene, &server, 2), ["ada hears nothing", r#"bob hears job "dig" with ack"#]);
    assert_eq!(
        step(&scene, &server, 3),
        ["ada hears left null", r#"bob loses the ack of job ("done") on the way to the server"#]
    );
    // The server waits for it as long as it waits for any.
    assert_eq!(step(&scene.wait(5), &server, 4), ["ada hears job done false"]);
}

#[test]
fn only_the_next_message_of_that_kind_is_lost() {
    let scene = scene().lose_next("bob", OnTheWay::AckToClient).emit("ada", "put", "hi");
    let scene = scene.connect(["bob"]).emit_with_ack("ada", "put", "hi").emit_with_ack("bob", "put", "ho");
    let transcript = transcript(&scene, &Server::new(counter));
    // Nothing is lost until then: he is still connected, and hears.
    assert_eq!(transcript.steps[3].lines()[1], "bob is already connected to /: nothing is sent");
    let heard =
        |number: usize| transcript.steps[number].lines().iter().any(|line| line.starts_with("bob hears"));
    assert!(heard(4));
    let lost = "bob loses the ack of put (3) on the way from the server";
    assert_eq!(transcript.steps[5].lines().last().unwrap(), lost);
}

#[test]
fn a_server_that_is_started_again_has_forgotten_all() {
    let scene = scene()
        .emit_with_ack("ada", "put", "hi")
        .restart()
        .connect(["ada"])
        .emit_with_ack("ada", "put", "ho");
    let server = Server::new(counter);
    let closed = "loses the connection: the server closes it";
    assert_eq!(step(&scene, &server, 2), [format!("ada {closed}"), format!("bob {closed}")]);
    assert_eq!(step(&scene, &server, 4)[1], "ada gets the ack of put: 1", "counted from the beginning");
}

#[test]
fn a_client_connects_with_what_it_remembers() {
    let seen = |scene: Scene| scene.connect_with("bob", "/", json!({ "seen": "{last message.id}" }));
    let scene =
        scene().emit_with_ack("ada", "put", "hi").emit_with_ack("ada", "put", "ho").drop_connection("bob");
    let transcript = transcript(&seen(scene), &Server::new(counter));
    let last = transcript.steps.last().unwrap();
    assert_eq!(last.step.to_string(), r#"bob connects with {"seen":2}"#);
    assert_eq!(last.lines()[1..], ["bob is connected", "bob hears you have seen 2"]);
    let scene = seen(Scene::new("x", "x").connect(["ada"]));
    let first = step(&scene, &Server::new(counter), 1);
    assert_eq!(first, ["ada hears nothing", "bob is connected"], "he has heard nothing yet");
}

/// Keeps each text in a file, in two parts with a pause between, and acknowledges before or after.
fn keeper(io: &SocketIo, folder: &Path, acknowledges_first: bool) {
    let file = folder.join("texts");
    let kept = fs::read_to_string(&file).unwrap_or_default();
    io.ns("/", async move |socket: SocketRef| {
        socket.emit("kept", &kept).ok();
        socket.on("put", async move |Data::<String>(text), ack: AckSender| {
            if acknowledges_first {
                ack.send("ok").ok();
                tokio::time::sleep(Duration::from_millis(5)).await;
                append(&file, &text);
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
            append(&file, &text);
            ack.send("ok").ok();
        });
    });
}

fn append(file: &Path, text: &str) {
    let kept = fs::read_to_string(file).unwrap_or_default();
    fs::write(file, format!("{kept}{text};")).unwrap();
    tracing::info!("kept {text}");
}

#[test]
fn what_is_written_outlives_a_crash_and_what_is_not_does_not() {
    let scene = Scene::new("x", "x").connect(["ada"]).emit_with_ack("ada", "put", "one");
    let scene =
        scene.crash_at_next("ada", OnTheWay::AckToClient).emit_with_ack("ada", "put", "two").connect(["ada"]);
    let crashed = [
        "server crashes and is started again",
        "ada loses the ack of put (\"ok\") on the way from the server",
    ];
    // What a server does after its crash is told as little as it's kept.
    for (acknowledges_first, kept, log) in
        [(false, "one;two;", vec!["server logs: kept two"]), (true, "one;", vec![])]
    {
        let server = Server::new(move |io: &SocketIo, folder: &Path| keeper(io, folder, acknowledges_first));
        assert_eq!(step(&scene, &server, 3), [&log[..], &crashed].concat());
        assert_eq!(
            step(&scene, &server, 4),
            ["ada is connected".to_owned(), format!("ada hears kept {kept:?}")]
        );
    }
}

#[test]
fn a_server_that_cannot_start_again_says_so() {
    let server = Server::new(|_: &SocketIo, folder: &Path| {
        let file = folder.join("started");
        assert!(!file.exists(), "it was started before");
        fs::write(file, "").unwrap();
    });
    let transcript = play(&Scene::new("x", "x").wait(1).restart().wait(1), &server).unwrap();
    assert_eq!(transcript.steps.len(), 2);
    let error = transcript.error_sentence().unwrap();
    assert!(error.contains("it was started before"), "{error}");
}

#[test]
fn a_server_that_keeps_timers_going_is_ended_with_them() {
    let server = Server::new(|io: &SocketIo| {
        let io = io.clone();
        io.ns("/", async |_: SocketRef| {});
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(7)).await;
                io.emit("tick", &()).await.ok();
            }
        });
    });
    let scene = Scene::new("x", "x").connect(["ada"]).restart().connect(["ada"]).wait(15);
    let ticks = step(&scene, &server, 3);
    assert_eq!(
        ticks,
        ["ada hears tick null", "ada hears tick null"],
        "only the one that was started last ticks"
    );
}

#[test]
fn a_server_that_is_ended_says_nothing_more() {
    let server = Server::new(|io: &SocketIo| {
        io.ns("/", async |socket: SocketRef| {
            socket.on_disconnect(async || tracing::info!("somebody left"));
        });
    });
    let scene = Scene::new("x", "x").connect(["ada", "bob"]).drop_connection("bob").restart();
    assert_eq!(step(&scene, &server, 1)[0], "server logs: somebody left");
    assert_eq!(step(&scene, &server, 2), ["ada loses the connection: the server closes it"]);
}
