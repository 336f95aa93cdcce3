//! Servers to be measured, and the load for them. `e2e/bench.mjs` runs both, each in a process of its own.

mod client;
mod fan_out;
mod frames;
mod hub;
mod kill;
mod process;
mod queue;
mod serve;
mod servers;

pub use client::{Client, Heard};
pub use fan_out::fan_out;
pub use hub::hub;
pub use kill::kill;
pub use serve::serve;
