//! `dev measure`: the README's numbers, from a clean clone.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use site::{Plays, Reader};

use super::cargo::cargo;
use super::soak::median_play;

/// How many edits the middle one is taken of.
const EDITS: usize = 10;

/// How long the first page may take from a clean clone.
const FIRST_PAGE: Duration = Duration::from_mins(15);

/// A crate with nothing in it but an exercise's dependencies and one test, as one would set it up without a thought.
const BARE: &str = r#"[package]
name = "bare"
edition = "2024"

[workspace]

[dependencies]
socketioxide = { version = "0.18.9", features = ["tracing", "extensions"] }
tokio = { version = "1", features = ["full", "test-util"] }
tracing = "0.1"

[dev-dependencies]
axum = "0.8"
insta = "1"
tokio-tungstenite = "0.30"
"#;

const BARE_LIB: &str = r#"use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.broadcast().emit("said 0", &text).await.ok();
        });
    });
}
"#;

const BARE_TEST: &str = r#"#[tokio::test]
async fn serves() {
    let (layer, io) = socketioxide::SocketIo::new_layer();
    bare::server(&io);
    let app = axum::Router::<()>::new().layer(layer);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket");
    let (_socket, response) = tokio_tungstenite::connect_async(url).await.unwrap();
    insta::assert_snapshot!(response.status(), @"101 Switching Protocols");
}
"#;

/// Prints the numbers, as a table in Markdown.
pub(super) fn measure(root: &Path) -> Result<()> {
    let folder = tempfile::tempdir().context("there is no room for a clone")?;
    let clone = folder.path().join("clone");
    let git = Command::new("git").arg("clone").arg("--quiet").arg(root).arg(&clone).status();
    ensure!(git.context("git cannot be run")?.success(), "{} cannot be cloned", root.display());

    println!("| what | time or size |\n| --- | --- |");
    row("clean clone → `cargo run` answers", &seconds(first_page(&clone)?));
    fs::remove_dir_all(clone.join("target"))?;
    row("clean clone → first verdict of `cargo test -p broadcast`", &seconds(verdict(&clone, "broadcast")?));

    let lib = clone.join("exercises/chat/broadcast/src/lib.rs");
    fs::write(
        &lib,
        fs::read_to_string(clone.join("solutions/chat/broadcast/src/lib.rs"))?.replace("pub mod wrong;", ""),
    )?;
    verdict(&clone, "broadcast")?;
    row("edit → verdict, `cargo test -p broadcast`", &seconds(edits(&clone, "broadcast", &lib)?));
    row("the same, nothing edited", &seconds(verdict(&clone, "broadcast")?));

    let bare = folder.path().join("bare");
    for (file, text) in [("Cargo.toml", BARE), ("src/lib.rs", BARE_LIB), ("tests/serves.rs", BARE_TEST)] {
        let file = bare.join(file);
        fs::create_dir_all(file.parent().context("a file has a folder")?)?;
        fs::write(file, text)?;
    }
    fs::copy(clone.join("Cargo.lock"), bare.join("Cargo.lock"))?;
    verdict(&bare, "bare")?;
    row(
        "edit → verdict, a bare crate with the same dependencies",
        &seconds(edits(&bare, "bare", &bare.join("src/lib.rs"))?),
    );

    row(
        "one play of a scene (median of all kept scenes)",
        &format!("{:.1} ms", median_play(root)?.as_secs_f64() * 1e3),
    );
    sizes(root, &folder.path().join("book"))?;
    println!("\nOn {}.", machine());
    Ok(())
}

fn row(what: &str, value: &str) {
    println!("| {what} | {value} |");
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

/// How long `cargo run` takes until the first page is there.
fn first_page(clone: &Path) -> Result<Duration> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let start = Instant::now();
    let child = cargo(clone)
        .args(["run", "--quiet", "--", "--port", &port.to_string()])
        .env_remove("CARGO_TARGET_DIR")
        .stdout(Stdio::null())
        .spawn()
        .context("cargo cannot be run")?;
    let mut child = Stopped(child);
    while !answers(port) {
        if let Some(status) = child.0.try_wait()? {
            bail!("`cargo run` ended by itself ({status})");
        }
        ensure!(start.elapsed() < FIRST_PAGE, "`cargo run` does not answer");
        // Asked often enough for a number of seconds, and not so often that it costs the compiler a core.
        thread::sleep(Duration::from_millis(50));
    }
    Ok(start.elapsed())
}

/// A process that does not outlive this one's interest in it.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return false };
    let request = format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    let mut answer = String::new();
    stream.write_all(request.as_bytes()).is_ok()
        && stream.read_to_string(&mut answer).is_ok()
        && answer.starts_with("HTTP/1.1 200")
}

/// How long a whole `cargo test` takes, whatever its verdict.
fn verdict(dir: &Path, package: &str) -> Result<Duration> {
    let start = Instant::now();
    let output = cargo(dir)
        .args(["test", "--quiet", "--package", package])
        .env_remove("CARGO_TARGET_DIR")
        .output()
        .context("cargo cannot be run")?;
    let time = start.elapsed();
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(
        text.contains("test result:"),
        "`cargo test -p {package}` gave no verdict:\n{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(time)
}

/// The middle of some edits: an event gets another name each time.
fn edits(dir: &Path, package: &str, lib: &Path) -> Result<Duration> {
    let original = fs::read_to_string(lib)?;
    ensure!(original.contains("\"said"), "{} is not as expected", lib.display());
    let mut times = Vec::new();
    for n in 1..=EDITS {
        fs::write(lib, original.replace("\"said", &format!("\"said {n}")))?;
        times.push(verdict(dir, package)?);
    }
    times.sort();
    Ok(times[EDITS / 2])
}

/// The book as a static site, and what a page loads of ours.
fn sizes(root: &Path, out: &Path) -> Result<()> {
    site::build(root, out, Reader::Alone, &Plays::default())?;
    let mut pages = Vec::new();
    let mut ours = Vec::new();
    let mut trees = Vec::new();
    each_file(out, &mut |file, size| {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let extension = file.extension().unwrap_or_default();
        if extension == "html" {
            pages.push(size);
        } else if name.starts_with("workbook") {
            ours.push((name, size));
        } else if file.parent().is_some_and(|folder| folder.ends_with("stages")) {
            trees.push(size);
        }
    })?;
    let kilobytes = |size: u64| format!("{}.{} kB", size / 1000, size % 1000 / 100);
    let largest = |sizes: &[u64]| kilobytes(sizes.iter().copied().max().unwrap_or_default());
    row("pages of the static site", &format!("{}, the largest {}", pages.len(), largest(&pages)));
    ours.sort();
    for (name, size) in &ours {
        row(&format!("`{name}`, on every page"), &kilobytes(*size));
    }
    row(
        "trees of plays, loaded at the first click",
        &format!("{}, the largest {}", trees.len(), largest(&trees)),
    );
    Ok(())
}

fn each_file(dir: &Path, each: &mut impl FnMut(&Path, u64)) -> Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            each_file(&entry.path(), each)?;
        } else {
            each(&entry.path(), entry.metadata()?.len());
        }
    }
    Ok(())
}

/// The machine, as far as it tells.
fn machine() -> String {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let rustc = Command::new("rustc").arg("--version").output();
    let rustc =
        rustc.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let model = model.trim_start_matches(['\t', ' ', ':']);
    format!("{cores} cores ({model}), {}, {rustc}", std::env::consts::OS)
}
