//! Nothing but dependencies: see `Cargo.toml`.
//!
//! `cargo run` and `cargo test -p NAME` need many of the same libraries. Where one of the tool's asks `serde_core` for a feature
//! more, cargo compiles `serde_core` a second time for the exercise, and with it all that stands on it: nearly everything.
