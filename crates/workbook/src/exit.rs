//! The exit codes: what a script or an editor can tell a command's end by.

use std::process::ExitCode;

/// How a command has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It did what was asked; what was checked passed.
    Done = 0,
    /// What was checked doesn't pass yet.
    NotYet = 1,
    /// The command can't be understood, or there is no such exercise. clap uses the same.
    NotUnderstood = 2,
    /// The learner's code doesn't compile.
    DoesNotCompile = 3,
    /// Something else is in the way: a sentence on standard error says what.
    Failed = 4,
}

/// What `--help` says of them.
pub(crate) const HELP: &str = "\
Exit codes:
  0  done; what was checked passes
  1  what was checked doesn't pass yet
  2  the command can't be understood, or there is no such exercise
  3  your code doesn't compile
  4  something else is in the way: standard error says what";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
