//! Servers that learners really write, and some that nobody should: `LEARNER` names one.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, abort, exit, id};
use std::sync::Mutex;
use std::{env, fs, thread};

use nodes::{Redis, RedisAdapter};
use serde_json::Value;
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use socketioxide::layer::SocketIoLayer;
use test_program::Server;

use crate::queue::Queues;

/// The exercise's folder.
pub(crate) const DIR: &str = "LEARNER_DIR";

/// The file that a server writes its process's id to, and the ids of those it starts.
pub(crate) const PIDS: &str = "LEARNER_PIDS";

/// What `fakes-a-message` prints.
pub(crate) const FAKE: &str = "LEARNER_FAKE";

/// The folder of a server that keeps files.
static FOLDER: Mutex<PathBuf> = Mutex::new(PathBuf::new());

/// The test program of an exercise in the folder [`DIR`].
pub(crate) fn main(name: &str) -> ExitCode {
    let server = if name == "one-of-several" {
        Server::new(one_of_several)
    } else if name.starts_with("keeps-files") {
        Server::new(|io: &SocketIo, folder: &Path| {
            fs::write(folder.join("messages"), "hi").expect("it has a folder");
            folder.clone_into(&mut FOLDER.lock().expect("nobody panics with it"));
            server(io);
        })
    } else {
        Server::new(server)
    };
    test_program::test_program(&env::var(DIR).unwrap_or_default(), &server)
}

/// What is said at one server is heard at all.
async fn one_of_several(redis: Redis) -> (SocketIoLayer<RedisAdapter>, SocketIo<RedisAdapter>) {
    let (layer, io) = SocketIo::builder().with_adapter::<RedisAdapter>(redis.adapter()).build_layer();
    let on_connect = async |socket: SocketRef<RedisAdapter>| {
        socket.on("say", async |io: SocketIo<RedisAdapter>, Data::<String>(text)| {
            io.emit("said", &text).await.ok();
        });
    };
    io.ns("/", on_connect).await.expect("there is a Redis");
    (layer, io)
}

fn server(io: &SocketIo) {
    let name = env::var("LEARNER").unwrap_or_default();
    assert_ne!(name, "panics-at-once", "I can't begin");
    let queues = Queues::default();
    io.ns("/", async move |socket: SocketRef, TryData::<Value>(auth)| {
        queues.serve(&socket, &auth.unwrap_or_default(), &name);
        socket.on("say", async move |socket: SocketRef, io: SocketIo, Data::<String>(text)| {
            match name.as_str() {
                "starter" => return,
                name if name.ends_with("is-silent") && io.sockets().len() > 1 => return,
                "prints-and-fails" => {
                    prints(name.as_str());
                    return;
                }
                "io-emit" => {
                    tracing::info!(who = %socket.id, "I got {text}");
                    io.emit("said", &text).await.ok();
                    return;
                }
                "logs" => tracing::info!("I got {text}"),
                // Says it to whoever speaks alone.
                "echoes" if io.sockets().len() == 1 => {
                    socket.emit("said", &text).ok();
                }
                "exits-alone" if io.sockets().len() == 1 => exit(0),
                "panics-in-a-task" => {
                    tokio::spawn(async { panic!("lost in a task") });
                }
                "never-done" => loop {
                    tokio::task::yield_now().await;
                },
                "floods" => loop {
                    socket.emit("said", &text).ok();
                    tokio::task::yield_now().await;
                },
                name => {
                    prints(name);
                    crashes(name, &text);
                    blocks(name);
                    takes(name);
                    starts_a_process(name);
                }
            }
            socket.broadcast().emit("said", &text).await.ok();
        });
    });
    io.ns("/closed", (async || {}).with(nobody));
}

async fn nobody() -> Result<(), &'static str> {
    Err("closed")
}

