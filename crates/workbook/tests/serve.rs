//! The tool itself, as a reader runs it: over the real book, on a real port.

use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};

fn workbook() -> Command {
    Command::new(env!("CARGO_BIN_EXE_workbook"))
}

/// A tool that is ended with the test, whatever comes of it.
struct Running {
    child: Child,
    /// Read no further, but open: the tool goes on speaking.
    _says: Lines<BufReader<ChildStdout>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // Politely where it can be done: then it takes its temporary folder with it.
        if !self.interrupt() {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

impl Running {
    /// Does what Ctrl+C does. Windows has no simple way to.
    fn interrupt(&self) -> bool {
        if !cfg!(unix) {
            return false;
        }
        let kill =
            Command::new("kill").args(["-INT", &self.child.id().to_string()]).stderr(Stdio::null()).status();
        kill.is_ok_and(|status| status.success())
    }

    /// Starts the tool, and returns when it has said where it serves.
    fn start() -> (Self, String) {
        Self::start_with(|tool| tool)
    }

    fn start_with(set_up: impl FnOnce(&mut Command) -> &mut Command) -> (Self, String) {
        let mut tool = workbook();
        set_up(tool.args(["--port", "0"]).stdout(Stdio::piped()));
        let mut child = tool.spawn().expect("the tool starts");
        let mut says = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut lines = says.by_ref().map_while(Result::ok);
        let address = lines.find_map(|line| line.trim().strip_prefix("http://").map(str::to_owned));
        let running = Self { child, _says: says };
        (running, address.expect("the book has no defect, and the tool says where it serves it"))
    }
}

fn get(address: &str, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("the tool listens");
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("the tool reads");
    stream
}

#[test]
fn a_port_that_is_taken_is_an_error_with_its_remedy() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = taken.local_addr().expect("its address").port().to_string();
    let output = workbook().args(["--port", &port]).output().expect("the tool runs");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        said.trim_end(),
        format!(
            "error: port {port} is taken. Leave out `--port` to take the next that is free, or name another."
        )
    );
}

#[test]
fn two_serve_side_by_side() {
    let (_one, first) = Running::start();
    let (_two, second) = Running::start();
    assert_ne!(first, second);
    for address in [first, second] {
        let mut answer = String::new();
        get(&address, "/").read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("</html>"), "{answer}");
    }
}

/// It ends at once, though a page is listening for changes, and leaves nothing in the temporary folder.
#[cfg(unix)]
#[test]
fn each_signal_to_stop_ends_it_cleanly() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        let temp = tempfile::tempdir().expect("a folder");
        let (mut running, address) = Running::start_with(|tool| tool.env("TMPDIR", temp.path()));
        let mut page = BufReader::new(get(&address, "/api/reload"));
        let mut status = String::new();
        page.read_line(&mut status).expect("an answer");
        assert!(status.starts_with("HTTP/1.1 200"), "{status}");
        let sent =
            Command::new("kill").args([signal, &running.child.id().to_string()]).status().expect("kill runs");
        assert!(sent.success());
        assert_eq!(running.child.wait().expect("it ends").code(), Some(0), "{signal}");
        assert_eq!(std::fs::read_dir(temp.path()).expect("the folder").count(), 0, "{signal}");
    }
}
