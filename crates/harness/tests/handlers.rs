//! What a server doesn't handle, and what clients that aren't connected don't send.

use harness::{Server, play};
use scenario::{Scene, ServerEvent};
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, Event, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;

fn scene() -> Scene {
    Scene::new("s", "s").connect(["ada", "bob"])
}

/// A server with a handler of each kind, and in `/fallback` one for all other events.
fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.emit("said", &text).ok();
        });
        socket.on("bare", async || tracing::info!("bare"));
        // What is in front of the `async` runs while the handler is called.
        socket.on("at once", |socket: SocketRef| {
            tracing::info!("{}", socket.id);
            async {}
        });
        socket.on("ask", async |ack: AckSender| {
            ack.send("yes").ok();
        });
        socket.on("panic", async || panic!("no"));
        socket.on("deaf", async |socket: SocketRef| {
            socket.disconnect().ok();
        });
    });
    io.ns("/fallback", async |socket: SocketRef| {
        socket.on_fallback(async |socket: SocketRef, Event(event): Event| {
            socket.emit("fell back", &event).ok();
        });
    });
    let guarded = async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data::<Value>(what)| {
            socket.emit("said", &what).ok();
        });
    };
    io.ns("/guarded", guarded.with(with_token));
    io.ns("/empty", async || {});
}

async fn with_token(TryData(auth): TryData<Value>) -> Result<(), &'static str> {
    if auth.is_ok_and(|auth| auth["token"] == "sesame") { Ok(()) } else { Err("no") }
}

/// What comes of the last step of `scene`.
#[expect(clippy::needless_pass_by_value, reason = "a scene is written where it is played")]
fn last(scene: Scene) -> Vec<String> {
    let mut transcript = play(&scene, &Server::new(server)).unwrap();
    assert_eq!(transcript.error, None);
    transcript.steps.pop().unwrap().lines()
}

/// What the server did in the last step of `scene`.
fn last_server(scene: Scene) -> Vec<String> {
    last(scene).into_iter().filter(|line| !line.starts_with("ada") && !line.starts_with("bob")).collect()
}

#[test]
fn an_event_without_a_handler_is_told() {
    // (socketioxide can't read a name that JSON has to escape: it closes the connection.)
    for event in ["Say", "say ", "sa", "says", "'sāy'", "disconnect"] {
        let told = last_server(scene().emit("ada", event, "hi"));
        assert_eq!(told, [format!("the server has no handler for {event:?}")]);
    }
    let with_ack = last_server(scene().emit_with_ack("ada", "ask?", ()));
    assert_eq!(with_ack, [r#"the server has no handler for "ask?""#]);
    let elsewhere = scene().connect_to("ada", "/empty").emit_in("ada", "/empty", "say", "hi");
    assert_eq!(last_server(elsewhere), [r#"the server has no handler for "say" in /empty"#]);
}

#[test]
fn an_event_with_a_handler_is_not() {
    for (event, told) in [
        ("say", &[][..]),
        ("bare", &["server logs: bare"]),
        ("at once", &["server logs: ada's id"]),
        ("deaf", &[]),
    ] {
        assert_eq!(last_server(scene().emit("ada", event, "hi")), told, "{event}");
    }
    assert_eq!(
        last(scene().emit_with_ack("ada", "ask", ())),
        [r#"ada gets the ack of ask: "yes""#, "bob hears nothing"]
    );
    let fallback = scene().connect_to("ada", "/fallback").emit_in("ada", "/fallback", "anything", ());
    assert_eq!(last(fallback), [r#"ada hears fell back "anything" in /fallback"#, "bob hears nothing"]);
}

#[test]
fn a_handler_that_is_skipped_or_panics_is_there() {
    let skipped = last_server(scene().emit("ada", "say", json!(3)));
    assert!(skipped.len() == 1 && skipped[0].starts_with("server skips the handler: "), "{skipped:?}");
    let panics = last_server(scene().emit("ada", "panic", ()));
    assert!(panics.len() == 1 && panics[0].starts_with("server panics: no"), "{panics:?}");
}

#[test]
fn it_is_told_once_for_each_event_and_who_emitted_it_if_that_is_sure() {
    let part = || Scene::new("", "");
    let no_handler = |event: &str, client: Option<&str>, ns: Option<&str>| ServerEvent::NoHandler {
        event: event.into(),
        client: client.map(Into::into),
        ns: ns.map(Into::into),
    };
    let told = |together: Scene| {
        let scene = scene().connect_to("bob", "/empty").together(together);
        play(&scene, &Server::new(server)).unwrap().steps.pop().unwrap().server
    };
    let of_two = told(part().emit("ada", "a", ()).emit("bob", "b", ()).emit("ada", "say", "hi"));
    assert_eq!(of_two, [no_handler("a", Some("ada"), Some("/")), no_handler("b", Some("bob"), Some("/"))]);
    let twice = told(part().emit("ada", "a", ()).emit("ada", "a", ()));
    assert_eq!(twice, [no_handler("a", Some("ada"), Some("/")), no_handler("a", Some("ada"), Some("/"))]);
    let either = told(part().emit("ada", "a", ()).emit("bob", "a", ()));
    assert_eq!(either, [no_handler("a", None, Some("/")), no_handler("a", None, Some("/"))]);
    let one_of_two = told(part().emit("ada", "say", "hi").emit_in("bob", "/empty", "say", "hi"));
    assert_eq!(one_of_two, [no_handler("say", None, None)]);
}

#[test]
fn a_client_sends_nothing_where_it_is_not_connected() {
    let refused = || scene().connect_with("ada", "/guarded", json!({ "token": "please" }));
    let told =
        |ns: &str| [format!("ada isn't connected to {ns}: nothing is sent"), "bob hears nothing".into()];
    assert_eq!(last(refused().emit_in("ada", "/guarded", "say", "hi")), told("/guarded"));
    assert_eq!(last(refused().emit_with_ack_in("ada", "/guarded", "say", "hi")), told("/guarded"));
    assert_eq!(last(refused().disconnect_from("ada", "/guarded")), told("/guarded"));
    assert_eq!(
        last(scene().connect_to("ada", "/nowhere").emit_in("ada", "/nowhere", "say", ())),
        told("/nowhere")
    );
    assert_eq!(last(scene().emit("ada", "deaf", ()).emit("ada", "say", "hi")), told("/"));

    let let_in = || refused().connect_with("ada", "/guarded", json!({ "token": "sesame" }));
    assert_eq!(
        last(let_in().emit_in("ada", "/guarded", "say", "hi")),
        [r#"ada hears said "hi" in /guarded"#, "bob hears nothing"]
    );
    let again = last(let_in().connect_with("ada", "/guarded", json!({ "token": "please" })));
    assert_eq!(again, ["ada is already connected to /guarded: nothing is sent", "bob hears nothing"]);
    let returned = scene().emit("ada", "deaf", ()).connect(["ada"]).emit("ada", "say", "hi");
    assert_eq!(last(returned), [r#"ada hears said "hi""#, "bob hears nothing"]);
    let by_itself = let_in().disconnect_from("ada", "/guarded").connect_to("ada", "/guarded");
    assert_eq!(last(by_itself), [r#"ada is refused by /guarded: "no""#, "bob hears nothing"]);
}
