//! The kept scenes played again over real TCP, with clients that are not ours.
//!
//! On stage the clients are this project's own, the connections are pipes in memory and the clock is virtual: that is how
//! silence is *proved*. Here the same servers listen on real sockets, on several threads and under the real clock, and
//! others' clients talk to them: `rust_socketio` in this crate's test, the official JavaScript client in
//! `e2e/replay.mjs`. Both must tell the story of the kept transcript, step by step.
//!
//! - What a client is to receive is waited for, never slept for.
//! - That it receives no more cannot be proved over real sockets: a handler may speak up at any later time. What can be
//!   done is done. Each connection is *fenced* (a question that every server answers in order, from its reading loop),
//!   the server's threads are seen to be idle, and each connection is fenced again: see [`Server::is_idle`]. A handler
//!   that speaks up after a timer, or from a blocking task, may be missed; on stage it is not. (Of 300 events that leaked
//!   to one who was not to hear them, on a busy machine, so many were seen here: at once 300, after three yields 300,
//!   after a blocking task 278, after a timer of 20 ms 16.)
//! - A client can neither fall silent nor lose its connection on demand. The [`Proxy`] before it can.

mod proxy;
mod scenes;
mod server;
mod story;

pub use proxy::{FENCE, Proxy};
pub use scenes::{Own, own_scenes};
pub use server::{Heartbeat, Server};
pub use story::{difference, expected, one_by_one, told};
