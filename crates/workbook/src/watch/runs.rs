//! Runs: an exercise is built and played on a thread, until a newer run takes its place.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::check::Stage;

use super::state::{Event, Outcome, Run};

/// How often to look whether a run has ended.
const LOOK: Duration = Duration::from_millis(5);

/// Builds and plays, tells what it is at, and ends early if it's told to stop.
pub(super) type Work = Box<dyn FnOnce(&Arc<AtomicBool>, &mut dyn FnMut(Stage)) -> Outcome + Send>;

/// The run that is under way, if any.
pub(super) struct Runs {
    events: Sender<Event>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Runs {
    pub(super) fn new(events: Sender<Event>) -> Self {
        Self { events, stop: Arc::default(), thread: None }
    }

    /// Begins a run. The one before it is cancelled, and waited for on the new one's thread: two would get in each other's
    /// way.
    pub(super) fn begin(&mut self, run: Run, work: Work) -> io::Result<()> {
        self.cancel();
        self.stop = Arc::default();
        let (before, stop, events) = (self.thread.take(), Arc::clone(&self.stop), self.events.clone());
        self.thread = Some(thread::Builder::new().name("run".to_owned()).spawn(move || {
            if let Some(before) = before {
                let _ = before.join();
            }
            if stop.load(Ordering::Relaxed) {
                return;
            }
            let mut tell = |stage| {
                let _ = events.send(Event::Stage(run, stage));
            };
            let outcome = catch_unwind(AssertUnwindSafe(|| work(&stop, &mut tell)))
                .unwrap_or_else(|panic| broken(&*panic));
            let _ = events.send(Event::Finished(run, outcome));
        })?);
        Ok(())
    }

    /// Ends the run that is under way.
    pub(super) fn cancel(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// The same, and waits until it has ended what it had started, but no longer than `grace`.
    pub(super) fn end(&mut self, grace: Duration) {
        self.cancel();
        let deadline = Instant::now() + grace;
        while self.thread.as_ref().is_some_and(|thread| !thread.is_finished()) && Instant::now() < deadline {
            thread::park_timeout(LOOK);
        }
    }
}

/// Our own mistake must not leave the learner waiting.
fn broken(panic: &(dyn Any + Send)) -> Outcome {
    let said = panic.downcast_ref::<&str>().copied();
    let said = said.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    let lines = vec![
        format!("The workbook itself failed: {said}"),
        "That isn't your code's fault. Save again, or run `cargo test -p NAME`. Please tell us.".to_owned(),
    ];
    Outcome { lines, ..Outcome::default() }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    fn says(line: &str) -> Outcome {
        Outcome { lines: vec![line.to_owned()], ..Outcome::default() }
    }

    #[test]
    fn a_run_tells_its_stages_and_its_outcome() {
        let (events, happened) = mpsc::channel();
        let mut runs = Runs::new(events);
        runs.begin(
            1,
            Box::new(|_, tell| {
                tell(Stage::Building);
                tell(Stage::Playing);
                says("done")
            }),
        )
        .unwrap();
        let told: Vec<_> = (0..3).map(|_| happened.recv_timeout(LONG).unwrap()).collect();
        let expected = [
            Event::Stage(1, Stage::Building),
            Event::Stage(1, Stage::Playing),
            Event::Finished(1, says("done")),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_newer_run_ends_the_one_before_and_they_are_never_at_work_together() {
        let (events, happened) = mpsc::channel();
        let mut runs = Runs::new(events);
        let working = Arc::new(std::sync::Mutex::new(()));
        for run in 1..=5 {
            let working = working.clone();
            let work = move |stop: &Arc<AtomicBool>, _: &mut dyn FnMut(Stage)| {
                let alone = working.try_lock().expect("no other run is at work");
                while run < 5 && !stop.load(Ordering::Relaxed) {
                    thread::park_timeout(Duration::from_millis(1));
                }
                drop(alone);
                says("ended")
            };
            runs.begin(run, Box::new(work)).unwrap();
        }
        loop {
            if let Event::Finished(5, outcome) = happened.recv_timeout(LONG).unwrap() {
                assert_eq!(outcome, says("ended"));
                return;
            }
        }
    }

    #[test]
    fn a_run_that_panics_says_so_and_the_next_one_runs() {
        let (events, happened) = mpsc::channel();
        let mut runs = Runs::new(events);
        runs.begin(1, Box::new(|_, _| panic!("on purpose"))).unwrap();
        let Ok(Event::Finished(1, outcome)) = happened.recv_timeout(LONG) else { panic!("no outcome") };
        assert!(outcome.lines[0].contains("on purpose") && !outcome.passed, "{outcome:?}");
        runs.begin(2, Box::new(|_, _| says("done"))).unwrap();
        assert_eq!(happened.recv_timeout(LONG), Ok(Event::Finished(2, says("done"))));
    }
}