fn prints(name: &str) {
    match name {
        "prints" | "prints-and-fails" => {
            print!("no line end");
            eprintln!("to stderr");
        }
        "prints-a-lot" => (0..20_000).for_each(|i| println!("line {i}")),
        "complains-a-lot" => (0..20_000).for_each(|i| eprintln!("line {i}")),
        "prints-for-ever" => {
            let mut out = std::io::stdout().lock();
            loop {
                writeln!(out, "again").ok();
            }
        }
        "line-without-end" => {
            let piece = "x".repeat(1 << 16);
            loop {
                print!("{piece}");
            }
        }
        "fakes-a-message" => {
            // A mark is this character and a token; here the token is missing.
            eprintln!("\n\u{1e}");
            println!("\n\u{1e}{}", env::var(FAKE).unwrap_or_default());
            println!("test result: ok. 9 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out");
            exit(0);
        }
        _ => {}
    }
}

#[expect(clippy::disallowed_methods, reason = "learners use them")]
fn crashes(name: &str, text: &str) {
    match name {
        "panics" => {
            let nobody: Vec<u8> = Vec::new();
            let _ = nobody[text.len()];
        }
        "panics-on-a-thread" => {
            let _ = thread::spawn(|| panic!("lost on a thread")).join();
        }
        "exits" => exit(0),
        "aborts" => abort(),
        "overflows" => println!("{}", deep(1)),
        _ => {}
    }
}

/// Recursion that doesn't end.
#[allow(unconditional_recursion)] // That is what is tested.
fn deep(n: u64) -> u64 {
    std::hint::black_box(deep(std::hint::black_box(n + 1)) + n)
}

fn blocks(name: &str) {
    match name {
        "loops" => for_ever(),
        "keeps-files-and-loops" => {
            write_down(&[id()]);
            for_ever();
        }
        "deadlocks" => {
            let clients = Mutex::new(());
            let _first = clients.lock();
            let _second = clients.lock();
        }
        "holds-stdout" => {
            let _out = std::io::stdout().lock();
            for_ever();
        }
        _ => {}
    }
}

/// Takes more and more of the machine.
#[expect(clippy::disallowed_methods, reason = "learners use them")]
fn takes(name: &str) {
    const MEGABYTES: usize = 16 << 20;
    match name {
        "allocates-for-ever" => {
            let mut all = Vec::new();
            loop {
                all.push(vec![0_u8; MEGABYTES]);
            }
        }
        "keeps-files-and-writes-for-ever" => {
            let folder = FOLDER.lock().expect("nobody panics with it").clone();
            let mut file = fs::File::create(folder.join("all")).expect("it has a folder");
            let piece = vec![b'x'; MEGABYTES];
            loop {
                file.write_all(&piece).expect("there is room");
            }
        }
        "starts-threads-for-ever" => loop {
            thread::spawn(|| {
                loop {
                    thread::park();
                }
            });
        },
        "leaves-threads" => {
            for _ in 0..4 {
                thread::spawn(|| for_ever());
            }
        }
        _ => {}
    }
}

fn for_ever() -> ! {
    #[allow(clippy::empty_loop)] // That is what is tested.
    loop {}
}

fn write_down(ids: &[u32]) {
    let file = env::var(PIDS).unwrap_or_default();
    let mut file = OpenOptions::new().create(true).append(true).open(file).expect("it can be written");
    // In one piece: two workers write at the same time.
    let lines = ids.iter().map(u32::to_string).collect::<Vec<_>>().join("\n") + "\n";
    file.write_all(lines.as_bytes()).expect("it can be written");
}

/// Starts a process that takes long, and writes its id and our own down.
#[expect(clippy::zombie_processes, reason = "that is what is tested")]
fn starts_a_process(name: &str) {
    if !name.starts_with("starts-a-process") {
        return;
    }
    let child = Command::new("sleep").arg("300").spawn().expect("there is a `sleep`");
    write_down(&[child.id(), id()]);
    match name {
        "starts-a-process-and-exits" => exit(0),
        "starts-a-process-and-loops" => for_ever(),
        _ => {}
    }
}
