//! Grades an exercise. One grader stands behind `cargo test -p NAME`, the tool and the page.
//!
//! It knows what an exercise is on disk ([`Exercise`]), plays its scenes over a server in a process of its own
//! ([`Player`]), compares what happened with what is expected ([`grade()`]), recognises known mistakes, and writes the
//! verdict for a terminal. It knows nothing of socketioxide, of pages or of ports: what plays is another program.

mod calls;
mod cheatsheet;
mod code;
mod diagnosis;
mod exercise;
mod facts;
mod limits;
mod log;
mod not_served;
mod page;
mod player;
mod report;
mod root;
mod runs;
mod scene_view;
mod served;
mod snapshot;
mod temp_folder;
mod values;
mod verdict;

pub use calls::Calls;
pub use cheatsheet::Cheatsheet;
pub use diagnosis::{Diagnosis, is_as_shipped};
pub use exercise::{Exercise, ExerciseError, Kind, Mistake, Stage, Starter, Truth, exercises, outlines};
pub use log::{LogRule, graded, graded_events};
pub use not_served::NotServed;
pub use page::Page;
pub use player::{Played, Player, WORKERS};
pub use report::{Report, line_to_look_at, not_graded_page, verdict_lines, verdict_page};
pub use root::root;
pub use runs::{Run, Runs, hold_promises};
pub use served::{served, served_own};
pub use snapshot::{
    Behaviour, Effects, Expected, ExpectedRandom, Graded, Mistakes, Recorded, SnapshotError, checksum,
};
pub use temp_folder::TempFolder;
pub use verdict::{SceneVerdict, Verdict, grade, grade_with, tampered};

/// What the exercise as shipped is called among the known mistakes and among the servers.
pub const STARTER: &str = "starter";

/// What the solution is called among the servers.
pub const SOLUTION: &str = "solution";

/// What the learner's own server is called among the servers.
pub const LEARNER: &str = "mine";

/// What the solution on Node is called among the servers. A known mistake on Node is called `node:io-emit`.
pub const NODE: &str = "node";
