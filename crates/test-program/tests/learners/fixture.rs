//! An exercise in a folder of its own, and the test program run over it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

use grader::{Behaviour, Expected, LEARNER, Mistakes, Played, Player};
use scenario::Scene;
use tempfile::TempDir;

use crate::learner::{DIR, PIDS};

/// How long a play may take that only a timeout ends.
pub(crate) const SHORT: [&str; 2] = ["--timeout-ms", "1500"];

/// The exercise's folder, from the workspace's.
pub(crate) const EXERCISE: &str = "exercises/chat/learner";

/// Its solution's.
pub(crate) const SOLUTION: &str = "solutions/chat/learner";

const ABOUT: &str = r#"
title = "Everyone but the sender"
question = "Chat 3"
order = 1
page = "chat/broadcast.md"
task = "What one client says reaches every other client."
minutes = 5
hints = ["A nudge.", "Nearly the solution."]
look = "Look at the one line."

[starter]
why = "It emits nothing yet."

[[mistake]]
name = "io-emit"
claim = "`io.emit(…)`"
does = "Your server emits to everyone."
verdict = "wrong"
why = "It emits to everyone, Ada too."
"#;

const SCENES: &str = r#"
[[scene]]
name = "alone"
title = "Ada is alone"
steps = [
    { connect = { clients = ["ada"] } },
    { emit = { client = "ada", event = "say", args = ["hi"] } },
]

[[scene]]
name = "pair"
title = "Ada and Bob"
steps = [
    { connect = { clients = ["ada", "bob"] } },
    { emit = { client = "ada", event = "say", args = ["hi"] } },
    { wait = { seconds = 1 } },
]
"#;

/// The learner's file as it is shipped.
pub(crate) const STARTER: &str = "fn server(io: &SocketIo) {\n    io.ns(\"/\", say);\n}\n";

/// An exercise and its solution.
pub(crate) struct Fixture(TempDir);

/// What a learner got to read.
#[derive(Debug)]
pub(crate) struct Run {
    /// The exit code.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) text: String,
    /// Standard error.
    pub(crate) errors: String,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let fixture = Self(tempfile::tempdir().unwrap());
        let kept = Kept::get();
        fixture.write("exercises/chat/learner/exercise.toml", ABOUT);
        fixture.write("exercises/chat/learner/scenes.toml", SCENES);
        fixture.write("exercises/chat/learner/src/lib.rs", "// Mine.\n");
        fixture.write("exercises/chat/learner/expected.snap", &kept.expected);
        fixture.write("solutions/chat/learner/starter.rs", STARTER);
        fixture.write("solutions/chat/learner/mistakes.snap", &kept.mistakes);
        fs::create_dir_all(fixture.temp()).unwrap();
        fixture
    }

    /// Marks each of the two scenes with a stage.
    pub(crate) fn in_stages(&self) {
        let file = format!("{EXERCISE}/scenes.toml");
        self.edit(&file, "title = \"Ada is alone\"", "title = \"Ada is alone\"\nstage = \"First steps\"");
        self.edit(&file, "title = \"Ada and Bob\"", "title = \"Ada and Bob\"\nstage = \"Two of them\"");
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// The temporary folder of the runs.
    pub(crate) fn temp(&self) -> PathBuf {
        self.path("temp")
    }

    pub(crate) fn pids(&self) -> PathBuf {
        self.path("pids")
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Puts `new` in the place of `old`, which stands in the file once.
    pub(crate) fn edit(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(old).count(), 1, "{old} in {text}");
        self.write(path, &text.replace(old, new));
    }

    /// The test program over that learner's server.
    pub(crate) fn command(&self, learner: &str, args: &[&str]) -> Command {
        let mut command = Command::new(env::current_exe().unwrap());
        command
            .args(args)
            .env("LEARNER", learner)
            .env(DIR, self.path(EXERCISE))
            .env(PIDS, self.pids())
            .envs(["TMPDIR", "TMP", "TEMP"].map(|name| (name, self.temp())))
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, learner: &str, args: &[&str]) -> Run {
        self.run_command(&mut self.command(learner, args))
    }

    /// Runs the test program, and checks what holds for every run.
    pub(crate) fn run_command(&self, command: &mut Command) -> Run {
        let before = self.files();
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let process = child.id();
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let run = Run { code: status.code(), text: text(stdout), errors: text(stderr) };
        assert!([Some(0), Some(101)].contains(&run.code), "libtest's exit codes: {run:?}");
        assert!(!run.text.contains('\u{1b}'), "no colours in a pipe: {run:?}");
        assert_eq!(self.files(), before, "a run writes nothing");
        assert_eq!(self.littered(process), [] as [PathBuf; 0], "a run leaves nothing");
        run
    }

    /// What the learner reads of a run that passes.
    pub(crate) fn passes(&self, learner: &str, args: &[&str]) -> String {
        let run = self.run(learner, args);
        assert_eq!(run.code, Some(0), "{run:?}");
        run.text
    }

    /// What the learner reads of a run that fails.
    pub(crate) fn fails(&self, learner: &str, args: &[&str]) -> String {
        let run = self.run(learner, args);
        assert_eq!(run.code, Some(101), "{run:?}");
        run.text
    }

    /// What lies in the temporary folder of the runs; and what the run with that process has in memory, where Linux offers
    /// that.
    pub(crate) fn littered(&self, process: u32) -> Vec<PathBuf> {
        let path = |entry: io::Result<fs::DirEntry>| entry.unwrap().path();
        let in_memory = fs::read_dir("/dev/shm").into_iter().flatten().map(path);
        let is_its_own = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(&format!("workbook-play-{process}-"))
        };
        fs::read_dir(self.temp()).unwrap().map(path).chain(in_memory.filter(is_its_own)).collect()
    }

    /// The files of the exercise and of its solution, with what they contain.
    fn files(&self) -> BTreeMap<PathBuf, String> {
        let mut files = BTreeMap::new();
        for folder in ["exercises", "solutions"] {
            collect(&self.path(folder), &mut files);
        }
        files
    }
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.insert(path.clone(), fs::read_to_string(path).unwrap());
        }
    }
}

