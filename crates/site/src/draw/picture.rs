//! Where everything stands in the picture of one act: columns, rows and what is in them. No HTML yet.

use stage::{Act, Heard, Line, Note, ROOT, Step};

/// The picture of one act.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Picture {
    /// The columns, from left to right.
    pub(super) columns: Vec<Column>,
    /// What the step looks like. A reader who cannot see it has the step's sentence.
    pub(super) deed: Vec<Item>,
    /// What came of it, in the transcript's own order and words.
    pub(super) told: Vec<Item>,
    /// How many rows there are. The first, 0, holds the names.
    pub(super) rows: usize,
}

/// A client's column, or the server's.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) is_server: bool,
    /// Until which row it is on stage. `None`: it is not there.
    pub(super) until: Option<usize>,
}

/// Something in the picture.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) row: usize,
    pub(super) shape: Shape,
    /// Its sentence is `before` and `label`, one after the other: `before` goes without saying for who sees the
    /// picture.
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
    /// The client that acts, and goes.
    Cross,
    /// The server passes on.
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
    In,
    Cross,
    Silent,
    Log,
    Skip,
}

/// The server stands second: who usually speaks is on its left, who usually listens on its right.
const SERVER: usize = 1;

pub(super) fn picture(clients: &[String], act: &Act) -> Picture {
    let mut builder = Builder::new(clients, act);
    let deed = builder.deed(&act.step);
    let told = builder.told(act);
    for item in &deed {
        let (Shape::Arrow { from: at, .. } | Shape::Mark { at, .. }) = item.shape else { continue };
        let column = &mut builder.columns[at];
        // Who has gone has no lifeline any more.
        if act.heard.iter().any(|heard| heard.gone && heard.client == column.name) {
            column.until = Some(item.row);
        }
    }
    Picture { columns: builder.columns, deed, told, rows: builder.row }
}

struct Builder {
    columns: Vec<Column>,
    /// The next free row.
    row: usize,
}

