//! The record of a play while it is going on, shared between the clients, the log and whoever waits for the end.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::transcript::{Act, Frame, Heard, Line, Note, Transcript, Trouble, Way};
use crate::{MOST_FRAMES, Payload, Step};

/// A handle on the record. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Record(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    flooded: Notify,
}

#[derive(Default)]
struct State {
    transcript: Transcript,
    /// In the order of the cast: who is connected, their ids, what came in the current act.
    clients: Vec<Client>,
    /// What the server noted before the first act.
    early: Vec<Note>,
    /// After the last step the clients go home, which is nobody's business.
    over: bool,
}

struct Client {
    name: String,
    /// Its ids: a client that comes back has a new one.
    sids: Vec<String>,
    connected: bool,
    lines: Vec<Line>,
    frames: Vec<Frame>,
    received: usize,
}

impl Record {
    fn state(&self) -> MutexGuard<'_, State> {
        // A panic while it is held cannot leave it half written: every change is a push or an assignment.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A step begins.
    pub(super) fn begin(&self, step: &Step) {
        let mut state = self.state();
        let server = std::mem::take(&mut state.early);
        state.transcript.acts.push(Act { step: step.clone(), server, heard: Vec::new() });
    }

    /// All is quiet after a step: what each client received is laid down in the order of the cast.
    pub(super) fn end(&self) {
        let mut state = self.state();
        let state = &mut *state;
        let Some(act) = state.transcript.acts.last_mut() else { return };
        for client in &mut state.clients {
            client.received = 0;
            let (lines, frames) = (std::mem::take(&mut client.lines), std::mem::take(&mut client.frames));
            // Gone by its own act, it hears nothing more; what it sent on the way out did go over the wire.
            let gone = !client.connected && lines.is_empty();
            if !gone || !frames.is_empty() {
                act.heard.push(Heard { client: client.name.clone(), lines, gone, frames });
            }
        }
    }

    /// The play is over. From here on nothing is recorded.
    pub(super) fn close(&self) {
        self.state().over = true;
    }

    /// A client comes on stage. Its number is its place in the cast.
    pub(super) fn enter(&self, name: &str) -> usize {
        let mut state = self.state();
        if let Some(i) = state.clients.iter().position(|client| client.name == name) {
            state.clients[i].connected = true;
            return i;
        }
        state.transcript.cast.push(name.to_owned());
        state.clients.push(Client {
            name: name.to_owned(),
            sids: vec![],
            connected: true,
            lines: vec![],
            frames: vec![],
            received: 0,
        });
        state.clients.len() - 1
    }

    /// A client's connection is gone.
    pub(super) fn leave(&self, client: usize) {
        self.state().clients[client].connected = false;
    }

    /// What was noted before the first act: of a server that is not on stage, everything.
    pub(super) fn take_early(&self) -> Vec<Note> {
        std::mem::take(&mut self.state().early)
    }

    pub(super) fn sid(&self, client: usize, sid: &str) {
        self.state().clients[client].sids.push(sid.to_owned());
    }

    pub(super) fn line(&self, client: usize, line: Line) {
        let mut state = self.state();
        if !state.over {
            state.clients[client].lines.push(line);
        }
    }

    pub(super) fn frame(&self, client: usize, way: Way, text: String) {
        let mut state = self.state();
        if state.over {
            return;
        }
        let client = &mut state.clients[client];
        if way == Way::Down {
            client.received += 1;
            if client.received > MOST_FRAMES {
                self.0.flooded.notify_one();
                return;
            }
        }
        client.frames.push(Frame { way, text });
    }

    pub(crate) fn note(&self, note: Note) {
        let mut state = self.state();
        if state.over {
            return;
        }
        // A log can be flooded as a client can.
        match state.transcript.acts.last_mut() {
            Some(act) if act.server.len() < MOST_FRAMES => act.server.push(note),
            Some(_) => {}
            None => state.early.push(note),
        }
    }

