//! The record of a play while it is going on, shared between the clients, the log and the thread that waits for the end.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use scenario::{
    Body, ClientEvent, ClientOutcome, Direction, Frame, MAX_FRAMES, Outcome, Payload, PlayError, ServerEvent,
    Step, StepResult, Transcript, shown_id, text,
};
use tokio::sync::Notify;

/// A handle on the record. Clones share it.
#[derive(Clone)]
pub(crate) struct Record(Arc<Shared>);

struct Shared {
    /// The crate that the server's code is in: whose log is recorded.
    crate_name: &'static str,
    keeps_frames: bool,
    state: Mutex<State>,
    flooded: Notify,
    crashed: Notify,
}

#[derive(Default)]
struct State {
    transcript: Transcript,
    /// In the order of the transcript's clients: who is connected, their ids, what came in the current step.
    clients: Vec<Client>,
    /// What the server did before the first step.
    setup: Vec<ServerEvent>,
    /// The event that socketioxide has read last, in Rust's `{:?}`, until it calls a handler for it.
    unhandled: Option<String>,
    /// After the last step the clients disconnect, which isn't recorded. Nor is what is left of a server that crashed.
    over: bool,
}

struct Client {
    name: String,
    /// Its connections so far, in their order.
    connections: Vec<Ids>,
    connected: bool,
    events: Vec<ClientEvent>,
    frames: Vec<Frame>,
    /// Whether any frame went over its connection in the current step, in either direction.
    has_frames: bool,
    received: usize,
}

/// The ids that a client has in one connection.
#[derive(Default)]
struct Ids {
    sids: Vec<String>,
    /// Whether the server has connected it to a namespace.
    accepted: bool,
}

