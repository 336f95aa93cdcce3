//! The stage, and all that is under it, linked once into a dynamic library.
//!
//! A test program that names this crate links against the library instead of copying some fifteen megabytes at every
//! save: a quarter of the time from edit to verdict (`cargo run -- dev measure`). Nothing else depends on it. Windows
//! does without: its dynamic libraries have a limit on symbols that leaves little room.

use stage as _;
