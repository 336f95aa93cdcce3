//! Being told to stop: by Ctrl+C, by `kill`, by a terminal that is closed.

use std::io;

use tokio::runtime::Runtime;

/// Comes to its end when the program is told to stop. The signals are caught from now on.
///
/// # Errors
/// If the system can't tell of signals.
#[cfg(unix)]
pub fn stopped(runtime: &Runtime) -> io::Result<impl Future<Output = ()> + use<>> {
    use tokio::signal::unix::{SignalKind, signal};
    let _inside = runtime.enter();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    })
}

/// Comes to its end when the program is told to stop. The signals are caught from now on.
///
/// # Errors
/// If the system can't tell of signals.
#[cfg(not(unix))]
pub fn stopped(_: &Runtime) -> io::Result<impl Future<Output = ()> + use<>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
