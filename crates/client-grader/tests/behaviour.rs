//! Clients that do what clients may do, right or wrong, and what is made of them.

use std::future::pending;
use std::time::Duration;

use client_grader::Client;
use futures_util::FutureExt;
use grader::{Played, Player};
use libtest_mimic::{Failed, Trial};
use rust_socketio::asynchronous::{Client as Socket, ClientBuilder};
use rust_socketio::{Error, Event, Payload};
use scenario::{PlayError, SERVER, Scene, Step};
use serde_json::json;
use test_program::CLIENT_TIMEOUT;

type Made = fn(String) -> futures_util::future::LocalBoxFuture<'static, Result<(), Error>>;

/// The clients by name. The server emits `said`, and they do something about it.
const CLIENTS: [(&str, Made); 13] = [
    ("says", |url| said(url, |socket| async move { say(&socket, "a").await }.boxed()).boxed_local()),
    ("on-a-task", |url| {
        said(url, |socket| async move { drop(tokio::spawn(async move { say(&socket, "a").await })) }.boxed())
            .boxed_local()
    }),
    ("on-a-thread", |url| {
        let work = |socket: Socket| {
            async move {
                tokio::task::spawn_blocking(|| ()).await.ok();
                say(&socket, "a").await;
            }
            .boxed()
        };
        said(url, work).boxed_local()
    }),
    ("late", |url| {
        let work = |socket: Socket| {
            async move {
                tokio::time::sleep(Duration::from_millis(900)).await;
                say(&socket, "a").await;
            }
            .boxed()
        };
        said(url, work).boxed_local()
    }),
    ("at-once", |url| {
        async move {
            let socket = ClientBuilder::new(url).connect().await?;
            say(&socket, "a").await;
            pending().await
        }
        .boxed_local()
    }),
    ("after-a-sleep", |url| {
        async move {
            let socket = ClientBuilder::new(url).connect().await?;
            tokio::time::sleep(Duration::from_secs(4)).await;
            say(&socket, "a").await;
            pending().await
        }
        .boxed_local()
    }),
    ("panics", |url| said(url, |_| async { panic!("no") }.boxed()).boxed_local()),
    ("panics-at-once", |_| async { panic!("no") }.boxed_local()),
    ("blocks", |url| {
        said(url, |_| {
            async {
                loop {
                    std::hint::spin_loop();
                }
            }
            .boxed()
        })
        .boxed_local()
    }),
    ("exits", |url| said(url, |_| async { std::process::exit(0) }.boxed()).boxed_local()),
    ("floods", |url| {
        let work = |socket: Socket| {
            async move {
                loop {
                    say(&socket, "a").await;
                }
            }
            .boxed()
        };
        said(url, work).boxed_local()
    }),
    ("never-connects", |_| pending().boxed_local()),
    ("leaves", |url| {
        async move {
            let (leave, mut left) = tokio::sync::mpsc::unbounded_channel();
            let on_said = move |_, _| {
                leave.send(()).ok();
                async {}.boxed()
            };
            let socket = ClientBuilder::new(url).on("said", on_said).connect().await?;
            left.recv().await;
            socket.disconnect().await
        }
        .boxed_local()
    }),
];

async fn said(
    url: String,
    work: fn(Socket) -> futures_util::future::BoxFuture<'static, ()>,
) -> Result<(), Error> {
    let _socket = ClientBuilder::new(url)
        .on(Event::Connect, |_: Payload, socket| async move { say(&socket, "in").await }.boxed())
        .on("said", move |_, socket| work(socket))
        .connect()
        .await?;
    pending().await
}

async fn say(socket: &Socket, text: &str) {
    socket.emit("say", json!(text)).await.ok();
}

/// The server accepts the client after a while, and emits.
fn scene() -> Scene {
    Scene::new("scene", "scene")
        .step(Step::Start {})
        .wait(5)
        .step(Step::Accept {})
        .emit(SERVER, "said", "hi")
        .wait(1)
}

pub(crate) fn find(name: &str) -> Option<Client> {
    let name = name.strip_prefix("behaviour/")?;
    CLIENTS.iter().find(|(known, _)| *known == name).map(|(_, client)| Client::new(client))
}

fn play(client: &str, scenes: &[Scene]) -> Result<Vec<Played>, Failed> {
    let mut player = Player::new(std::env::current_exe()?).timeout(CLIENT_TIMEOUT);
    Ok(player.play_all(client, scenes)?)
}

