//! An exercise's test program over servers that learners really write, for `tests/learners.rs`.
//!
//! `LEARNER_DIR` is the folder of the crate, `LEARNER` names the server.

use std::io::Write;
use std::process::{ExitCode, abort, exit};

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use stage::Scene;
use stage::grade::{Grading, main as grade};

fn main() -> ExitCode {
    let dir = std::env::var("LEARNER_DIR").expect("LEARNER_DIR is set");
    grade(&Grading {
        crate_dir: dir.leak(),
        server,
        scenes: vec![
            Scene::new("alone", "Ada is alone").enter(["ada"]).emit("ada", "say", "hi"),
            Scene::new("pair", "Ada and Bob").enter(["ada", "bob"]).emit("ada", "say", "hi").wait(1),
        ],
        read_log: None,
        assert_snapshot: |name, text| insta::assert_snapshot!(name, text),
    })
}

fn server(io: &SocketIo) {
    let learner = std::env::var("LEARNER").unwrap_or_default();
    assert_ne!(learner, "panics-at-once", "I cannot begin");
    io.ns("/", async move |socket: SocketRef| {
        socket.on("say", async move |socket: SocketRef, io: SocketIo, Data::<String>(text)| {
            match learner.as_str() {
                "io-emit" => {
                    tracing::info!("I got {text}");
                    io.emit("said", &text).await.ok();
                    return;
                }
                "prints" => {
                    print!("no line end");
                    eprintln!("to stderr");
                }
                "prints-a-lot" => {
                    for i in 0..100_000 {
                        println!("line {i}");
                    }
                }
                "complains-a-lot" => {
                    for i in 0..100_000 {
                        eprintln!("line {i}");
                    }
                }
                "prints-for-ever" => {
                    let mut out = std::io::stdout().lock();
                    loop {
                        writeln!(out, "again").ok();
                    }
                }
                "panics" => {
                    let nobody: Vec<u8> = Vec::new();
                    let _ = nobody[text.len()];
                }
                "loops" => {
                    #[allow(clippy::empty_loop)] // That is what is tested.
                    loop {}
                }
                "never-done" => loop {
                    tokio::task::yield_now().await;
                },
                "holds-stdout" => {
                    let mut out = std::io::stdout().lock();
                    loop {
                        out.flush().ok();
                    }
                }
                "floods" => loop {
                    socket.emit("said", &text).ok();
                    tokio::task::yield_now().await;
                },
                "exits" => exit(0),
                "aborts" => abort(),
                "overflows" => {
                    println!("{}", deep(1));
                }
                _ => {}
            }
            socket.broadcast().emit("said", &text).await.ok();
        });
    });
}

/// Recursion that does not end.
#[allow(unconditional_recursion)] // That is what is tested.
fn deep(n: u64) -> u64 {
    std::hint::black_box(deep(std::hint::black_box(n + 1)) + n)
}
