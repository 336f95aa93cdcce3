//! The clock of the client's timers. It stands still until it is told to move.

use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

/// Holds the clock as long as it lives.
pub(crate) struct Held {
    _release: Sender<()>,
}

/// A runtime with a clock that stands still.
///
/// A paused clock alone would jump to the next timer whenever all tasks wait: also while bytes are on their way through the
/// system, of which it knows nothing. It doesn't while a blocking task runs. So one does.
///
/// # Errors
/// If the system has no socket or thread to spare.
pub(crate) fn runtime(
    on_thread_start: impl Fn() + Send + Sync + 'static,
) -> std::io::Result<(Runtime, Held)> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .on_thread_start(on_thread_start)
        .build()?;
    let (release, held) = channel::<()>();
    runtime.spawn_blocking(move || {
        let _ = held.recv();
    });
    Ok((runtime, Held { _release: release }))
}

/// Lets time pass.
pub(crate) async fn pass(time: Duration) {
    tokio::time::advance(time).await;
}