    /// Returns once a client has been sent more frames than it may be.
    pub(super) async fn flooded(&self) {
        self.0.flooded.notified().await;
    }

    /// The transcript as it now stands, for a play that may never come to its end.
    pub(crate) fn so_far(&self) -> Transcript {
        let state = self.state();
        let mut transcript = state.transcript.clone();
        name_ids(&mut transcript, &state.names());
        transcript
    }

    /// Takes the transcript as it now stands, with the ids in it replaced by the clients' names.
    pub(super) fn take(&self, trouble: Option<Trouble>) -> Transcript {
        let mut state = self.state();
        state.over = true;
        let mut transcript = std::mem::take(&mut state.transcript);
        transcript.trouble = trouble.map(|trouble| match trouble {
            Trouble::Floods { .. } => Trouble::Floods { client: state.flooded_client() },
            other => other,
        });
        name_ids(&mut transcript, &state.names());
        transcript
    }
}

impl State {
    /// Every id that there has been, and whose it is.
    fn names(&self) -> Vec<(String, String)> {
        let ids = |client: &Client| {
            let name = client.name.clone();
            client.sids.clone().into_iter().map(move |sid| (sid, name.clone()))
        };
        self.clients.iter().flat_map(ids).collect()
    }

    fn flooded_client(&self) -> String {
        let flooded = self.clients.iter().find(|client| client.received > MOST_FRAMES);
        flooded.map(|client| client.name.clone()).unwrap_or_default()
    }
}

/// Puts names in the place of ids, wherever they stand: ids are drawn by lot, and would make each play another.
fn name_ids(transcript: &mut Transcript, names: &[(String, String)]) {
    let rename = |text: &mut String| {
        for (sid, name) in names {
            if text.contains(sid.as_str()) {
                *text = text.replace(sid.as_str(), name);
            }
        }
    };
    for act in &mut transcript.acts {
        for note in &mut act.server {
            match note {
                Note::Logs(line) | Note::Skips(line) | Note::Panics { message: line, .. } => rename(line),
            }
        }
        for heard in &mut act.heard {
            for frame in &mut heard.frames {
                rename(&mut frame.text);
                sort_if_keyed(&mut frame.text, names);
            }
            for line in &mut heard.lines {
                match line {
                    Line::IsRefused { reason, .. } => rename(reason),
                    Line::CannotRead { frame } => rename(frame),
                    Line::Hears { event, args, .. }
                    | Line::IsAsked { event, args, .. }
                    | Line::GetsAnswer { event, args, .. } => {
                        rename(event);
                        args.args.iter_mut().for_each(|arg| rename_in(arg, &rename));
                    }
                    Line::IsIn { .. } | Line::IsPutOut { .. } | Line::ConnectionCloses => {}
                }
            }
        }
    }
}

/// A frame with an object whose keys were ids has them in the order of the ids: by lot. It is given one order.
fn sort_if_keyed(text: &mut String, names: &[(String, String)]) {
    if !names.iter().any(|(_, name)| text.contains(&format!("\"{name}\":"))) {
        return;
    }
    let Some(start) = text.find(['[', '{']) else { return };
    if let Ok(value) = serde_json::from_str::<serde_json::Value>(&text[start..]) {
        let sorted = Payload::from(value).to_string();
        text.replace_range(start.., &sorted);
    }
}

fn rename_in(value: &mut serde_json::Value, rename: &impl Fn(&mut String)) {
    match value {
        serde_json::Value::String(text) => rename(text),
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| rename_in(item, rename)),
        serde_json::Value::Object(map) => {
            *map = std::mem::take(map)
                .into_iter()
                .map(|(mut key, mut value)| {
                    rename(&mut key);
                    rename_in(&mut value, rename);
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
pub(super) fn set_current(record: &Record) {
    CURRENT.set(Some(record.clone()));
}

/// The record of the play that this thread works for, if it works for one.
pub(crate) fn current() -> Option<Record> {
    CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
}
