//! `--serve`: the learner's server on a real port. (Windows has no signal to end it politely.)

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};

use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::Message;

use crate::fixture::Fixture;

crate::tests![
    the_page_and_its_parts_are_served,
    two_clients_talk_over_it,
    one_of_several_is_served_twice,
    the_terminal_tells_what_happens,
    a_panic_is_told_with_its_place,
    a_setup_that_panics_is_told,
    a_port_that_is_taken_is_told_and_the_next_one_used,
    another_site_gets_nothing,
    an_interrupt_ends_it_and_leaves_nothing,
    wrong_arguments_are_told,
];

/// A test program that serves. It is ended with the test, whatever comes of it.
struct Serving {
    child: Child,
    says: BufReader<ChildStdout>,
    /// What it has said so far.
    said: String,
    port: u16,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Serving {
    fn start(fixture: &Fixture, learner: &str, port: u16) -> Self {
        let mut command = fixture.command(learner, &["--serve", "--port", &port.to_string()]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let says = BufReader::new(child.stdout.take().unwrap());
        let mut serving = Self { child, says, said: String::new(), port: 0 };
        let address = serving.wait_for("http://127.0.0.1:");
        serving.port = address.rsplit(':').next().unwrap().trim().parse().unwrap();
        serving
    }

    /// Reads what it says up to a line with `words` in it: that line.
    fn wait_for(&mut self, words: &str) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(self.says.read_line(&mut line).unwrap(), 0, "no {words:?} in {}", self.said);
            self.said.push_str(&line);
            if line.contains(words) {
                return line;
            }
        }
    }

