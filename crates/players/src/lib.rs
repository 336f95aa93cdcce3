//! The book's servers, played in processes of their own: one that blocks must not leave a spinning thread behind. They are a
//! program of their own, too: see `solutions/src/bin/book-servers.rs`.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Result, anyhow};
use builder::Builder;
use grader::{Played, Player};
use scenario::{Scene, Transcript};

/// Plays the solutions and the known mistakes. As many processes as plays that go on at the same time; they are used
/// again and again, and end with this.
///
/// Clones share the processes.
#[derive(Clone)]
pub struct Players {
    program: PathBuf,
    idle: Arc<Mutex<Vec<Player>>>,
}

impl Players {
    /// Players whose processes are that program.
    pub fn of(program: PathBuf) -> Self {
        Self { program, idle: Arc::default() }
    }

    /// Builds the program, if it isn't built.
    ///
    /// # Errors
    /// If it can't be built: why.
    pub fn build(root: &Path) -> Result<Self> {
        Ok(Self::of(program(root)?))
    }

    /// Plays `scene` over the server `EXERCISE/SERVER`.
    ///
    /// # Errors
    /// If its process can't be started, or can't play the scene.
    pub fn played(&self, server: &str, scene: &Scene) -> io::Result<Played> {
        let idle = self.idle().pop();
        let mut player = idle.unwrap_or_else(|| Player::new(&self.program));
        let played = player.play(server, scene);
        self.idle().push(player);
        played
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Player>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The program with the book's servers, built if it isn't.
///
/// # Errors
/// If it can't be built: why.
pub fn program(root: &Path) -> Result<PathBuf> {
    Builder::new(root).book_servers(None).map_err(|error| anyhow!(error))
}

impl site::Player for Players {
    fn play(&self, exercise: &str, server: &str, scene: &Scene) -> Result<Transcript, String> {
        let played = self.played(&format!("{exercise}/{server}"), scene);
        played.map(|played| played.transcript).map_err(|error| error.to_string())
    }
}
