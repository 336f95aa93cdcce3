//! A child process that ends together with all that it has started.
//!
//! On Unix it leads a process group, on Windows it is in a job.

use std::io;
use std::process::{ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus};

#[cfg(not(windows))]
type Process = std::process::Child;
#[cfg(windows)]
type Process = Box<dyn process_wrap::std::ChildWrapper>;

/// A running child. Dropped, it is ended, and so is all that it has started.
pub struct Child {
    process: Process,
    ended: bool,
}

impl Child {
    /// Starts `command`.
    ///
    /// # Errors
    /// If it can't be started.
    pub fn start(command: Command) -> io::Result<Self> {
        Ok(Self { process: start(command)?, ended: false })
    }

    /// Its pipes, if the command asked for all three.
    pub fn take_pipes(&mut self) -> Option<(ChildStdin, ChildStdout, ChildStderr)> {
        let child = &mut self.process;
        #[cfg(not(windows))]
        let pipes = (child.stdin.take()?, child.stdout.take()?, child.stderr.take()?);
        #[cfg(windows)]
        let pipes = (child.stdin().take()?, child.stdout().take()?, child.stderr().take()?);
        Some(pipes)
    }

    /// How the child itself has ended, if it has.
    ///
    /// # Errors
    /// If the system can't tell.
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        self.process.try_wait()
    }

    /// Ends the child and all that it has started, and waits for its end.
    pub fn kill(&mut self) {
        // Once: later its id may be another's.
        if !self.ended {
            kill(&mut self.process);
            let _ = self.process.wait();
            self.ended = true;
        }
    }

    /// Ends this process, which was itself started as a [`Child`], and all that it has started. Where that can't be told
    /// apart, it ends with the code `exit`.
    pub fn end_this_one(exit: i32) -> ! {
        #[cfg(unix)]
        kill_group(std::process::id());
        std::process::exit(exit)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(unix)]
fn start(mut command: Command) -> io::Result<Process> {
    use std::os::unix::process::CommandExt;
    command.process_group(0).spawn()
}

/// std can make a group but not end it, and a crate for that one call costs two seconds of a learner's first build.
#[cfg(unix)]
fn kill(child: &mut Process) {
    kill_group(child.id());
    let _ = child.kill();
}

#[cfg(unix)]
fn kill_group(leader: u32) {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "kill -s KILL -- \"-$0\" 2>/dev/null", &leader.to_string()]);
    let _ = shell.status();
}

#[cfg(windows)]
fn start(command: Command) -> io::Result<Process> {
    let mut command = process_wrap::std::CommandWrap::from(command);
    command.wrap(process_wrap::std::JobObject);
    command.spawn()
}

#[cfg(windows)]
fn kill(child: &mut Process) {
    let _ = child.start_kill();
}

#[cfg(not(any(unix, windows)))]
fn start(mut command: Command) -> io::Result<Process> {
    command.spawn()
}

#[cfg(not(any(unix, windows)))]
fn kill(child: &mut Process) {
    let _ = child.kill();
}
