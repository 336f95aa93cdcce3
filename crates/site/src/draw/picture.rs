//! Where everything is in the picture of one step: columns, rows, and what is in them. No HTML yet.

use scenario::text::{self, Sentence};
use scenario::{
    ClientEvent, ClientOutcome, Direction, Frame, Outcome, ServerEvent, Step, StepResult, Transcript,
};

use crate::presence::Presence;

/// The picture of one step.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Picture {
    /// The columns, from left to right.
    pub(super) columns: Vec<Column>,
    /// What the clients do. A reader who can't see it has the step's sentence.
    pub(super) request: Vec<Item>,
    /// What came of it, in the transcript's own order and words.
    pub(super) effects: Vec<Item>,
    /// Frames that belong to no arrow, by column: heartbeats. They stand in the row after the last.
    pub(super) other_frames: Vec<(usize, Vec<Frame>)>,
    /// How many rows there are, counted from 0.
    pub(super) rows: usize,
}

/// A client's column, or the server's.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) is_server: bool,
    /// Its place among the clients, by which it has its colour and its sign.
    pub(super) person: usize,
    /// Where it has a connection in this step. `None`: nowhere.
    pub(super) life: Option<Life>,
}

/// A lifeline within a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Life {
    /// The row in which it begins. `None`: in a step before.
    pub(super) from: Option<usize>,
    /// The row in which it ends. `None`: in a later step, or never.
    pub(super) until: Option<usize>,
}

/// Something in the picture.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) row: usize,
    pub(super) shape: Shape,
    /// Its sentence is `before` and `label`, one after the other. `before` is what the picture shows by itself.
    pub(super) before: String,
    pub(super) label: String,
    /// What went over the wire.
    pub(super) frames: Vec<Frame>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// From column to column.
    Arrow { from: usize, to: usize, tail: Tail, head: Head },
    /// On one column's lifeline.
    Mark { at: usize, sign: Sign },
    /// A note over the server.
    Note(Sign),
    /// Across the whole picture: time passes.
    Pause,
}

/// What an arrow starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tail {
    /// The client that acts.
    Dot,
    /// The client that acts, and leaves.
    Cross,
    /// The server.
    Plain,
}

/// What an arrow ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Head {
    Point,
    /// It ends something.
    Cross,
    /// It never arrives.
    Lost,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Nothing,
    Connected,
    Cross,
    Silent,
    Log,
    Skip,
}

/// The server's column is the second: who usually speaks is on its left, who usually listens on its right.
const SERVER: usize = 1;

/// The columns, from left to right: the clients of `clients`, and the server.
pub(super) fn columns(clients: &[String]) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for name in clients {
        if !columns.iter().any(|column| column.name == *name) {
            let person = columns.len();
            columns.push(Column { name: name.clone(), is_server: false, person, life: None });
        }
    }
    let server =
        Column { name: "server".to_owned(), is_server: true, person: 0, life: Some(Life::default()) };
    columns.insert(SERVER.min(columns.len()), server);
    columns
}

/// The picture of the step with that number, counted from 0. `None`: there is no such step.
pub(super) fn picture(clients: &[String], transcript: &Transcript, number: usize) -> Option<Picture> {
    let result = transcript.steps.get(number)?;
    let before = Presence::after(transcript, number);
    let after = Presence::after(transcript, number + 1);
    let mut builder = Builder::new(clients, result);
    let mut request = builder.request(&result.step);
    builder.lose(result, &mut request);
    let mut effects = builder.effects(result);
    let other_frames = builder.place_frames(result, &mut request, &mut effects);
    for (i, column) in builder.columns.iter_mut().enumerate().filter(|(_, column)| !column.is_server) {
        let row_of = |items: &[Item]| items.iter().find(|item| item.column() == Some(i)).map(|item| item.row);
        let is_here = before.has(&column.name);
        let acts = row_of(&request);
        if !is_here && acts.is_none() && row_of(&effects).is_none() {
            continue;
        }
        let last = effects.iter().rev().find(|item| item.column() == Some(i)).map(|item| item.row);
        column.life = Some(Life {
            from: if is_here { None } else { acts.or_else(|| row_of(&effects)) },
            until: if after.has(&column.name) { None } else { last.or(acts) },
        });
    }
    Some(Picture { columns: builder.columns, request, effects, other_frames, rows: builder.row })
}

impl Item {
    /// The client's column that it is about, if it is about one.
    fn column(&self) -> Option<usize> {
        match self.shape {
            Shape::Arrow { from, to, .. } => Some(if from == SERVER { to } else { from }),
            Shape::Mark { at, .. } => Some(at),
            Shape::Note(_) | Shape::Pause => None,
        }
    }
}

struct Builder {
    columns: Vec<Column>,
    /// The next free row.
    row: usize,
}

