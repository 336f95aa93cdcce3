//! Everything that can happen in a scene, played over small servers.

use std::fs;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use harness::{Options, Server, play, play_with};
use scenario::{Direction, LogEvent, LogSpan, Payload, Scene, ServerEvent, Step};
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use tokio::time::sleep;

/// The middleware of `/inner`.
async fn only_with_please(TryData(word): TryData<Value>) -> Result<(), String> {
    word.ok().filter(|word| word["word"] == "please").map(drop).ok_or_else(|| "say \"please\"".to_owned())
}

/// A server that can do a bit of everything.
fn everything(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, io: SocketIo, Data::<Value>(what)| {
            tracing::info!(%what, "{} speaks", socket.id);
            io.emit("said", &what).await.ok();
        });
        socket.on("id", async |socket: SocketRef, ack: AckSender| {
            ack.send(&json!({ "id": socket.id, "ids": [socket.id] })).ok();
        });
        socket.on("roster", async |io: SocketIo, ack: AckSender| {
            let roster: serde_json::Map<_, _> =
                io.sockets().iter().map(|socket| (socket.id.to_string(), json!(socket.id))).collect();
            ack.send(&roster).ok();
        });
        socket.on("ask me", async |socket: SocketRef| {
            let ack = socket.emit_with_ack::<_, String>("question", "how are you?").unwrap().await;
            socket.emit("you said", &format!("{ack:?}")).ok();
        });
        socket.on("later", async |socket: SocketRef| {
            sleep(Duration::from_secs(3)).await;
            socket.emit("now", &()).ok();
        });
        socket.on("file", async |socket: SocketRef, Data::<Bytes>(bytes)| {
            socket.emit("got", &(bytes.len(), bytes)).ok();
        });
        socket.on("disconnect me", async |socket: SocketRef| {
            socket.disconnect().ok();
        });
        socket.on("panic", async || panic!("at the disco"));
    });
    let inner = async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data::<Value>(what)| {
            socket.within("nobody").emit("said", &what).await.ok();
            socket.emit("said", &what).ok();
        });
    };
    io.ns("/inner", inner.with(only_with_please));
}

fn text_of(scene: &Scene) -> String {
    play(scene, &Server::new(everything)).expect("the scene can be played").to_string()
}

fn scene() -> Scene {
    Scene::new("test", "a test")
}

#[test]
fn without_its_frames_a_transcript_says_the_same() {
    let scene = Scene::new("some-leave", "Two of three leave")
        .connect(["ada", "bob", "cyd"])
        .emit("ada", "say", json!(["hi"]))
        .disconnect("bob")
        .drop_connection("cyd")
        .wait(60);
    let server = Server::new(everything);
    let mut with = play(&scene, &server).unwrap();
    let without = play_with(&scene, &server, Options { frames: false, ..Options::default() }).unwrap();
    let frames = |it: &scenario::Transcript| {
        it.steps.iter().flat_map(|step| &step.clients).map(|client| client.frames.len()).sum::<usize>()
    };
    assert!(frames(&with) > 10 && frames(&without) == 0);
    with.steps.iter_mut().flat_map(|step| &mut step.clients).for_each(|client| client.frames.clear());
    assert_eq!(without, with);
    let bob = without.steps[2].clients.iter().find(|client| client.client == "bob");
    assert!(bob.is_some_and(|bob| bob.left), "the one who leaves isn't told of: {:?}", without.steps[2]);
}

