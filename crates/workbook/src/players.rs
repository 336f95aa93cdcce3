//! The book's servers, played in processes of their own: one that blocks must not leave a spinning thread behind.

use std::env;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use grader::Player;
use scenario::{Scene, Transcript};

/// Plays the solutions and the known mistakes. As many processes as plays that go on at the same time; they are used
/// again and again, and end with this.
///
/// Clones share the processes.
#[derive(Clone)]
pub(crate) struct Players {
    program: PathBuf,
    idle: Arc<Mutex<Vec<Player>>>,
}

impl Players {
    /// Players whose processes are this very program.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self { program: env::current_exe()?, idle: Arc::default() })
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Player>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl site::Player for Players {
    fn play(&self, exercise: &str, server: &str, scene: &Scene) -> Result<Transcript, String> {
        let idle = self.idle().pop();
        let mut player = idle.unwrap_or_else(|| Player::new(&self.program));
        let played = player.play(&format!("{exercise}/{server}"), scene);
        self.idle().push(player);
        played.map(|played| played.transcript).map_err(|error| error.to_string())
    }
}