impl Builder {
    fn new(clients: &[String], result: &StepResult) -> Self {
        // A client that acts or hears has a column, whatever columns were asked for.
        let acting = result.step.clients().into_iter();
        let outcomes = result.clients.iter().map(|outcome| outcome.client.as_str());
        let names = clients.iter().map(String::as_str).chain(acting).chain(outcomes);
        let names: Vec<_> = names.map(ToOwned::to_owned).collect();
        Self { columns: columns(&names), row: 0 }
    }

    fn column(&self, name: &str) -> usize {
        self.columns.iter().position(|column| !column.is_server && column.name == name).unwrap_or_default()
    }

    fn server(&self) -> usize {
        SERVER.min(self.columns.len() - 1)
    }

    fn next_row(&mut self) -> usize {
        self.row += 1;
        self.row - 1
    }

    fn to_server(&self, client: &str, tail: Tail) -> Shape {
        Shape::Arrow { from: self.column(client), to: self.server(), tail, head: Head::Point }
    }

    fn to_client(&self, client: &str, head: Head) -> Shape {
        Shape::Arrow { from: self.server(), to: self.column(client), tail: Tail::Plain, head }
    }

    fn mark(&self, client: &str, sign: Sign) -> Shape {
        Shape::Mark { at: self.column(client), sign }
    }

    /// What the clients do. Its sentence stands above the picture, so nothing of it is repeated for the ear.
    fn request(&mut self, step: &Step) -> Vec<Item> {
        let sentence = text::step(step);
        let label = match step {
            Step::Emit { .. } | Step::EmitWithAck { .. } | Step::Request { .. } => sentence.rest,
            Step::CrashAtNext { .. }
            | Step::Restart {}
            | Step::Kill { .. }
            | Step::CutLine {}
            | Step::MendLine {}
            | Step::Wait { .. } => sentence.to_string(),
            _ => sentence.predicate(),
        };
        let shapes: Vec<_> = match step {
            // What happens at the same moment is drawn part by part.
            Step::Together(steps) => return steps.iter().flat_map(|part| self.request(part)).collect(),
            // One after the other, as they connect: an arrow must not run through another client's dot.
            Step::Connect { clients, .. } => {
                clients.iter().map(|client| self.to_server(client, Tail::Dot)).collect()
            }
            Step::Emit { client, .. }
            | Step::EmitWithAck { client, .. }
            | Step::Acknowledge { client, .. }
            | Step::Request { client, .. } => {
                vec![self.to_server(client, Tail::Dot)]
            }
            Step::Disconnect { client, .. } | Step::CloseConnection { client } => {
                vec![self.to_server(client, Tail::Cross)]
            }
            Step::DropConnection { client } | Step::CutOff { client } => vec![self.mark(client, Sign::Cross)],
            Step::StopPongs { client } => vec![self.mark(client, Sign::Silent)],
            Step::LoseNext { client, .. } => vec![self.mark(client, Sign::Skip)],
            Step::CrashAtNext { .. }
            | Step::Restart {}
            | Step::Kill { .. }
            | Step::CutLine {}
            | Step::MendLine {}
            | Step::Wait { .. }
            | Step::Start {} => vec![Shape::Pause],
            Step::Accept {} | Step::Refuse { .. } => vec![self.to_server(scenario::SERVER, Tail::Dot)],
        };
        let item = |shape| {
            let (before, label) = (String::new(), label.clone());
            Item { row: self.next_row(), shape, before, label, frames: Vec::new() }
        };
        shapes.into_iter().map(item).collect()
    }

    /// What the clients send and the server never gets: its arrow ends on the way.
    fn lose(&self, result: &StepResult, request: &mut [Item]) {
        for outcome in &result.clients {
            let is_lost = |event: &ClientEvent| matches!(event, ClientEvent::Lost { message, .. } if message.is_to_server());
            if !outcome.events.iter().any(is_lost) {
                continue;
            }
            let column = self.column(&outcome.client);
            for item in request.iter_mut().filter(|item| item.column() == Some(column)) {
                if let Shape::Arrow { head, .. } = &mut item.shape {
                    *head = Head::Lost;
                }
            }
        }
    }

    fn effects(&mut self, result: &StepResult) -> Vec<Item> {
        let mut items: Vec<Item> = result.server.iter().map(|event| self.server_event(event)).collect();
        // Clients that are connected first of all are so side by side. So are, at the end, those that hear nothing.
        let connects = |event: &ClientEvent| matches!(event, ClientEvent::Connected { .. });
        let connects_first = |outcome: &ClientOutcome| outcome.events.first().is_some_and(connects);
        let connected = result.clients.iter().any(connects_first).then(|| self.next_row());
        let mut silent = Vec::new();
        for client in &result.clients {
            for (i, outcome) in client.outcomes().into_iter().enumerate() {
                let row = match (outcome, connected) {
                    (Outcome::Nothing, _) => {
                        silent.push(items.len());
                        0
                    }
                    (Outcome::Event(event), Some(row)) if i == 0 && connects(event) => row,
                    (Outcome::Event(_), _) => self.next_row(),
                };
                items.push(self.outcome(row, &client.client, outcome));
            }
        }
        if !silent.is_empty() {
            let row = self.next_row();
            for i in silent {
                items[i].row = row;
            }
        }
        items
    }

