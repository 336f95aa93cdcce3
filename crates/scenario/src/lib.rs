//! What is played and what came of it, as values: a [`Scene`], its [`Transcript`], and the [`Difference`] between two
//! transcripts.
//!
//! Everything else in the workbook is a view of these. The crate plays nothing, reads no files and knows no exercise, so
//! the harness, the grader, the book and the tool can exchange its values. As data they are JSON or TOML; the English
//! sentences in [`text`] are derived from them and never read back.
//!
//! ```
//! use scenario::{Scene, Step};
//!
//! let scene = Scene::new("hello", "Ada says hi").connect(["ada", "bob"]).emit("ada", "say", "hi");
//! assert_eq!(scene.steps[1].to_string(), r#"ada emits say "hi""#);
//! let step: Step = serde_json::from_str(r#"{"emit":{"client":"ada","event":"say","args":["hi"]}}"#)?;
//! assert_eq!(step, scene.steps[1]);
//! # Ok::<(), serde_json::Error>(())
//! ```

use std::time::Duration;

mod check;
mod clients;
mod cost;
mod deliveries;
mod difference;
mod history;
mod id;
mod losses;
mod memory;
mod mend;
mod parcels;
mod payload;
mod promise;
mod queues;
mod random;
mod scene;
#[cfg(test)]
mod story;
pub mod text;
mod transcript;

pub use check::{MAX_CLIENTS, MAX_STEPS, MAX_WAIT, Problem, SceneError};
pub use cost::Cost;
pub use difference::{Change, ClientChange, Difference, Side, StepDifference};
pub use id::{read_id, shown_id};
pub use memory::Memory;
pub use payload::Payload;
pub use promise::{Breach, Promise};
pub use queues::{Kept, Queue};
pub use random::Random;
pub use scene::{Node, OnTheWay, ROOT, SERVER, Scene, Step, written_steps};
pub use transcript::{
    Body, ClientEvent, ClientOutcome, Direction, Frame, LogEvent, LogSpan, Outcome, PlayError, Progress,
    ServerEvent, StepResult, Transcript,
};

/// How long, in wall-clock time, a play may take before it is stopped. One takes milliseconds.
pub const TIMEOUT: Duration = Duration::from_secs(4);

/// The most frames a server may send to one client in one step. A handler in an endless loop would fill the memory.
pub const MAX_FRAMES: usize = 1_000;
