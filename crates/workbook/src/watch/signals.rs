//! Signals, as events.

use std::io;
use std::sync::mpsc::Sender;
use std::thread;

/// What the system may say to a program in a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// End: Ctrl+C, `kill`, a terminal that is closed.
    Stop,
    /// Wait in the background: Ctrl+Z.
    #[cfg_attr(not(unix), expect(dead_code, reason = "only Unix has it"))]
    Suspend,
    /// The window has another size.
    #[cfg_attr(not(unix), expect(dead_code, reason = "only Unix tells of it"))]
    Resize,
}

/// Sends signals from now on. Without a thread for them they do what they always do.
#[cfg(unix)]
pub(super) fn send<E: Send + 'static>(events: Sender<E>, event: fn(Signal) -> E) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let stopped = signals::stopped(&runtime)?;
    let (mut suspend, mut resize) = {
        let _inside = runtime.enter();
        let suspend = SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw());
        (signal(suspend)?, signal(SignalKind::window_change())?)
    };
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(async {
            tokio::pin!(stopped);
            loop {
                let signal = tokio::select! {
                    () = &mut stopped => Signal::Stop,
                    _ = suspend.recv() => Signal::Suspend,
                    _ = resize.recv() => Signal::Resize,
                };
                if events.send(event(signal)).is_err() || signal == Signal::Stop {
                    return;
                }
            }
        });
    })?;
    Ok(())
}

/// Sends signals from now on. Without a thread for them they do what they always do.
#[cfg(not(unix))]
pub(super) fn send<E: Send + 'static>(events: Sender<E>, event: fn(Signal) -> E) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let stopped = signals::stopped(&runtime)?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(stopped);
        let _ = events.send(event(Signal::Stop));
    })?;
    Ok(())
}

/// Does what Ctrl+Z does. Returns when the program goes on.
#[cfg(unix)]
pub(super) fn suspend() {
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP);
}

/// Only Unix has it.
#[cfg(not(unix))]
pub(super) fn suspend() {}
