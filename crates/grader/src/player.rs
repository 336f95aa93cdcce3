//! The one place that plays servers in a child process: see [`worker`](crate::worker).

use std::env;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use scenario::{PlayError, Progress, Scene, StepResult, TIMEOUT, Transcript};
use worker::{Child, Hello, MARK, Message, Request, WORKER};

use crate::TempFolder;
use crate::limits::limited;

/// How many workers play a learner's server. The same on every machine, and wherever it's graded: see
/// [`Player::play_all`].
pub const WORKERS: usize = 2;

/// How much of what the server's code prints to a stream during a scene is kept, in bytes.
const MAX_OUTPUT: usize = 4 * 1024;

/// The longest line of the server's own output that is taken as one, in bytes. A longer one comes in pieces.
const MAX_LINE: usize = 16 * 1024;

/// The longest message, in bytes. A transcript is bounded by the frames that a play can have, but not by their size.
const MAX_MESSAGE: usize = 64 * 1024 * 1024;

/// How many lines can wait to be read. More wait in the pipe, and not in our memory.
const WAITING_LINES: usize = 64;

/// How much longer than a play's own timeout the worker may take. After that the whole process is stuck.
const GRACE: Duration = Duration::from_secs(2);

/// How often to look whether a silent worker still runs. The end of its output doesn't always say so: a process that the
/// server's code has started may hold the pipe open.
const LOOK: Duration = Duration::from_millis(50);

/// Where Linux has a file system in memory, for everyone.
const IN_MEMORY: &str = "/dev/shm";

/// What a worker's folder is for, as its name says.
const FOR_PLAYS: &str = "play";

/// What came of a scene that was played in a worker.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Played {
    /// What happened. If the process ended during the scene, the steps up to there.
    pub transcript: Transcript,
    /// What the server's code printed to standard output and standard error.
    pub output: String,
    /// How long the play took, in wall-clock time, without the way to the worker and back. Zero, if its process ended.
    pub time: Duration,
}

impl Played {
    /// Whether the play was stopped because the server held its thread, or never became idle. It took its whole time.
    pub fn timed_out(&self) -> bool {
        matches!(self.transcript.error, Some(PlayError::ThreadBlocked {} | PlayError::NeverIdle {}))
    }

    /// Whether a thread panicked that isn't the server's: one that its code started with `std::thread`. No client and no
    /// transcript shows it; Rust's own message in the output does.
    pub fn thread_panicked(&self) -> bool {
        self.output.contains("panicked at ")
    }
}

/// Plays scenes in a worker, and starts another when one has ended. A worker that is dropped ends, with everything that
/// the server's code has started.
pub struct Player {
    program: PathBuf,
    env: Vec<(String, String)>,
    /// Each in its own place, which is empty until it's needed, and again when its worker has ended.
    workers: Vec<Option<Worker>>,
    timeout: Duration,
    stop: Arc<AtomicBool>,
}

impl Player {
    /// A player whose worker is `program`, started with `--worker`.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            env: Vec::new(),
            workers: vec![None],
            timeout: TIMEOUT,
            stop: Arc::default(),
        }
    }

    /// Starts the worker with an environment variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Stops a play that takes longer than this. Without a call it is [`TIMEOUT`].
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Ends each play at once, as an error, as soon as `stop` is set: nobody waits for it any more.
    #[must_use]
    pub fn stopped_by(mut self, stop: Arc<AtomicBool>) -> Self {
        self.stop = stop;
        self
    }

    /// Plays many scenes in so many workers at the same time. Without a call it is one.
    #[must_use]
    pub fn workers(mut self, count: usize) -> Self {
        self.workers = std::iter::repeat_with(|| None).take(count.max(1)).collect();
        self
    }

    /// Plays `scenes` over the server of that name. The transcripts have no frames: nothing is graded by them.
    ///
    /// A process that dies, or has to be ended, costs only the scene it was playing. But a scene that takes its whole
    /// time is the last of those that are returned: those after it would take as long, each.
    ///
    /// Which worker plays which scene depends on nothing but the scenes: a server that keeps something in a `static`
    /// finds the same there each time.
    ///
    /// # Errors
    /// If a worker can't be started, or says that it can't play a scene.
    pub fn play_all(&mut self, server: &str, scenes: &[Scene]) -> io::Result<Vec<Played>> {
        let shares = shares(scenes, self.workers.len());
        let timeout = self.timeout;
        let (program, env, stop) = (&self.program, &self.env, &*self.stop);
        let results: Vec<io::Result<Vec<(usize, Played)>>> = thread::scope(|scope| {
            let threads: Vec<_> = self
                .workers
                .iter_mut()
                .zip(shares)
                .map(|(worker, share)| {
                    scope.spawn(move || {
                        let mut played = Vec::new();
                        for number in share {
                            let task = Task { server, scene: &scenes[number], timeout, frames: false, stop };
                            let result = play(worker, program, env, &task)?;
                            let timed_out = result.timed_out();
                            played.push((number, result));
                            if timed_out {
                                break;
                            }
                        }
                        Ok(played)
                    })
                })
                .collect();
            let panicked = || Err(io::Error::other("a thread that plays has panicked"));
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| panicked())).collect()
        });
        let mut played = Vec::new();
        for result in results {
            played.extend(result?);
        }
        played.sort_by_key(|(number, _)| *number);
        // Those before the first that timed out were all played, whichever worker had them.
        let timed_out = played.iter().position(|(_, played)| played.timed_out());
        played.truncate(timed_out.map_or(played.len(), |place| place + 1));
        Ok(played.into_iter().map(|(_, played)| played).collect())
    }

    /// Plays one scene over the server of that name, frames and all.
    ///
    /// # Errors
    /// If the worker can't be started, or says that it can't play the scene.
    pub fn play(&mut self, server: &str, scene: &Scene) -> io::Result<Played> {
        let task = Task { server, scene, timeout: self.timeout, frames: true, stop: &self.stop };
        play(&mut self.workers[0], &self.program, &self.env, &task)
    }
}

