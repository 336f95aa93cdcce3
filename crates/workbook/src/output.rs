//! Writing to a terminal that may be gone: `cargo run | head` must not end the tool.

/// Writes a line to standard output, if anyone reads it.
macro_rules! out {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($words)*);
    }};
}

/// Writes a line to standard error, if anyone reads it.
macro_rules! err {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($words)*);
    }};
}

pub(crate) use {err, out};
