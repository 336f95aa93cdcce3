//! An exercise that is a client can't be served.

use std::fmt;

/// Why there is nothing to serve.
#[derive(Debug)]
pub struct NotServed(
    /// The exercise.
    pub String,
);

impl fmt::Display for NotServed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.0;
        write!(
            f,
            "`{name}` is a client: it can't be served. To see what it does, run: cargo test -p {name} -- --nocapture"
        )
    }
}

impl std::error::Error for NotServed {}
