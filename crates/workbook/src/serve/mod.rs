//! `cargo run`: the book on this machine, played on demand and made anew when a page changes.

mod app;
mod edition;
mod guard;
mod play;
mod port;
mod reload;
#[cfg(test)]
mod tests;
mod watch;

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use tokio::runtime::Builder;
use tokio::signal;

use self::app::App;
use self::edition::Press;
use self::watch::Seen;
use crate::cli::ServeOptions;
use crate::say::say;

/// Serves the book until Ctrl+C.
pub(crate) fn serve(root: &Path, options: &ServeOptions) -> Result<()> {
    let began = Instant::now();
    let (listener, port) = port::bind(options.port)?;
    let seen = Seen::now(root);
    // One of its own, and gone in the end: a second `cargo run` has another.
    let folder =
        tempfile::Builder::new().prefix("workbook-").tempdir().context("no temporary folder can be made")?;
    let (mut press, editions) = Press::start(root, folder.path())?;
    let address = format!("http://127.0.0.1:{port}");
    say!("The book was made in {:.1} s, and is open at\n\n    {address}\n", began.elapsed().as_secs_f32());
    say!("Next: open that page. To try an exercise, edit its src/lib.rs and run");
    say!("\n    cargo test -p chat-message\n\nCtrl+C ends this.");

    // Kept to the end: it watches as long as it lives.
    let _watching = watch::watch(root, options.poll, seen, move || press.print_anew());
    if options.open
        && let Err(error) = open::that_detached(&address)
    {
        say!("No browser could be opened ({error}): open {address} yourself.");
    }

    // One thread is enough to answer one reader. Plays have threads of their own.
    let runtime = Builder::new_current_thread().enable_all().build().context("no runtime can be started")?;
    let app = Arc::new(App::new(root.to_owned(), port, editions));
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        // Pages hold a connection open to hear of changes: it is cut, not waited for.
        tokio::select! {
            served = async { axum::serve(listener, app::router(app)).await } => served,
            interrupted = signal::ctrl_c() => interrupted,
        }
    });
    // A play that is going on is not waited for either.
    runtime.shutdown_background();
    say!("\nStopped.");
    Ok(served?)
}
