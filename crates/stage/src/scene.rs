//! A scene: who enters, says, leaves, falls silent, waits. A value, and nothing but a value.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Payload;

/// The namespace every client can enter without naming it.
pub const ROOT: &str = "/";

/// The most steps a scene may have: a reader's clicks, not a load test.
pub const MOST_STEPS: usize = 200;

/// The most clients a scene may have on stage, all told.
pub const MOST_CLIENTS: usize = 32;

/// The longest wait, in seconds: an hour. Heartbeats go on meanwhile, and are frames like others.
pub const LONGEST_WAIT: u32 = 3_600;

/// What the clients do, step by step. The server is not in it: the same scene is played over the answer, over every
/// wrong answer and over the learner's own code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scene {
    /// The name of its kept transcript's file: lower-case words joined by hyphens.
    pub name: String,
    /// What happens, in a few words for a reader.
    pub title: String,
    /// The steps, in order. The stage waits until all is quiet before it goes on to the next.
    pub steps: Vec<Step>,
}

/// One thing that clients do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// Clients enter a namespace, one after the other. A client's first entrance also opens its connection.
    Enter {
        /// Who enters, in this order.
        clients: Vec<String>,
        /// The namespace.
        #[serde(default = "root", skip_serializing_if = "is_root")]
        ns: String,
        /// What the client sends along for a middleware to look at: the `auth` option of a client.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        auth: Option<Value>,
    },
    /// A client emits an event.
    Emit {
        /// Who emits.
        client: String,
        /// In which namespace.
        #[serde(default = "root", skip_serializing_if = "is_root")]
        ns: String,
        /// The event's name.
        event: String,
        /// What it carries.
        #[serde(default)]
        args: Payload,
    },
    /// A client emits an event and asks for an acknowledgement.
    Ask {
        /// Who asks.
        client: String,
        /// In which namespace.
        #[serde(default = "root", skip_serializing_if = "is_root")]
        ns: String,
        /// The event's name.
        event: String,
        /// What it carries.
        #[serde(default)]
        args: Payload,
    },
    /// A client answers the oldest acknowledgement that the server asked of it. A client that is given no such step
    /// ignores what it is asked.
    Answer {
        /// Who answers.
        client: String,
        /// What the answer carries.
        #[serde(default)]
        args: Payload,
    },
    /// A client disconnects politely from a namespace; from its last one, it closes the connection too.
    Disconnect {
        /// Who goes.
        client: String,
        /// The namespace it leaves.
        #[serde(default = "root", skip_serializing_if = "is_root")]
        ns: String,
    },
    /// A client's connection breaks, with no goodbye.
    Lose {
        /// Whose connection.
        client: String,
    },
    /// A client no longer answers the server's pings. It still hears.
    FallSilent {
        /// Who falls silent.
        client: String,
    },
    /// Nobody does anything for a while.
    Wait {
        /// For how many seconds, of virtual time: they cost nothing.
        seconds: u32,
    },
}

fn root() -> String {
    ROOT.to_owned()
}

fn is_root(ns: &str) -> bool {
    ns == ROOT
}

impl Scene {
    /// A scene in which nothing happens yet.
    ///
    /// `name` names the kept transcript's file, `title` tells a reader what it is about.
    pub fn new(name: impl Into<String>, title: impl Into<String>) -> Self {
        Self { name: name.into(), title: title.into(), steps: Vec::new() }
    }

    /// Adds a step as a value.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// `clients` enter the root namespace, one after the other.
    #[must_use]
    pub fn enter<C: Into<String>>(self, clients: impl IntoIterator<Item = C>) -> Self {
        let clients = clients.into_iter().map(Into::into).collect();
        self.step(Step::Enter { clients, ns: root(), auth: None })
    }

    /// `client` enters the namespace `ns`.
    #[must_use]
    pub fn enter_ns(self, client: &str, ns: &str) -> Self {
        self.step(Step::Enter { clients: vec![client.into()], ns: ns.into(), auth: None })
    }

    /// `client` enters the namespace `ns` and sends `auth` along.
    #[must_use]
    pub fn enter_with(self, client: &str, ns: &str, auth: Value) -> Self {
        self.step(Step::Enter { clients: vec![client.into()], ns: ns.into(), auth: Some(auth) })
    }

    /// `client` emits `event` in the root namespace.
    #[must_use]
    pub fn emit(self, client: &str, event: &str, args: impl Into<Payload>) -> Self {
        self.emit_in(client, ROOT, event, args)
    }

