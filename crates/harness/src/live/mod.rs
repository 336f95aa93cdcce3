//! A server for real: on a port of this machine, for browsers, by the wall clock, until somebody stops it.
//!
//! [`play`](crate::play) grades a server; this lets one try it. Only this machine can reach the port.

mod guard;
mod log;
mod pages;
mod port;

use std::io;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::try_join_all;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use socketioxide::SocketIo;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use crate::folder::Folder;
use crate::server::{Server, Start, Started};

pub use pages::Page;

/// A server that listens, and is not served yet: [`Live::run`] does that.
pub struct Live {
    runtime: Runtime,
    listeners: Vec<std::net::TcpListener>,
    /// Where it listens: a port for each of several servers.
    pub ports: Vec<u16>,
    /// Whether the port that was asked for is in use, so that it got another.
    pub port_was_taken: bool,
}

impl Live {
    /// Listens on `port`, or on the next one that is free. With `port` 0, on any. Where `server` is one of several, so does
    /// a second, on the next free port.
    ///
    /// # Errors
    /// If the system gives no port, or no runtime.
    pub fn bind(port: u16, server: &Server) -> io::Result<Self> {
        let (first, bound) = port::bind(port)?;
        let (mut listeners, mut ports) = (vec![first], vec![bound]);
        if server.is_one_of_several() {
            let (second, next) = port::bind(bound.saturating_add(1))?;
            listeners.push(second);
            ports.push(next);
        }
        // A server for a few tabs needs one thread.
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(Self { runtime, listeners, ports, port_was_taken: port != 0 && port != bound })
    }

    /// Sets `server` up, calls `ready`, and serves it beside `pages` until Ctrl+C. What happens on the server is written
    /// to standard output.
    ///
    /// # Errors
    /// If the server's setup panics, or the system fails.
    pub fn run(self, server: &Server, pages: Vec<Page>, ready: impl FnOnce()) -> io::Result<()> {
        let Self { runtime, listeners, ports, .. } = self;
        let stopped = signals::stopped(&runtime)?;
        log::install(server.crate_name());
        let folder = if server.keeps_files() { Some(Folder::create(&std::env::temp_dir())?) } else { None };
        let path = folder.as_ref().map_or_else(PathBuf::new, |folder| folder.path().to_owned());

        let serving = async {
            let between = server.between();
            let pages: Arc<[Page]> = pages.into();
            let mut serving = Vec::new();
            for (number, (listener, port)) in listeners.into_iter().zip(ports).enumerate() {
                let start = Start {
                    builder: SocketIo::builder(),
                    folder: path.clone(),
                    connection: between.connection(number),
                };
                let started = AssertUnwindSafe(async { server.start(start).await }).catch_unwind();
                let Ok(Started { http, .. }) = started.await else {
                    return Err(io::Error::other(
                        "your server panicked before anyone could connect: see above",
                    ));
                };
                let service = pages::Pages::new(Arc::clone(&pages), http);
                serving.push(accept(TcpListener::from_std(listener)?, port, service));
            }
            ready();
            try_join_all(serving).await.map(|_| ())
        };
        let served = runtime.block_on(async {
            tokio::select! {
                served = serving => served,
                () = stopped => Ok(()),
            }
        });
        // Connections are cut, and a blocking task isn't waited for.
        runtime.shutdown_background();
        served
    }
}

/// Serves whoever connects, for ever.
async fn accept(listener: TcpListener, port: u16, service: pages::Pages) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        // Without this a small packet waits until TCP has acknowledged the packet before it.
        let _ = stream.set_nodelay(true);
        let service = service.clone();
        let guarded =
            service_fn(move |request: Request<Incoming>| service.call(guard::checked(request, port)));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), guarded);
        tokio::spawn(async move {
            // A browser may close a connection at any time.
            let _ = connection.with_upgrades().await;
        });
    }
}
