//! Playing a scene: the server and its clients in one process, on in-memory connections and virtual time.
//!
//! The clock is paused: it only moves when no task has anything left to do. So to sleep is to wait until all is quiet,
//! however the server got there (at once, after yields, after a timer or a blocking task), and it takes no time.

mod client;
mod notebook;
mod pipe;
mod record;
mod witness;

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use axum::Router;
use socketioxide::SocketIo;
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::time::sleep;

use self::client::Client;
pub use self::notebook::Notebook;
use self::pipe::{Dialer, pipes};
pub(crate) use self::record::Record;
pub use self::witness::log_layer;
use crate::transcript::{Note, Transcript, Trouble};
use crate::{Scene, SceneError, Step};

/// How long, in virtual time, the stage waits for all to be quiet after each step. A handler's own timers may run this
/// long and still belong to the step that set them off.
pub const SETTLE: Duration = Duration::from_secs(1);

/// How long, in wall-clock time, a play may take before it is stopped. One takes milliseconds.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// How long a server that is still being polled has to hear that it must stop. One that blocks its thread never hears.
const LAST_WORD: Duration = Duration::from_millis(500);

/// Plays `scene` over `server` and returns what happened.
///
/// The server's code can do what it likes: a panic, an endless loop, a flood or a blocked thread ends as a transcript
/// whose [`trouble`](Transcript::trouble) says so, after [`PATIENCE`] at the latest. (A thread that blocks for ever
/// cannot be taken back: it is left behind.)
///
/// # Errors
/// If the scene cannot be played: see [`Scene::check`].
pub fn play(
    scene: &Scene,
    server: impl FnOnce(&SocketIo) + Send + 'static,
) -> Result<Transcript, SceneError> {
    play_with(scene, Box::new(server), PATIENCE)
}

/// [`play`] with a patience of one's own.
///
/// # Errors
/// If the scene cannot be played: see [`Scene::check`].
pub fn play_with(
    scene: &Scene,
    server: Box<dyn FnOnce(&SocketIo) + Send>,
    patience: Duration,
) -> Result<Transcript, SceneError> {
    play_watched(scene, server, patience, Box::new(|_| ()))
}

/// [`play_with`], and `watch` is shown the record at the beginning of each step.
pub(crate) fn play_watched(
    scene: &Scene,
    server: Box<dyn FnOnce(&SocketIo) + Send>,
    patience: Duration,
    watch: Watch,
) -> Result<Transcript, SceneError> {
    scene.check()?;
    witness::install();

    let record = Record::default();
    let (stop, stopped) = oneshot::channel();
    let (done, end) = mpsc::channel();
    let steps = scene.steps.clone();
    let on_stage = record.clone();
    let thread = thread::Builder::new().name("stage".to_owned());
    let thread = thread.spawn(move || {
        record::set_current(&on_stage);
        let trouble = on_stage_thread(&steps, server, &watch, &on_stage, stopped);
        let _ = done.send(trouble);
    });
    let thread = thread.expect("the system has a thread to spare");

    let trouble = match end.recv_timeout(patience) {
        Ok(trouble) => trouble,
        Err(RecvTimeoutError::Timeout) => {
            // Still polled, it hears this and ends; blocked, it does not.
            let _ = stop.send(());
            end.recv_timeout(LAST_WORD).unwrap_or(Some(Trouble::Blocks))
        }
        // The thread itself panicked: in the server's set-up, or in this crate, which the note of the panic tells.
        Err(RecvTimeoutError::Disconnected) => None,
    };
    if trouble != Some(Trouble::Blocks) {
        let _ = thread.join();
    }
    Ok(record.take(trouble))
}

/// Shown the record at the beginning of each step.
pub(crate) type Watch = Box<dyn Fn(&Record) + Send>;