    /// `client` emits `event` in the namespace `ns`.
    #[must_use]
    pub fn emit_in(self, client: &str, ns: &str, event: &str, args: impl Into<Payload>) -> Self {
        let (client, ns, event) = (client.into(), ns.into(), event.into());
        self.step(Step::Emit { client, ns, event, args: args.into() })
    }

    /// `client` emits `event` in the root namespace and asks for an acknowledgement.
    #[must_use]
    pub fn ask(self, client: &str, event: &str, args: impl Into<Payload>) -> Self {
        self.ask_in(client, ROOT, event, args)
    }

    /// `client` emits `event` in the namespace `ns` and asks for an acknowledgement.
    #[must_use]
    pub fn ask_in(self, client: &str, ns: &str, event: &str, args: impl Into<Payload>) -> Self {
        let (client, ns, event) = (client.into(), ns.into(), event.into());
        self.step(Step::Ask { client, ns, event, args: args.into() })
    }

    /// `client` answers the oldest acknowledgement that the server asked of it.
    #[must_use]
    pub fn answer(self, client: &str, args: impl Into<Payload>) -> Self {
        self.step(Step::Answer { client: client.into(), args: args.into() })
    }

    /// `client` disconnects politely from the root namespace.
    #[must_use]
    pub fn disconnect(self, client: &str) -> Self {
        self.disconnect_from(client, ROOT)
    }

    /// `client` disconnects politely from the namespace `ns`.
    #[must_use]
    pub fn disconnect_from(self, client: &str, ns: &str) -> Self {
        self.step(Step::Disconnect { client: client.into(), ns: ns.into() })
    }

    /// `client`'s connection breaks, with no goodbye.
    #[must_use]
    pub fn lose(self, client: &str) -> Self {
        self.step(Step::Lose { client: client.into() })
    }

    /// From here on `client` answers no ping.
    #[must_use]
    pub fn fall_silent(self, client: &str) -> Self {
        self.step(Step::FallSilent { client: client.into() })
    }

    /// Nobody does anything for `seconds`.
    #[must_use]
    pub fn wait(self, seconds: u32) -> Self {
        self.step(Step::Wait { seconds })
    }