    fn server_event(&mut self, event: &ServerEvent) -> Item {
        let sign = match event {
            ServerEvent::Log(_) => Sign::Log,
            ServerEvent::Panic { .. } | ServerEvent::ClientPanic { .. } | ServerEvent::Crashed {} => {
                Sign::Cross
            }
            ServerEvent::HandlerSkipped { .. } | ServerEvent::NoHandler { .. } => Sign::Skip,
        };
        let sentence = text::server_event(event);
        let label = sentence.predicate();
        let shape = Shape::Note(sign);
        Item { row: self.next_row(), shape, before: sentence.subject + " ", label, frames: Vec::new() }
    }

    fn outcome(&self, row: usize, client: &str, outcome: Outcome<'_>) -> Item {
        let Sentence { subject, verb, rest } = text::outcome(client, outcome);
        let (before, label) = match outcome {
            // An arrow can't show that the connection is lost.
            Outcome::Event(ClientEvent::ConnectionClosed {} | ClientEvent::Lost { .. }) => {
                (format!("{subject} "), format!("{verb} {rest}"))
            }
            _ => (format!("{subject} {verb} "), rest),
        };
        let shape = match outcome {
            Outcome::Nothing => self.mark(client, Sign::Nothing),
            Outcome::Event(event) => match event {
                ClientEvent::Connected { .. } => self.mark(client, Sign::Connected),
                ClientEvent::NotConnected { .. } | ClientEvent::AlreadyConnected { .. } => {
                    self.mark(client, Sign::Skip)
                }
                ClientEvent::Lost { message, .. } if message.is_to_server() => self.mark(client, Sign::Cross),
                ClientEvent::Lost { .. } => self.to_client(client, Head::Lost),
                ClientEvent::Refused { .. }
                | ClientEvent::Disconnected { .. }
                | ClientEvent::NoResponse {}
                | ClientEvent::ConnectionClosed {}
                | ClientEvent::Ended {} => self.to_client(client, Head::Cross),
                ClientEvent::Event { .. }
                | ClientEvent::EventWithAck { .. }
                | ClientEvent::Acknowledged { .. }
                | ClientEvent::Response { .. }
                | ClientEvent::InvalidPacket { .. } => self.to_client(client, Head::Point),
            },
        };
        Item { row, shape, before, label, frames: Vec::new() }
    }

    /// Puts each frame to the arrow that it belongs to. Returns those that belong to none.
    fn place_frames(
        &self,
        result: &StepResult,
        request: &mut [Item],
        effects: &mut [Item],
    ) -> Vec<(usize, Vec<Frame>)> {
        let mut others = Vec::new();
        for outcome in &result.clients {
            let column = self.column(&outcome.client);
            let request = request.iter_mut().find(|item| item.column() == Some(column));
            // A packet makes an event, and both are in the order in which they came. That the connection ends is no packet.
            let mut events = outcome.events.iter();
            let mut of_events = effects.iter_mut().filter(|item| item.column() == Some(column));
            let mut next = || loop {
                let (event, item) = (events.next()?, of_events.next()?);
                let is_sent = matches!(event, ClientEvent::Lost { message, .. } if message.is_to_server());
                let has_packet = !is_sent
                    && !matches!(
                        event,
                        ClientEvent::ConnectionClosed {}
                            | ClientEvent::NoResponse {}
                            | ClientEvent::NotConnected { .. }
                            | ClientEvent::AlreadyConnected { .. }
                    );
                if has_packet {
                    return Some(item);
                }
            };
            let (mut acts, mut hears, mut other) = (request, None::<&mut Item>, Vec::new());
            for frame in &outcome.frames {
                let is_heartbeat = matches!(frame.text.as_str(), "2" | "3");
                let opens = frame.text.starts_with('0');
                // A response of HTTP is one, too.
                let is_packet = frame.text.starts_with('4') || frame.text.starts_with("HTTP/");
                let place = match frame.direction {
                    _ if is_heartbeat => None,
                    Direction::ToServer => acts.as_deref_mut(),
                    Direction::ToClient if opens => acts.as_deref_mut(),
                    // The bytes of a binary event come after it, in frames that aren't packets.
                    Direction::ToClient => {
                        if is_packet {
                            hears = next();
                        }
                        hears.as_deref_mut()
                    }
                };
                match place {
                    Some(item) => item.frames.push(frame.clone()),
                    None => other.push(frame.clone()),
                }
            }
            if !other.is_empty() {
                others.push((column, other));
            }
        }
        others
    }
}