/// What a worker is to play, and how.
struct Task<'a> {
    server: &'a str,
    scene: &'a Scene,
    timeout: Duration,
    frames: bool,
    stop: &'a AtomicBool,
}

/// Plays one scene in the worker, or in a new one if there is none.
fn play(
    place: &mut Option<Worker>,
    program: &Path,
    env: &[(String, String)],
    task: &Task<'_>,
) -> io::Result<Played> {
    let worker = match place.take() {
        Some(worker) => worker,
        None => Worker::start(program, env)?,
    };
    let worker = place.insert(worker);
    let result = worker.play(task);
    let goes_on = matches!(&result, Ok(played) if worker.is_running() && !played.timed_out());
    if !goes_on {
        *place = None;
    }
    result
}

/// Divides the scenes: the numbers of those that each worker plays, in their order. Each gets about as many steps.
fn shares(scenes: &[Scene], workers: usize) -> Vec<Vec<usize>> {
    let mut shares = vec![(0, Vec::new()); workers];
    for (number, scene) in scenes.iter().enumerate() {
        if let Some((steps, share)) = shares.iter_mut().min_by_key(|(steps, _)| *steps) {
            *steps += scene.steps.len();
            share.push(number);
        }
    }
    shares.into_iter().map(|(_, share)| share).collect()
}

/// A folder for a worker's files: in memory, if the system offers that, or else where temporary files are.
///
/// A database waits for the disk with each commit, and one play has many. What a crash leaves behind is the same in both
/// places: a play copies the files as they are, and can't cut off the power.
fn scratch() -> io::Result<TempFolder> {
    let in_memory = Path::new(IN_MEMORY);
    if cfg!(target_os = "linux") {
        TempFolder::sweep(in_memory);
        if let Ok(folder) = TempFolder::create(in_memory, FOR_PLAYS) {
            return Ok(folder);
        }
    }
    // Not swept here: many files may be there, and a save shouldn't wait for that. The tool does it when it serves the book.
    TempFolder::create(&env::temp_dir(), FOR_PLAYS)
}

/// A process that plays.
struct Worker {
    child: Child,
    /// Closed first when the worker is dropped: a worker whose input ends, ends.
    requests: Option<ChildStdin>,
    output: Receiver<OutputLine>,
    mark: String,
    ended: bool,
    /// Where its plays keep files. Removed when the worker has ended.
    _scratch: TempFolder,
}

/// A line that the worker wrote, and where. Without its line end.
enum OutputLine {
    Out(Vec<u8>),
    Err(Vec<u8>),
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.requests.take());
        // Nothing that the server's code has started may be left running, or be writing to the folder that is removed now.
        self.child.kill();
    }
}

impl Worker {
    fn start(program: &Path, env: &[(String, String)]) -> io::Result<Self> {
        let scratch = scratch()?;
        let mut command = limited(program);
        command
            .arg(WORKER)
            .envs(env.iter().map(|(name, value)| (name, value)))
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = Child::start(command)?;
        let no_pipes = || io::Error::other("a child process without its pipes");
        let (mut requests, out, err) = child.take_pipes().ok_or_else(no_pipes)?;

        // Random, so that the server's code can't write a message by accident.
        let token = format!("{:016x}", RandomState::new().build_hasher().finish());
        let mark = format!("{MARK}{token}");
        let hello = Hello { token, scratch: scratch.path().to_owned() }.to_json()?;
        // A process that has died by now says so by the end of its output.
        let _ = writeln!(requests, "{hello}");

        // One channel for both: a pipe that nobody empties would hold up the server that writes to it.
        let (sender, output) = mpsc::sync_channel(WAITING_LINES);
        let worker = Self { child, requests: Some(requests), output, mark, ended: false, _scratch: scratch };
        read_lines(out, worker.mark.clone(), sender.clone(), OutputLine::Out)?;
        read_lines(err, worker.mark.clone(), sender, OutputLine::Err)?;
        Ok(worker)
    }

