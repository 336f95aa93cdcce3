//! How connections end, and what is done at the same moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use harness::{Server, play};
use scenario::Scene;
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use socketioxide::socket::DisconnectReason;

/// A chat that says who is gone, and why.
fn chat(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |io: SocketIo, Data::<String>(text)| {
            io.emit("said", &text).await.ok();
        });
        socket.on_disconnect(async |socket: SocketRef, reason: DisconnectReason| {
            tracing::info!("{} is gone: {reason:?}", socket.id);
        });
    });
}

fn steps(scene: &Scene) -> Vec<Vec<String>> {
    let transcript = play(scene, &Server::new(chat)).unwrap();
    assert_eq!(transcript.error, None);
    transcript.steps.iter().skip(1).map(scenario::StepResult::lines).collect()
}

fn scene() -> Scene {
    Scene::new("s", "s").connect(["ada", "bob"])
}

#[test]
fn a_client_that_is_cut_off_neither_hears_nor_is_heard_until_the_server_gives_it_up() {
    let scene = scene()
        .cut_off("ada")
        .emit("bob", "say", "ada?")
        .connect(["ada"])
        .wait(44)
        .emit("bob", "say", "ada!");
    assert_eq!(
        steps(&scene),
        [
            vec!["bob hears nothing"],
            vec![r#"bob hears said "ada?""#],
            // She is back with another connection, and the server still has her first.
            vec!["ada is connected", "bob hears nothing"],
            vec!["server logs: ada's id is gone: HeartbeatTimeout", "ada hears nothing", "bob hears nothing"],
            vec![r#"ada hears said "ada!""#, r#"bob hears said "ada!""#],
        ]
    );
}

#[test]
fn the_server_still_counts_one_that_is_cut_off() {
    let counts = Server::new(|io: &SocketIo| {
        io.ns("/", async |socket: SocketRef| {
            socket.on("count", async |socket: SocketRef, io: SocketIo| {
                socket.emit("count", &io.sockets().len()).ok();
            });
        });
    });
    let scene = scene().cut_off("ada").emit("bob", "count", ()).wait(45).emit("bob", "count", ());
    let transcript = play(&scene, &counts).unwrap();
    assert_eq!(transcript.steps[2].lines(), ["bob hears count 2"]);
    assert_eq!(transcript.steps[4].lines(), ["bob hears count 1"]);
    assert!(!transcript.to_string().contains("ada loses the connection"), "she can't know");
}

#[test]
fn a_connection_can_close_in_good_order_without_a_goodbye() {
    let scene = scene()
        .close_connection("ada")
        .emit("bob", "say", "ada?")
        .connect(["ada"])
        .emit("ada", "say", "back");
    assert_eq!(
        steps(&scene),
        [
            vec!["server logs: ada's id is gone: TransportClose", "bob hears nothing"],
            vec![r#"bob hears said "ada?""#],
            vec!["ada is connected", "bob hears nothing"],
            vec![r#"ada hears said "back""#, r#"bob hears said "back""#],
        ]
    );
}

/// A server that reads a number, does something else, and writes the number back: it loses what happens in between.
fn forgetful(io: &SocketIo) {
    let count = Arc::new(AtomicUsize::new(0));
    io.ns("/", async move |socket: SocketRef| {
        socket.on("add", async move |socket: SocketRef| {
            let old = count.load(Ordering::Relaxed);
            tokio::task::yield_now().await;
            count.store(old + 1, Ordering::Relaxed);
            socket.emit("count", &(old + 1)).ok();
        });
    });
}

#[test]
fn what_is_done_together_is_on_its_way_before_the_server_reads_any_of_it() {
    let add = |client: &str| Scene::new("", "").emit(client, "add", ());
    let all =
        || Scene { steps: ["ada", "bob", "cyd"].map(|client| add(client).steps.remove(0)).into(), ..add("") };
    let scene = Scene::new("s", "s").connect(["ada", "bob", "cyd"]);
    let together = play(&scene.clone().together(all()), &Server::new(forgetful)).unwrap();
    assert_eq!(together.steps[1].lines(), ["ada hears count 1", "bob hears count 1", "cyd hears count 1"]);
    let apart = all().steps.into_iter().fold(scene, Scene::step);
    let apart = play(&apart, &Server::new(forgetful)).unwrap();
    assert_eq!(apart.steps[3].lines(), ["ada hears nothing", "bob hears nothing", "cyd hears count 3"]);
}

#[test]
fn what_comes_of_it_has_no_order() {
    /// Takes up to three messages and emits the last of them first, or not.
    fn server(reverses: bool) -> Server {
        Server::new(move |io: &SocketIo| {
            io.ns("/", async move |socket: SocketRef| {
                socket.on("say", async move |io: SocketIo, Data::<String>(text)| {
                    let late = if reverses { 10 - text.len() as u64 } else { 0 };
                    tokio::time::sleep(std::time::Duration::from_millis(late)).await;
                    tracing::info!("{text}");
                    io.emit("said", &text).await.ok();
                });
            });
        })
    }
    let say = Scene::new("", "").emit("ada", "say", "a").emit("bob", "say", "bbb").emit("ada", "say", "cc");
    let together = scene().together(say.clone());
    let play_both =
        |scene: &Scene| [false, true].map(|late| play(scene, &server(late)).unwrap().comparable());
    let [one, other] = play_both(&together);
    assert_eq!(one, other);
    assert_eq!(one.steps[1].lines().len(), 9);
    // One after the other, each is idle before the next: but what one handler does has an order.
    let [one, other] = play_both(&say.steps.into_iter().fold(scene(), Scene::step));
    assert_eq!(one, other);
}

#[test]
fn some_can_leave_while_others_speak() {
    let at_once = Scene::new("", "")
        .emit("ada", "say", "bye")
        .disconnect("ada")
        .emit("bob", "say", "hm")
        .cut_off("bob");
    let scene = Scene::new("s", "s").connect(["ada", "bob", "cyd"]).together(at_once).wait(45);
    let lines = steps(&scene);
    assert_eq!(
        lines[0],
        [
            "server logs: ada's id is gone: ClientNSDisconnect",
            r#"cyd hears said "bye""#,
            r#"cyd hears said "hm""#,
        ]
    );
    assert_eq!(lines[1], ["server logs: bob's id is gone: HeartbeatTimeout", "cyd hears nothing"]);
}
