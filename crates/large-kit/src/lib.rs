//! What any exercise links, as one dynamic library: the crate `kit` and what few exercises use.

pub use {axum, futures_util, nodes, redb, serde, serde_json, server_program, socketioxide, tokio, tracing};