    fn is_running(&self) -> bool {
        !self.ended
    }

    fn play(&mut self, &Task { server, scene, timeout, frames, stop }: &Task<'_>) -> io::Result<Played> {
        let deadline = Instant::now() + timeout + GRACE;
        let request = Request { server: server.to_owned(), scene: scene.clone(), timeout, frames };
        let json = request.to_json()?;
        if let Some(requests) = &mut self.requests {
            // A process that has died by now says so by the end of its output.
            let _ = writeln!(requests, "{json}").and_then(|()| requests.flush());
        }

        let (mut printed, mut complained) = (Output::default(), Output::default());
        let mut progress: Vec<Progress> = Vec::new();
        let (mut done, mut err_is_complete) = (None, false);
        while let Some(line) = self.next_line(deadline, stop) {
            match line {
                OutputLine::Out(line) => match self.message(&line) {
                    Some(Message::Progress(new)) => progress.push(new),
                    Some(Message::Done(transcript, time)) => done = Some((transcript, time)),
                    Some(Message::Refused(why)) => return Err(io::Error::other(why)),
                    None => printed.add(&line),
                },
                OutputLine::Err(line) if line.starts_with(self.mark.as_bytes()) => err_is_complete = true,
                OutputLine::Err(line) => complained.add(&line),
            }
            if done.is_some() && err_is_complete {
                break;
            }
        }
        if let Some((rest, time)) = done {
            let finished = progress.into_iter().filter_map(|progress| match progress {
                Progress::Finished(step) => Some(step),
                Progress::Started(_) => None,
            });
            let transcript = Transcript { steps: finished.chain(rest.steps).collect(), ..rest };
            return Ok(Played { transcript, output: text_of(printed, complained), time });
        }
        self.ended = true;
        if stop.load(Ordering::Relaxed) {
            // It is dropped, and so is all that it has started.
            return Err(io::Error::other("nobody waits for the play any more"));
        }
        let error = match self.exit_status(deadline)? {
            Some(status) => PlayError::ProcessExited { status: status.to_string() },
            None => PlayError::ThreadBlocked {},
        };
        self.child.kill();
        // What it had written before it was ended.
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline {
            let Ok(line) = self.output.recv_timeout(GRACE) else { break };
            match line {
                OutputLine::Out(line) | OutputLine::Err(line) if line.starts_with(self.mark.as_bytes()) => {}
                OutputLine::Out(line) => printed.add(&line),
                OutputLine::Err(line) => complained.add(&line),
            }
        }
        let (transcript, output) = (transcript_of(progress, error), text_of(printed, complained));
        Ok(Played { transcript, output, time: Duration::ZERO })
    }

    /// The message on a line, if there is one.
    fn message(&self, line: &[u8]) -> Option<Message> {
        Message::from_json(line.strip_prefix(self.mark.as_bytes())?).ok()
    }

    /// The next line that it writes before `deadline`. Lines without end don't put the deadline off. `None` comes early if
    /// the process has ended, or should be.
    fn next_line(&mut self, deadline: Instant, stop: &AtomicBool) -> Option<OutputLine> {
        while Instant::now() < deadline && !stop.load(Ordering::Relaxed) {
            match self.output.recv_timeout(LOOK) {
                Ok(line) => return Some(line),
                Err(RecvTimeoutError::Timeout) if matches!(self.child.try_wait(), Ok(None)) => {}
                Err(_) => break,
            }
        }
        None
    }

