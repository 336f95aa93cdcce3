//! Playing a scene with a client.

use std::cell::RefCell;
use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use harness::{Options, panic_event};
use scenario::{
    ClientEvent, ClientOutcome, MAX_FRAMES, Payload, PlayError, Progress, ROOT, SERVER, Scene, SceneError,
    ServerEvent, Step, StepResult, Transcript,
};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::{Notify, oneshot};
use tokio::task::{JoinHandle, LocalSet};

use crate::packet::{self, Incoming};
use crate::server::{News, Server};
use crate::{Client, clock};

/// A tick, in wall-clock time. Of a process that the system has put aside for a while, only one tick has passed.
const TICK: Duration = Duration::from_millis(100);

/// A client that neither pongs nor does anything else for so many ticks waits for its clock: in a callback, for example.
const SILENCE: u32 = 3;

/// How often its clock is moved for that. After that the server waits for it no longer: it never connects, has locked itself
/// out, or doesn't end. It is a guard: no client that does what it should ever needs it.
const GUARD: u32 = 8;

/// How many pongs in a row must bring nothing new.
const QUIET: usize = 6;

/// How much time passes in each step, and in how many pieces: a client may look for something now and then.
const STEP: (Duration, u32) = (Duration::from_secs(1), 4);

/// How long, in wall-clock time, a client may hold its thread.
const BLOCKED: Duration = Duration::from_secs(4);

/// How long a client that is stopped has to notice it. One that blocks its thread never does.
const STOP_GRACE: Duration = Duration::from_millis(1500);

/// Plays `scene` with `client` and returns what happened.
///
/// # Errors
/// If the scene can't be played: see [`Scene::check`].
pub fn play(scene: &Scene, client: &Client, options: Options) -> Result<Transcript, SceneError> {
    scene.check()?;
    catch_panics();
    let record = Record::default();
    let (stop, stopped) = oneshot::channel();
    let (done, end) = mpsc::channel();
    let timeout = options.timeout;
    let (scene, client, progress, of_thread) =
        (scene.clone(), client.clone(), options.progress, record.clone());
    let thread = thread::Builder::new().name("play".to_owned()).spawn(move || {
        let tell = |now: Progress| progress.iter().for_each(|tell| tell(now.clone()));
        let _ = done.send(run(&scene, &client, &of_thread, &tell, stopped));
    });
    let thread = thread.expect("the system can start a thread");
    let error = match watch(&end, &record, timeout) {
        Ok(error) => error,
        Err(RecvTimeoutError::Timeout) => {
            let _ = stop.send(());
            end.recv_timeout(STOP_GRACE).unwrap_or(Some(PlayError::ThreadBlocked {}))
        }
        Err(RecvTimeoutError::Disconnected) => None,
    };
    if error != Some(PlayError::ThreadBlocked {}) {
        let _ = thread.join();
    }
    let steps = lock(&record.state).steps.clone();
    Ok(Transcript { clients: vec![SERVER.to_owned()], steps, error })
}

/// Waits for the end of a play. How long a play takes depends on the machine; that its thread is never free doesn't.
fn watch(
    end: &mpsc::Receiver<Option<PlayError>>,
    record: &Record,
    timeout: Duration,
) -> Result<Option<PlayError>, RecvTimeoutError> {
    let deadline = Instant::now() + timeout;
    loop {
        let before = record.pulse.load(Ordering::Relaxed);
        match end.recv_timeout(BLOCKED) {
            Err(RecvTimeoutError::Timeout)
                if record.pulse.load(Ordering::Relaxed) != before && Instant::now() < deadline => {}
            ended => return ended,
        }
    }
}

fn run(
    scene: &Scene,
    client: &Client,
    record: &Record,
    tell: &dyn Fn(Progress),
    stopped: oneshot::Receiver<()>,
) -> Option<PlayError> {
    let for_threads = record.clone();
    set_current(record);
    let (runtime, held) = clock::runtime(move || set_current(&for_threads))
        .expect("the system has a thread and a socket to spare");
    let tasks = LocalSet::new();
    let _ticks = Ticks::start(Arc::clone(&record.tick));
    let error = tasks.block_on(&runtime, async {
        tokio::select! {
            biased;
            _ = stopped => Some(PlayError::NeverIdle {}),
            () = record.flooded.notified() => Some(PlayError::TooManyFrames { client: SERVER.to_owned() }),
            error = perform(scene, client, record, tell) => error,
        }
    });
    // What the client does when it is torn down is nothing that it did.
    lock(&record.state).closed = true;
    drop(tasks);
    drop(held);
    runtime.shutdown_background();
    error
}

