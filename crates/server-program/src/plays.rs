//! The worker: the process in which servers are played, so that whatever their code does to its process, the verdict
//! survives. What it reads and says is described in the crate [`worker`].

use std::io::{self, BufRead, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Instant;
use std::{fs, process};

use harness::{Options, Server, make_no_more_folders, play_with};
use scenario::{PlayError, Progress, Scene, Transcript};
use worker::{Child, EXIT, Hello, MARK, Message, Request, WORKER};

/// How often to try to remove a folder that is being written to.
const REMOVALS: usize = 100;

/// Is a worker until standard input ends, and never returns. `find` gives the server of a name.
pub fn serve_worker(find: impl Fn(&str) -> Option<Server>) -> ! {
    serve_worker_plays(|name, scene, options| {
        let server = find(name).ok_or_else(|| format!("there is no server `{name}`"))?;
        play_with(scene, &server, options).map_err(|error| error.to_string())
    })
}

/// [`serve_worker`] for whatever can play: `play` plays a scene over what has that name, or says why it can't.
pub fn serve_worker_plays(play: impl Fn(&str, &Scene, Options) -> Result<Transcript, String>) -> ! {
    let mut lines = io::stdin().lock().lines();
    let hello = lines.next().and_then(Result::ok).and_then(|line| Hello::from_json(line.as_bytes()).ok());
    drop(lines);
    let Some(Hello { token, scratch }) = hello else {
        eprintln!("{WORKER} is for the workbook's own use: it reads its requests on standard input.");
        process::exit(EXIT);
    };
    for request in requests(&scratch) {
        let message = play_request(&token, &scratch, &request, &play);
        let blocked =
            matches!(&message, Message::Done(Transcript { error: Some(PlayError::ThreadBlocked {}), .. }, _));
        // Standard error has a mark, too, so that it can be read to its end.
        eprintln!("\n{MARK}{token}");
        say(&token, &message);
        if blocked {
            // A thread that blocks for ever may hold anything: a lock, a core. No play after it would be a fair one.
            break;
        }
    }
    process::exit(EXIT);
}

/// The requests, read on a thread: when standard input ends, nobody waits for this process any more, and it ends at once,
/// whatever its server's code is doing.
fn requests(scratch: &Path) -> mpsc::Receiver<Request> {
    let (sender, requests) = mpsc::channel();
    let scratch = scratch.to_owned();
    let reader = thread::Builder::new().name("requests".to_owned()).spawn(move || {
        for line in io::stdin().lock().lines() {
            let Ok(Ok(request)) = line.map(|line| Request::from_json(line.as_bytes())) else { break };
            let _ = sender.send(request);
        }
        make_no_more_folders();
        remove(&scratch);
        Child::end_this_one(EXIT);
    });
    reader.expect("the system can start a thread");
    requests
}

/// Removes the folder, though the server's code may be writing to it at this moment.
fn remove(folder: &Path) {
    for _ in 0..REMOVALS {
        if fs::remove_dir_all(folder).is_ok() || !folder.exists() {
            return;
        }
    }
}

fn play_request(
    token: &str,
    scratch: &Path,
    request: &Request,
    play: &impl Fn(&str, &Scene, Options) -> Result<Transcript, String>,
) -> Message {
    let (for_progress, finished) = (token.to_owned(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&finished);
    let progress = move |progress| {
        if matches!(progress, Progress::Finished(_)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        say(&for_progress, &Message::Progress(progress));
    };
    let Request { server, scene, timeout, frames } = request;
    let options = Options {
        timeout: *timeout,
        scratch: scratch.to_owned(),
        frames: *frames,
        progress: Some(Box::new(progress)),
    };
    let began = Instant::now();
    match play(server, scene, options) {
        Ok(mut transcript) => {
            let said = finished.load(Ordering::Relaxed).min(transcript.steps.len());
            transcript.steps.drain(..said);
            Message::Done(transcript, began.elapsed())
        }
        Err(error) => Message::Refused(error),
    }
}

fn say(token: &str, message: &Message) {
    let json = message.to_json().unwrap_or_default();
    // The server's code may have printed half a line. Written as a whole, it is one call of the system.
    let line = format!("\n{MARK}{token}{json}\n");
    let mut out = io::stdout().lock();
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
}
