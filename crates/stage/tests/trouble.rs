//! Servers that do not let a scene end. Each ends all the same, and the transcript says how.

use std::time::{Duration, Instant};

use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;
use stage::{Scene, Transcript, Trouble, play_with};

/// Short, so that the test is; a play takes milliseconds.
const PATIENCE: Duration = Duration::from_millis(500);

/// Bob is there, and Ada emits `go` to a server that answers it with `handler`.
fn go<F>(handler: impl FnOnce(SocketRef) -> F + Copy + Send + Sync + 'static) -> Transcript
where
    F: Future<Output = ()> + Send + 'static,
{
    let server = move |io: &SocketIo| {
        io.ns("/", async move |socket: SocketRef| {
            socket.on("go", async move |socket: SocketRef| handler(socket).await);
        });
    };
    let scene = Scene::new("test", "a test").enter(["ada", "bob"]).emit("ada", "go", ()).wait(1);
    let start = Instant::now();
    let transcript = play_with(&scene, Box::new(server), PATIENCE).unwrap();
    assert!(start.elapsed() < Duration::from_secs(5), "it took {:?}", start.elapsed());
    transcript
}

#[test]
fn a_loop_without_an_end_is_named_by_its_event() {
    let transcript = go(|_| async {
        #[allow(clippy::empty_loop)] // That is what is tested.
        loop {}
    });
    assert_eq!(transcript.trouble, Some(Trouble::Blocks));
    insta::assert_snapshot!(transcript, @r"
    ada and bob enter
      ada is in
      bob is in
    ada emits go
      the handler of `go` blocks the thread and never comes back
    ");
}

#[test]
fn a_lock_held_for_ever_blocks_too() {
    let transcript = go(|_| async {
        let (_sender, receiver) = std::sync::mpsc::channel::<()>();
        receiver.recv().ok();
    });
    assert_eq!(transcript.trouble, Some(Trouble::Blocks));
}

#[test]
fn a_handler_that_is_never_done_is_named_by_its_event() {
    let transcript = go(|_| async {
        loop {
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(transcript.trouble, Some(Trouble::NeverSettles));
    assert!(transcript.to_string().ends_with("  the handler of `go` is never done"), "{transcript}");
}

#[test]
fn a_flood_is_stopped_and_says_who_is_under_water() {
    let transcript = go(|socket| async move {
        loop {
            socket.broadcast().emit("drop", &()).await.ok();
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(transcript.trouble, Some(Trouble::Floods { client: "bob".to_owned() }));
    assert!(
        transcript.to_string().ends_with("the server floods bob with more than 1000 frames"),
        "{transcript}"
    );
}

#[test]
fn a_flood_by_a_timer_is_a_flood() {
    let transcript = go(|socket| async move {
        loop {
            socket.emit("drop", &()).ok();
            tokio::time::sleep(Duration::from_micros(1)).await;
        }
    });
    assert_eq!(transcript.trouble, Some(Trouble::Floods { client: "ada".to_owned() }));
}

#[test]
fn a_timer_for_ever_is_no_trouble() {
    let transcript = go(|socket| async move {
        loop {
            tokio::time::sleep(Duration::from_millis(400)).await;
            socket.emit("tick", &()).ok();
        }
    });
    assert_eq!(transcript.trouble, None);
    assert_eq!(transcript.acts[1].heard[0].to_lines().len(), 2, "two ticks in a second");
}

#[test]
fn a_panic_in_the_set_up_is_told() {
    let scene = Scene::new("test", "a test").enter(["ada"]);
    let server = |_: &SocketIo| panic!("no such file");
    let transcript = play_with(&scene, Box::new(server), PATIENCE).unwrap();
    let Some(Trouble::SetUpPanics { message, at }) = &transcript.trouble else { panic!("{transcript:?}") };
    assert_eq!(message, "no such file");
    assert!(at.starts_with("tests/trouble.rs:"), "{at}");
}
