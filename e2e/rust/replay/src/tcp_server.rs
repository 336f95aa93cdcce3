//! A server on a real socket.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::thread::sleep;
use std::time::{Duration, Instant};

use axum::Router;
use axum::serve::ListenerExt;
use socketioxide::SocketIo;
use stage::{Note, Notebook};
use tokio::runtime::{Builder, Runtime};

/// How often the server asks its clients for a sign of life, and how long it waits for one.
#[derive(Debug, Clone, Copy)]
pub struct Heartbeat {
    /// From ping to ping.
    pub interval: Duration,
    /// From a ping to the end of a client that does not answer it.
    pub timeout: Duration,
}

impl Heartbeat {
    /// Socket.IO's own: for scenes in which nobody falls silent.
    pub const USUAL: Self = Self { interval: Duration::from_secs(25), timeout: Duration::from_secs(20) };

    /// For scenes in which somebody does. Short enough to wait for; long enough for a client on a busy machine, which
    /// must answer within the timeout, and which gives the server up an interval after the server gives up a client.
    pub const QUICK: Self = Self { interval: Duration::from_secs(1), timeout: Duration::from_secs(2) };
}

/// How many threads a server has: several, as it would have in earnest.
const THREADS: usize = 2;

/// A Socket.IO server that listens on a port of its own, on a runtime of its own.
pub struct Server {
    address: SocketAddr,
    runtime: Runtime,
    notebook: Notebook,
}

impl Server {
    /// Starts `server` on a free port of this machine.
    ///
    /// # Errors
    /// If the system has no port or no thread to spare.
    pub fn start(server: impl FnOnce(&SocketIo) + Send + 'static, heartbeat: Heartbeat) -> io::Result<Self> {
        let notebook = Notebook::new();
        let on_each_thread = notebook.clone();
        let runtime = Builder::new_multi_thread()
            .worker_threads(THREADS)
            .enable_all()
            .on_thread_start(move || on_each_thread.follow_this_thread())
            .build()?;

        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let _inside = runtime.enter();
        let listener = tokio::net::TcpListener::from_std(listener)?;
        // Without this a small packet waits for the one before it to be acknowledged by TCP.
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        runtime.spawn(async move {
            let (layer, io) = SocketIo::builder()
                .ping_interval(heartbeat.interval)
                .ping_timeout(heartbeat.timeout)
                .build_layer();
            server(&io);
            let _ = axum::serve(listener, Router::new().layer(layer)).await;
        });
        Ok(Self { address, runtime, notebook })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the server did that no client sees, since this was last asked.
    pub fn take_notes(&self) -> Vec<Note> {
        self.notebook.take()
    }

    /// Whether at this moment no thread of the server has anything to do. A handler that waits for a timer, or for a
    /// blocking task, does not count: of real clocks one cannot ask more.
    pub fn is_idle(&self) -> bool {
        let metrics = self.runtime.metrics();
        // A worker counts up when it goes to sleep and when it wakes: an odd number is a worker asleep.
        let workers = || (0..metrics.num_workers()).map(|worker| metrics.worker_park_unpark_count(worker));
        let before: Vec<_> = workers().collect();
        let asleep = before.iter().all(|count| count % 2 == 1);
        asleep && metrics.global_queue_depth() == 0 && workers().eq(before)
    }

    /// Stops the server. What its clients left behind is cleared away before, if they have gone: a connection that is
    /// still open when its runtime ends is never closed.
    pub fn stop(self) {
        // A timer may be left behind for longer: what waits for an answer, or for one who was refused.
        const A_MOMENT: Duration = Duration::from_millis(100);
        // The task that listens is always there.
        let asked = Instant::now();
        while self.runtime.metrics().num_alive_tasks() > 1 && asked.elapsed() < A_MOMENT {
            sleep(Duration::from_millis(1));
        }
        self.runtime.shutdown_background();
    }
}
