//! Plays that were played before. What comes of one depends on nothing but the scene and the compiled server, so a
//! rebuild need not play it again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use catalogue::Entry;
use stage::{Scene, SceneError, Step, Transcript};

/// The plays of one run of the tool. Clones share them.
#[derive(Debug, Default, Clone)]
pub struct Plays(Arc<Mutex<HashMap<Key, Arc<Transcript>>>>);

/// The exercise, the server, the steps as JSON.
type Key = (String, String, String);

impl Plays {
    /// Plays `steps` over the server of that name, or remembers what came of it.
    ///
    /// `None`: the exercise has no such server.
    pub fn play(
        &self,
        entry: &Entry,
        server: &str,
        steps: &[Step],
    ) -> Option<Result<Arc<Transcript>, SceneError>> {
        let code = entry.server(server)?;
        let written = serde_json::to_string(steps).unwrap_or_default();
        let key = (entry.exercise.name.clone(), server.to_owned(), written);
        let played = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(transcript) = played().get(&key) {
            return Some(Ok(transcript.clone()));
        }
        let scene = Scene { steps: steps.to_vec(), ..Scene::new("", "") };
        Some(stage::play(&scene, code).map(|transcript| {
            let transcript = Arc::new(transcript);
            played().insert(key, transcript.clone());
            transcript
        }))
    }
}
