//! Plays the scenes again over real TCP, with other people's clients.
//!
//! The harness plays a scene with clients that this project wrote, on connections in memory and a virtual clock: that is
//! how it *proves* silence. Here the same servers listen on real sockets, on several threads and under the real clock.
//! Other clients talk to them: `rust_socketio` in this crate's tests, the official JavaScript client in `e2e/replay.mjs`.
//! Step by step, both must receive what the harness's clients receive.
//!
//! - What a client should receive is waited for, without a fixed sleep.
//! - That it receives nothing more can't be proved over real sockets: a handler may emit at any later time. So this does
//!   what is possible. It *fences* each connection: it asks a question that every server answers in order, from the loop
//!   that reads the connection. Then it waits until the server's threads are idle (see [`TcpServer::is_idle`]), and fences
//!   each connection again. An event that a handler emits after a timer, or from a blocking task, can be missed here. The
//!   harness doesn't miss it. (Measured on a busy machine, with servers that leak an event to the wrong client, 300 times
//!   each. Caught when it leaks at once: 300; after three yields: 300; after a blocking task: 278; after a timer of
//!   20 ms: 16.)
//! - A client can't be told to stop its pongs, or to drop its connection. The [`Proxy`] in front of it can do that.

mod expectation;
mod extra_scenes;
mod process;
mod proxy;
mod real_time;
mod redis;
mod several;
mod tcp_server;

pub use expectation::{difference, expected, one_by_one, show_ids, sorted};
pub use extra_scenes::{ExtraScene, extra_scenes};
pub use proxy::{FENCE, Proxy};
pub use real_time::played_up_to;
pub use several::{Several, serve_one};
pub use tcp_server::{Heartbeat, TcpServer, needs_heartbeat};
