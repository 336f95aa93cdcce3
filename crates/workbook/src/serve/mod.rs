//! `cargo run`: the book on this machine, played on demand and rebuilt when a page changes.

mod app;
mod body;
mod file;
mod guard;
mod learner;
mod play;
mod port;
mod progress;
mod reload;
mod servers;
#[cfg(test)]
mod tests;
mod token;
mod verdict;
mod version;
mod watch;
mod work;

use std::env;
use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use grader::TempFolder;
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::time::timeout;

use self::app::{App, Changes};
use self::servers::{BookServers, Compiler};
use self::version::BookBuilder;
use self::watch::FileStamps;
use crate::cli::ServeOptions;
use crate::commands;
use crate::course::Course;
use crate::output::{err, out};
use crate::terminal::Terminal;

/// Serves the book until it is told to stop.
pub(crate) fn serve(root: &Path, options: &ServeOptions) -> Result<()> {
    let began = Instant::now();
    let (listener, port) = port::bind(options.port)?;
    // One thread is enough for one reader. Plays have processes of their own.
    let runtime = Builder::new_current_thread().enable_all().build().context("no runtime can be started")?;
    let seen = FileStamps::now(root);
    TempFolder::sweep(&env::temp_dir());
    let folder = TempFolder::create(&env::temp_dir(), "book")?;
    // From here on a signal ends the tool in good order, also while it builds.
    let stopped = signals::stopped(&runtime)?;
    let servers = BookServers::new(root);
    let compiler = Arc::new(Compiler::new(&servers));

    let serving = async {
        // Once they were compiled, to compile what has changed takes a moment: the first pages are worth to wait for it.
        let mut is_first_time = !builder::Builder::new(root).has_book_servers();
        if !is_first_time {
            let mut compiled = pin!(compiled(&compiler));
            if let Ok(compiled) = timeout(A_MOMENT, &mut compiled).await {
                compiled?;
            } else {
                out!("What the book's servers are made of has changed. They are being compiled …");
                compiled.await?;
            }
        }
        let build = || {
            let (root, folder) = (root.to_owned(), folder.path().to_owned());
            let servers = servers.clone();
            tokio::task::spawn_blocking(move || BookBuilder::start(&root, &folder, servers))
        };
        let mut built = build().await.context(PANICKED)?;
        // A scene or a page was changed since the plays were kept.
        if built.is_err() && is_first_time && servers.lacked_a_play() {
            out!(
                "The book shows plays that aren't kept, so its servers are compiled first. The first time, this takes about a \
                 minute."
            );
            compiled(&compiler).await?;
            is_first_time = false;
            built = build().await.context(PANICKED)?;
        }
        let (builder, versions) = built?;
        let builder = Arc::new(Mutex::new(builder));
        let address = format!("http://127.0.0.1:{port}");
        out!(
            "The book of {} was built in {:.1} s, and is open at\n\n    {address}\n",
            root.display(),
            began.elapsed().as_secs_f32()
        );
        let where_you_were = commands::where_you_were(&Course::read(root)?, &mut Terminal::of_process());
        out!("{where_you_were}\n\nPress Ctrl+C to stop.");

        let compile = compiling(&compiler, &builder, &servers);
        if is_first_time {
            out!(
                "\nThe book's servers are being compiled: the first time, this takes about a minute. You can read meanwhile. The \
                 buttons of the diagrams and the raw frames come when they are there."
            );
            compile();
        }

        // Kept to the end: it watches as long as it lives.
        let (changes, changed) = tokio::sync::watch::channel(Changes::default());
        // What isn't there can't be watched. Where it can't be made, nothing is kept.
        let _ = std::fs::create_dir(root.join(::progress::FOLDER));
        let _watching = watch::watch(root, options.poll, seen, move |changed| {
            changes.send_if_modified(|changes| {
                for exercise in &changed.exercises {
                    *changes.saves.entry(exercise.clone()).or_default() += 1;
                }
                changes.progress += usize::from(changed.progress);
                changed.progress || !changed.exercises.is_empty()
            });
            if changed.book {
                builder.lock().unwrap_or_else(PoisonError::into_inner).rebuild();
            }
            if changed.server {
                out!("You saved a server in solutions/. Compiling it …");
                compile();
            }
        });
        if options.open
            && let Err(error) = open::that_detached(&address)
        {
            out!("No browser can be opened ({error}). Open {address} yourself.");
        }
        let app = Arc::new(App::new(root, port, versions, changed, servers)?);
        let listener = tokio::net::TcpListener::from_std(listener)?;
        axum::serve(listener, app::router(app)).await?;
        Ok(())
    };
    let served = runtime.block_on(async {
        // Pages hold a connection open to hear of changes: it is cut, not waited for.
        tokio::select! {
            served = serving => served,
            () = stopped => Ok(()),
        }
    });
    // A build or a play that is going on isn't waited for either: it ends with this process.
    runtime.shutdown_background();
    drop(compiler);
    drop(folder);
    out!("\nStopped.");
    served
}

/// Nobody wonders about a wait that is shorter.
const A_MOMENT: Duration = Duration::from_secs(2);

const PANICKED: &str = "the book's builder panicked";

/// Compiles the book's servers, and waits for them.
async fn compiled(compiler: &Compiler) -> Result<()> {
    let (told, compiled) = oneshot::channel();
    compiler.start(move |compiled| _ = told.send(compiled))?;
    tell_compiled(&compiled.await?);
    Ok(())
}

/// Compiles the book's servers, each time it's called, and makes the book again when they are there.
fn compiling(
    compiler: &Arc<Compiler>,
    builder: &Arc<Mutex<BookBuilder>>,
    servers: &BookServers,
) -> impl Fn() + Send + use<> {
    let (compiler, builder, servers) = (Arc::downgrade(compiler), Arc::clone(builder), servers.clone());
    move || {
        let Some(compiler) = compiler.upgrade() else { return };
        let (builder, servers) = (Arc::clone(&builder), servers.clone());
        let started = compiler.start(move |compiled| {
            tell_compiled(&compiled);
            if compiled.is_ok() {
                out!("The book's servers are compiled.");
                builder.lock().unwrap_or_else(PoisonError::into_inner).rebuild_with(servers);
            }
        });
        if let Err(error) = started {
            tell_compiled(&Err(format!("no thread can be started: {error}")));
        }
    }
}

fn tell_compiled(compiled: &Result<(), String>) {
    if let Err(why) = compiled {
        err!(
            "\n{why}\nThe book is as it was recorded: its diagrams are there, their buttons and the raw frames aren't. To try \
             again, start `cargo run` again."
        );
    }
}