/// Plays the scene to its end.
async fn perform(
    scene: &Scene,
    client: &Client,
    record: &Record,
    tell: &dyn Fn(Progress),
) -> Option<PlayError> {
    let server = match Server::start().await {
        Ok(server) => server,
        Err(error) => {
            return Some(PlayError::SetupPanicked { message: error.to_string(), at: String::new() });
        }
    };
    let mut play = Play {
        server: Some(server),
        connections: Vec::new(),
        asked: Vec::new(),
        given_up: false,
        has_panicked: false,
        running: None,
        record,
    };
    for step in &scene.steps {
        record.begin(step);
        tell(Progress::Started(step.clone()));
        play.act(step, client).await;
        if let Step::Wait { seconds } = step {
            for _ in 0..*seconds {
                clock::pass(Duration::from_secs(1)).await;
                play.until_quiet().await;
            }
        }
        play.settle().await;
        tell(Progress::Finished(record.end()));
    }
    None
}

/// The server's side of a play.
struct Play<'a> {
    /// `None`: it has been stopped.
    server: Option<Server>,
    connections: Vec<Connection>,
    /// The acknowledgements that a client waits for: on which connection, and their ids.
    asked: Vec<(usize, u64)>,
    /// It has no connection that answers, and nothing has come of it for too long.
    given_up: bool,
    /// Some of its code has panicked. Maybe it can't answer.
    has_panicked: bool,
    /// The client, from its start to its end.
    running: Option<JoinHandle<()>>,
    record: &'a Record,
}

/// What the server has waited for.
enum Happened {
    /// Something came, or the client has ended.
    News,
    /// The client has panicked, or all is over.
    Panic,
    /// Nothing: some time has passed.
    Tick,
}

/// How long nothing has happened.
#[derive(Default)]
struct Patience {
    /// In ticks.
    silent: u32,
    /// How often the clock has been moved.
    moved: u32,
}

/// A connection that a client has opened.
struct Connection {
    number: usize,
    /// Frames that are put into it are sent.
    frames: UnboundedSender<String>,
    state: State,
    /// How many pings it hasn't answered.
    pings: usize,
    /// It answers none any more. What it sends is heard all the same.
    is_deaf: bool,
}

/// How far a connection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It is open, and nothing has been said.
    Opened,
    /// The client asks to be connected.
    Asks,
    /// The server has accepted the client.
    Connected,
    /// The server has refused the client.
    Refused,
}

