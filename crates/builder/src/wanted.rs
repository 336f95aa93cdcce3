//! Running a compiler for as long as somebody waits for it.

use std::io::{self, Read};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use worker::Child;

/// How often to look whether anybody still waits. The end of the program is noticed at once.
const LOOK: Duration = Duration::from_millis(20);

/// How often to ask whether a program that has closed its output has ended.
const NEARLY: Duration = Duration::from_millis(1);

/// Runs `command` to its end, and returns what it wrote. If `stop` is set before, it is ended with all that it has
/// started: a linker that goes on would write the program over a newer one.
///
/// What can be stopped leads a process group, so Ctrl+C doesn't reach it. What can't is left to the terminal.
pub(crate) fn output(mut command: Command, stop: Option<&AtomicBool>) -> io::Result<Output> {
    let Some(stop) = stop else { return command.output() };
    if stop.load(Ordering::Relaxed) {
        return Err(nobody_waits());
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = Child::start(command)?;
    let no_pipes = || io::Error::other("a child process without its pipes");
    let (input, out, err) = child.take_pipes().ok_or_else(no_pipes)?;
    drop(input);
    // Both are emptied at the same time: a full pipe would hold the compiler up.
    let (sender, read) = mpsc::channel();
    read_all(out, sender.clone(), |text| (text, Vec::new()))?;
    read_all(err, sender, |text| (Vec::new(), text))?;
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    loop {
        match read.recv_timeout(LOOK) {
            Ok((out, err)) => {
                stdout.extend(out);
                stderr.extend(err);
            }
            Err(RecvTimeoutError::Timeout) if stop.load(Ordering::Relaxed) => {
                child.kill();
                return Err(nobody_waits());
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Output { status, stdout, stderr });
        }
        // It has closed its output: then its end is near.
        thread::park_timeout(NEARLY);
    }
}

fn nobody_waits() -> io::Error {
    io::Error::new(io::ErrorKind::Interrupted, "nobody waits for it any more")
}

/// Reads a stream to its end, on a thread.
fn read_all(
    mut stream: impl Read + Send + 'static,
    sender: mpsc::Sender<(Vec<u8>, Vec<u8>)>,
    which: fn(Vec<u8>) -> (Vec<u8>, Vec<u8>),
) -> io::Result<()> {
    thread::Builder::new().name("compiler output".to_owned()).spawn(move || {
        let mut text = Vec::new();
        // What came before an error counts.
        let _ = stream.read_to_end(&mut text);
        let _ = sender.send(which(text));
    })?;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use super::*;

    fn shell(script: &str) -> Command {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", script]);
        shell
    }

    #[test]
    fn what_a_program_writes_and_how_it_ends_is_returned() {
        let both = output(shell("echo out; echo err >&2; exit 3"), Some(&AtomicBool::default())).unwrap();
        let said = (both.status.code(), &both.stdout[..], &both.stderr[..]);
        assert_eq!(said, (Some(3), &b"out\n"[..], &b"err\n"[..]));
    }

    #[test]
    fn a_program_that_is_stopped_ends_with_what_it_has_started() {
        let stop = Arc::new(AtomicBool::default());
        let began = Instant::now();
        let (sender, pids) = mpsc::channel();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pid");
        let script = format!("sleep 600 & echo $! >'{}'; wait", file.display());
        let stopper = Arc::clone(&stop);
        let thread = thread::Builder::new().spawn(move || {
            let pid = loop {
                match std::fs::read_to_string(&file) {
                    Ok(pid) if pid.ends_with('\n') => break pid,
                    _ => thread::park_timeout(NEARLY),
                }
            };
            sender.send(pid).unwrap();
            stopper.store(true, Ordering::Relaxed);
        });
        let error = output(shell(&script), Some(&stop)).expect_err("it is stopped");
        thread.unwrap().join().unwrap();
        assert_eq!(error.kind(), io::ErrorKind::Interrupted);
        assert!(began.elapsed() < Duration::from_mins(5), "it wasn't waited for");
        let grandchild = pids.recv().unwrap();
        let gone =
            |_| !shell(&format!("kill -0 {} 2>/dev/null", grandchild.trim())).status().unwrap().success();
        assert!(
            (0..600).any(|turn| gone(turn) || {
                thread::park_timeout(LOOK);
                false
            }),
            "what it started is gone"
        );
    }
}
