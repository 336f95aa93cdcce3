//! A server on a real socket.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::thread::sleep;
use std::time::{Duration, Instant};

use harness::{Server, ServerLog, Start};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use nodes::Broker;
use scenario::{Scene, ServerEvent, Step};
use socketioxide::SocketIo;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::redis;

/// How often the server pings its clients, and how long it waits for a pong.
#[derive(Debug, Clone, Copy)]
pub struct Heartbeat {
    /// From ping to ping.
    pub interval: Duration,
    /// From a ping to the end of a client that doesn't answer it.
    pub timeout: Duration,
}

impl Heartbeat {
    /// Socket.IO's default.
    pub const DEFAULT: Self = Self { interval: Duration::from_secs(25), timeout: Duration::from_secs(20) };

    /// For scenes in which a client stops its pongs or is cut off. It is short enough to wait for. It is long enough for a client on a
    /// busy machine, which must answer within `timeout`. A client also gives the server up `interval` after the server
    /// gives up the client, so that can't be much shorter either.
    pub const QUICK: Self = Self { interval: Duration::from_secs(1), timeout: Duration::from_secs(2) };

    /// The heartbeat for `scene`: quick if it is what ends a connection.
    pub fn for_scene(scene: &Scene) -> Self {
        if scene.steps.iter().any(needs_heartbeat) { Self::QUICK } else { Self::DEFAULT }
    }
}

/// Whether a heartbeat is what ends a connection after this step.
pub fn needs_heartbeat(step: &Step) -> bool {
    step.parts().iter().any(|part| matches!(part, Step::StopPongs { .. } | Step::CutOff { .. }))
}

/// How many threads a server has: several, as in production.
const THREADS: usize = 2;

/// A Socket.IO server that listens on a port of its own and has a runtime of its own.
pub struct TcpServer {
    address: SocketAddr,
    runtime: Runtime,
    log: ServerLog,
    /// Where the server may keep files. It is removed when this is dropped.
    _folder: TempDir,
}

impl TcpServer {
    /// Starts `server` on a free port of this machine.
    ///
    /// # Errors
    /// If the system has no free port, can't start a thread, or can't make a temporary folder.
    pub fn start(server: &Server, heartbeat: Heartbeat) -> io::Result<Self> {
        Self::start_with(server, heartbeat, None)
    }

    /// The same, with the address of a Redis through which it reaches other servers.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_with(server: &Server, heartbeat: Heartbeat, redis: Option<String>) -> io::Result<Self> {
        let log = ServerLog::new(server.crate_name());
        let log_of_thread = log.clone();
        let runtime = Builder::new_multi_thread()
            .worker_threads(THREADS)
            .enable_all()
            .on_thread_start(move || log_of_thread.follow_this_thread())
            .build()?;

        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let folder = tempfile::tempdir()?;
        let _in_runtime = runtime.enter();
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let (server, path) = (server.clone(), folder.path().to_owned());
        runtime.spawn(async move {
            // (A server that chooses its own heartbeat has that one.)
            let builder =
                SocketIo::builder().ping_interval(heartbeat.interval).ping_timeout(heartbeat.timeout);
            let redis = match redis {
                Some(url) => redis::connect(&url).await.expect("there is a Redis"),
                None => Broker::default().redis(0),
            };
            let started = server.start(Start { builder, folder: path, connection: Box::new(redis) }).await;
            let service = started.http;
            while let Ok((stream, _)) = listener.accept().await {
                // Without this a small packet waits until TCP has acknowledged the packet before it.
                let _ = stream.set_nodelay(true);
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(stream), service.clone());
                tokio::spawn(async move {
                    // A connection that ends badly is part of a scene.
                    let _ = connection.with_upgrades().await;
                });
            }
        });
        Ok(Self { address, runtime, log, _folder: folder })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the server did that no client sees, since the last call.
    pub fn take_events(&self) -> Vec<ServerEvent> {
        self.log.take()
    }

    /// Whether no thread of the server has anything to do at this moment. A handler that waits for a timer, or for a
    /// blocking task, doesn't count: with a real clock nobody can know about that one.
    pub fn is_idle(&self) -> bool {
        let metrics = self.runtime.metrics();
        // A worker counts up when it goes to sleep and when it wakes up: an odd number is a worker asleep.
        let workers = || (0..metrics.num_workers()).map(|worker| metrics.worker_park_unpark_count(worker));
        let before: Vec<_> = workers().collect();
        let asleep = before.iter().all(|count| count % 2 == 1);
        asleep && metrics.global_queue_depth() == 0 && workers().eq(before)
    }

    /// Stops the server. Drop its clients first: a connection that is still open when its runtime ends is never closed.
    pub fn stop(self) {
        // A task that waits for a timer may live longer: for an acknowledgement, or for a client that was refused.
        const CLEAN_UP: Duration = Duration::from_millis(100);
        let began = Instant::now();
        // The task that listens is always there.
        while self.runtime.metrics().num_alive_tasks() > 1 && began.elapsed() < CLEAN_UP {
            sleep(Duration::from_millis(1));
        }
        self.runtime.shutdown_background();
    }
}
