//! Builds an exercise's test program: the one place that runs cargo or rustc.
//!
//! There are two ways. The fast way is one rustc, linked against one dynamic library ([`kit`]) that is built once. It
//! waits for no lock of cargo's, so it never waits for an editor that checks the code at the same time. Where it can't be
//! had, cargo builds the program, and [`Program::fell_back`] says why.

mod advice;
mod book_servers;
mod cargo;
mod diagnostics;
mod kept;
mod kit;
mod program;
mod wanted;

pub use advice::Advice;
pub use cargo::cargo;
pub use diagnostics::Diagnostic;
pub use program::{BuildError, Builder, Kept, Program};