/// What the server hears in each step; and how the play ended, if it didn't end well.
fn heard(client: &str) -> Result<(String, Option<PlayError>), Failed> {
    let played = play(&format!("behaviour/{client}"), &[scene()])?.remove(0);
    let steps = played.transcript.steps.iter().map(|step| {
        let lines = step.lines();
        let short = |line: &String| {
            line.replace("the server hears ", "").replace("the server sees that the client ", "")
        };
        // Where a panic was, is another thing.
        let short = |line: &String| short(line).split(" (tests/").next().unwrap_or_default().to_owned();
        lines.iter().map(short).collect::<Vec<_>>().join(" + ")
    });
    Ok((steps.collect::<Vec<_>>().join(" · "), played.transcript.error))
}

fn plays_as(client: &'static str, expected: &'static str, error: Option<PlayError>) -> Trial {
    Trial::test(format!("behaviour: {client}"), move || {
        let got = heard(client)?;
        let ended = matches!(
            (&got.1, &error),
            (Some(PlayError::ProcessExited { .. }), Some(PlayError::ProcessExited { .. }))
        );
        if got.0 != expected || (got.1 != error && !ended) {
            return Err(format!("expected {expected}, {error:?}\n     got {}, {:?}", got.0, got.1).into());
        }
        Ok(())
    })
}

/// The same client plays the same scenes in the same way. `CLIENT_SOAK=300` plays them so often.
fn plays_are_equal() -> Result<(), Failed> {
    let times = std::env::var("CLIENT_SOAK").ok().and_then(|times| times.parse().ok()).unwrap_or(2);
    let mut all = vec![
        ("behaviour/on-a-thread".to_owned(), vec![scene()]),
        ("behaviour/at-once".to_owned(), vec![scene()]),
    ];
    for exercise in grader::exercises(&grader::root())?.into_iter().filter(grader::Exercise::is_client) {
        for client in exercise.server_names() {
            all.push((format!("{}/{client}", exercise.name), exercise.scenes.clone()));
        }
    }
    let mut different = Vec::new();
    for (client, scenes) in all {
        // How long a play takes is another time each time.
        let told =
            |played: Vec<Played>| played.into_iter().map(|it| (it.transcript, it.output)).collect::<Vec<_>>();
        let first = told(play(&client, &scenes)?);
        let others = (1..times).filter_map(|_| play(&client, &scenes).ok().map(told));
        let differ = others.filter(|played| *played != first).count();
        if times > 3 {
            eprintln!("{client}: {} scenes, {times} times, {differ} differ", scenes.len());
        }
        if differ > 0 {
            different.push(format!("{client}: {differ} of {times} plays differ"));
        }
    }
    if different.is_empty() { Ok(()) } else { Err(different.join("\n").into()) }
}

pub(crate) fn trials() -> Vec<Trial> {
    const SAYS: &str = "CONNECT · nothing · say \"in\" · say \"a\" · nothing";
    let early = "CONNECT + say \"a\" · nothing · nothing · nothing · nothing";
    let slept = "CONNECT · say \"a\" · nothing · nothing · nothing";
    let up_to_said = "CONNECT · nothing · say \"in\" · nothing";
    let exited = PlayError::ProcessExited { status: String::new() };
    vec![
        plays_as("says", SAYS, None),
        plays_as("on-a-task", SAYS, None),
        plays_as("on-a-thread", SAYS, None),
        plays_as("late", SAYS, None),
        plays_as("at-once", early, None),
        plays_as("after-a-sleep", slept, None),
        plays_as(
            "panics",
            "CONNECT · nothing · say \"in\" · the client panics: no + nothing · nothing",
            None,
        ),
        plays_as(
            "panics-at-once",
            "the client panics: no + has ended · nothing · nothing · nothing · nothing",
            None,
        ),
        plays_as("blocks", up_to_said, Some(PlayError::ThreadBlocked {})),
        plays_as("exits", "CONNECT · nothing · say \"in\" · ", Some(exited)),
        Trial::test("behaviour: floods", || match heard("floods")?.1 {
            Some(PlayError::TooManyFrames { .. }) => Ok(()),
            other => Err(format!("{other:?}").into()),
        }),
        plays_as("never-connects", "nothing · nothing · nothing · nothing · nothing", None),
        plays_as("leaves", "CONNECT · nothing · nothing · DISCONNECT + has ended · nothing", None),
        Trial::test("behaviour: the same client plays alike each time", plays_are_equal),
    ]
}
