//! Playing in a process of its own, so that whatever the learner's code does to its process, the verdict survives.
//!
//! The test program starts itself again as the *player*. To it go scenes, a line of JSON each; back come, on standard
//! output, lines that begin with [`MARK`]. All else that it prints is the learner's own.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;

use crate::play::{PATIENCE, Record, play_watched};
use crate::transcript::{Transcript, Trouble};
use crate::{Scene, SceneError};

/// Set for the player's process.
const PLAYER: &str = "STAGE_PLAYER";

/// What a line of the player's begins with: ASCII's "record separator", which nobody prints by accident.
const MARK: char = '\u{1e}';

/// How much of what the learner's code prints to a stream during a scene is kept.
const PRINTED: usize = 16 * 1024;

/// How much longer than the play's own patience the player may take. Beyond that the whole process is stuck.
const GRACE: Duration = Duration::from_secs(2);

/// What came of a scene.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Played {
    /// What happened. If the process ended during the scene, the steps up to there.
    pub transcript: Transcript,
    /// What the server's code printed to standard output and standard error meanwhile.
    pub printed: String,
}

/// What the player says.
#[derive(Serialize, Deserialize)]
enum Says {
    /// A step begins: what has happened so far. It is all there is if the process does not live to the end.
    SoFar(Transcript),
    /// The scene is over.
    End(Transcript),
    /// The scene cannot be played.
    Cannot(String),
}

/// Whether this process is the player.
pub(super) fn is_player() -> bool {
    std::env::var_os(PLAYER).is_some()
}

/// The player's whole life: plays each scene that comes in over `server`.
pub(super) fn perform(server: fn(&SocketIo)) {
    for line in io::stdin().lock().lines() {
        let Ok(line) = line else { return };
        let says = match serde_json::from_str::<Scene>(&line) {
            Err(error) => Says::Cannot(error.to_string()),
            Ok(scene) => {
                let watch = |record: &Record| say(&Says::SoFar(record.so_far()));
                match play_watched(&scene, Box::new(server), PATIENCE, Box::new(watch)) {
                    Ok(transcript) => Says::End(transcript),
                    Err(error) => Says::Cannot(error.to_string()),
                }
            }
        };
        eprintln!();
        eprintln!("{MARK}");
        say(&says);
        // A thread that blocks for ever may hold anything, a lock or a core. No scene after it would be a fair one.
        if matches!(&says, Says::End(Transcript { trouble: Some(Trouble::Blocks), .. })) {
            std::process::exit(0);
        }
    }
}

fn say(says: &Says) {
    let json = serde_json::to_string(says).unwrap_or_default();
    let mut out = io::stdout().lock();
    // The learner may have printed half a line.
    let _ = writeln!(out, "\n{MARK}{json}").and_then(|()| out.flush());
}

/// Plays `scenes` in processes of their own, made from an exercise's test program.
///
/// A process that dies, or has to be ended, costs only the scene it was playing; but a scene that blocks is the last
/// that is played: those behind it would block as long, each.
///
/// # Errors
/// If the program cannot be started, or says that a scene cannot be played.
pub fn play_apart(program: &Path, scenes: &[Scene]) -> io::Result<Vec<Played>> {
    let mut played = Vec::new();
    let mut player: Option<Player> = None;
    for scene in scenes {
        let on_stage = match &mut player {
            Some(player) => player,
            None => player.insert(Player::start(program)?),
        };
        let (result, goes_on) = on_stage.play(scene)?;
        let blocked = matches!(result.transcript.trouble, Some(Trouble::Blocks));
        played.push(result);
        if blocked {
            break;
        }
        if !goes_on {
            player = None;
        }
    }
    Ok(played)
}

/// A process that plays.
struct Player {
    process: Child,
    orders: ChildStdin,
    wrote: Receiver<Wrote>,
}

/// A line that the player wrote, and where.
enum Wrote {
    Out(String),
    Err(String),
}

