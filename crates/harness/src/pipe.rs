//! In-memory connections to a node.

use std::convert::Infallible;
use std::fmt::Debug;

use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::DuplexStream;

/// How many bytes a pipe holds before the writer waits, as a socket's buffer would.
const BUFFER: usize = 64 * 1024;

/// Where clients connect to: the HTTP server of one node.
pub(crate) struct Listener<S>(S);

impl<S, B> Listener<S>
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: std::error::Error + Send + Sync + Debug,
{
    pub(crate) fn new(service: S) -> Self {
        Self(service)
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
