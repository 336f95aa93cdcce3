//! Playing a scene.

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;
use std::{env, io};

use futures_util::FutureExt;
use scenario::{
    ClientEvent, Direction, Node, PlayError, Progress, Scene, SceneError, ServerEvent, Step, TIMEOUT,
    Transcript,
};
use socketioxide::SocketIo;
use tokio::io::DuplexStream;
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use crate::capture;
use crate::client::{Client, Loss};
use crate::folder::Folder;
use crate::memory::recall;
use crate::pipe::Listener;
use crate::record::{self, Record};
use crate::request::{Received, get};
use crate::server::{Server, Start, Started};
use crate::several::Between;

/// How long, in virtual time, a play waits for the server to be idle after each step. A handler's own timers may run
/// this long and still belong to the step that started them.
pub const SETTLE: Duration = Duration::from_secs(1);

/// How long a server that is still being polled has to notice that it must stop. One that blocks its thread never does.
const STOP_GRACE: Duration = Duration::from_millis(1500);

/// How a scene is played.
pub struct Options {
    /// How long, in wall-clock time, the play may take.
    pub timeout: Duration,
    /// Where a server that keeps files has its folder.
    pub scratch: PathBuf,
    /// Whether the transcript has the frames.
    pub frames: bool,
    /// Is told how far the play has come: all there is if the process doesn't live to the end.
    pub progress: Option<Box<dyn Fn(Progress) + Send>>,
}

impl Default for Options {
    fn default() -> Self {
        Self { timeout: TIMEOUT, scratch: env::temp_dir(), frames: true, progress: None }
    }
}

/// Plays `scene` over `server` and returns what happened.
///
/// The server's code can do what it likes: a panic, an endless loop, a flood or a blocked thread ends as a transcript
/// whose [`error`](Transcript::error) says so, after [`TIMEOUT`](scenario::TIMEOUT) at the latest. (A thread that blocks for ever can't be
/// taken back. It is left behind: who plays code that may block does so in a process that can be ended.)
///
/// # Errors
/// If the scene can't be played: see [`Scene::check`].
pub fn play(scene: &Scene, server: &Server) -> Result<Transcript, SceneError> {
    play_with(scene, server, Options::default())
}

/// [`play`] with other options.
///
/// # Errors
/// If the scene can't be played: see [`Scene::check`].
pub fn play_with(scene: &Scene, server: &Server, options: Options) -> Result<Transcript, SceneError> {
    scene.check()?;
    capture::install();

    let record = Record::new(server.crate_name(), options.frames);
    let (stop, stopped) = oneshot::channel();
    let (done, end) = mpsc::channel();
    let timeout = options.timeout;
    let play = Play { scene: scene.clone(), server: server.clone(), options, record: record.clone() };
    let thread = thread::Builder::new().name("play".to_owned()).spawn(move || {
        record::set_current(&play.record);
        let _ = done.send(play.run(stopped));
    });
    let thread = thread.expect("the system can start a thread");

    let error = match end.recv_timeout(timeout) {
        Ok(error) => error,
        Err(RecvTimeoutError::Timeout) => {
            // While it is polled, it hears this and ends; while it blocks, it doesn't.
            let _ = stop.send(());
            end.recv_timeout(STOP_GRACE).unwrap_or(Some(PlayError::ThreadBlocked {}))
        }
        // The thread itself panicked: in this crate, which the recorded panic tells.
        Err(RecvTimeoutError::Disconnected) => None,
    };
    if error != Some(PlayError::ThreadBlocked {}) {
        let _ = thread.join();
    }
    Ok(record.take(error))
}

/// How a life of the server ends.
enum End {
    /// With the scene, or early.
    OfPlay(Option<PlayError>),
    /// It is started again, with a folder of its own if it keeps files: what the old one had in it at that moment.
    OfServer(Option<Folder>),
}

/// One play: all that its thread needs.
struct Play {
    scene: Scene,
    server: Server,
    options: Options,
    record: Record,
}

impl Play {
    /// Plays the scene to its end, or until `stopped`. Returns why it ended early, if it did.
    fn run(self, stopped: oneshot::Receiver<()>) -> Option<PlayError> {
        let mut stopped = stopped;
        let mut folder =
            match self.server.keeps_files().then(|| Folder::create(&self.options.scratch)).transpose() {
                Ok(folder) => folder,
                Err(error) => return Some(self.no_folder(&error)),
            };
        let mut next = 0;
        loop {
            match self.live(&mut stopped, &mut next, folder.as_ref()) {
                End::OfPlay(error) => return error,
                // Only now nothing holds the old folder's files open.
                End::OfServer(copy) => folder = copy,
            }
        }
    }

