//! Plays that were played before. A transcript depends on nothing but the scene and the compiled server, so a rebuild of
//! the book doesn't need to play it again.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use scenario::{Scene, Transcript};

use crate::player::Player;

/// A player, and what it has played so far.
pub struct PlayCache {
    player: Box<dyn Player + Send>,
    played: Mutex<HashMap<Key, Arc<Transcript>>>,
}

/// The exercise, the server, the steps as JSON.
type Key = (String, String, String);

impl PlayCache {
    /// Nothing is played yet.
    pub fn new(player: impl Player + Send + 'static) -> Self {
        Self { player: Box::new(player), played: Mutex::default() }
    }

    /// Plays `scene` over the server of that name, or remembers what came of it.
    ///
    /// # Errors
    /// As [`Player::play`]. An error isn't remembered.
    pub fn play(&self, exercise: &str, server: &str, scene: &Scene) -> Result<Arc<Transcript>, String> {
        let steps = serde_json::to_string(&scene.steps).unwrap_or_default();
        let key = (exercise.to_owned(), server.to_owned(), steps);
        let played = || self.played.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(transcript) = played().get(&key) {
            return Ok(transcript.clone());
        }
        let transcript = Arc::new(self.player.play(exercise, server, scene)?);
        played().insert(key, transcript.clone());
        Ok(transcript)
    }

    /// The player itself, for plays that are needed only once.
    pub(crate) fn player(&self) -> &dyn Player {
        &*self.player
    }
}

impl fmt::Debug for PlayCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlayCache").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Counts the plays.
    struct Counter(Arc<AtomicUsize>);

    impl Player for Counter {
        fn play(&self, _: &str, server: &str, _: &Scene) -> Result<Transcript, String> {
            self.0.fetch_add(1, Ordering::Relaxed);
            if server == "none" {
                Err("There is no such server.".to_owned())
            } else {
                Ok(Transcript::default())
            }
        }
    }

    #[test]
    fn the_same_steps_are_played_once() {
        let count = Arc::new(AtomicUsize::new(0));
        let cache = PlayCache::new(Counter(count.clone()));
        let scene = Scene::new("a", "A").connect(["ada"]);
        let same = Scene { name: "b".into(), ..scene.clone() };
        for scene in [&scene, &same, &scene.clone().wait(1)] {
            cache.play("echo", "solution", scene).unwrap();
        }
        assert_eq!(count.load(Ordering::Relaxed), 2);
        cache.play("echo", "none", &scene).unwrap_err();
        cache.play("echo", "none", &scene).unwrap_err();
        assert_eq!(count.load(Ordering::Relaxed), 4);
        cache.play("chat", "solution", &scene).unwrap();
        cache.play("echo", "mistake", &scene).unwrap();
        assert_eq!(count.load(Ordering::Relaxed), 6);
    }
}