/// The exercise's scenes.
pub(crate) fn scenes() -> Vec<Scene> {
    let about = Path::new("chat/learner");
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join(about);
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("exercise.toml"), ABOUT).unwrap();
    fs::write(dir.join("scenes.toml"), SCENES).unwrap();
    grader::Exercise::read(&dir).unwrap().scenes
}

/// Plays scenes over the server of that name.
pub(crate) fn play(learner: &str, scenes: &[Scene]) -> Vec<Played> {
    let mut player = Player::new(env::current_exe().unwrap()).env("LEARNER", learner);
    player.play_all(LEARNER, scenes).unwrap()
}

/// The contents of an `expected.snap` that expects of `scenes` what the server of that name does.
pub(crate) fn expected_snap(learner: &str, scenes: &[Scene]) -> String {
    let played = play(learner, scenes).into_iter().map(|played| played.transcript);
    snap(&Expected { scenes: scenes.iter().cloned().zip(played).collect(), random: Vec::new() }.contents())
}

fn snap(contents: &str) -> String {
    format!("---\nsource: x\n---\n{contents}\n")
}

/// What is kept of the plays. It is the same in all tests.
struct Kept {
    expected: String,
    mistakes: String,
}

impl Kept {
    fn get() -> &'static Self {
        static KEPT: OnceLock<Kept> = OnceLock::new();
        KEPT.get_or_init(|| {
            let scenes = scenes();
            let mistakes = [grader::STARTER, "io-emit"].map(|name| {
                let behaviour = |(scene, played): (&Scene, Played)| {
                    (scene.name.clone(), Behaviour::of(&played.transcript))
                };
                (name.to_owned(), scenes.iter().zip(play(name, &scenes)).map(behaviour).collect())
            });
            Self {
                expected: expected_snap("right", &scenes),
                mistakes: snap(&Mistakes { mistakes: mistakes.into() }.contents()),
            }
        })
    }
}

/// How long to wait for what comes soon, however slow the machine.
const SOON: Duration = Duration::from_mins(1);

#[expect(clippy::disallowed_methods, reason = "it looks again and again")]
pub(crate) fn wait_until(mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + SOON;
    while !holds() {
        assert!(Instant::now() < deadline, "it should have come long ago");
        thread::sleep(Duration::from_millis(5));
    }
}
