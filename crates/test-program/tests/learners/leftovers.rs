//! After a verdict nothing is left: no process, no file. (Windows has no signals; a job object does there what a process
//! group does here.)

#[cfg(unix)]
use std::process::{Child, Command, Stdio};
#[cfg(unix)]
use std::sync::Arc;
#[cfg(unix)]
use std::sync::atomic::{AtomicBool, Ordering};
#[cfg(unix)]
use std::time::Duration;
#[cfg(unix)]
use std::{env, fs, thread};

#[cfg(unix)]
use grader::{LEARNER, Player};

use crate::fixture::{Fixture, SHORT};
#[cfg(unix)]
use crate::fixture::{scenes, wait_until};
#[cfg(unix)]
use crate::learner::PIDS;

crate::tests![
    a_server_with_a_folder_leaves_none,
    #[cfg(unix)]
    a_process_that_the_server_started_ends_with_the_verdict,
    #[cfg(unix)]
    an_exit_is_seen_though_a_process_lives_on,
    #[cfg(unix)]
    when_the_grader_is_killed_everything_ends,
    #[cfg(target_os = "linux")]
    what_stays_when_the_worker_is_killed_too_is_swept_by_the_next_run,
    #[cfg(unix)]
    a_play_that_nobody_waits_for_is_ended_at_once,
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

/// A timeout would end these plays in an hour.
#[cfg(unix)]
const LONG: [&str; 2] = ["--timeout-ms", "3600000"];

/// What the process started holds its output open.
#[cfg(unix)]
fn an_exit_is_seen_though_a_process_lives_on() {
    let fixture = Fixture::new();
    let mut grader = Running::start(&fixture, "starts-a-process-and-exits");
    wait_until(|| grader.0.try_wait().unwrap().is_some());
    assert_eq!(grader.0.wait().unwrap().code(), Some(101));
}

#[cfg(unix)]
fn when_the_grader_is_killed_everything_ends() {
    for learner in ["starts-a-process-and-loops", "keeps-files-and-loops"] {
        let fixture = Fixture::new();
        let grader = Running::start(&fixture, learner);
        wait_until(|| !Started::read(&fixture).0.is_empty());
        let process = grader.0.id();
        assert!(!fixture.littered(process).is_empty());
        drop(grader);
        Started::read(&fixture).wait_until_gone();
        wait_until(|| fixture.littered(process).is_empty());
    }
}

/// Elsewhere the tool sweeps when it serves the book.
#[cfg(target_os = "linux")]
fn what_stays_when_the_worker_is_killed_too_is_swept_by_the_next_run() {
    let fixture = Fixture::new();
    let grader = Running::start(&fixture, "keeps-files-and-loops");
    wait_until(|| !Started::read(&fixture).0.is_empty());
    let process = grader.0.id();
    // As long as one of the two can, it removes the folder.
    signal("STOP", &process);
    let workers = Started::read(&fixture);
    workers.0.iter().for_each(|pid| signal("KILL", pid));
    drop(grader);
    workers.wait_until_gone();
    assert!(!fixture.littered(process).is_empty());
    fixture.passes("right", &[]);
    assert!(fixture.littered(process).is_empty());
}

#[cfg(unix)]
fn a_play_that_nobody_waits_for_is_ended_at_once() {
    let fixture = Fixture::new();
    let stop = Arc::new(AtomicBool::new(false));
    let player = Player::new(env::current_exe().unwrap()).stopped_by(stop.clone());
    // Long enough: its end would be a play, and no error.
    let player = player.timeout(Duration::from_secs(30)).env("LEARNER", "starts-a-process-and-loops");
    let mut player = player.env(PIDS, &fixture.pids().display().to_string());
    let scenes = scenes();
    for all in [false, true] {
        stop.store(false, Ordering::Relaxed);
        let error = thread::scope(|scope| {
            let play = scope.spawn(|| {
                let played = if all {
                    player.play_all(LEARNER, &scenes).err()
                } else {
                    player.play(LEARNER, &scenes[0]).err()
                };
                played.unwrap()
            });
            wait_until(|| !Started::read(&fixture).0.is_empty());
            stop.store(true, Ordering::Relaxed);
            play.join().unwrap()
        });
        assert_eq!(error.to_string(), "nobody waits for the play any more");
        Started::read(&fixture).wait_until_gone();
        fs::remove_file(fixture.pids()).unwrap();
    }
}

/// A grader that is killed when it is dropped.
#[cfg(unix)]
struct Running(Child);

#[cfg(unix)]
impl Running {
    fn start(fixture: &Fixture, learner: &str) -> Self {
        let mut command = fixture.command(learner, &LONG);
        Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }
}

#[cfg(unix)]
impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Processes that a server has started, and its own. What should have ended by now is ended at last.
#[cfg(unix)]
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
                signal("KILL", pid);
            }
        }
    }
}

#[cfg(unix)]
fn signal(name: &str, pid: &impl ToString) {
    let _ = Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status();
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
