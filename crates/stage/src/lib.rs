//! A *scene* played on a *stage* gives a *transcript*.
//!
//! A [`Scene`] is what the clients do; the server is ordinary socketioxide code, `fn(&SocketIo)`; [`play`] runs both in
//! one process, on in-memory connections and virtual time, and returns a [`Transcript`]: every frame that each client
//! saw, in a fixed order.
//!
//! Everything the workbook shows or checks is a view of transcripts. This crate knows nothing of web servers or books:
//! an exercise compiles it and little else.

mod exercise;
pub mod grade;
mod kept;
mod packet;
mod payload;
mod play;
mod scene;
mod transcript;

pub use exercise::{ANSWER, Exercise, ExerciseError, STARTER, Starter, Verdict, Wrong};
pub use kept::{Kept, KeptError};
pub use payload::Payload;
pub use play::{Notebook, PATIENCE, SETTLE, log_layer, play, play_with};
pub use scene::{LONGEST_WAIT, MOST_CLIENTS, MOST_STEPS, Problem, ROOT, Scene, SceneError, Step, list};
pub use transcript::{Act, Frame, Heard, Line, Note, Transcript, Trouble, Way};

#[doc(hidden)]
pub use insta;

/// The most frames the server may send one client in one step. A handler in an endless loop would fill the memory.
pub const MOST_FRAMES: usize = 1_000;
