//! An exercise's test program, in one line: [`main!`].
//!
//! Started by cargo or by the tool, it has the learner's server played in a child process, and writes the verdict: what
//! that is, `grader` knows. It is that child process, too, and it can serve the learner's server on a real port: so can any
//! `server_program`.

mod args;
mod program;

pub use program::{CLIENT_TIMEOUT, test_program, test_program_of_client};
pub use server_program::Server;

/// Makes an exercise's test program. It takes the function that sets the server up.
///
/// ```ignore
/// #[path = "src/lib.rs"]
/// pub mod exercise;
///
/// #[cfg(test)]
/// test_program::main!(exercise::server);
/// ```
#[macro_export]
macro_rules! main {
    ($setup:expr) => {
        $crate::main_that_runs!($crate::test_program(
            env!("CARGO_MANIFEST_DIR"),
            &$crate::Server::new($setup)
        ));
    };
}

/// Makes the `main` of an exercise's test program.
#[doc(hidden)]
#[macro_export]
macro_rules! main_that_runs {
    ($program:expr) => {
        fn main() -> std::process::ExitCode {
            $program
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