    /// Plays from the step `next` on, until the scene is over or the server is gone.
    fn live(&self, stopped: &mut oneshot::Receiver<()>, next: &mut usize, folder: Option<&Folder>) -> End {
        let for_workers = self.record.clone();
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .on_thread_start(move || record::set_current(&for_workers))
            .build()
            .expect("a runtime without I/O needs nothing from the system");
        let end = runtime.block_on(async {
            tokio::select! {
                biased;
                _ = stopped => End::OfPlay(Some(PlayError::NeverIdle {})),
                () = self.record.flooded() => {
                    End::OfPlay(Some(PlayError::TooManyFrames { client: String::new() }))
                }
                end = self.perform(next, folder) => end,
            }
        });
        if let End::OfPlay(_) = end {
            self.record.close();
        }
        // A blocking task that never ends must not keep the play from ending.
        runtime.shutdown_background();
        end
    }

    async fn perform(&self, next: &mut usize, folder: Option<&Folder>) -> End {
        // A life that isn't the first begins in the step in which the last one has ended.
        let is_again = *next > 0;
        if is_again {
            self.record.server_started();
        }
        let (mut servers, mut listeners) = (Vec::new(), Vec::new());
        let between = self.server.between();
        for number in 0..self.scene.servers() {
            let folder = folder.map_or_else(PathBuf::new, |folder| folder.path().to_owned());
            let start =
                Start { builder: SocketIo::builder(), folder, connection: between.connection(number) };
            // A server may panic before there is anything to wait for.
            let started = AssertUnwindSafe(async { self.server.start(start).await }).catch_unwind();
            let Ok(Started { http, close }) = started.await else {
                return End::OfPlay(Some(self.setup_panic()));
            };
            servers.push(close);
            listeners.push(Listener::new(http));
        }
        if is_again {
            sleep(SETTLE).await;
            self.end_step();
        }

        let connect = |server: usize| listeners.get(server).map(Listener::connect);
        let mut clients = Clients {
            connect: &connect,
            between: &*between,
            record: &self.record,
            connected: Vec::new(),
            cut_off: Vec::new(),
        };
        let mut is_over = true;
        for step in self.scene.steps.iter().skip(*next) {
            *next += 1;
            let step = recall(step, &self.record);
            self.record.begin(&step);
            self.progress(|| Some(Progress::Started(step.clone())));
            let lives = tokio::select! {
                biased;
                () = self.record.crashed() => false,
                lives = clients.perform(&step) => lives,
            };
            if !lives {
                is_over = false;
                break;
            }
            self.end_step();
        }

        let end = if is_over {
            self.record.close();
            End::OfPlay(None)
        } else {
            self.record.server_ended();
            // What the old server still writes from here on, nobody reads.
            match folder.map(|folder| folder.copy(&self.options.scratch)).transpose() {
                Ok(copy) => End::OfServer(copy),
                Err(error) => End::OfPlay(Some(self.no_folder(&error))),
            }
        };
        // Everyone disconnects before the runtime is dropped: a socket that outlives it would never be freed.
        drop(clients);
        sleep(SETTLE).await;
        between.close();
        for close in servers {
            close.await;
        }
        end
    }

    fn end_step(&self) {
        self.record.end();
        self.progress(|| self.record.last_step().map(Progress::Finished));
    }

    fn no_folder(&self, error: &io::Error) -> PlayError {
        let message = format!("no folder can be made in {}: {error}", self.options.scratch.display());
        PlayError::SetupPanicked { message, at: String::new() }
    }

    fn progress(&self, made: impl FnOnce() -> Option<Progress>) {
        if let Some(tell) = &self.options.progress
            && let Some(progress) = made()
        {
            tell(progress);
        }
    }

    fn setup_panic(&self) -> PlayError {
        match self.record.take_setup_panic() {
            Some(ServerEvent::Panic { message, at }) => PlayError::SetupPanicked { message, at },
            _ => PlayError::SetupPanicked { message: "no message".to_owned(), at: String::new() },
        }
    }
}

/// The scripted clients of a play.
struct Clients<'a> {
    /// Opens a connection to a server, counted from 0. `None`: there is no such server.
    connect: &'a dyn Fn(usize) -> Option<DuplexStream>,
    /// What stands between the servers.
    between: &'a dyn Between,
    record: &'a Record,
    /// Who is connected, in the order in which they connected.
    connected: Vec<(String, Client)>,
    /// Those that are cut off, or whose server was killed. Their connections stay open.
    cut_off: Vec<Client>,
}