impl Builder {
    fn new(clients: &[String], act: &Act) -> Self {
        let mut columns: Vec<Column> = Vec::new();
        let heard = act.heard.iter().map(|heard| heard.client.as_str());
        // Everyone who acts or hears has a column, whatever columns were asked for.
        for name in clients.iter().map(String::as_str).chain(who_acts(&act.step)).chain(heard) {
            if !columns.iter().any(|column| column.name == name) {
                columns.push(Column { name: name.to_owned(), is_server: false, until: None });
            }
        }
        let server = Column { name: "server".to_owned(), is_server: true, until: None };
        columns.insert(SERVER.min(columns.len()), server);
        for column in &mut columns {
            let is_there = column.is_server
                || who_acts(&act.step).any(|name| name == column.name)
                || act.heard.iter().any(|heard| heard.client == column.name);
            column.until = is_there.then_some(usize::MAX);
        }
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

    fn up(&self, row: usize, client: &str, tail: Tail, label: String) -> Item {
        let shape = Shape::Arrow { from: self.column(client), to: self.server(), tail, head: Head::Point };
        Item { row, shape, before: String::new(), label }
    }

    fn deed(&mut self, step: &Step) -> Vec<Item> {
        let row = self.next_row();
        let sentence = step.to_string();
        let after = |start: &str| sentence.strip_prefix(start).unwrap_or(&sentence).to_owned();
        let mark = |at, sign, label: &str| Item {
            row,
            shape: Shape::Mark { at, sign },
            before: String::new(),
            label: label.to_owned(),
        };
        match step {
            Step::Enter { clients, ns, auth } => {
                let mut label = if *ns == ROOT { "enter".to_owned() } else { format!("enter {ns}") };
                if let Some(auth) = auth {
                    label = format!("{label} with {}", stage::Payload::from(auth.clone()));
                }
                // One after the other, as they do: an arrow must not run through somebody else's dot.
                let mut arrows = Vec::new();
                for (i, client) in clients.iter().enumerate() {
                    let row = if i == 0 { row } else { self.next_row() };
                    arrows.push(self.up(row, client, Tail::Dot, label.clone()));
                }
                arrows
            }
            Step::Emit { client, .. } | Step::Ask { client, .. } => {
                vec![self.up(row, client, Tail::Dot, after(&format!("{client} emits ")))]
            }
            Step::Answer { client, .. } => {
                vec![self.up(row, client, Tail::Dot, after(&format!("{client} ")))]
            }
            Step::Disconnect { client, .. } => {
                vec![self.up(row, client, Tail::Cross, after(&format!("{client} ")))]
            }
            Step::Lose { client } => vec![mark(self.column(client), Sign::Cross, "loses the connection")],
            Step::FallSilent { client } => vec![mark(self.column(client), Sign::Silent, "falls silent")],
            Step::Wait { .. } => {
                vec![Item { row, shape: Shape::Pause, before: String::new(), label: sentence }]
            }
        }
    }

    fn told(&mut self, act: &Act) -> Vec<Item> {
        let mut items: Vec<Item> = act.server.iter().map(|note| self.note(note)).collect();
        // Whoever is let in at once is so side by side, as whoever hears nothing is at the end.
        let lets_in = |line: Option<&Line>| matches!(line, Some(Line::IsIn { .. }));
        let in_row = act.heard.iter().any(|heard| lets_in(heard.lines.first())).then(|| self.next_row());
        let mut silent = Vec::new();
        for heard in &act.heard {
            for (i, line) in heard.lines.iter().enumerate() {
                let row = match in_row {
                    Some(row) if i == 0 && lets_in(Some(line)) => row,
                    _ => self.next_row(),
                };
                items.push(self.line(row, &heard.client, line));
            }
            if heard.lines.is_empty() && !heard.gone {
                silent.push(items.len());
                items.push(self.nothing(heard));
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

    fn note(&mut self, note: &Note) -> Item {
        let sign = match note {
            Note::Logs(_) => Sign::Log,
            Note::Panics { .. } => Sign::Cross,
            Note::Skips(_) => Sign::Skip,
        };
        let (before, label) = split(&note.to_string(), "server ");
        Item { row: self.next_row(), shape: Shape::Note(sign), before, label }
    }

    fn nothing(&self, heard: &Heard) -> Item {
        let sentence = heard.to_lines().join(" ");
        let (before, label) = split(&sentence, &format!("{} hears ", heard.client));
        let shape = Shape::Mark { at: self.column(&heard.client), sign: Sign::Nothing };
        Item { row: 0, shape, before, label }
    }

    fn line(&self, row: usize, client: &str, line: &Line) -> Item {
        let (verb, end) = match line {
            Line::IsIn { .. } => (" ", None),
            Line::IsRefused { .. } | Line::IsPutOut { .. } => (" is ", Some(Head::Cross)),
            Line::Hears { .. } => (" hears ", Some(Head::Point)),
            Line::IsAsked { .. } => (" is ", Some(Head::Point)),
            Line::GetsAnswer { .. } => (" gets an ", Some(Head::Point)),
            Line::ConnectionCloses => ("'s ", Some(Head::Cross)),
            Line::CannotRead { .. } => (" ", Some(Head::Point)),
        };
        let (before, label) = split(&line.told_of(client), &format!("{client}{verb}"));
        let shape = match end {
            Some(head) => {
                Shape::Arrow { from: self.server(), to: self.column(client), tail: Tail::Plain, head }
            }
            None => Shape::Mark { at: self.column(client), sign: Sign::In },
        };
        Item { row, shape, before, label }
    }
}

/// Cuts a sentence after `start`; one that starts otherwise is all label.
fn split(sentence: &str, start: &str) -> (String, String) {
    match sentence.strip_prefix(start) {
        Some(rest) => (start.to_owned(), rest.to_owned()),
        None => (String::new(), sentence.to_owned()),
    }
}

fn who_acts(step: &Step) -> impl Iterator<Item = &str> {
    let entering = match step {
        Step::Enter { clients, .. } => clients.as_slice(),
        _ => &[],
    };
    entering.iter().map(String::as_str).chain(step.client())
}
