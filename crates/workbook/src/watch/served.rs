//! The learner's server on a real port, in the background.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use grader::Exercise;

use crate::check::Checker;
use crate::served_program::{ServedProgram, address};

use super::state::{Event, Served};

/// How many lines of a server's log are shown each time it starts. One that prints for ever must not bury the verdict.
const MOST_LINES: usize = 100;

/// The longest line that is taken as one, in bytes.
const MAX_LINE: u64 = 512;

/// The server that is tried, if one is.
pub(super) struct Serving {
    events: Sender<Event>,
    /// The port it had: the next one gets it again, so that the pages that are open come back to it.
    port: Arc<Mutex<Option<u16>>>,
    current: Option<Current>,
}

/// One that was started.
struct Current {
    stopped: Arc<AtomicBool>,
    child: Arc<Mutex<Option<ServedProgram>>>,
}

impl Serving {
    pub(super) fn new(events: Sender<Event>) -> Self {
        Self { events, port: Arc::default(), current: None }
    }

    /// Builds the learner's server and starts it, on a thread. The one before it is stopped.
    pub(super) fn start(&mut self, checker: &Arc<Checker>, exercise: &Exercise) -> io::Result<()> {
        self.stop();
        let (stopped, child) = (Arc::<AtomicBool>::default(), Arc::default());
        self.current = Some(Current { stopped: Arc::clone(&stopped), child: Arc::clone(&child) });
        let (checker, exercise) = (Arc::clone(checker), exercise.clone());
        let (events, port) = (self.events.clone(), Arc::clone(&self.port));
        thread::Builder::new().name("tried server".to_owned()).spawn(move || {
            let ended = match serve(&checker, &exercise, &stopped, &child, &port, &events) {
                Ok(()) => format!(
                    "Your server has ended. Save {}/src/lib.rs to start it again with t.",
                    exercise.path()
                ),
                Err(why) => why,
            };
            // One that was stopped is nobody's news.
            if !stopped.load(Ordering::Relaxed) {
                let _ = events.send(Event::Served(Served::Ended(ended)));
            }
        })?;
        Ok(())
    }

    pub(super) fn stop(&mut self) {
        if let Some(Current { stopped, child }) = self.current.take() {
            stopped.store(true, Ordering::Relaxed);
            // Dropped, it is ended with all that it has started.
            drop(child.lock().unwrap_or_else(PoisonError::into_inner).take());
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Serves until the server ends.
fn serve(
    checker: &Checker,
    exercise: &Exercise,
    stopped: &AtomicBool,
    place: &Mutex<Option<ServedProgram>>,
    port: &Mutex<Option<u16>>,
    events: &Sender<Event>,
) -> Result<(), String> {
    let program = checker
        .builder
        .build_until(exercise, stopped)
        .map_err(|_| "Your server can't be built now. Save again.".to_owned())?;
    let failed = |error: io::Error| format!("Your server can't be started: {error}");
    let asked = *port.lock().unwrap_or_else(PoisonError::into_inner);
    let (said, lines) = mpsc::sync_channel(16);
    {
        // Under the lock: whoever stops it either finds it, or has said so before.
        let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
        if stopped.load(Ordering::Relaxed) {
            return Ok(());
        }
        let (server, out, err) = ServedProgram::start(&program, asked).map_err(failed)?;
        *place = Some(server);
        read_lines(out, said.clone()).map_err(failed)?;
        read_lines(err, said).map_err(failed)?;
    }
    let mut says = Says { events, name: &exercise.name, shown: 0 };
    let (mut listens, mut before) = (false, Vec::new());
    // Its output is read to the end, or a server that prints much would wait for ever.
    for line in lines.iter().filter(|line| !line.trim().is_empty()) {
        let text = line.trim();
        if stopped.load(Ordering::Relaxed) {
            continue;
        }
        if listens {
            says.line(line);
        } else if let Some((address, number)) = address(text) {
            *port.lock().unwrap_or_else(PoisonError::into_inner) = Some(number);
            let _ = events.send(Event::Served(Served::At(address.to_owned())));
        } else if text.starts_with("It has a page of its own") {
            says.line(line);
        } else if text.starts_with("Press Ctrl+C") {
            // That is for those who start it without this tool. What the server logs comes next.
            listens = true;
        } else if before.len() < MOST_LINES {
            before.push(line);
        }
    }
    if !listens {
        for line in before {
            says.line(line);
        }
        return Err(format!(
            "Your server ended before it listened. Fix {}/src/lib.rs and save.",
            exercise.path()
        ));
    }
    Ok(())
}

/// Says what a server says, up to a limit.
struct Says<'a> {
    events: &'a Sender<Event>,
    /// The exercise's.
    name: &'a str,
    shown: usize,
}

impl Says<'_> {
    fn line(&mut self, line: String) {
        let told = match self.shown {
            MOST_LINES => format!("… all that your server prints: cargo workbook try {}", self.name),
            shown if shown < MOST_LINES => line,
            _ => return,
        };
        self.shown += 1;
        let _ = self.events.send(Event::Served(Served::Wrote(told)));
    }
}

/// Reads lines on a thread. Of one that never ends, pieces.
fn read_lines(stream: impl Read + Send + 'static, said: mpsc::SyncSender<String>) -> io::Result<()> {
    thread::Builder::new().name("server output".to_owned()).spawn(move || {
        let mut stream = BufReader::new(stream);
        loop {
            let mut line = Vec::new();
            match stream.by_ref().take(MAX_LINE).read_until(b'\n', &mut line) {
                Ok(1..) if said.send(String::from_utf8_lossy(&line).trim_end().to_owned()).is_ok() => {}
                _ => return,
            }
        }
    })?;
    Ok(())
}