impl Clients<'_> {
    /// Does what the step says, and waits until the server is idle. Returns whether the server lives on.
    async fn perform(&mut self, step: &Step) -> bool {
        match step {
            Step::Restart {} => return false,
            Step::Connect { clients, ns, auth, at } => {
                for name in clients {
                    if let Some(client) = self.with_connection(name, *at) {
                        client.connect_to(ns, auth.as_ref());
                    }
                    // One after the other: who connects first is part of the scene.
                    sleep(SETTLE).await;
                }
                return true;
            }
            Step::Request { client, path } => {
                tokio::join!(self.request(client, path), sleep(SETTLE));
                return true;
            }
            Step::Kill { server } => self.kill(server.number()),
            Step::CutLine {} => self.between.cut(),
            Step::MendLine {} => self.between.mend(),
            Step::Wait { seconds } => sleep(Duration::from_secs(u64::from(*seconds))).await,
            // The server's tasks run when this one waits, after the clients' have sent all of it.
            step => step.parts().iter().for_each(|part| self.act(part)),
        }
        sleep(SETTLE).await;
        true
    }

    /// Does what the step says: a step that takes no time.
    fn act(&mut self, step: &Step) {
        match step {
            Step::Emit { client, ns, event, args } => self.on(client, |c| c.emit(ns, event, args)),
            Step::EmitWithAck { client, ns, event, args } => {
                self.on(client, |c| c.emit_with_ack(ns, event, args));
            }
            Step::Acknowledge { client, args } => self.on(client, |c| c.acknowledge(args)),
            Step::Disconnect { client, ns } => {
                let mut was_last = false;
                self.on(client, |c| was_last = c.disconnect(ns));
                if was_last {
                    self.remove(client);
                }
            }
            Step::DropConnection { client } => {
                self.on(client, |c| c.drop_connection());
                self.remove(client);
            }
            Step::CloseConnection { client } => {
                self.on(client, |c| c.close_connection());
                self.remove(client);
            }
            Step::CutOff { client } => {
                self.on(client, |c| c.cut_off());
                let cut_off = self.remove(client);
                self.cut_off.extend(cut_off);
            }
            Step::LoseNext { client, message } => {
                self.on(client, |c| c.lose_next(*message, Loss::Connection));
            }
            Step::CrashAtNext { client, message } => {
                self.on(client, |c| c.lose_next(*message, Loss::Server));
            }
            Step::StopPongs { client } => self.on(client, |c| c.stop_pongs()),
            // As a part of what is done together: all are on their way before the server reads any of them.
            Step::Connect { clients, ns, auth, at } => {
                for name in clients {
                    if let Some(client) = self.with_connection(name, *at) {
                        client.connect_to(ns, auth.as_ref());
                    }
                }
            }
            // `Scene::check` keeps these from being done together with others.
            // The last three are of a scene that grades a client: `client-grader` plays it.
            Step::Wait { .. }
            | Step::Together(_)
            | Step::Request { .. }
            | Step::Restart {}
            | Step::Kill { .. }
            | Step::CutLine {}
            | Step::MendLine {}
            | Step::Start {}
            | Step::Accept {}
            | Step::Refuse { .. } => {}
        }
    }

    /// Asks for `path`. A server has as long for its response as for anything else in a step.
    async fn request(&self, name: &str, path: &str) {
        let number = self.record.number(name);
        let Some(stream) = (self.connect)(0) else { return };
        self.record.frame(number, Direction::ToServer, format!("GET {path}"));
        let event = match timeout(SETTLE, get(stream, path)).await {
            Ok(Ok(Received { event, text })) => {
                self.record.frame(number, Direction::ToClient, text);
                event
            }
            Ok(Err(_)) | Err(_) => ClientEvent::NoResponse {},
        };
        self.record.client_event(number, event);
    }

    /// The client of that name, with a new connection if it has none.
    fn with_connection(&mut self, name: &str, at: Option<Node>) -> Option<&mut Client> {
        self.connected.retain(|(_, client)| !client.is_closed());
        if let Some(i) = self.connected.iter().position(|(n, _)| n == name) {
            return Some(&mut self.connected[i].1);
        }
        let server = at.unwrap_or_default().number();
        let stream = (self.connect)(server)?;
        let place = self.record.connected(name);
        self.connected.push((name.to_owned(), Client::open(stream, server, place, self.record)));
        self.connected.last_mut().map(|(_, client)| client)
    }

    /// The process of a server ends, and says nothing to anybody.
    fn kill(&mut self, server: usize) {
        self.between.end(server);
        self.connected.retain(|(_, client)| !client.is_closed());
        for (_, client) in self.connected.extract_if(.., |(_, client)| client.server == server) {
            client.server_ended();
            self.record.disconnected(client.number);
            self.cut_off.push(client);
        }
    }

    fn on(&mut self, name: &str, act: impl FnOnce(&mut Client)) {
        if let Some((_, client)) = self.connected.iter_mut().find(|(n, _)| n == name) {
            act(client);
        }
    }

    fn remove(&mut self, name: &str) -> Option<Client> {
        let i = self.connected.iter().position(|(n, _)| n == name)?;
        let (_, client) = self.connected.remove(i);
        self.record.disconnected(client.number);
        Some(client)
    }
}
