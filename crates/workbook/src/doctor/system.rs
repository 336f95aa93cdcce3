//! What the doctor asks the computer. A test answers in its place.

use std::env;
use std::fs;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, SystemTime};

use crate::programs;

/// How long another program may take, or the network. What takes longer counts as not answering.
const LIMIT: Duration = Duration::from_secs(5);

/// For how many milliseconds a program may go on that has closed its output.
const NEARLY: u32 = 1000;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(3);

/// The kinds of computers that have remedies of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Os {
    Linux,
    Mac,
    Windows,
    Other,
}

/// What came of running a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ran {
    /// It said this on standard output, and succeeded.
    Said(String),
    /// It failed, and said this on standard error.
    Failed(String),
    /// It isn't on the PATH, or can't be started.
    Missing,
    /// It didn't end in time.
    TookTooLong,
}

/// Who has a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Port {
    Free,
    /// This workbook, or another one.
    Workbook,
    Taken,
    /// The system doesn't let us have it.
    Refused,
}

/// The computer.
pub(super) trait System {
    fn os(&self) -> Os;
    /// A variable of the environment, if it is set and not empty.
    fn var(&self, name: &str) -> Option<String>;
    /// Where a program is, on the PATH.
    fn find(&self, program: &str) -> Option<PathBuf>;
    /// Runs a program in the workspace's folder. It gets no input, and a few seconds.
    fn run(&self, program: &str, arguments: &[&str]) -> Ran;
    fn port(&self, port: u16) -> Port;
    /// How many bytes there is room for where `path` is.
    fn free_space(&self, path: &Path) -> Option<u64>;
    fn read(&self, path: &Path) -> Option<String>;
    /// When a file was last changed.
    fn modified(&self, path: &Path) -> Option<SystemTime>;
    /// Writes a new file in this folder, and returns the time that the disk gives it.
    fn stamp(&self, folder: &Path) -> io::Result<SystemTime>;
    fn now(&self) -> SystemTime;
    /// Whether a host on the network can be reached.
    fn reaches(&self, host: &str, port: u16) -> bool;
}

/// This computer.
pub(super) struct Computer {
    root: PathBuf,
}

impl Computer {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }
}

impl System for Computer {
    fn os(&self) -> Os {
        match env::consts::OS {
            "linux" => Os::Linux,
            "macos" => Os::Mac,
            "windows" => Os::Windows,
            _ => Os::Other,
        }
    }

    fn var(&self, name: &str) -> Option<String> {
        env::var(name).ok().filter(|value| !value.trim().is_empty())
    }

    fn find(&self, program: &str) -> Option<PathBuf> {
        programs::find(program)
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Ran {
        let mut command = Command::new(program);
        // Inside `cargo run` rustup's stand-ins would all be the same compiler. Outside they ask for the default one.
        command.current_dir(&self.root).args(arguments).env_remove("RUSTUP_TOOLCHAIN");
        run(command)
    }

    fn port(&self, port: u16) -> Port {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(_) => Port::Free,
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                if is_workbook(port).unwrap_or(false) {
                    Port::Workbook
                } else {
                    Port::Taken
                }
            }
            Err(_) => Port::Refused,
        }
    }

    fn free_space(&self, path: &Path) -> Option<u64> {
        // The target folder may not be there yet.
        let there = path.ancestors().find(|folder| folder.is_dir())?.to_owned();
        within(LIMIT, move || fs4::available_space(there).ok())?
    }

    fn read(&self, path: &Path) -> Option<String> {
        fs::read_to_string(path).ok()
    }

    fn modified(&self, path: &Path) -> Option<SystemTime> {
        fs::metadata(path).and_then(|about| about.modified()).ok()
    }

    fn stamp(&self, folder: &Path) -> io::Result<SystemTime> {
        let folder = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(folder);
        let mut file = tempfile::Builder::new().prefix("workbook-doctor-").tempfile_in(folder)?;
        file.write_all(b"x")?;
        file.as_file().metadata()?.modified()
    }

    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn reaches(&self, host: &str, port: u16) -> bool {
        let host = host.to_owned();
        // A name may take as long to be looked up as it likes.
        let reached = within(LIMIT, move || {
            let addresses = (host.as_str(), port).to_socket_addrs().ok()?;
            addresses
                .take(2)
                .find_map(|address| TcpStream::connect_timeout(&address, CONNECT).ok())
                .map(|_| ())
        });
        reached.flatten().is_some()
    }
}

/// Whether the workbook answers on this port.
fn is_workbook(port: u16) -> io::Result<bool> {
    let address = (Ipv4Addr::LOCALHOST, port).into();
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    stream.set_write_timeout(Some(Duration::from_secs(1)))?;
    write!(stream, "GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
    let mut start = Vec::new();
    // As much as it says in a second. Whoever answers for ever is no workbook.
    let _ = stream.take(16 * 1024).read_to_end(&mut start);
    Ok(String::from_utf8_lossy(&start).contains("Socket.IO workbook"))
}

/// Runs a command to its end, or ends it when it takes too long.
fn run(mut command: Command) -> Ran {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else { return Ran::Missing };
    let (Some(mut out), Some(mut err)) = (child.stdout.take(), child.stderr.take()) else {
        return Ran::Missing;
    };
    let said = within(LIMIT, move || {
        let error = thread::Builder::new().spawn(move || {
            let mut text = Vec::new();
            let _ = err.read_to_end(&mut text);
            text
        });
        let mut text = Vec::new();
        let _ = out.read_to_end(&mut text);
        (text, error.map(|thread| thread.join().unwrap_or_default()).unwrap_or_default())
    });
    let Some((out, err)) = said else {
        let _ = child.kill();
        let _ = child.wait();
        return Ran::TookTooLong;
    };
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().to_owned();
    // It has closed its output: then its end is near. If not, it isn't waited for.
    for _ in 0..NEARLY {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ran::Said(text(out)),
            Ok(Some(_)) => return Ran::Failed(text(err)),
            Ok(None) => thread::park_timeout(Duration::from_millis(1)),
            Err(_) => return Ran::Missing,
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    Ran::TookTooLong
}

/// What `work` returns, if it does so in time. If not, it is left alone: the doctor ends soon.
fn within<T: Send + 'static>(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (sender, result) = mpsc::channel();
    thread::Builder::new()
        .name("doctor".to_owned())
        .spawn(move || {
            let _ = sender.send(work());
        })
        .ok()?;
    result.recv_timeout(limit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_says_nothing_for_ever_is_ended() {
        assert_eq!(within(Duration::from_millis(10), || thread::park_timeout(Duration::from_mins(1))), None);
        assert_eq!(within(LIMIT, || 1), Some(1));
    }

    #[test]
    fn programs_are_run_with_what_they_say() {
        let computer = Computer::new(Path::new("."));
        assert!(
            matches!(computer.run("cargo", &["--version"]), Ran::Said(said) if said.starts_with("cargo "))
        );
        assert!(matches!(computer.run("cargo", &["no-such-command"]), Ran::Failed(said) if !said.is_empty()));
        assert_eq!(computer.run("no-such-program-anywhere", &[]), Ran::Missing);
    }

    #[test]
    fn a_port_that_another_program_has_is_taken() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert_eq!(Computer::new(Path::new(".")).port(port), Port::Taken);
    }
}
