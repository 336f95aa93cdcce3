//! What is measured: solutions as they stand in the book. The crate `solutions` has them all, and takes minutes to compile
//! for a release.

// The files are written as in a crate of their own.
#![allow(unreachable_pub, elided_lifetimes_in_paths, dead_code)]

mod after_a_crash;
mod delivery_hub;
mod join_room;
mod received;

use std::path::Path;

use anyhow::{Result, bail};
use socketioxide::SocketIo;

/// Sets up the server of that name.
pub(crate) fn set_up(name: &str, io: &SocketIo, folder: &Path) -> Result<()> {
    match name {
        "join-room" => join_room::solution::server(io),
        "received" => received::solution::server(io),
        "delivery-hub" => delivery_hub::solution::server(io),
        "after-a-crash" => after_a_crash::solution::server(io, folder),
        // What `kill` has to notice.
        "after-a-crash/acks-first" => after_a_crash::mistakes::acks_first(io, folder),
        "after-a-crash/every-second" => after_a_crash::mistakes::every_second(io, folder),
        "after-a-crash/ids-in-memory" => after_a_crash::mistakes::ids_in_memory(io, folder),
        "after-a-crash/received-in-memory" => after_a_crash::mistakes::received_in_memory(io, folder),
        "after-a-crash/acks-received-first" => after_a_crash::mistakes::acks_received_first(io, folder),
        _ => bail!("there is no server {name}: src/servers/mod.rs lists them"),
    }
    Ok(())
}
