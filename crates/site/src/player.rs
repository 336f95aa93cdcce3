//! Where plays come from. The site asks for them; how they are played, and in which process, is not its business.

use scenario::{Scene, Transcript};

/// Plays scenes over the servers of the exercises. It is asked from several threads at once.
pub trait Player: Sync {
    /// Plays `scene` over the server of that name: [`grader::SOLUTION`], or a known mistake's.
    ///
    /// # Errors
    /// With a sentence, if the exercise has no such server, or if the scene can't be played over it. A server that
    /// panics, blocks or ends its process is no error: its transcript says so.
    fn play(&self, exercise: &str, server: &str, scene: &Scene) -> Result<Transcript, String>;
}
