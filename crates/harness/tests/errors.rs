//! Servers that don't let a scene end. Each play ends all the same, and the transcript says how.

use std::time::Duration;

use harness::{Options, Server, play_with};
use scenario::{MAX_FRAMES, PlayError, Scene, Transcript};
use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;

/// For servers that only a timeout can stop: short, so that the test is.
const SHORT: Duration = Duration::from_millis(1500);

/// For servers that are stopped by something else, however slow the machine.
const LONG: Duration = Duration::from_mins(2);

/// Bob is there, and Ada emits `go` to a server that runs `handler` for it.
fn go<F>(timeout: Duration, handler: impl FnOnce(SocketRef) -> F + Copy + Send + Sync + 'static) -> Transcript
where
    F: Future<Output = ()> + Send + 'static,
{
    let server = Server::new(move |io: &SocketIo| {
        io.ns("/", async move |socket: SocketRef| {
            socket.on("go", async move |socket: SocketRef| handler(socket).await);
        });
    });
    let scene = Scene::new("test", "a test").connect(["ada", "bob"]).emit("ada", "go", ()).wait(1);
    play_with(&scene, &server, Options { timeout, ..Options::default() }).unwrap()
}

#[test]
fn a_loop_without_an_end_is_named_by_its_event() {
    let transcript = go(SHORT, |_| async {
        #[allow(clippy::empty_loop)] // That is what is tested.
        loop {}
    });
    assert_eq!(transcript.error, Some(PlayError::ThreadBlocked {}));
    insta::assert_snapshot!(transcript, @"
    ada and bob connect
      ada is connected
      bob is connected
    ada emits go
      the handler of `go` blocks the thread and never gives it back
    ");
}

#[test]
fn a_lock_held_for_ever_blocks_too() {
    let transcript = go(SHORT, |_| async {
        let (_sender, receiver) = std::sync::mpsc::channel::<()>();
        receiver.recv().ok();
    });
    assert_eq!(transcript.error, Some(PlayError::ThreadBlocked {}));
}

#[test]
fn a_handler_that_never_finishes_is_named_by_its_event() {
    let transcript = go(SHORT, |_| async {
        loop {
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(transcript.error, Some(PlayError::NeverIdle {}));
    assert!(
        transcript
            .to_string()
            .ends_with("  the handler of `go` never finishes: it yields and goes on for ever"),
        "{transcript}"
    );
}

#[test]
fn a_flood_is_stopped_and_says_who_got_it() {
    let transcript = go(LONG, |socket| async move {
        loop {
            socket.broadcast().emit("drop", &()).await.ok();
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(transcript.error, Some(PlayError::TooManyFrames { client: "bob".to_owned() }));
    assert!(
        transcript.to_string().ends_with("the server sends bob more than 1000 frames in one step"),
        "{transcript}"
    );
}

#[test]
fn a_flood_by_a_timer_is_a_flood() {
    let transcript = go(LONG, |socket| async move {
        loop {
            socket.emit("drop", &()).ok();
            tokio::time::sleep(Duration::from_micros(1)).await;
        }
    });
    assert_eq!(transcript.error, Some(PlayError::TooManyFrames { client: "ada".to_owned() }));
}

/// What is sent in the step before doesn't count.
#[test]
fn a_thousand_frames_in_a_step_are_no_flood() {
    let sends = |count: usize| {
        let server = Server::new(move |io: &SocketIo| {
            io.ns("/", async move |socket: SocketRef| {
                socket.on("go", async move |socket: SocketRef| {
                    for _ in 0..count {
                        socket.emit("drop", &()).ok();
                        tokio::task::yield_now().await;
                    }
                });
            });
        });
        let scene = Scene::new("test", "a test").connect(["ada"]).emit("ada", "go", ()).emit("ada", "go", ());
        let options = Options { timeout: LONG, ..Options::default() };
        play_with(&scene, &server, options).unwrap()
    };
    let most = sends(MAX_FRAMES);
    assert_eq!(most.error, None);
    assert_eq!(most.steps[2].clients[0].events.len(), MAX_FRAMES);
    let one_more = sends(MAX_FRAMES + 1);
    assert_eq!(one_more.error, Some(PlayError::TooManyFrames { client: "ada".to_owned() }));
    assert_eq!(one_more.steps.len(), 2);
}

#[test]
fn a_log_has_an_end_too() {
    let transcript = go(LONG, |_| async {
        for _ in 0..=MAX_FRAMES {
            tracing::info!("again");
        }
    });
    assert_eq!(transcript.error, None);
    assert_eq!(transcript.steps[1].server.len(), MAX_FRAMES);
}

#[test]
fn an_interval_for_ever_is_no_error() {
    let transcript = go(LONG, |socket| async move {
        loop {
            tokio::time::sleep(Duration::from_millis(400)).await;
            socket.emit("tick", &()).ok();
        }
    });
    assert_eq!(transcript.error, None);
    assert_eq!(transcript.steps[1].clients[0].lines().len(), 2, "two ticks in a second");
}

#[test]
fn a_panic_in_the_setup_is_recorded() {
    fn server(_: &SocketIo) {
        panic!("no such file");
    }
    let scene = Scene::new("test", "a test").connect(["ada"]);
    let server = Server::new(server);
    let transcript = play_with(&scene, &server, Options::default()).unwrap();
    let Some(PlayError::SetupPanicked { message, at }) = &transcript.error else { panic!("{transcript:?}") };
    assert_eq!(message, "no such file");
    assert!(at.starts_with("tests/errors.rs:"), "{at}");
}