#[test]
fn events_acks_and_logs_are_recorded_in_order() {
    let scene = scene()
        .connect(["bob", "ada"])
        .emit("ada", "say", "hi")
        .emit_with_ack("bob", "id", ())
        .emit("ada", "ask me", ())
        .acknowledge("ada", "fine")
        .emit("bob", "ask me", ())
        .wait(6);
    insta::assert_snapshot!(text_of(&scene), @r#"
    bob and ada connect
      bob is connected
      ada is connected
    ada emits say "hi"
      server logs: ada's id speaks what="hi"
      bob hears said "hi"
      ada hears said "hi"
    bob emits id with ack
      bob gets the ack of id: {"id":"bob's id","ids":["bob's id"]}
      ada hears nothing
    ada emits ask me
      bob hears nothing
      ada hears question "how are you?" with ack
    ada acknowledges with "fine"
      bob hears nothing
      ada hears you said "Ok(\"fine\")"
    bob emits ask me
      bob hears question "how are you?" with ack
      ada hears nothing
    6 seconds pass
      bob hears you said "Err(Timeout)"
      ada hears nothing
    "#);
}

#[test]
fn namespace_middleware_can_refuse() {
    let scene = scene()
        .connect(["ada"])
        .connect_to("ada", "/inner")
        .connect_with("ada", "/inner", json!({ "word": "please" }))
        .emit_in("ada", "/inner", "say", "hi")
        .disconnect_from("ada", "/inner")
        .emit("ada", "say", "still here")
        .connect_to("ada", "/nowhere");
    insta::assert_snapshot!(text_of(&scene), @r#"
    ada connects
      ada is connected
    ada connects to /inner
      ada is refused by /inner: "say \"please\""
    ada connects to /inner with {"word":"please"}
      ada is connected to /inner
    ada emits say "hi" in /inner
      ada hears said "hi" in /inner
    ada disconnects from /inner
      ada hears nothing
    ada emits say "still here"
      server logs: ada's id speaks what="still here"
      ada hears said "still here"
    ada connects to /nowhere
      ada is refused by /nowhere: "Invalid namespace"
    "#);
}

#[test]
fn clients_can_reconnect_after_each_kind_of_disconnect() {
    let scene = scene()
        .connect(["ada", "bob", "cyd", "dan"])
        .disconnect("ada")
        .drop_connection("bob")
        .stop_pongs("cyd")
        .emit("dan", "disconnect me", ())
        .wait(45)
        .connect(["cyd", "dan", "ada"])
        .emit_with_ack("cyd", "id", ());
    insta::assert_snapshot!(text_of(&scene), @r#"
    ada, bob, cyd and dan connect
      ada is connected
      bob is connected
      cyd is connected
      dan is connected
    ada disconnects
      bob hears nothing
      cyd hears nothing
      dan hears nothing
    bob loses the connection
      cyd hears nothing
      dan hears nothing
    cyd stops answering pings
      cyd hears nothing
      dan hears nothing
    dan emits disconnect me
      cyd hears nothing
      dan is disconnected by the server
    45 seconds pass
      cyd loses the connection: the server closes it
      dan hears nothing
    cyd, dan and ada connect
      ada is connected
      cyd is connected
      dan is connected
    cyd emits id with ack
      ada hears nothing
      cyd gets the ack of id: {"id":"cyd's 2nd id","ids":["cyd's 2nd id"]}
      dan hears nothing
    "#);
}

#[test]
fn an_event_that_comes_late_is_recorded_in_its_step() {
    let scene = scene().connect(["ada"]).emit("ada", "later", ()).wait(2).wait(1);
    insta::assert_snapshot!(text_of(&scene), @"
    ada connects
      ada is connected
    ada emits later
      ada hears nothing
    2 seconds pass
      ada hears now null
    1 second passes
      ada hears nothing
    ");
}

#[test]
fn names_and_texts_may_be_odd() {
    let scene = scene().connect(["Ada Lovelace", "✨"]).emit("✨", "say", "ça va? 👍\n\"quoted\"").emit(
        "Ada Lovelace",
        "no such event",
        "2[\"said\"]",
    );
    insta::assert_snapshot!(text_of(&scene), @r#"
    Ada Lovelace and ✨ connect
      Ada Lovelace is connected
      ✨ is connected
    ✨ emits say "ça va? 👍\n\"quoted\""
      server logs: ✨'s id speaks what="ça va? 👍\n\"quoted\""
      Ada Lovelace hears said "ça va? 👍\n\"quoted\""
      ✨ hears said "ça va? 👍\n\"quoted\""
    Ada Lovelace emits no such event "2[\"said\"]"
      the server has no handler for "no such event"
      Ada Lovelace hears nothing
      ✨ hears nothing
    "#);
}

#[test]
fn an_id_is_shown_as_a_key_too() {
    let roster = |io: &SocketIo| {
        io.ns("/", async |socket: SocketRef| {
            let id = socket.id.to_string();
            socket.emit("here", &json!({ (id): { "typing": false } })).ok();
        });
    };
    let transcript = play(&scene().connect(["ada"]), &Server::new(roster)).unwrap();
    assert_eq!(
        transcript.steps[0].clients[0].lines(),
        ["ada is connected", r#"ada hears here {"ada's id":{"typing":false}}"#]
    );
}

#[test]
fn an_id_says_of_which_connection_it_is() {
    let last_ack = |scene: Scene| {
        let transcript = play(&scene.emit_with_ack("ada", "roster", ()), &Server::new(everything)).unwrap();
        transcript.steps.last().unwrap().clients[0].lines()
    };
    let roster = |id: &str| vec![format!(r#"ada gets the ack of roster: {{"{id}":"{id}"}}"#)];
    assert_eq!(last_ack(scene().connect(["ada"])), roster("ada's id"));
    let back = scene().connect(["ada"]).drop_connection("ada").connect(["ada"]);
    assert_eq!(last_ack(back.clone()), roster("ada's 2nd id"));
    assert_eq!(last_ack(back.disconnect("ada").connect(["ada"])), roster("ada's 3rd id"));
    // All namespaces share the connection. One in which the client was only refused doesn't count.
    let please = json!({ "word": "please" });
    let both = scene().connect_with("ada", "/inner", please).connect(["ada"]);
    assert_eq!(last_ack(both.disconnect("ada").connect(["ada"])), roster("ada's id"));
    let refused = scene().connect_to("ada", "/inner");
    assert_eq!(last_ack(refused.clone().connect(["ada"])), roster("ada's id"));
    assert_eq!(last_ack(refused.drop_connection("ada").connect(["ada"])), roster("ada's id"));
}

#[test]
fn bytes_travel_beside_their_packet() {
    let scene = scene().connect(["ada"]).emit("ada", "file", Payload::binary([0, 1, 254, 255]));
    let transcript = play(&scene, &Server::new(everything)).unwrap();
    let heard = &transcript.steps[1].clients[0];
    assert_eq!(heard.lines(), ["ada hears got 4, <4 bytes: 00 01 fe ff>"]);
    let frames: Vec<_> = heard.frames.iter().map(|frame| (frame.direction, frame.text.as_str())).collect();
    assert_eq!(
        frames,
        [
            (Direction::ToServer, r#"451-["file",{"_placeholder":true,"num":0}]"#),
            (Direction::ToServer, "<4 bytes: 00 01 fe ff>"),
            (Direction::ToClient, r#"451-["got",4,{"_placeholder":true,"num":0}]"#),
            (Direction::ToClient, "<4 bytes: 00 01 fe ff>"),
        ]
    );
}

#[test]
fn a_large_text_goes_through() {
    let large = "x".repeat(1_000_000);
    let transcript =
        play(&scene().connect(["ada"]).emit("ada", "say", large.as_str()), &Server::new(everything)).unwrap();
    assert_eq!(transcript.steps[1].clients[0].lines(), [format!("ada hears said {large:?}")]);
}

#[test]
fn a_panic_in_a_handler_is_recorded_and_the_server_goes_on() {
    let scene = scene().connect(["ada", "bob"]).emit("ada", "panic", ()).emit("bob", "say", json!(1));
    let text = text_of(&scene);
    assert!(text.contains("  server panics: at the disco (tests/scenes.rs:"), "{text}");
    assert!(text.ends_with("ada hears said 1\n  bob hears said 1"), "{text}");
}

#[test]
fn a_skipped_handler_is_recorded() {
    let scene = scene().connect(["ada"]).emit("ada", "file", "not bytes");
    let text = text_of(&scene);
    assert!(text.contains("  server skips the handler: "), "{text}");
}

#[test]
fn frames_are_recorded_heartbeats_too() {
    let transcript = play(&scene().connect(["ada"]).wait(30), &Server::new(everything)).unwrap();
    let frames = |act: usize| -> Vec<_> {
        transcript.steps[act].clients[0]
            .frames
            .iter()
            .map(|frame| (frame.direction, frame.text.as_str()))
            .collect()
    };
    assert_eq!(
        frames(0),
        [
            (
                Direction::ToClient,
                r#"0{"sid":"ada's id","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100000}"#
            ),
            (Direction::ToServer, "40"),
            (Direction::ToClient, "2"),
            (Direction::ToServer, "3"),
            (Direction::ToClient, r#"40{"sid":"ada's id"}"#),
        ]
    );
    assert_eq!(
        frames(1),
        [(Direction::ToClient, "2"), (Direction::ToServer, "3")],
        "the ping after 25 seconds"
    );
}

/// Leaks that come late: what virtual time is for.
#[test]
fn silence_is_silence_however_late_the_leak() {
    fn leaks(how: &'static str) -> impl Fn(&SocketIo) + Send + Sync + 'static {
        move |io| {
            io.ns("/", async move |socket: SocketRef| {
                socket.on("say", async move |socket: SocketRef| {
                    match how {
                        "yields" => {
                            for _ in 0..50 {
                                tokio::task::yield_now().await;
                            }
                        }
                        "blocking" => tokio::task::spawn_blocking(|| ()).await.unwrap(),
                        "timer" => sleep(Duration::from_millis(900)).await,
                        _ => {}
                    }
                    socket.broadcast().emit("leak", &()).await.ok();
                });
            });
        }
    }
    let scene = scene().connect(["ada", "bob"]).emit("ada", "say", ());
    for how in ["at once", "yields", "blocking", "timer"] {
        for _ in 0..50 {
            let transcript = play(&scene, &Server::new(leaks(how))).unwrap();
            assert_eq!(transcript.steps[1].clients[1].lines(), ["bob hears leak null"], "{how}");
        }
    }
}

#[test]
fn equal_scenes_give_equal_transcripts() {
    let scene = scene()
        .connect(["ada", "bob", "cyd"])
        .emit("ada", "say", "hi")
        .emit_with_ack("bob", "id", ())
        .emit_with_ack("bob", "roster", ())
        .connect_to("cyd", "/inner")
        .stop_pongs("bob")
        .wait(45);
    let first = serde_json::to_string(&play(&scene, &Server::new(everything)).unwrap()).unwrap();
    for _ in 0..200 {
        assert_eq!(serde_json::to_string(&play(&scene, &Server::new(everything)).unwrap()).unwrap(), first);
    }
}

#[test]
fn a_scene_that_cannot_be_played_is_an_error_with_the_step() {
    let error = |scene: Scene| play(&scene, &Server::new(everything)).unwrap_err().to_string();
    assert_eq!(error(scene().emit("ada", "say", "hi")), "step 1: ada isn't connected. Let ada connect first");
    assert_eq!(
        error(scene().connect(["ada"]).emit_in("ada", "/inner", "say", "hi")),
        "step 2: ada isn't connected to /inner. Let ada connect to it first"
    );
    assert_eq!(
        error(scene().connect(["ada"]).disconnect("ada").emit("ada", "say", "hi")),
        "step 3: ada isn't connected. Let ada connect first"
    );
    assert_eq!(
        error(scene().connect([""; 1])),
        "step 1: \"\" can't be a client's name. Use 1 to 40 characters, without control characters"
    );
    assert_eq!(error(scene().connect([""; 0])), "step 1: nobody connects. Name at least one client");
    assert_eq!(
        error(scene().connect_to("ada", "inner")),
        "step 1: \"inner\" can't be a namespace. It must start with `/` and can't contain `,` or `?`"
    );
    assert_eq!(error(scene().connect(["ada"]).emit("ada", "", ())), "step 2: an event needs a name");
    assert_eq!(error(scene().connect(["ada"]).wait(3601)), "step 2: a wait can take at most 3600 seconds");
    let long = (0..300).fold(scene().connect(["ada"]), |scene, _| scene.step(Step::Wait { seconds: 1 }));
    assert_eq!(error(long), "step 201: a scene can have at most 200 steps");
    let crowd = scene().connect((0..40).map(|i| format!("client {i}")));
    assert_eq!(error(crowd), "step 1: a scene can have at most 32 clients");
}

#[test]
fn a_server_that_keeps_files_has_an_empty_folder_for_each_play() {
    let server = Server::new(|io: &SocketIo, folder: &Path| {
        let file = folder.join("log.txt");
        io.ns("/", async move |socket: SocketRef| {
            let before = fs::read_to_string(&file).unwrap_or_default();
            fs::write(&file, before.clone() + "x").unwrap();
            socket.emit("before", &before).ok();
        });
    });
    let scratch = std::env::temp_dir().join(format!("harness-test-{}", std::process::id()));
    for _ in 0..2 {
        let options = Options { scratch: scratch.clone(), ..Options::default() };
        let transcript = play_with(&scene().connect(["ada", "bob"]), &server, options).unwrap();
        let lines = transcript.steps[0].lines();
        assert!(lines.contains(&"ada hears before \"\"".to_owned()), "{lines:?}");
        assert!(lines.contains(&"bob hears before \"x\"".to_owned()), "{lines:?}");
        assert_eq!(fs::read_dir(&scratch).unwrap().count(), 0, "the folder is removed");
    }
    fs::remove_dir(&scratch).unwrap();
}

/// Spans and levels are data; a library's own events are not the server's.
#[test]
fn a_log_event_is_recorded_with_its_fields_and_spans() {
    let server = Server::new(|io: &SocketIo| {
        io.ns("/", async |socket: SocketRef| {
            let span = tracing::warn_span!("chat", room = "r", who = tracing::field::Empty);
            span.record("who", socket.id.to_string());
            span.in_scope(|| tracing::debug!(target: "mine", id = %socket.id, "connected"));
        });
    });
    let transcript = play(&scene().connect(["ada"]), &server).unwrap();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let span = LogSpan { name: "chat".into(), fields: vec![pair("room", "r"), pair("who", "ada's id")] };
    let event = LogEvent {
        level: "debug".into(),
        target: Some("mine".into()),
        message: "connected".into(),
        fields: vec![pair("id", "ada's id")],
        spans: vec![span],
    };
    assert_eq!(transcript.steps[0].server, [ServerEvent::Log(event)]);
}

/// The outermost span stands first, and what the code gives no target has none.
#[test]
fn spans_stand_in_order_and_a_blocking_task_s_log_is_the_servers() {
    let server = Server::new(|io: &SocketIo| {
        io.ns("/", async || {
            tracing::info_span!("outer")
                .in_scope(|| tracing::info_span!("inner").in_scope(|| tracing::info!("in both")));
            tokio::task::spawn_blocking(|| tracing::info!("elsewhere")).await.ok();
        });
    });
    let transcript = play(&scene().connect(["ada"]), &server).unwrap();
    let log = |message: &str, spans: &[&str]| {
        let span = |name: &&str| LogSpan { name: (*name).into(), fields: vec![] };
        let spans = spans.iter().map(span).collect();
        let (level, message) = ("info".into(), message.into());
        ServerEvent::Log(LogEvent { level, message, spans, ..LogEvent::default() })
    };
    assert_eq!(transcript.steps[0].server, [log("in both", &["outer", "inner"]), log("elsewhere", &[])]);
}

/// A boxed closure's type is of another crate than the code in it.
#[test]
fn what_another_crate_than_the_servers_logs_is_not_recorded() {
    let setup: Box<dyn Fn(&SocketIo) + Send + Sync> = Box::new(|io| {
        io.ns("/", async || tracing::info!("of a library"));
    });
    let transcript = play(&scene().connect(["ada"]), &Server::new(setup)).unwrap();
    assert_eq!(transcript.steps[0].server, []);
}

/// When a play is over, everyone disconnects. The server may say so, but no step is there that it belongs to.
#[test]
fn what_comes_after_the_last_step_is_not_recorded() {
    let server = Server::new(|io: &SocketIo| {
        io.ns("/", async |socket: SocketRef| {
            socket.on_disconnect(async |socket: SocketRef| {
                tracing::info!("{} is gone", socket.id);
                socket.broadcast().emit("gone", &()).await.ok();
            });
        });
    });
    let scene = scene().connect(["ada", "bob", "cyd"]).disconnect("ada");
    insta::assert_snapshot!(play(&scene, &server).unwrap(), @"
    ada, bob and cyd connect
      ada is connected
      bob is connected
      cyd is connected
    ada disconnects
      server logs: ada's id is gone
      bob hears gone null
      cyd hears gone null
    ");
}

#[test]
fn the_oldest_question_is_acknowledged_first() {
    let server = Server::new(|io: &SocketIo| {
        io.ns("/", async |socket: SocketRef| {
            let ask = |question: &str| socket.emit_with_ack::<_, String>(question, &()).unwrap();
            let (first, second) = (ask("first"), ask("second"));
            let answers = (first.await.unwrap(), second.await.unwrap());
            socket.emit("answers", &answers).ok();
        });
    });
    let scene = scene().connect(["ada"]).acknowledge("ada", "1").acknowledge("ada", "2");
    let transcript = play(&scene, &server).unwrap();
    assert_eq!(transcript.steps[2].lines(), [r#"ada hears answers "1", "2""#]);
}

#[test]
fn a_scene_comes_back_from_its_data() {
    let scene = scene()
        .connect(["ada"])
        .connect_with("ada", "/inner", json!({ "word": "please" }))
        .emit("ada", "file", Payload::binary([1, 2]))
        .emit_with_ack_in("ada", "/inner", "say", [json!(1), json!("two")])
        .acknowledge("ada", "yes")
        .stop_pongs("ada")
        .wait(3)
        .drop_connection("ada");
    let data = serde_json::to_string(&scene).unwrap();
    assert_eq!(serde_json::from_str::<Scene>(&data).unwrap(), scene);
    let step: Step =
        serde_json::from_str(r#"{"emit":{"client":"ada","event":"say","args":["hi"]}}"#).unwrap();
    assert_eq!(step.to_string(), "ada emits say \"hi\"");
}
