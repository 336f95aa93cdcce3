//! Grades an exercise. One grader stands behind `cargo test -p NAME`, the tool and the page.
//!
//! It knows what an exercise is on disk ([`Exercise`]), plays its scenes over a server in a process of its own
//! ([`Player`]), compares what happened with what is expected ([`grade()`]), recognises known mistakes, and writes the
//! verdict for a terminal. It also serves the learner's server on a real port ([`serve()`]).
//!
//! An exercise's test program is one line, [`main!`].

mod args;
mod calls;
mod cheatsheet;
mod child;
mod code;
mod diagnosis;
mod exercise;
mod facts;
mod limits;
mod log;
mod page;
mod player;
mod report;
mod root;
mod runs;
mod scene_view;
mod serve;
mod snapshot;
mod test_program;
mod values;
mod verdict;
mod worker;

pub use calls::Calls;
pub use cheatsheet::Cheatsheet;
pub use child::Child;
pub use diagnosis::{Diagnosis, is_as_shipped};
pub use exercise::{Exercise, ExerciseError, Kind, Mistake, Stage, Starter, Truth, exercises, outlines};
pub use harness::Server;
pub use log::{LogRule, graded, graded_events};
pub use page::Page;
pub use player::{Played, Player, WORKERS};
pub use report::{line_to_look_at, not_graded_page, verdict_lines, verdict_page};
pub use root::root;
pub use runs::{Run, Runs, hold_promises};
pub use serve::serve;
pub use snapshot::{
    Behaviour, Effects, Expected, ExpectedRandom, Mistakes, Recorded, SnapshotError, checksum, digest,
};
pub use test_program::{CLIENT_TIMEOUT, NotServed, test_program, test_program_of_client};
pub use verdict::{SceneVerdict, Verdict, grade, grade_with, tampered};
pub use worker::{serve as serve_worker, serve_plays as serve_worker_plays};

/// What the exercise as shipped is called among the known mistakes and among the servers.
pub const STARTER: &str = "starter";

/// What the solution is called among the servers.
pub const SOLUTION: &str = "solution";

/// What the learner's own server is called among the servers.
pub const LEARNER: &str = "mine";

/// What the solution on Node is called among the servers. A known mistake on Node is called `node:io-emit`.
pub const NODE: &str = "node";

/// Makes an exercise's test program. It takes the function that sets the server up.
///
/// ```ignore
/// #[path = "src/lib.rs"]
/// pub mod exercise;
///
/// #[cfg(test)]
/// grader::main!(exercise::server);
/// ```
#[macro_export]
macro_rules! main {
    ($setup:expr) => {
        fn main() -> std::process::ExitCode {
            $crate::test_program(env!("CARGO_MANIFEST_DIR"), &$crate::Server::new($setup))
        }

        // Compiled only if Cargo.toml has lost its `harness = false`: then `main` would never run.
        #[test]
        fn harness_must_be_false() {
            panic!(
                "Cargo.toml must have `harness = false` in its section [lib]. `git restore` brings it back."
            );
        }
    };
}
