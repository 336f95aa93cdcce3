//! The book's servers while the book is served. They take longer to compile than anyone wants to wait for the first page. So
//! the book is opened before, with the plays that are kept in the snapshots; when the servers are there, it's made again.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};

use builder::Builder;
use grader::{Exercise, Expected, Mistakes, SOLUTION};
use scenario::{Scene, Transcript};
use site::Player;

use players::Players;

/// The book's servers, or what is known of them without. Clones share it.
#[derive(Clone)]
pub(super) struct BookServers {
    root: PathBuf,
    state: Arc<Mutex<State>>,
    kept: Arc<OnceLock<Kept>>,
    lacked_a_play: Arc<AtomicBool>,
}

#[derive(Clone)]
enum State {
    /// They are being compiled.
    Compiling,
    Compiled(Players),
    /// They can't be compiled: why.
    Failed(String),
}

impl BookServers {
    pub(super) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            state: Arc::new(Mutex::new(State::Compiling)),
            kept: Arc::default(),
            lacked_a_play: Arc::default(),
        }
    }

    /// Whether a play was asked for that isn't kept, while there was no server to play it.
    pub(super) fn lacked_a_play(&self) -> bool {
        self.lacked_a_play.load(Ordering::Relaxed)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// They are compiled: from here on they are played. Returns why, if they aren't: then those that were compiled before
    /// still play.
    fn set(&self, compiled: Result<PathBuf, String>) -> Result<(), String> {
        let mut state = self.state();
        match compiled {
            Ok(program) => *state = State::Compiled(Players::of(program)),
            Err(why) => {
                if !matches!(*state, State::Compiled(_)) {
                    *state = State::Failed(why.clone());
                }
                return Err(why);
            }
        }
        Ok(())
    }
}

impl Player for BookServers {
    fn play(&self, exercise: &str, server: &str, scene: &Scene) -> Result<Transcript, String> {
        // Not held while it plays: others play at the same time.
        let state = self.state().clone();
        let why = match state {
            State::Compiled(players) => return players.play(exercise, server, scene),
            State::Compiling => {
                "The book's servers are being compiled. The first time, that takes about a minute. This page comes again \
                 when they are there."
                    .to_owned()
            }
            State::Failed(why) => format!("The book's servers can't be compiled. {why}"),
        };
        let kept = self.kept.get_or_init(|| Kept::read(&self.root));
        kept.play(exercise, server, scene).ok_or_else(|| {
            self.lacked_a_play.store(true, Ordering::Relaxed);
            why
        })
    }
}

/// Compiles the book's servers on a thread, one at a time. When this is dropped, the compiler is ended.
pub(super) struct Compiler {
    servers: BookServers,
    running: Mutex<Option<Running>>,
}

struct Running {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Compiler {
    pub(super) fn new(servers: &BookServers) -> Self {
        Self { servers: servers.clone(), running: Mutex::default() }
    }

    /// Compiles the servers as they are now. `done` is told of it, with the reason if they can't be compiled; but not if
    /// they are compiled again before.
    ///
    /// # Errors
    /// If the system can't start a thread.
    pub(super) fn start(&self, done: impl FnOnce(Result<(), String>) + Send + 'static) -> io::Result<()> {
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, servers) = (Arc::clone(&stop), self.servers.clone());
        let compile = move || {
            let compiled = Builder::new(&servers.root).book_servers(Some(&stopped));
            if !stopped.load(Ordering::Relaxed) {
                done(servers.set(compiled));
            }
        };
        self.replace(|| {
            let thread = thread::Builder::new().name("book servers".to_owned()).spawn(compile)?;
            Ok(Some(Running { stop, thread }))
        })
    }

    /// Ends what is running, and begins something else.
    fn replace(&self, next: impl FnOnce() -> io::Result<Option<Running>>) -> io::Result<()> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Running { stop, thread }) = running.take() {
            stop.store(true, Ordering::Relaxed);
            let _ = thread.join();
        }
        *running = next()?;
        Ok(())
    }
}

impl Drop for Compiler {
    fn drop(&mut self) {
        let _ = self.replace(|| Ok(None));
    }
}

/// What the plays of all exercises came to when the snapshots were made. They have no frames.
struct Kept(Vec<(Exercise, Expected, Mistakes)>);

impl Kept {
    /// Nothing is kept of an exercise whose files can't be read: the build of the book says what is wrong.
    fn read(root: &Path) -> Self {
        let exercises = grader::exercises(root).unwrap_or_default().into_iter();
        let with_snapshots = exercises.map(|exercise| {
            let expected = Expected::read(&exercise.expected_file()).unwrap_or_default();
            let mistakes = Mistakes::read(&exercise.mistakes_file()).unwrap_or_default();
            (exercise, expected, mistakes)
        });
        Self(with_snapshots.collect())
    }

    /// `None`: the scene isn't kept, or with other steps.
    fn play(&self, exercise: &str, server: &str, scene: &Scene) -> Option<Transcript> {
        let (exercise, expected, mistakes) = self.0.iter().find(|(it, ..)| it.name == exercise)?;
        if exercise.scene(&scene.name)?.steps != scene.steps {
            return None;
        }
        match server {
            SOLUTION => expected.transcript(scene),
            mistake => mistakes.transcript(mistake, scene),
        }
    }
}

#[cfg(test)]
mod tests {
    use site::{PlayCache, Target};

    use super::*;

    #[test]
    fn the_whole_book_can_be_shown_before_its_servers_are_compiled() {
        let (root, folder) = (grader::root(), tempfile::tempdir().unwrap());
        let plays = PlayCache::new(BookServers::new(&root));
        let built = site::build(&root, &folder.path().join("1"), Target::Served, &plays);
        assert!(
            built.is_ok(),
            "a play that a page shows isn't kept: see READABLE in solutions/tests/proof.rs\n{:#}",
            built.unwrap_err()
        );
    }

    #[test]
    fn until_the_servers_are_compiled_what_is_kept_is_shown() {
        let root = grader::root();
        let servers = BookServers::new(&root);
        let exercises = grader::exercises(&root).unwrap();
        let broadcast = exercises.iter().find(|it| it.name == "broadcast").unwrap();
        let scene = broadcast.scene("three-people").unwrap();
        let lines = |server: &str| servers.play("broadcast", server, scene).map(|it| it.steps[1].lines());
        let (solution, io_emit) = (lines("solution").unwrap(), lines("io-emit").unwrap());
        assert_eq!(solution[0], "ada hears nothing");
        assert_ne!(io_emit, solution);

        assert!(!servers.lacked_a_play());
        let longer = scene.clone().wait(1);
        let why = servers.play("broadcast", "solution", &longer).unwrap_err();
        assert!(why.starts_with("The book's servers are being compiled."), "{why}");
        assert!(servers.lacked_a_play());
        assert_eq!(servers.set(Err("There is no cargo.".to_owned())), Err("There is no cargo.".to_owned()));
        let why = servers.play("broadcast", "solution", &longer).unwrap_err();
        assert_eq!(why, "The book's servers can't be compiled. There is no cargo.");
        assert_eq!(lines("solution"), Ok(solution), "what is kept is still there");

        assert_eq!(servers.set(Ok(PathBuf::from("book-servers"))), Ok(()));
        assert_eq!(servers.set(Err("A comma is missing.".to_owned())), Err("A comma is missing.".to_owned()));
        assert!(
            matches!(*servers.state(), State::Compiled(_)),
            "the last ones that could be compiled still play"
        );
    }
}
