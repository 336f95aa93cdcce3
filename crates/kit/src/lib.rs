//! What most exercises link, as one dynamic library.
//!
//! An exercise's test program is linked against this instead of some hundred static libraries, which is most of what a
//! save waits for. Nothing else uses it.

pub use {futures_util, serde, serde_json, server_program, socketioxide, tokio, tracing};
