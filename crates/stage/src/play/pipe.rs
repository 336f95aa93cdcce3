//! In-memory connections: the listener hands the server one end of each pipe that a client opens.

use std::future::pending;
use std::io;

use tokio::io::DuplexStream;
use tokio::sync::mpsc;

/// How many bytes a pipe holds before the writer waits, as a socket's buffer would.
const BUFFER: usize = 64 * 1024;

/// The server's side.
pub(super) struct Listener(mpsc::UnboundedReceiver<DuplexStream>);

/// The clients' side.
pub(super) struct Dialer(mpsc::UnboundedSender<DuplexStream>);

pub(super) fn pipes() -> (Dialer, Listener) {
    let (dialer, listener) = mpsc::unbounded_channel();
    (Dialer(dialer), Listener(listener))
}

impl Dialer {
    /// Opens a connection. `None`: the server has stopped listening.
    pub(super) fn dial(&self) -> Option<DuplexStream> {
        let (ours, theirs) = tokio::io::duplex(BUFFER);
        self.0.send(theirs).ok().map(|()| ours)
    }
}

impl axum::serve::Listener for Listener {
    type Io = DuplexStream;
    type Addr = ();

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.0.recv().await {
            Some(stream) => (stream, ()),
            // The play is over; a server is not asked to notice.
            None => pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(())
    }
}
