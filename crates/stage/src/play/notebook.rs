//! The same witness for a server that is not on stage.

use super::record::{self, Record};
use super::witness;
use crate::transcript::Note;

/// Notes down what a server does that no client sees, when it is not on stage but on real sockets: its log lines, its
/// panics, the handlers that were skipped.
#[derive(Clone, Default)]
pub struct Notebook(Record);

impl Notebook {
    /// An empty notebook.
    pub fn new() -> Self {
        witness::install();
        Self::default()
    }

    /// From here on, what the calling thread logs and how it panics is noted here.
    pub fn follow_this_thread(&self) {
        record::set_current(&self.0);
    }

    /// Takes what has been noted since it was last asked.
    pub fn take(&self) -> Vec<Note> {
        self.0.take_early()
    }
}