impl Record {
    /// An empty record of a server whose code is in the crate `crate_name`.
    pub(crate) fn new(crate_name: &'static str, keeps_frames: bool) -> Self {
        Self(Arc::new(Shared {
            crate_name,
            keeps_frames,
            state: Mutex::default(),
            flooded: Notify::new(),
            crashed: Notify::new(),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic while it is held cannot leave it half written: every change is a push or an assignment.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A step begins.
    pub(crate) fn begin(&self, step: &Step) {
        let mut state = self.state();
        let server = std::mem::take(&mut state.setup);
        state.transcript.steps.push(StepResult { step: step.clone(), server, clients: Vec::new() });
    }

    /// The server is idle after a step: what came to each client is written down in the order of the clients.
    pub(crate) fn end(&self) {
        let mut state = self.state();
        let state = &mut *state;
        state.tell_unhandled();
        let Some(step) = state.transcript.steps.last_mut() else { return };
        for client in &mut state.clients {
            client.received = 0;
            let (events, frames) = (std::mem::take(&mut client.events), std::mem::take(&mut client.frames));
            // One that left by its own act hears nothing more; what it sent before did go over the wire.
            let left = !client.connected && events.is_empty();
            if std::mem::take(&mut client.has_frames) || !left {
                step.clients.push(ClientOutcome { client: client.name.clone(), events, left, frames });
            }
        }
    }

    /// The play is over. From here on nothing is recorded.
    pub(crate) fn close(&self) {
        self.state().over = true;
    }

    /// The server's process dies in this step: from here on nothing of it is recorded.
    pub(crate) fn crash(&self) {
        let mut state = self.state();
        // What is lost while the play is being cleaned up is no crash.
        if !state.over {
            state.server_event(ServerEvent::Crashed {});
            state.over = true;
            self.0.crashed.notify_one();
        }
    }

    /// Returns once the server has crashed.
    pub(crate) async fn crashed(&self) {
        self.0.crashed.notified().await;
    }

    /// The server's process has ended: all connections have, and nothing more comes from it.
    pub(crate) fn server_ended(&self) {
        let mut state = self.state();
        state.over = true;
        state.unhandled = None;
        for client in state.clients.iter_mut().filter(|client| client.connected) {
            client.connected = false;
            client.events.push(ClientEvent::ConnectionClosed {});
        }
    }

    /// The server has been started again.
    pub(crate) fn server_started(&self) {
        self.state().over = false;
    }

    /// What a client remembers of the events that it has heard in all of its connections: see [`memory`](crate::memory).
    pub(crate) fn heard(&self, name: &str, event: &str) -> Vec<Payload> {
        let state = self.state();
        let earlier = state.transcript.steps.iter().flat_map(|step| &step.clients);
        let earlier = earlier.filter(|outcome| outcome.client == name).flat_map(|outcome| &outcome.events);
        let now = state.clients.iter().filter(|client| client.name == name).flat_map(|client| &client.events);
        let of_event = |heard: &ClientEvent| match heard {
            ClientEvent::Event { event: name, args, .. }
            | ClientEvent::EventWithAck { event: name, args, .. }
                if name == event =>
            {
                Some(args.clone())
            }
            _ => None,
        };
        earlier.chain(now).filter_map(of_event).collect()
    }

    /// A client opens a connection. Returns its place among the clients, and the connection's among its connections.
    pub(crate) fn connected(&self, name: &str) -> (usize, usize) {
        let number = self.number(name);
        let client = &mut self.state().clients[number];
        client.connected = true;
        client.connections.push(Ids::default());
        (number, client.connections.len() - 1)
    }

    /// The place of a client among the clients. It need not be connected: it may only make a request.
    pub(crate) fn number(&self, name: &str) -> usize {
        let mut state = self.state();
        if let Some(i) = state.clients.iter().position(|client| client.name == name) {
            return i;
        }
        state.transcript.clients.push(name.to_owned());
        state.clients.push(Client {
            name: name.to_owned(),
            connections: vec![],
            connected: false,
            events: vec![],
            frames: vec![],
            has_frames: false,
            received: 0,
        });
        state.clients.len() - 1
    }

    /// A client's connection has ended.
    pub(crate) fn disconnected(&self, client: usize) {
        self.state().clients[client].connected = false;
    }

    /// Why the setup panicked: the last panic, in what the server did before the first step or since it was started again.
    pub(crate) fn take_setup_panic(&self) -> Option<ServerEvent> {
        let mut state = self.state();
        let state = &mut *state;
        let events = state.transcript.steps.last_mut().map_or(&mut state.setup, |step| &mut step.server);
        events.pop_if(|event| matches!(event, ServerEvent::Panic { .. }))
    }

    /// What the server did before the first step. For a server on real sockets that is everything.
    pub(crate) fn take_setup_events(&self) -> Vec<ServerEvent> {
        std::mem::take(&mut self.state().setup)
    }

    /// A client has an id in a connection. `accepted`: the server has connected it to a namespace with that.
    pub(crate) fn sid(&self, (client, connection): (usize, usize), sid: &str, accepted: bool) {
        let ids = &mut self.state().clients[client].connections[connection];
        ids.accepted |= accepted;
        // In socketioxide its namespaces share one id. It is looked for in every text, so it stands here once.
        if !ids.sids.iter().any(|known| known == sid) {
            ids.sids.push(sid.to_owned());
        }
    }

    pub(crate) fn client_event(&self, client: usize, event: ClientEvent) {
        let mut state = self.state();
        if !state.over {
            state.clients[client].events.push(event);
        }
    }

    pub(crate) fn frame(&self, client: usize, direction: Direction, text: String) {
        let mut state = self.state();
        if state.over {
            return;
        }
        let client = &mut state.clients[client];
        if direction == Direction::ToClient {
            client.received += 1;
            if client.received > MAX_FRAMES {
                self.0.flooded.notify_one();
                return;
            }
        }
        client.has_frames = true;
        if self.0.keeps_frames {
            client.frames.push(Frame { direction, text, lost: false });
        }
    }

    /// The frame that was recorded last for the client never arrives.
    pub(crate) fn lose_last_frame(&self, client: usize) {
        if let Some(frame) = self.state().clients[client].frames.last_mut() {
            frame.lost = true;
        }
    }

    pub(crate) fn server_event(&self, event: ServerEvent) {
        self.state().server_event(event);
    }

    /// socketioxide has read an event: its name, in Rust's `{:?}`. If it has a handler, it calls it before it reads the
    /// next.
    pub(crate) fn event_read(&self, event: String) {
        let mut state = self.state();
        state.tell_unhandled();
        // Only a play reads its events one by one. A server on real sockets reads them on several threads.
        if !state.over && !state.transcript.steps.is_empty() {
            state.unhandled = Some(event);
        }
    }

    /// socketioxide calls a handler for the event that it has read.
    pub(crate) fn handler_called(&self) {
        self.state().unhandled = None;
    }

    /// Returns once a client has been sent more frames than it may be.
    pub(crate) async fn flooded(&self) {
        self.0.flooded.notified().await;
    }

    /// What came of the last step so far.
    pub(crate) fn last_step(&self) -> Option<StepResult> {
        let state = self.state();
        let mut step = state.transcript.steps.last()?.clone();
        show_ids(&mut step, &state.ids());
        Some(step)
    }

    /// Takes the transcript as it now stands, with the ids in it shown by whose they are.
    pub(crate) fn take(&self, error: Option<PlayError>) -> Transcript {
        let mut state = self.state();
        state.over = true;
        let mut transcript = std::mem::take(&mut state.transcript);
        transcript.error = error.map(|error| match error {
            PlayError::TooManyFrames { .. } => PlayError::TooManyFrames { client: state.flooded_client() },
            other => other,
        });
        let ids = state.ids();
        for step in &mut transcript.steps {
            show_ids(step, &ids);
        }
        transcript
    }
}

impl State {
    fn server_event(&mut self, event: ServerEvent) {
        if self.over {
            return;
        }
        let events = self.transcript.steps.last_mut().map_or(&mut self.setup, |step| &mut step.server);
        // A log can be flooded as a client can.
        if events.len() < MAX_FRAMES {
            events.push(event);
        }
    }

    /// If no handler was called for the event that was read last, none will be.
    fn tell_unhandled(&mut self) {
        let (Some(quoted), Some(step)) = (self.unhandled.take(), self.transcript.steps.last()) else {
            return;
        };
        let emitted = |part: &Step| match part {
            Step::Emit { client, ns, event, .. } | Step::EmitWithAck { client, ns, event, .. } => {
                Some((event.clone(), client.clone(), ns.clone())).filter(|_| format!("{event:?}") == quoted)
            }
            _ => None,
        };
        let emitted: Vec<_> = step.step.parts().iter().filter_map(emitted).collect();
        let event = match emitted.first() {
            Some((event, ..)) => event.clone(),
            None => quoted.trim_matches('"').to_owned(),
        };
        let client = the_only(emitted.iter().map(|(_, client, _)| client));
        let ns = the_only(emitted.iter().map(|(_, _, ns)| ns));
        self.server_event(ServerEvent::NoHandler { event, client, ns });
    }

    /// Every id that there has been, and how it is shown.
    fn ids(&self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for client in &self.clients {
            let mut number = 1;
            for connection in &client.connections {
                let shown = shown_id(&client.name, number);
                all.extend(connection.sids.iter().map(|sid| (sid.clone(), shown.clone())));
                // One in which it was only refused doesn't count. A real client closes it and opens another to try
                // again, ours doesn't: in both the first one that is accepted is the first.
                number += usize::from(connection.accepted);
            }
        }
        all
    }

    fn flooded_client(&self) -> String {
        let flooded = self.clients.iter().find(|client| client.received > MAX_FRAMES);
        flooded.map(|client| client.name.clone()).unwrap_or_default()
    }
}

/// What all of them are, if they are the same.
fn the_only<'a>(mut all: impl Iterator<Item = &'a String>) -> Option<String> {
    let first = all.next()?;
    all.all(|other| other == first).then(|| first.clone())
}

/// Shows whose the ids are, wherever they stand: ids are random, and would make each play differ.
fn show_ids(step: &mut StepResult, ids: &[(String, String)]) {
    let show = |text: &mut String| {
        for (sid, shown) in ids {
            if text.contains(sid.as_str()) {
                *text = text.replace(sid.as_str(), shown);
            }
        }
    };
    show_ids_in_step(&mut step.step, &show);
    for event in &mut step.server {
        show_ids_in_server_event(event, &show);
    }
    for outcome in &mut step.clients {
        for frame in &mut outcome.frames {
            show(&mut frame.text);
            sort_if_keyed(&mut frame.text, ids);
        }
        for event in &mut outcome.events {
            match event {
                ClientEvent::Refused { message: text, .. } | ClientEvent::InvalidPacket { frame: text } => {
                    show(text);
                }
                ClientEvent::Event { event, args, .. }
                | ClientEvent::Lost { event, args, .. }
                | ClientEvent::EventWithAck { event, args, .. }
                | ClientEvent::Acknowledged { event, args, .. } => {
                    show(event);
                    args.args.iter_mut().for_each(|arg| show_in(arg, &show));
                }
                ClientEvent::Connected { .. }
                | ClientEvent::Disconnected { .. }
                | ClientEvent::ConnectionClosed {}
                | ClientEvent::NotConnected { .. }
                | ClientEvent::AlreadyConnected { .. }
                | ClientEvent::NoResponse {}
                | ClientEvent::Ended {} => {}
                ClientEvent::Response { body: Body::Json(value), .. } => show_in(value, &show),
                ClientEvent::Response { body: Body::Text(text), .. } => show(text),
            }
        }
    }
    if let Step::Together(_) = step.step {
        sort(step);
    }
}

/// What is done at the same moment has no order. What comes of it is given one, so that a server which takes things in
/// another order gives the same transcript. The same goes for the frames.
fn sort(step: &mut StepResult) {
    step.server.sort_by_cached_key(ToString::to_string);
    for outcome in &mut step.clients {
        outcome.events.sort_by_cached_key(|event| text::outcome("", Outcome::Event(event)).to_string());
        outcome
            .frames
            .sort_by_cached_key(|frame| (frame.direction == Direction::ToClient, frame.text.clone()));
    }
}

/// A client may send what it remembers, and that may be an id.
fn show_ids_in_step(step: &mut Step, show: &impl Fn(&mut String)) {
    match step {
        Step::Connect { auth: Some(auth), .. } => show_in(auth, show),
        Step::Emit { args, .. } | Step::EmitWithAck { args, .. } | Step::Acknowledge { args, .. } => {
            args.args.iter_mut().for_each(|arg| show_in(arg, show));
        }
        Step::Together(parts) => parts.iter_mut().for_each(|part| show_ids_in_step(part, show)),
        _ => {}
    }
}

fn show_ids_in_server_event(event: &mut ServerEvent, show: &impl Fn(&mut String)) {
    match event {
        ServerEvent::Panic { message: text, .. }
        | ServerEvent::ClientPanic { message: text, .. }
        | ServerEvent::HandlerSkipped { reason: text }
        | ServerEvent::NoHandler { event: text, .. } => show(text),
        ServerEvent::Crashed {} => {}
        ServerEvent::Log(event) => {
            show(&mut event.message);
            let spans = event.spans.iter_mut().flat_map(|span| &mut span.fields);
            event.fields.iter_mut().chain(spans).for_each(|(_, value)| show(value));
        }
    }
}

/// A frame with an object whose keys were ids has them in the order of the ids, which is random. It is given one order.
fn sort_if_keyed(text: &mut String, ids: &[(String, String)]) {
    if !ids.iter().any(|(_, shown)| text.contains(&format!("\"{shown}\":"))) {
        return;
    }
    let Some(start) = text.find(['[', '{']) else { return };
    if let Ok(value) = serde_json::from_str::<serde_json::Value>(&text[start..]) {
        let sorted = Payload::from(value).to_string();
        text.replace_range(start.., &sorted);
    }
}

fn show_in(value: &mut serde_json::Value, show: &impl Fn(&mut String)) {
    match value {
        serde_json::Value::String(text) => show(text),
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| show_in(item, show)),
        serde_json::Value::Object(map) => {
            *map = std::mem::take(map)
                .into_iter()
                .map(|(mut key, mut value)| {
                    show(&mut key);
                    show_in(&mut value, show);
                    (key, value)
                })
                .collect();
        }
        _ => {}
    }
}

thread_local! {
    /// The record of the play that this thread works for.
    static CURRENT: RefCell<Option<Record>> = const { RefCell::new(None) };
}

/// From here on, what this thread logs and how it panics goes to `record`.
pub(crate) fn set_current(record: &Record) {
    CURRENT.set(Some(record.clone()));
}

/// The record of the play that this thread works for, if it works for one.
pub(crate) fn current() -> Option<Record> {
    CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
}

/// The crate of the server that this thread plays.
pub(crate) fn current_crate() -> Option<&'static str> {
    CURRENT.try_with(|current| current.borrow().as_ref().map(|record| record.0.crate_name)).ok().flatten()
}