    /// Everything that a request is answered with.
    fn get(&self, path: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nConnection: close\r\n{headers}\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn host(&self) -> String {
        format!("Host: 127.0.0.1:{}\r\n", self.port)
    }
}

fn the_page_and_its_parts_are_served() {
    let fixture = Fixture::new();
    let serving = Serving::start(&fixture, "right", 0);
    for (path, kind, contains) in [
        ("/", "text/html", "<h1"),
        ("/page.css", "text/css", "light-dark("),
        ("/page.js", "text/javascript", "./client.js"),
        ("/client.js", "text/javascript", "export class Socket"),
        ("/exercise.json", "application/json", r#"{"ack":false,"args":["hi"],"event":"say"}"#),
    ] {
        let answer = serving.get(path, &serving.host());
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        assert!(answer.contains(&format!("content-type: {kind}")), "{path}: {answer}");
        assert!(answer.contains(contains), "{path}: {answer}");
    }
    assert!(serving.get("/other", &serving.host()).starts_with("HTTP/1.1 404"));
}

/// What the learner's file does, over a real WebSocket: everyone but the sender.
fn two_clients_talk_over_it() {
    let fixture = Fixture::new();
    let serving = Serving::start(&fixture, "right", 0);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (mut ada, mut bob) = (client(serving.port).await, client(serving.port).await);
        ada.send(Message::text(r#"42["say","hi"]"#)).await.unwrap();
        assert_eq!(next(&mut bob).await, r#"42["said","hi"]"#);
        bob.send(Message::text(r#"42["say","hello"]"#)).await.unwrap();
        assert_eq!(next(&mut ada).await, r#"42["said","hello"]"#, "Ada did not hear herself");
    });
}

/// What is said at server A is heard at server B.
fn one_of_several_is_served_twice() {
    let fixture = Fixture::new();
    let mut serving = Serving::start(&fixture, "one-of-several", 0);
    let second = serving.wait_for("as server B, at http://127.0.0.1:");
    let second = second.rsplit(':').next().unwrap().trim().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (mut ada, mut bob) = (client(serving.port).await, client(second).await);
        ada.send(Message::text(r#"42["say","hi"]"#)).await.unwrap();
        assert_eq!(next(&mut bob).await, r#"42["said","hi"]"#);
        assert_eq!(next(&mut ada).await, r#"42["said","hi"]"#);
    });
}

fn the_terminal_tells_what_happens() {
    let fixture = Fixture::new();
    let mut serving = Serving::start(&fixture, "logs", 0);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut ada = client(serving.port).await;
        ada.send(Message::text(r#"42["say","hi"]"#)).await.unwrap();
        ada.send(Message::text(r#"42["Say","hi"]"#)).await.unwrap();
        ada.send(Message::text(r#"42["say",1]"#)).await.unwrap();
        // What has no handler is told though no other event comes.
        ada.send(Message::text(r#"42["SAY","hi"]"#)).await.unwrap();
        serving.wait_for("for \"SAY\"");
        ada.send(Message::text("40/closed,")).await.unwrap();
        serving.wait_for("refused");
        // It is read when everything before it is.
        ada.send(Message::text("41")).await.unwrap();
        serving.wait_for("  left  ");
    });
    let words = serving.said.lines().filter_map(|line| line.split_once(" s  ")).map(|(_, rest)| rest.trim());
    let lines: Vec<_> = words.collect();
    let id = lines[0].split_whitespace().nth(1).unwrap();
    assert_eq!(
        lines,
        [
            &format!("connected     {id}  to /"),
            &format!("event         {id}  \"say\""),
            "INFO          I got hi",
            "no handler    for \"Say\", which a client emitted",
            &format!("event         {id}  \"say\""),
            "skipped       a handler, which can't read what came: invalid type: integer `1`, expected a string",
            "no handler    for \"SAY\", which a client emitted",
            &format!("refused       {id}  by /closed"),
            &format!("left          {id}  /"),
        ]
    );
}

fn a_panic_is_told_with_its_place() {
    let fixture = Fixture::new();
    let mut serving = Serving::start(&fixture, "panics-in-a-task", 0);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (mut ada, mut bob) = (client(serving.port).await, client(serving.port).await);
        ada.send(Message::text(r#"42["say","hi"]"#)).await.unwrap();
        assert_eq!(next(&mut bob).await, r#"42["said","hi"]"#, "the server goes on");
    });
    let line = serving.wait_for("panic");
    assert!(line.contains("lost in a task, at ") && line.contains("learner.rs:"), "{line}");
}

fn a_setup_that_panics_is_told() {
    let fixture = Fixture::new();
    let run = fixture.run("panics-at-once", &["--serve", "--port", "0"]);
    assert_eq!(run.code, Some(101));
    assert!(run.text.contains("I can't begin"), "{run:?}");
    assert!(run.errors.contains("your server panicked before anyone could connect"), "{run:?}");
}

fn a_port_that_is_taken_is_told_and_the_next_one_used() {
    let fixture = Fixture::new();
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let serving = Serving::start(&fixture, "right", port);
    assert_ne!(serving.port, port);
    let told = format!("Port {port} is taken by another program. Using {} instead.", serving.port);
    assert!(serving.said.contains(&told), "{}", serving.said);
    let serving = Serving::start(&fixture, "right", 0);
    assert!(!serving.said.contains("is taken"), "none was asked for: {}", serving.said);
}

fn another_site_gets_nothing() {
    let fixture = Fixture::new();
    let serving = Serving::start(&fixture, "right", 0);
    let rebound = format!("Host: evil.example:{}\r\n", serving.port);
    assert!(serving.get("/", &rebound).starts_with("HTTP/1.1 403"));
    let across = format!("{}Origin: http://evil.example\r\n", serving.host());
    for path in ["/", "/socket.io/?EIO=4&transport=polling"] {
        assert!(serving.get(path, &serving.host()).starts_with("HTTP/1.1 200"), "{path}");
        assert!(serving.get(path, &across).starts_with("HTTP/1.1 403"), "{path}");
    }
}

fn an_interrupt_ends_it_and_leaves_nothing() {
    let fixture = Fixture::new();
    for learner in ["right", "keeps-files"] {
        let mut serving = Serving::start(&fixture, learner, 0);
        serving.wait_for("Press Ctrl+C to stop.");
        let pid = serving.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        serving.wait_for("Stopped.");
        assert_eq!(serving.child.wait().unwrap().code(), Some(0), "{learner}");
        assert!(fixture.littered(serving.child.id()).is_empty(), "{learner}");
    }
}

fn wrong_arguments_are_told() {
    let fixture = Fixture::new();
    for (args, told) in [
        (&["--serve", "--port", "x"][..], "`--port` takes a number from 1024 to 65535, not `x`."),
        (&["--port", "4000"], "`--port` says where to serve. Write it after `--serve`."),
    ] {
        let run = fixture.run("right", args);
        assert_eq!(run.code, Some(101));
        assert!(run.errors.contains(told), "{run:?}");
    }
}

type Client = tokio_tungstenite::WebSocketStream<tokio::net::TcpStream>;

/// A client that is connected to `/`.
async fn client(port: u16) -> Client {
    let stream = tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    let url = format!("ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket");
    let (mut socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
    socket.send(Message::text("40")).await.unwrap();
    loop {
        if next(&mut socket).await.starts_with("40{") {
            return socket;
        }
    }
}

/// The next frame. The server's pings are left out.
async fn next(socket: &mut Client) -> String {
    loop {
        let frame = socket.next().await.unwrap().unwrap().into_text().unwrap();
        if frame.as_str() != "2" {
            return frame.to_string();
        }
    }
}
