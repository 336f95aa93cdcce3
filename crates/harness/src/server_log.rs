//! The same record for a server that isn't played in memory but runs on real sockets.

use scenario::ServerEvent;

use crate::capture;
use crate::record::{self, Record};

/// Records what a server on real sockets does that no client sees: its log, its panics, the handlers that socketioxide
/// skips.
#[derive(Clone)]
pub struct ServerLog(Record);

impl ServerLog {
    /// An empty log of a server whose code is in the crate `crate_name`: see
    /// [`Server::crate_name`](crate::Server::crate_name).
    pub fn new(crate_name: &'static str) -> Self {
        capture::install();
        Self(Record::new(crate_name, false))
    }

    /// From here on, what the calling thread logs and how it panics is recorded here.
    pub fn follow_this_thread(&self) {
        record::set_current(&self.0);
    }

    /// Takes what has been recorded since this was last called.
    pub fn take(&self) -> Vec<ServerEvent> {
        self.0.take_setup_events()
    }
}