impl Drop for Player {
    fn drop(&mut self) {
        // Nothing of the learner's may be left running.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Player {
    fn start(program: &Path) -> io::Result<Self> {
        let mut process = Command::new(program)
            .env(PLAYER, "1")
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let broken = || io::Error::other("a child process without its pipes");
        let orders = process.stdin.take().ok_or_else(broken)?;
        let out = process.stdout.take().ok_or_else(broken)?;
        let err = process.stderr.take().ok_or_else(broken)?;
        // One for both: a pipe that nobody empties would hold up the server that writes to it. And bounded: a flood waits
        // in the pipe, not in our memory.
        let (sender, wrote) = mpsc::sync_channel(1024);
        read_lines(out, sender.clone(), Wrote::Out);
        read_lines(err, sender, Wrote::Err);
        Ok(Self { process, orders, wrote })
    }

    /// Plays one scene. Also tells whether the process can play another.
    fn play(&mut self, scene: &Scene) -> io::Result<(Played, bool)> {
        let deadline = Instant::now() + PATIENCE + GRACE;
        let json = serde_json::to_string(scene)?;
        // A process that has died by now says so by the end of its output.
        let _ = writeln!(self.orders, "{json}").and_then(|()| self.orders.flush());

        let (mut printed, mut complained) = (Printed::default(), Printed::default());
        let mut so_far = Transcript::default();
        let (mut end, mut complained_all) = (None, false);
        let stopped = loop {
            match self.next_line(deadline) {
                Ok(Wrote::Out(line)) => match line.strip_prefix(MARK).map(serde_json::from_str) {
                    Some(Ok(Says::SoFar(transcript))) => so_far = transcript,
                    Some(Ok(Says::End(transcript))) => end = Some(transcript),
                    Some(Ok(Says::Cannot(why))) => return Err(io::Error::other(why)),
                    Some(Err(_)) | None => printed.line(&line),
                },
                Ok(Wrote::Err(line)) if line.starts_with(MARK) => complained_all = true,
                Ok(Wrote::Err(line)) => complained.line(&line),
                Err(stopped) => break Some(stopped),
            }
            if end.is_some() && complained_all {
                break None;
            }
        };
        if let Some(transcript) = end {
            return Ok((Played { transcript, printed: text_of(printed, complained) }, true));
        }
        let how = match stopped {
            Some(RecvTimeoutError::Disconnected) => {
                Trouble::EndsProcess { how: self.process.wait()?.to_string() }
            }
            _ => Trouble::Blocks,
        };
        let _ = self.process.kill();
        // What it had written before it was ended.
        let deadline = Instant::now() + GRACE;
        while let Ok(wrote) = self.next_line(deadline) {
            match wrote {
                Wrote::Out(line) | Wrote::Err(line) if line.starts_with(MARK) => {}
                Wrote::Out(line) => printed.line(&line),
                Wrote::Err(line) => complained.line(&line),
            }
        }
        let transcript = Transcript { trouble: Some(how), ..so_far };
        Ok((Played { transcript, printed: text_of(printed, complained) }, false))
    }

    /// The next line that it writes before `deadline`. Lines that never end do not put the deadline off.
    fn next_line(&self, deadline: Instant) -> Result<Wrote, RecvTimeoutError> {
        match deadline.saturating_duration_since(Instant::now()) {
            Duration::ZERO => Err(RecvTimeoutError::Timeout),
            left => self.wrote.recv_timeout(left),
        }
    }
}

/// Reads lines on a thread of its own. A line without end comes in pieces.
fn read_lines(stream: impl Read + Send + 'static, sender: SyncSender<Wrote>, wrote: fn(String) -> Wrote) {
    thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        loop {
            let mut line = Vec::new();
            // A transcript is one line, and may be long; it is bounded by the frames a play may have.
            match stream.by_ref().take(1 << 28).read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) => {
                    let line = String::from_utf8_lossy(&line);
                    if sender.send(wrote(line.trim_end_matches(['\n', '\r']).to_owned())).is_err() {
                        return;
                    }
                }
            }
        }
    });
}

/// What was printed to standard output, and then what was printed to standard error.
fn text_of(printed: Printed, complained: Printed) -> String {
    let texts = [printed.text(), complained.text()];
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

/// What the learner's code prints to one stream, up to a limit.
#[derive(Default)]
struct Printed {
    lines: Vec<String>,
    bytes: usize,
    left_out: usize,
}

impl Printed {
    fn line(&mut self, line: &str) {
        // Our own marks stand on lines of their own, with an empty one before them.
        if line.is_empty() {
            return;
        }
        self.bytes += line.len();
        if self.bytes > PRINTED {
            self.left_out += 1;
        } else {
            self.lines.push(line.to_owned());
        }
    }

    fn text(mut self) -> String {
        if self.left_out > 0 {
            self.lines.push(format!("… and {} more lines", self.left_out));
        }
        self.lines.join("\n")
    }
}

impl From<SceneError> for io::Error {
    fn from(error: SceneError) -> Self {
        io::Error::new(io::ErrorKind::InvalidInput, error)
    }
}