fn on_stage_thread(
    steps: &[Step],
    server: Box<dyn FnOnce(&SocketIo) + Send>,
    watch: &Watch,
    record: &Record,
    stopped: oneshot::Receiver<()>,
) -> Option<Trouble> {
    let for_workers = record.clone();
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .on_thread_start(move || record::set_current(&for_workers))
        .build()
        .expect("a runtime without I/O needs nothing of the system");
    let trouble = runtime.block_on(async {
        tokio::select! {
            biased;
            _ = stopped => Some(Trouble::NeverSettles),
            () = record.flooded() => Some(Trouble::Floods { client: String::new() }),
            trouble = perform(steps, server, watch, record) => trouble,
        }
    });
    record.close();
    // A blocking task that never ends must not keep the stage from closing.
    runtime.shutdown_background();
    trouble
}

async fn perform(
    steps: &[Step],
    server: Box<dyn FnOnce(&SocketIo) + Send>,
    watch: &Watch,
    record: &Record,
) -> Option<Trouble> {
    let (layer, io) = SocketIo::new_layer();
    let set_up = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| server(&io)));
    if set_up.is_err() {
        return Some(set_up_panic(record));
    }
    let (dialer, listener) = pipes();
    let serving = tokio::spawn(async move {
        let _ = axum::serve(listener, Router::new().layer(layer)).await;
    });

    let mut stage = Stage { dialer, record, clients: Vec::new() };
    for step in steps {
        record.begin(step);
        watch(record);
        stage.perform(step).await;
        record.end();
    }

    // Everyone goes home before the runtime is dropped: a socket that outlives it would never be freed.
    record.close();
    drop(stage);
    sleep(SETTLE).await;
    serving.abort();
    io.close().await;
    None
}

fn set_up_panic(record: &Record) -> Trouble {
    match record.take_early().pop() {
        Some(Note::Panics { message, at }) => Trouble::SetUpPanics { message, at },
        _ => Trouble::SetUpPanics { message: "no message".to_owned(), at: "unknown place".to_owned() },
    }
}

struct Stage<'a> {
    dialer: Dialer,
    record: &'a Record,
    /// Who is on stage, in the order of their entrance.
    clients: Vec<(String, Client)>,
}

impl Stage<'_> {
    /// Does what the step says, and waits until all is quiet.
    async fn perform(&mut self, step: &Step) {
        match step {
            Step::Enter { clients, ns, auth } => {
                for name in clients {
                    if let Some(client) = self.enter(name) {
                        client.enter(ns, auth.as_ref());
                    }
                    // One after the other: who comes first is part of the scene.
                    sleep(SETTLE).await;
                }
                return;
            }
            Step::Emit { client, ns, event, args } => self.on(client, |c| c.emit(ns, event, args)),
            Step::Ask { client, ns, event, args } => self.on(client, |c| c.ask(ns, event, args)),
            Step::Answer { client, args } => self.on(client, |c| c.answer(args)),
            Step::Disconnect { client, ns } => {
                let mut gone = false;
                self.on(client, |c| gone = c.disconnect(ns));
                if gone {
                    self.leave(client);
                }
            }
            Step::Lose { client } => {
                self.on(client, |c| c.lose());
                self.leave(client);
            }
            Step::FallSilent { client } => self.on(client, |c| c.fall_silent()),
            Step::Wait { seconds } => sleep(Duration::from_secs(u64::from(*seconds))).await,
        }
        sleep(SETTLE).await;
    }

    /// The client of that name, connected if it is not or no longer. `None`: the server does not listen.
    fn enter(&mut self, name: &str) -> Option<&mut Client> {
        self.clients.retain(|(_, client)| !client.is_closed());
        if let Some(i) = self.clients.iter().position(|(n, _)| n == name) {
            return Some(&mut self.clients[i].1);
        }
        let stream = self.dialer.dial()?;
        let number = self.record.enter(name);
        self.clients.push((name.to_owned(), Client::connect(stream, number, self.record)));
        self.clients.last_mut().map(|(_, client)| client)
    }

    fn on(&mut self, name: &str, act: impl FnOnce(&mut Client)) {
        if let Some((_, client)) = self.clients.iter_mut().find(|(n, _)| n == name) {
            act(client);
        }
    }

    fn leave(&mut self, name: &str) {
        if let Some(i) = self.clients.iter().position(|(n, _)| n == name) {
            let (_, client) = self.clients.remove(i);
            self.record.leave(client.number);
        }
    }
}
