//! In-memory connections to a node.

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::DuplexStream;

use crate::http::Http;

/// How many bytes a pipe holds before the writer waits, as a socket's buffer would.
const BUFFER: usize = 64 * 1024;

/// Where clients connect to: the HTTP server of one node.
pub(crate) struct Listener(Http);

impl Listener {
    pub(crate) fn new(http: Http) -> Self {
        Self(http)
    }

    /// Opens a connection: the client's end of it.
    pub(crate) fn connect(&self) -> DuplexStream {
        let (client, server) = tokio::io::duplex(BUFFER);
        let connection = http1::Builder::new().serve_connection(TokioIo::new(server), self.0.clone());
        tokio::spawn(async move {
            // A connection that ends badly is part of a scene.
            let _ = connection.with_upgrades().await;
        });
        client
    }
}
