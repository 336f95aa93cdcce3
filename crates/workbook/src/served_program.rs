//! A server on a real port, in a process of its own: the learner's test program, or the book's servers. `try` and `watch`
//! start it.

use std::fs;
use std::io;
use std::process::{ChildStderr, ChildStdout, Command, ExitStatus, Stdio};

use builder::Program;
use tempfile::TempDir;
use worker::Child;

/// One that runs. Dropped, it is ended with all that it has started.
pub(crate) struct ServedProgram {
    child: Child,
    _copy: Option<TempDir>,
}

impl ServedProgram {
    /// Starts the learner's, on that port if it's free. Returns also what it writes.
    pub(crate) fn start(
        program: &Program,
        port: Option<u16>,
    ) -> io::Result<(Self, ChildStdout, ChildStderr)> {
        // What runs is a copy: Windows can't build a program that runs.
        let folder = tempfile::tempdir()?;
        let copy = folder.path().join(program.path.file_name().unwrap_or_default());
        fs::copy(&program.path, &copy)?;
        let mut command = Command::new(copy);
        command.arg("--serve").envs(program.env.iter().map(|(name, value)| (name, value)));
        if let Some(port) = port {
            command.arg(format!("--port={port}"));
        }
        Self::start_command(command, Some(folder))
    }

    /// Starts a program. `copy` is the folder that it's in, if it goes with it.
    pub(crate) fn start_command(
        mut command: Command,
        copy: Option<TempDir>,
    ) -> io::Result<(Self, ChildStdout, ChildStderr)> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = Child::start(command)?;
        let no_pipes = || io::Error::other("a child process without its pipes");
        let (_, out, err) = child.take_pipes().ok_or_else(no_pipes)?;
        Ok((Self { child, _copy: copy }, out, err))
    }

    /// How it has ended, if it has.
    pub(crate) fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }
}

/// The address that a served program says on a line, and its port.
pub(crate) fn address(line: &str) -> Option<(&str, u16)> {
    let address = line.trim();
    let port = address.strip_prefix("http://127.0.0.1:")?.parse().ok()?;
    Some((address, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_line_that_is_an_address_is_one() {
        assert_eq!(address("  http://127.0.0.1:4000\n"), Some(("http://127.0.0.1:4000", 4000)));
        for line in ["http://127.0.0.1:x", "http://127.0.0.1:4000/?x", "see http://127.0.0.1:4000", ""] {
            assert_eq!(address(line), None, "{line}");
        }
    }
}
