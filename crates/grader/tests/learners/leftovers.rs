//! After a verdict nothing is left: no process, no file. (Windows has no signals; a job object does there what a process
//! group does here.)

#[cfg(unix)]
use std::process::Command;
use std::process::Stdio;
use std::{fs, thread};

use crate::fixture::{Fixture, SHORT, wait_until};

crate::tests![
    a_server_with_a_folder_leaves_none,
    #[cfg(unix)]
    a_process_that_the_server_started_ends_with_the_verdict,
    #[cfg(unix)]
    when_the_grader_is_killed_everything_ends,
];

/// Every run checks it: see [`Fixture::run_command`].
fn a_server_with_a_folder_leaves_none() {
    let fixture = Fixture::new();
    assert!(fixture.passes("keeps-files", &[]).contains("All 2 scenes pass."));
    let text = fixture.fails("keeps-files-and-loops", &SHORT);
    assert!(text.contains("the handler of `say` blocks the thread"), "{text}");
}

#[cfg(unix)]
fn a_process_that_the_server_started_ends_with_the_verdict() {
    for (learner, args, passes) in [
        ("starts-a-process", &[][..], true),
        ("starts-a-process-and-exits", &[], false),
        ("starts-a-process-and-loops", &SHORT, false),
    ] {
        let fixture = Fixture::new();
        let run = fixture.run(learner, args);
        let started = Started::read(&fixture);
        assert!(!started.0.is_empty(), "{run:?}");
        started.wait_until_gone();
        assert_eq!(run.code == Some(0), passes, "{run:?}");
        let exits = run.text.contains("the handler of `say` ends the whole process (exit ");
        assert_eq!(exits, learner.ends_with("exits"), "{run:?}");
    }
}

#[cfg(unix)]
fn when_the_grader_is_killed_everything_ends() {
    for learner in ["starts-a-process-and-loops", "keeps-files-and-loops"] {
        let fixture = Fixture::new();
        // Only the end of the grader ends this play.
        let mut command = fixture.command(learner, &["--timeout-ms", "3600000"]);
        let mut grader = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        wait_until(|| !Started::read(&fixture).0.is_empty());
        grader.kill().unwrap();
        grader.wait().unwrap();
        Started::read(&fixture).wait_until_gone();
        wait_until(|| fixture.littered().is_empty());
    }
}

/// Processes that a server has started, and its own. What should have ended by now is ended at last.
struct Started(Vec<i32>);

#[cfg(unix)]
impl Started {
    fn read(fixture: &Fixture) -> Self {
        let text = fs::read_to_string(fixture.pids()).unwrap_or_default();
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        Self(whole.split_whitespace().map(|pid| pid.parse().unwrap()).collect())
    }

    fn wait_until_gone(&self) {
        wait_until(|| !self.0.iter().any(|pid| is_running(*pid)));
    }
}

#[cfg(unix)]
impl Drop for Started {
    fn drop(&mut self) {
        if thread::panicking() {
            for pid in self.0.iter().filter(|pid| is_running(**pid)) {
                let _ = Command::new("kill").args(["-KILL", &pid.to_string()]).status();
            }
        }
    }
}

/// A process that has ended, but that nobody has waited for, isn't running.
#[cfg(target_os = "linux")]
fn is_running(pid: i32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = status.rsplit_once(") ").map(|(_, rest)| rest.as_bytes()[0]);
    state.is_some_and(|state| !b"ZX".contains(&state))
}

#[cfg(all(unix, not(target_os = "linux")))]
fn is_running(pid: i32) -> bool {
    Command::new("kill").args(["-0", &pid.to_string()]).status().is_ok_and(|status| status.success())
}