impl Play<'_> {
    /// Does what the step says.
    async fn act(&mut self, step: &Step, client: &Client) {
        match step {
            Step::Start {} => {
                if let Some(server) = &self.server {
                    self.running = Some(tokio::task::spawn_local(client.start(server.url.clone())));
                }
                self.until_connected().await;
            }
            Step::Accept {} => self.decide(State::Connected, &packet::accept()),
            Step::Refuse { message } => self.decide(State::Refused, &packet::refuse(message)),
            Step::Emit { event, args, .. } => self.send(&packet::event(event, args)),
            Step::Acknowledge { args, .. } => {
                if let Some((number, id)) = (!self.asked.is_empty()).then(|| self.asked.remove(0))
                    && let Some(connection) = self.connections.iter().find(|it| it.number == number)
                {
                    let _ = connection.frames.send(packet::acknowledge(id, args));
                }
            }
            // Other steps are of a scene for a server, or have no act.
            _ => {}
        }
    }

    /// Accepts or refuses whoever asks.
    fn decide(&mut self, state: State, frame: &str) {
        for connection in self.connections.iter_mut().filter(|it| it.state == State::Asks) {
            connection.state = state;
            let _ = connection.frames.send(frame.to_owned());
        }
    }

    /// Sends a frame to whoever is connected.
    fn send(&mut self, frame: &str) {
        for connection in self.connections.iter().filter(|it| it.state == State::Connected) {
            let _ = connection.frames.send(frame.to_owned());
        }
    }

    /// Waits until a client asks to be connected, or has ended.
    async fn until_connected(&mut self) {
        let asks = |play: &Self| play.connections.iter().any(|it| it.state != State::Opened);
        let mut patience = Patience::default();
        while !asks(self) && self.is_running() {
            if !self.wait(&mut patience).await {
                self.given_up = true;
                return;
            }
        }
    }

    /// Lets the client do all that it has to do, and a second pass for its timers.
    async fn settle(&mut self) {
        self.until_quiet().await;
        let (time, pieces) = STEP;
        for _ in 0..pieces {
            if !self.is_running() {
                break;
            }
            clock::pass(time / pieces).await;
            self.until_quiet().await;
        }
        if self.given_up && !self.has_panicked && self.is_running() {
            // It answers no ping, so all that can be done is to give it some time.
            while matches!(self.news().await, Happened::News) && self.is_running() {}
        }
        if self.running.as_ref().is_some_and(JoinHandle::is_finished) {
            self.record.event(ClientEvent::Ended {});
            // What its tasks would still do, they do no more: its process is gone.
            self.stop();
        }
    }

    /// Pings until [`QUIET`] pongs in a row have brought nothing new. A client that no connection is left of is waited for.
    async fn until_quiet(&mut self) {
        let mut patience = Patience::default();
        let mut quiet = 0;
        while quiet < QUIET {
            self.take_all();
            let (before, was_running) = (self.record.count(), self.is_running());
            if self.connections.iter().all(|it| it.is_deaf) {
                if self.given_up || !self.is_running() || self.server.is_none() {
                    return;
                }
                self.given_up = !self.wait(&mut patience).await;
                continue;
            }
            for connection in self.connections.iter_mut().filter(|it| !it.is_deaf) {
                connection.pings += 1;
                let _ = connection.frames.send("2".to_owned());
            }
            while self.connections.iter().any(|it| it.pings > 0 && !it.is_deaf) {
                if !self.wait(&mut patience).await {
                    self.connections.iter_mut().for_each(|it| it.is_deaf |= it.pings > 0);
                    self.given_up = true;
                }
            }
            // What a client sent before it ended has come with the second pong after that. (It begins with a pong that
            // nobody has asked for.)
            quiet = match (was_running, self.record.count() > before) {
                (false, _) => quiet + QUIET / 2,
                (true, true) => 0,
                (true, false) => quiet + 1,
            };
        }
    }

    fn is_running(&self) -> bool {
        self.running.as_ref().is_some_and(|running| !running.is_finished())
    }

    /// Waits until something happens. `false`: it's no use to wait any longer.
    async fn wait(&mut self, patience: &mut Patience) -> bool {
        match self.news().await {
            Happened::News => patience.silent = 0,
            Happened::Panic => return false,
            Happened::Tick if patience.silent + 1 < SILENCE => patience.silent += 1,
            Happened::Tick => {
                *patience = Patience { silent: 0, moved: patience.moved + 1 };
                if patience.moved > GUARD {
                    return false;
                }
                clock::pass(STEP.0 / STEP.1).await;
            }
        }
        true
    }

    /// Waits until something happens, and takes note of it.
    async fn news(&mut self) -> Happened {
        self.record.pulse.fetch_add(1, Ordering::Relaxed);
        let Some(server) = &mut self.server else { return Happened::Panic };
        let ended = async {
            match &mut self.running {
                Some(running) if !running.is_finished() => {
                    let _ = running.await;
                }
                _ => std::future::pending().await,
            }
        };
        let news = tokio::select! {
            biased;
            news = server.news.recv() => news,
            () = ended => return Happened::News,
            () = self.record.panicked.notified() => {
                self.has_panicked = true;
                return Happened::Panic;
            }
            () = self.record.tick.notified() => return Happened::Tick,
        };
        if let Some(news) = news {
            self.take(news);
        }
        Happened::News
    }

    /// Takes note of all that has happened already.
    fn take_all(&mut self) {
        while let Some(Ok(news)) = self.server.as_mut().map(|server| server.news.try_recv()) {
            self.take(news);
        }
    }

    fn take(&mut self, news: News) {
        match news {
            News::Opened(number, frames) => {
                self.given_up = false;
                self.connections.push(Connection {
                    number,
                    frames,
                    state: State::Opened,
                    pings: 0,
                    is_deaf: false,
                });
            }
            News::Frame(number, frame) => {
                if let Some(at) = self.connections.iter().position(|it| it.number == number) {
                    self.frame(at, &frame);
                }
            }
            News::Closed(number) => self.connections.retain(|it| it.number != number),
            News::Other(what) => self.record.event(ClientEvent::InvalidPacket { frame: what }),
        }
    }

    /// A frame has come on the connection at that place.
    fn frame(&mut self, at: usize, frame: &str) {
        let connection = &mut self.connections[at];
        if frame == "3" {
            connection.pings = connection.pings.saturating_sub(1);
            return;
        }
        // Engine.IO's close: the connection ends here. A DISCONNECT has come before it, or should have.
        if frame == "1" {
            self.connections.remove(at);
            return;
        }
        let state = connection.state;
        match frame.strip_prefix('4').and_then(packet::read) {
            Some(Incoming::Connect { auth }) => {
                connection.state = State::Asks;
                let args = Payload { args: auth.into_iter().collect(), attachments: Vec::new() };
                self.record.event(hears("CONNECT", args));
            }
            Some(Incoming::Disconnect) => {
                self.record.event(hears("DISCONNECT", Payload::default()));
                // Nothing more is to come.
                self.connections.remove(at);
            }
            Some(Incoming::Event { event, args, id }) => {
                let number = connection.number;
                self.asked.extend(id.map(|id| (number, id)));
                let ns = ROOT.to_owned();
                self.record.event(match id {
                    Some(_) => ClientEvent::EventWithAck { ns, event, args },
                    None => ClientEvent::Event { ns, event, args },
                });
                // A real server does so, too.
                if state != State::Connected {
                    self.stop();
                }
            }
            None => self.record.event(ClientEvent::InvalidPacket { frame: frame.to_owned() }),
        }
    }

    /// Ends everything: nothing more comes of the scene.
    fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.abort();
        }
        self.connections.clear();
        self.server = None;
    }
}

