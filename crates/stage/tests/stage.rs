//! Everything that can happen on a stage, played over small servers.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use stage::{Payload, Scene, Step, Way, play};
use tokio::time::sleep;

/// The middleware of `/inner`.
async fn door(TryData(word): TryData<Value>) -> Result<(), String> {
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
            let answer = socket.emit_with_ack::<_, String>("question", "how are you?").unwrap().await;
            socket.emit("answer", &format!("{answer:?}")).ok();
        });
        socket.on("later", async |socket: SocketRef| {
            sleep(Duration::from_secs(3)).await;
            socket.emit("now", &()).ok();
        });
        socket.on("file", async |socket: SocketRef, Data::<Bytes>(bytes)| {
            socket.emit("got", &(bytes.len(), bytes)).ok();
        });
        socket.on("put me out", async |socket: SocketRef| {
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
    io.ns("/inner", inner.with(door));
}

fn told(scene: &Scene) -> String {
    play(scene, everything).expect("the scene can be played").to_string()
}

fn scene() -> Scene {
    Scene::new("test", "a test")
}

#[test]
fn events_answers_and_logs_are_told_in_order() {
    let scene = scene()
        .enter(["bob", "ada"])
        .emit("ada", "say", "hi")
        .ask("bob", "id", ())
        .emit("ada", "ask me", ())
        .answer("ada", "fine")
        .emit("bob", "ask me", ())
        .wait(6);
    insta::assert_snapshot!(told(&scene), @r#"
    bob and ada enter
      bob is in
      ada is in
    ada emits say "hi"
      server logs: ada speaks what="hi"
      bob hears said "hi"
      ada hears said "hi"
    bob emits id and asks for an answer
      bob gets an answer to id: {"id":"bob","ids":["bob"]}
      ada hears nothing
    ada emits ask me
      bob hears nothing
      ada is asked question "how are you?"
    ada answers "fine"
      bob hears nothing
      ada hears answer "Ok(\"fine\")"
    bob emits ask me
      bob is asked question "how are you?"
      ada hears nothing
    6 seconds pass
      bob hears answer "Err(Timeout)"
      ada hears nothing
    "#);
}

#[test]
fn a_namespace_has_a_door_of_its_own() {
    let scene = scene()
        .enter(["ada"])
        .enter_ns("ada", "/inner")
        .enter_with("ada", "/inner", json!({ "word": "please" }))
        .emit_in("ada", "/inner", "say", "hi")
        .disconnect_from("ada", "/inner")
        .emit("ada", "say", "still here")
        .enter_ns("ada", "/nowhere");
    insta::assert_snapshot!(told(&scene), @r#"
    ada enters
      ada is in
    ada enters /inner
      ada is refused at /inner: "say \"please\""
    ada enters /inner with {"word":"please"}
      ada is in /inner
    ada emits say "hi" in /inner
      ada hears said "hi" in /inner
    ada disconnects from /inner
      ada hears nothing
    ada emits say "still here"
      server logs: ada speaks what="still here"
      ada hears said "still here"
    ada enters /nowhere
      ada is refused at /nowhere: "Invalid namespace"
    "#);
}

#[test]
fn there_are_several_ways_to_go_and_one_to_come_back() {
    let scene = scene()
        .enter(["ada", "bob", "cyd", "dan"])
        .disconnect("ada")
        .lose("bob")
        .fall_silent("cyd")
        .emit("dan", "put me out", ())
        .wait(45)
        .enter(["cyd", "dan", "ada"])
        .ask("cyd", "id", ());
    insta::assert_snapshot!(told(&scene), @r#"
    ada, bob, cyd and dan enter
      ada is in
      bob is in
      cyd is in
      dan is in
    ada disconnects
      bob hears nothing
      cyd hears nothing
      dan hears nothing
    bob loses the connection
      cyd hears nothing
      dan hears nothing
    cyd falls silent
      cyd hears nothing
      dan hears nothing
    dan emits put me out
      cyd hears nothing
      dan is disconnected by the server
    45 seconds pass
      cyd's connection is closed by the server
      dan hears nothing
    cyd, dan and ada enter
      ada is in
      cyd is in
      dan is in
    cyd emits id and asks for an answer
      ada hears nothing
      cyd gets an answer to id: {"id":"cyd","ids":["cyd"]}
      dan hears nothing
    "#);
}

#[test]
fn what_comes_later_is_told_when_it_comes() {
    let scene = scene().enter(["ada"]).emit("ada", "later", ()).wait(2).wait(1);
    insta::assert_snapshot!(told(&scene), @r"
    ada enters
      ada is in
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
    let scene = scene().enter(["Ada Lovelace", "✨"]).emit("✨", "say", "ça va? 👍\n\"quoted\"").emit(
        "Ada Lovelace",
        "no such event",
        "2[\"said\"]",
    );
    insta::assert_snapshot!(told(&scene), @r#"
    Ada Lovelace and ✨ enter
      Ada Lovelace is in
      ✨ is in
    ✨ emits say "ça va? 👍\n\"quoted\""
      server logs: ✨ speaks what="ça va? 👍\n\"quoted\""
      Ada Lovelace hears said "ça va? 👍\n\"quoted\""
      ✨ hears said "ça va? 👍\n\"quoted\""
    Ada Lovelace emits no such event "2[\"said\"]"
      Ada Lovelace hears nothing
      ✨ hears nothing
    "#);
}

#[test]
fn an_id_is_a_name_as_a_key_too() {
    let roster = |io: &SocketIo| {
        io.ns("/", async |socket: SocketRef| {
            let id = socket.id.to_string();
            socket.emit("here", &json!({ (id): { "typing": false } })).ok();
        });
    };
    let transcript = play(&scene().enter(["ada"]), roster).unwrap();
    assert_eq!(
        transcript.acts[0].heard[0].to_lines(),
        ["ada is in", r#"ada hears here {"ada":{"typing":false}}"#]
    );
}

#[test]
fn bytes_travel_beside_their_packet() {
    let scene = scene().enter(["ada"]).emit("ada", "file", Payload::binary([0, 1, 254, 255]));
    let transcript = play(&scene, everything).unwrap();
    let heard = &transcript.acts[1].heard[0];
    assert_eq!(heard.to_lines(), ["ada hears got 4, <4 bytes: 00 01 fe ff>"]);
    let frames: Vec<_> = heard.frames.iter().map(|frame| (frame.way, frame.text.as_str())).collect();
    assert_eq!(
        frames,
        [
            (Way::Up, r#"451-["file",{"_placeholder":true,"num":0}]"#),
            (Way::Up, "<4 bytes: 00 01 fe ff>"),
            (Way::Down, r#"451-["got",4,{"_placeholder":true,"num":0}]"#),
            (Way::Down, "<4 bytes: 00 01 fe ff>"),
        ]
    );
}

#[test]
fn a_large_text_goes_through() {
    let large = "x".repeat(1_000_000);
    let transcript = play(&scene().enter(["ada"]).emit("ada", "say", large.as_str()), everything).unwrap();
    assert_eq!(transcript.acts[1].heard[0].to_lines(), [format!("ada hears said {large:?}")]);
}

#[test]
fn a_panic_in_a_handler_is_told_and_the_others_go_on() {
    let scene = scene().enter(["ada", "bob"]).emit("ada", "panic", ()).emit("bob", "say", json!(1));
    let text = told(&scene);
    assert!(text.contains("  server panics: at the disco (tests/stage.rs:"), "{text}");
    assert!(text.ends_with("ada hears said 1\n  bob hears said 1"), "{text}");
}

#[test]
fn a_handler_that_is_not_called_is_told_of() {
    let scene = scene().enter(["ada"]).emit("ada", "file", "not bytes");
    let text = told(&scene);
    assert!(text.contains("  server skips the handler: "), "{text}");
}

#[test]
fn frames_are_kept_beside_the_lines_heartbeats_too() {
    let transcript = play(&scene().enter(["ada"]).wait(30), everything).unwrap();
    let frames = |act: usize| -> Vec<_> {
        transcript.acts[act].heard[0].frames.iter().map(|frame| (frame.way, frame.text.as_str())).collect()
    };
    assert_eq!(
        frames(0),
        [
            (
                Way::Down,
                r#"0{"sid":"ada","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100000}"#
            ),
            (Way::Up, "40"),
            (Way::Down, "2"),
            (Way::Up, "3"),
            (Way::Down, r#"40{"sid":"ada"}"#),
        ]
    );
    assert_eq!(frames(1), [(Way::Down, "2"), (Way::Up, "3")], "the ping after 25 seconds");
}

/// Leaks that come late: what a stage is for.
#[test]
fn silence_is_silence_however_late_the_leak() {
    fn leaks(how: &'static str) -> impl FnOnce(&SocketIo) + Send + 'static {
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
    let scene = scene().enter(["ada", "bob"]).emit("ada", "say", ());
    for how in ["at once", "yields", "blocking", "timer"] {
        for _ in 0..50 {
            let transcript = play(&scene, leaks(how)).unwrap();
            assert_eq!(transcript.acts[1].heard[1].to_lines(), ["bob hears leak null"], "{how}");
        }
    }
}

#[test]
fn equal_scenes_give_equal_transcripts() {
    let scene = scene()
        .enter(["ada", "bob", "cyd"])
        .emit("ada", "say", "hi")
        .ask("bob", "id", ())
        .ask("bob", "roster", ())
        .enter_ns("cyd", "/inner")
        .fall_silent("bob")
        .wait(45);
    let first = serde_json::to_string(&play(&scene, everything).unwrap()).unwrap();
    for _ in 0..200 {
        assert_eq!(serde_json::to_string(&play(&scene, everything).unwrap()).unwrap(), first);
    }
}

#[test]
fn a_scene_that_makes_no_sense_is_refused_with_the_step() {
    let refused = |scene: Scene| play(&scene, everything).unwrap_err().to_string();
    assert_eq!(refused(scene().emit("ada", "say", "hi")), "step 1: ada is not on stage: let ada enter first");
    assert_eq!(
        refused(scene().enter(["ada"]).emit_in("ada", "/inner", "say", "hi")),
        "step 2: ada is not in /inner: let ada enter it first"
    );
    assert_eq!(
        refused(scene().enter(["ada"]).disconnect("ada").emit("ada", "say", "hi")),
        "step 3: ada is not on stage: let ada enter first"
    );
    assert_eq!(
        refused(scene().enter([""; 1])),
        "step 1: \"\" cannot be a client's name: it takes 1 to 40 characters, and no control characters"
    );
    assert_eq!(refused(scene().enter([""; 0])), "step 1: nobody enters: name at least one client");
    assert_eq!(
        refused(scene().enter_ns("ada", "inner")),
        "step 1: \"inner\" cannot be a namespace: it starts with `/` and holds no `,` or `?`"
    );
    assert_eq!(refused(scene().enter(["ada"]).emit("ada", "", ())), "step 2: an event needs a name");
    assert_eq!(
        refused(scene().enter(["ada"]).wait(3601)),
        "step 2: a wait may take 3600 seconds at the most"
    );
    let long = (0..300).fold(scene().enter(["ada"]), |scene, _| scene.step(Step::Wait { seconds: 1 }));
    assert_eq!(refused(long), "step 201: a scene may have 200 steps at the most");
    let crowd = scene().enter((0..40).map(|i| format!("client {i}")));
    assert_eq!(refused(crowd), "step 1: a scene may have 32 clients at the most");
}

#[test]
fn a_scene_comes_back_from_its_data() {
    let scene = scene()
        .enter(["ada"])
        .enter_with("ada", "/inner", json!({ "word": "please" }))
        .emit("ada", "file", Payload::binary([1, 2]))
        .ask_in("ada", "/inner", "say", [json!(1), json!("two")])
        .answer("ada", "yes")
        .fall_silent("ada")
        .wait(3)
        .lose("ada");
    let data = serde_json::to_string(&scene).unwrap();
    assert_eq!(serde_json::from_str::<Scene>(&data).unwrap(), scene);
    let step: Step =
        serde_json::from_str(r#"{"emit":{"client":"ada","event":"say","args":["hi"]}}"#).unwrap();
    assert_eq!(step.to_string(), "ada emits say \"hi\"");
}
