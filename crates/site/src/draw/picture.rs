//! Where everything is in the picture of one step: columns, rows, and what is in them. No HTML yet.

use scenario::text::{self, Sentence};
use scenario::{ClientEvent, ClientOutcome, Outcome, ServerEvent, Step, StepResult};

/// The picture of one step.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Picture {
    /// The columns, from left to right.
    pub(super) columns: Vec<Column>,
    /// What the clients do. A reader who can't see it has the step's sentence.
    pub(super) request: Vec<Item>,
    /// What came of it, in the transcript's own order and words.
    pub(super) effects: Vec<Item>,
    /// How many rows there are. The first, 0, has the names.
    pub(super) rows: usize,
}

/// A client's column, or the server's.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) is_server: bool,
    /// Until which row it is connected. `None`: it isn't connected at all.
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

pub(super) fn picture(clients: &[String], result: &StepResult) -> Picture {
    let mut builder = Builder::new(clients, result);
    let request = builder.request(&result.step);
    let effects = builder.effects(result);
    for item in &request {
        let (Shape::Arrow { from: at, .. } | Shape::Mark { at, .. }) = item.shape else { continue };
        let column = &mut builder.columns[at];
        // The lifeline of a client that left ends there.
        if result.clients.iter().any(|outcome| outcome.left && outcome.client == column.name) {
            column.until = Some(item.row);
        }
    }
    Picture { columns: builder.columns, request, effects, rows: builder.row }
}

struct Builder {
    columns: Vec<Column>,
    /// The next free row.
    row: usize,
}

impl Builder {
    fn new(clients: &[String], result: &StepResult) -> Self {
        let mut columns: Vec<Column> = Vec::new();
        let acting = result.step.clients();
        let outcomes = || result.clients.iter().map(|outcome| outcome.client.as_str());
        // A client that acts or hears has a column, whatever columns were asked for.
        for name in clients.iter().map(String::as_str).chain(acting.iter().copied()).chain(outcomes()) {
            if !columns.iter().any(|column| column.name == name) {
                let is_there = acting.contains(&name) || outcomes().any(|client| client == name);
                let until = is_there.then_some(usize::MAX);
                columns.push(Column { name: name.to_owned(), is_server: false, until });
            }
        }
        let server = Column { name: "server".to_owned(), is_server: true, until: Some(usize::MAX) };
        columns.insert(SERVER.min(columns.len()), server);
        Self { columns, row: 1 }
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
            Step::Emit { .. } | Step::EmitWithAck { .. } => sentence.rest,
            Step::Wait { .. } => sentence.to_string(),
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
            | Step::Acknowledge { client, .. } => {
                vec![self.to_server(client, Tail::Dot)]
            }
            Step::Disconnect { client, .. } | Step::CloseConnection { client } => {
                vec![self.to_server(client, Tail::Cross)]
            }
            Step::DropConnection { client } | Step::CutOff { client } => vec![self.mark(client, Sign::Cross)],
            Step::StopPongs { client } => vec![self.mark(client, Sign::Silent)],
            Step::Wait { .. } => vec![Shape::Pause],
        };
        let item = |shape| Item { row: self.next_row(), shape, before: String::new(), label: label.clone() };
        shapes.into_iter().map(item).collect()
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
            ServerEvent::Panic { .. } => Sign::Cross,
            ServerEvent::HandlerSkipped { .. } | ServerEvent::NoHandler { .. } => Sign::Skip,
        };
        let sentence = text::server_event(event);
        let label = sentence.predicate();
        Item { row: self.next_row(), shape: Shape::Note(sign), before: sentence.subject + " ", label }
    }

    fn outcome(&self, row: usize, client: &str, outcome: Outcome<'_>) -> Item {
        let Sentence { subject, verb, rest } = text::outcome(client, outcome);
        let (before, label) = match outcome {
            // An arrow can't show that the connection is lost.
            Outcome::Event(ClientEvent::ConnectionClosed {}) => {
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
                ClientEvent::Refused { .. }
                | ClientEvent::Disconnected { .. }
                | ClientEvent::ConnectionClosed {} => self.to_client(client, Head::Cross),
                ClientEvent::Event { .. }
                | ClientEvent::EventWithAck { .. }
                | ClientEvent::Acknowledged { .. }
                | ClientEvent::InvalidPacket { .. } => self.to_client(client, Head::Point),
            },
        };
        Item { row, shape, before, label }
    }
}