fn hears(packet: &str, args: Payload) -> ClientEvent {
    ClientEvent::Event { ns: ROOT.to_owned(), event: packet.to_owned(), args }
}

/// Wakes the play now and then, so that it can look at the wall clock: the runtime's own clock stands still. Dropped, it
/// stops.
struct Ticks {
    _stop: mpsc::Sender<()>,
}

impl Ticks {
    fn start(tick: Arc<Notify>) -> Self {
        let (stop, stopped) = mpsc::channel::<()>();
        let ticks = move || {
            while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                tick.notify_one();
            }
        };
        let thread = thread::Builder::new().name("ticks".to_owned()).spawn(ticks);
        thread.expect("the system can start a thread");
        Self { _stop: stop }
    }
}

/// What has been recorded so far.
#[derive(Clone, Default)]
struct Record {
    state: Arc<Mutex<Recorded>>,
    panicked: Arc<Notify>,
    flooded: Arc<Notify>,
    tick: Arc<Notify>,
    /// Counts up as long as the thread is free now and then.
    pulse: Arc<AtomicUsize>,
}

#[derive(Default)]
struct Recorded {
    steps: Vec<StepResult>,
    closed: bool,
}

impl Record {
    fn begin(&self, step: &Step) {
        let nothing =
            ClientOutcome { client: SERVER.to_owned(), events: Vec::new(), left: false, frames: Vec::new() };
        let result = StepResult { step: step.clone(), server: Vec::new(), clients: vec![nothing] };
        lock(&self.state).steps.push(result);
    }

    fn end(&self) -> StepResult {
        lock(&self.state).steps.last().cloned().expect("a step has begun")
    }

    /// How much the server has heard in this step.
    fn count(&self) -> usize {
        lock(&self.state).steps.last().map_or(0, |step| step.clients[0].events.len())
    }

    fn event(&self, event: ClientEvent) {
        if let Some(step) = lock(&self.state).steps.last_mut() {
            step.clients[0].events.push(event);
            if step.clients[0].events.len() > MAX_FRAMES {
                self.flooded.notify_one();
            }
        }
    }

    fn panic(&self, event: ServerEvent) {
        let mut state = lock(&self.state);
        if state.closed {
            return;
        }
        if let Some(step) = state.steps.last_mut() {
            step.server.push(event);
        }
        self.panicked.notify_one();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    /// The record of the play on this thread.
    static CURRENT: RefCell<Option<Record>> = const { RefCell::new(None) };
}

fn set_current(record: &Record) {
    CURRENT.with_borrow_mut(|current| *current = Some(record.clone()));
}

/// Records panics on threads that play, once for the process.
fn catch_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let record = CURRENT.try_with(|current| current.borrow().clone()).ok().flatten();
            match (record, panic_event(info)) {
                (Some(record), ServerEvent::Panic { message, at }) => {
                    record.panic(ServerEvent::ClientPanic { message, at });
                }
                _ => others(info),
            }
        }));
    });
}