    /// Whether the scene can be played: everyone acts where they are, and nothing is out of bounds.
    pub fn check(&self) -> Result<(), SceneError> {
        let at = |step: usize, problem: Problem| Err(SceneError { step: step + 1, problem });
        if self.steps.len() > MOST_STEPS {
            return at(MOST_STEPS, Problem::TooManySteps);
        }
        // Who has entered which namespaces so far, and has not left them by an act of their own.
        let mut present: Vec<(&str, Vec<&str>)> = Vec::new();
        for (i, step) in self.steps.iter().enumerate() {
            if let Step::Enter { clients, ns, .. } = step {
                if clients.is_empty() {
                    return at(i, Problem::NobodyEnters);
                }
                if !ns.starts_with('/') || ns.contains([',', '?']) || ns.chars().any(char::is_control) {
                    return at(i, Problem::BadNamespace(ns.clone()));
                }
                for client in clients {
                    if client.trim().is_empty()
                        || client.chars().count() > 40
                        || client.chars().any(char::is_control)
                    {
                        return at(i, Problem::BadName(client.clone()));
                    }
                    match present.iter_mut().find(|(name, _)| name == client) {
                        // The server may have put it out in the meantime: to ask again is no mistake.
                        Some((_, namespaces)) if namespaces.contains(&ns.as_str()) => {}
                        Some((_, namespaces)) => namespaces.push(ns),
                        None => present.push((client, vec![ns])),
                    }
                }
                if present.len() > MOST_CLIENTS {
                    return at(i, Problem::TooManyClients);
                }
                continue;
            }
            if matches!(step, Step::Wait { seconds } if *seconds > LONGEST_WAIT) {
                return at(i, Problem::TooLong);
            }
            let Some(client) = step.client() else { continue };
            let Some(place) = present.iter().position(|(name, _)| *name == client) else {
                return at(i, Problem::NotOnStage(client.to_owned()));
            };
            match step {
                Step::Emit { ns, event, .. } | Step::Ask { ns, event, .. } => {
                    if event.is_empty() {
                        return at(i, Problem::NoEvent);
                    }
                    if !present[place].1.contains(&ns.as_str()) {
                        return at(i, Problem::NotInNamespace(client.to_owned(), ns.clone()));
                    }
                }
                Step::Disconnect { ns, .. } => {
                    if !present[place].1.contains(&ns.as_str()) {
                        return at(i, Problem::NotInNamespace(client.to_owned(), ns.clone()));
                    }
                    present[place].1.retain(|entered| entered != ns);
                    if present[place].1.is_empty() {
                        present.remove(place);
                    }
                }
                Step::Lose { .. } => {
                    present.remove(place);
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl Step {
    /// The one client that acts, if it is one.
    pub fn client(&self) -> Option<&str> {
        match self {
            Self::Enter { .. } | Self::Wait { .. } => None,
            Self::Emit { client, .. }
            | Self::Ask { client, .. }
            | Self::Answer { client, .. }
            | Self::Disconnect { client, .. }
            | Self::Lose { client }
            | Self::FallSilent { client } => Some(client),
        }
    }

    /// The event that a client emits in this step, if it emits one.
    pub fn event(&self) -> Option<&str> {
        match self {
            Self::Emit { event, .. } | Self::Ask { event, .. } => Some(event),
            _ => None,
        }
    }
}

/// `/admin` as it is read after a verb: nothing for the root namespace, which goes without saying.
pub(crate) fn in_ns(word: &str, ns: &str) -> String {
    if ns == ROOT { String::new() } else { format!(" {word} {ns}") }
}

/// "ada", "ada and bob", "ada, bob and cyd".
pub fn list<S: AsRef<str>>(names: &[S]) -> String {
    match names {
        [] => "nobody".to_owned(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<_> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// An event's name and what it carries: `say "hi"`.
pub(crate) fn event_with(event: &str, args: &Payload) -> String {
    if args.args.is_empty() { event.to_owned() } else { format!("{event} {args}") }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enter { clients, ns, auth } => {
                let verb = if clients.len() == 1 { "enters" } else { "enter" };
                write!(f, "{} {verb}", list(clients))?;
                if ns != ROOT {
                    write!(f, " {ns}")?;
                }
                match auth {
                    Some(auth) => write!(f, " with {}", Payload::from(auth.clone())),
                    None => Ok(()),
                }
            }
            Self::Emit { client, ns, event, args } => {
                write!(f, "{client} emits {}{}", event_with(event, args), in_ns("in", ns))
            }
            Self::Ask { client, ns, event, args } => {
                let place = in_ns("in", ns);
                write!(f, "{client} emits {}{place} and asks for an answer", event_with(event, args))
            }
            Self::Answer { client, args } if args.args.is_empty() => write!(f, "{client} answers"),
            Self::Answer { client, args } => write!(f, "{client} answers {args}"),
            Self::Disconnect { client, ns } => write!(f, "{client} disconnects{}", in_ns("from", ns)),
            Self::Lose { client } => write!(f, "{client} loses the connection"),
            Self::FallSilent { client } => write!(f, "{client} falls silent"),
            Self::Wait { seconds: 1 } => write!(f, "1 second passes"),
            Self::Wait { seconds } => write!(f, "{seconds} seconds pass"),
        }
    }
}

/// Why a scene cannot be played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SceneError {
    /// The step it is about, counted from 1.
    pub step: usize,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// More steps than [`MOST_STEPS`].
    TooManySteps,
    /// More clients than [`MOST_CLIENTS`].
    TooManyClients,
    /// An entrance of nobody.
    NobodyEnters,
    /// A name that is empty, longer than 40 characters, or has control characters in it.
    BadName(String),
    /// A namespace that does not start with `/`, or holds a character that a packet cannot carry there.
    BadNamespace(String),
    /// A client acts that is not there, or no longer.
    NotOnStage(String),
    /// A client acts in a namespace that it has not entered, or has left.
    NotInNamespace(String, String),
    /// An event without a name.
    NoEvent,
    /// A wait longer than [`LONGEST_WAIT`].
    TooLong,
}

impl fmt::Display for SceneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "step {}: ", self.step)?;
        match &self.problem {
            Problem::TooManySteps => write!(f, "a scene may have {MOST_STEPS} steps at the most"),
            Problem::TooManyClients => write!(f, "a scene may have {MOST_CLIENTS} clients at the most"),
            Problem::NobodyEnters => write!(f, "nobody enters: name at least one client"),
            Problem::BadName(name) => write!(
                f,
                "{name:?} cannot be a client's name: it takes 1 to 40 characters, and no control characters"
            ),
            Problem::BadNamespace(ns) => {
                write!(f, "{ns:?} cannot be a namespace: it starts with `/` and holds no `,` or `?`")
            }
            Problem::NotOnStage(client) => write!(f, "{client} is not on stage: let {client} enter first"),
            Problem::NotInNamespace(client, ns) => {
                write!(f, "{client} is not in {ns}: let {client} enter it first")
            }
            Problem::TooLong => write!(f, "a wait may take {LONGEST_WAIT} seconds at the most"),
            Problem::NoEvent => write!(f, "an event needs a name"),
        }
    }
}

impl std::error::Error for SceneError {}