    /// How the process has ended, if it does so before `deadline`.
    #[expect(clippy::disallowed_methods, reason = "there is no wait with a deadline")]
    fn exit_status(&mut self, deadline: Instant) -> io::Result<Option<ExitStatus>> {
        loop {
            let status = self.child.try_wait()?;
            if status.is_some() || Instant::now() >= deadline {
                return Ok(status);
            }
            // It has closed its output: then its end is near.
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// The transcript of a play whose process ended: the steps that were finished, and the one that was not.
fn transcript_of(progress: Vec<Progress>, error: PlayError) -> Transcript {
    let mut transcript = Transcript { error: Some(error), ..Transcript::default() };
    for progress in progress {
        match progress {
            Progress::Started(step) => {
                transcript.steps.push(StepResult { step, server: Vec::new(), clients: Vec::new() });
            }
            Progress::Finished(result) => {
                let names = result.clients.iter().map(|outcome| &outcome.client);
                let new: Vec<_> = names.filter(|name| !transcript.clients.contains(name)).cloned().collect();
                transcript.clients.extend(new);
                transcript.steps.pop();
                transcript.steps.push(result);
            }
        }
    }
    transcript
}

/// Reads lines on a thread of their own.
fn read_lines(
    stream: impl Read + Send + 'static,
    mark: String,
    sender: SyncSender<OutputLine>,
    line: fn(Vec<u8>) -> OutputLine,
) -> io::Result<()> {
    thread::Builder::new().name("worker output".to_owned()).spawn(move || {
        let mut stream = BufReader::new(stream);
        while let Ok(Some(bytes)) = read_line(&mut stream, mark.as_bytes()) {
            if sender.send(line(bytes)).is_err() {
                return;
            }
        }
    })?;
    Ok(())
}

/// The next line, or a piece of one that has no end. `None`: the stream has ended.
fn read_line(stream: &mut impl BufRead, mark: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    stream.by_ref().take(MAX_LINE as u64).read_until(b'\n', &mut line)?;
    if line.starts_with(mark) && !line.ends_with(b"\n") {
        let left = MAX_MESSAGE - line.len();
        stream.take(left as u64).read_until(b'\n', &mut line)?;
    }
    if line.is_empty() {
        return Ok(None);
    }
    while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
        line.pop();
    }
    Ok(Some(line))
}

/// What was printed to standard output, and after it what was printed to standard error.
fn text_of(printed: Output, complained: Output) -> String {
    let texts = [printed.text(), complained.text()];
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

/// What the server's code prints to one stream, up to a limit.
#[derive(Default)]
struct Output {
    lines: Vec<String>,
    bytes: usize,
    left_out: usize,
}

impl Output {
    fn add(&mut self, line: &[u8]) {
        // A message stands on a line of its own, with an empty one before it.
        if line.is_empty() {
            return;
        }
        self.bytes += line.len();
        if self.bytes > MAX_OUTPUT {
            self.left_out += 1;
        } else {
            self.lines.push(String::from_utf8_lossy(line).into_owned());
        }
    }

    fn text(mut self) -> String {
        match self.left_out {
            0 => {}
            1 => self.lines.push("… and 1 more line".to_owned()),
            lines => self.lines.push(format!("… and {lines} more lines")),
        }
        self.lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use scenario::Step;

    use super::*;

    #[test]
    fn a_worker_keeps_its_files_in_memory_if_it_can() {
        let is_offered = cfg!(target_os = "linux") && Path::new(IN_MEMORY).exists();
        assert_eq!(scratch().unwrap().path().starts_with(IN_MEMORY), is_offered);
    }

    #[test]
    fn scenes_are_divided_by_their_steps_and_always_in_the_same_way() {
        let scene = |steps: usize| Scene {
            name: String::new(),
            title: String::new(),
            steps: vec![Step::Wait { seconds: 1 }; steps],
        };
        let scenes = [2, 3, 40, 5, 5].map(scene);
        assert_eq!(shares(&scenes, 2), [vec![0, 2], vec![1, 3, 4]]);
        assert_eq!(shares(&scenes, 1), [vec![0, 1, 2, 3, 4]]);
        assert_eq!(shares(&scenes[..1], 2), [vec![0], vec![]]);
    }

    fn lines(text: &[u8]) -> Vec<Vec<u8>> {
        let mut stream = BufReader::new(text);
        let mut lines = Vec::new();
        while let Some(line) = read_line(&mut stream, b"MARK").unwrap() {
            lines.push(line);
        }
        lines
    }

    #[test]
    fn lines_are_read_without_their_ends() {
        assert_eq!(lines(b"a\r\n\nb"), [&b"a"[..], b"", b"b"]);
        assert!(lines(b"").is_empty());
    }

    #[test]
    fn a_line_without_end_comes_in_pieces_and_a_message_whole() {
        let pieces = lines(&vec![b'x'; 3 * MAX_LINE]);
        assert!(pieces.len() == 3 && pieces.iter().all(|piece| piece.len() == MAX_LINE));
        let message = [b"MARK".to_vec(), vec![b'x'; 3 * MAX_LINE], b"\n".to_vec()].concat();
        assert_eq!(lines(&message), [&message[..message.len() - 1]]);
    }

    #[test]
    fn output_is_kept_up_to_a_limit() {
        let mut output = Output::default();
        for _ in 0..3 {
            output.add(&vec![b'x'; MAX_OUTPUT / 2]);
        }
        assert!(output.text().ends_with("x\n… and 1 more line"));
    }
}
