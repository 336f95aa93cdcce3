//! A scene: who connects, emits, acknowledges, disconnects, waits. A value, and nothing but a value.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Value;

use crate::Payload;

/// The namespace that a client connects to if it names none.
pub const ROOT: &str = "/";

/// Who acts in a scene that grades a client: what the client does is what the server hears.
pub const SERVER: &str = "the server";

/// What the clients do, step by step. The server isn't in it: the same scene is played over the solution, over every
/// known mistake and over the learner's own code.
///
/// Where the learner's code is a client, it's the other way round: the scene says what [the server](SERVER) does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// Its name among the scenes of an exercise: lower-case words joined by hyphens.
    pub name: String,
    /// What happens, in a few words for a reader.
    pub title: String,
    /// The steps, in order. The harness waits until the server is idle before it goes on to the next.
    pub steps: Vec<Step>,
}

/// One thing that clients do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// Clients connect to a namespace, one after the other; within `Together`, at the same moment. A client's first
    /// namespace also opens its connection.
    Connect {
        /// Who connects, in this order.
        clients: Vec<String>,
        /// The namespace.
        #[serde(default = "root", skip_serializing_if = "is_root")]
        ns: String,
        /// What the client sends along for a middleware to look at: the `auth` option of a client.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        auth: Option<Value>,
        /// The server that a new connection is opened to, where there are several. Left out: the first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Node>,
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
    EmitWithAck {
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
    /// A client acknowledges the oldest event for which the server still waits. A client that is given no such step
    /// acknowledges nothing.
    Acknowledge {
        /// Who acknowledges.
        client: String,
        /// What the acknowledgement carries.
        #[serde(default)]
        args: Payload,
    },
    /// A client disconnects from a namespace in good order; from its last one, it closes the connection too.
    Disconnect {
        /// Who disconnects.
        client: String,
        /// The namespace it leaves.
        #[serde(default = "root", skip_serializing_if = "is_root")]
        ns: String,
    },
    /// A client's connection drops, with no goodbye.
    DropConnection {
        /// Whose connection.
        client: String,
    },
    /// A client closes its WebSocket in good order, but without a Socket.IO DISCONNECT: a page that is closed.
    CloseConnection {
        /// Who closes it.
        client: String,
    },
    /// A client no longer hears and is no longer heard, and nobody tells the server: a phone with a dead battery. Its
    /// connection stays open until the server gives it up.
    CutOff {
        /// Who.
        client: String,
    },
    /// The next message of that kind is lost on its way, and the client's connection breaks with it. Until there is one,
    /// nothing happens. The server sees that the connection has ended; what was lost, nobody tells it.
    LoseNext {
        /// Whose message, and whose connection.
        client: String,
        /// Which message.
        message: OnTheWay,
    },
    /// The server's process dies with the next message of that kind, which is lost, and is started again. What was in its
    /// memory is gone; what it had written to its folder by then is still there. All connections end.
    CrashAtNext {
        /// Whose message.
        client: String,
        /// Which message.
        message: OnTheWay,
    },
    /// The server's process is ended while it's idle, and started again. What was in its memory is gone; what it had
    /// written to its folder is still there. All connections end.
    Restart {},
    /// The process of one of several servers ends, at once and for good: all its connections end, and it says no goodbye to
    /// the others.
    Kill {
        /// Which server.
        server: Node,
    },
    /// The line between the servers breaks: each goes on with its own clients.
    CutLine {},
    /// The line between the servers is mended.
    MendLine {},
    /// A client no longer answers the server's pings. It still hears, and can still emit.
    StopPongs {
        /// Who stops.
        client: String,
    },
    /// A program that is no client of Socket.IO asks the server for a page, with `GET`: a monitor, a browser, `curl`.
    Request {
        /// Who asks.
        #[serde(default = "monitor", skip_serializing_if = "is_monitor")]
        client: String,
        /// What for: `/health`.
        path: String,
    },
    /// Clients do these things at the same moment: all of it is on its way before the server reads any of it. What comes
    /// of it has no order, so the transcript gives it a fixed one.
    Together(Vec<Step>),
    /// The client that is graded is started.
    Start {},
    /// The server accepts the client that waits to be connected.
    Accept {},
    /// The server refuses the client that waits to be connected.
    Refuse {
        /// The reason that it gives.
        message: String,
    },
    /// No client does anything for a while.
    Wait {
        /// For how many seconds of virtual time.
        seconds: u32,
    },
}

/// One of several servers that are joined by an adapter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "a letter is all there is to it")]
pub enum Node {
    #[default]
    A,
    B,
    C,
    D,
}

impl Node {
    /// All there can be.
    pub const ALL: [Self; 4] = [Self::A, Self::B, Self::C, Self::D];

    /// Its place among the servers, counted from 0.
    pub fn number(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "server {self:?}")
    }
}

/// A message between a client and the server, while it's on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnTheWay {
    /// An event that the client emits: the server never hears of it.
    EventToServer,
    /// An event that the server emits to the client, with or without an acknowledgement.
    EventToClient,
    /// The server's acknowledgement: the server has got the event, and the client doesn't know.
    AckToClient,
    /// The client's acknowledgement: the client has got the event, and the server doesn't know.
    AckToServer,
}

impl OnTheWay {
    /// Whether the client sends it.
    pub fn is_to_server(self) -> bool {
        matches!(self, Self::EventToServer | Self::AckToServer)
    }
}

pub(crate) fn root() -> String {
    ROOT.to_owned()
}

/// Reads steps that somebody has written. An error says which of them it's about.
///
/// # Errors
/// If one of them is no step.
pub fn written_steps<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Step>, D::Error> {
    let steps = Vec::<Value>::deserialize(deserializer)?.into_iter().enumerate();
    let read = |(i, step)| {
        serde_json::from_value(step).map_err(|error| de::Error::custom(format!("step {}: {error}", i + 1)))
    };
    steps.map(read).collect()
}

/// Who asks for a page, if nobody is named.
fn monitor() -> String {
    "monitor".to_owned()
}

fn is_monitor(client: &str) -> bool {
    client == monitor()
}

fn is_root(ns: &str) -> bool {
    ns == ROOT
}

impl Scene {
    /// A scene in which nothing happens yet.
    ///
    /// `name` is its name among an exercise's scenes, `title` tells a reader what it is about.
    pub fn new(name: impl Into<String>, title: impl Into<String>) -> Self {
        Self { name: name.into(), title: title.into(), steps: Vec::new() }
    }

    /// Adds a step as a value.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// `clients` connect to the root namespace, one after the other.
    #[must_use]
    pub fn connect<C: Into<String>>(self, clients: impl IntoIterator<Item = C>) -> Self {
        let clients = clients.into_iter().map(Into::into).collect();
        self.step(Step::Connect { clients, ns: root(), auth: None, at: None })
    }

    /// `clients` connect to the root namespace of one of several servers, one after the other.
    #[must_use]
    pub fn connect_at<C: Into<String>>(self, server: Node, clients: impl IntoIterator<Item = C>) -> Self {
        let clients = clients.into_iter().map(Into::into).collect();
        self.step(Step::Connect { clients, ns: root(), auth: None, at: Some(server) })
    }

    /// `client` connects to the namespace `ns`.
    #[must_use]
    pub fn connect_to(self, client: &str, ns: &str) -> Self {
        self.step(Step::Connect { clients: vec![client.into()], ns: ns.into(), auth: None, at: None })
    }

    /// `client` connects to the namespace `ns` and sends `auth` along.
    #[must_use]
    pub fn connect_with(self, client: &str, ns: &str, auth: Value) -> Self {
        self.step(Step::Connect { clients: vec![client.into()], ns: ns.into(), auth: Some(auth), at: None })
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
    pub fn emit_with_ack(self, client: &str, event: &str, args: impl Into<Payload>) -> Self {
        self.emit_with_ack_in(client, ROOT, event, args)
    }

    /// `client` emits `event` in the namespace `ns` and asks for an acknowledgement.
    #[must_use]
    pub fn emit_with_ack_in(self, client: &str, ns: &str, event: &str, args: impl Into<Payload>) -> Self {
        let (client, ns, event) = (client.into(), ns.into(), event.into());
        self.step(Step::EmitWithAck { client, ns, event, args: args.into() })
    }

    /// `client` acknowledges the oldest event for which the server still waits.
    #[must_use]
    pub fn acknowledge(self, client: &str, args: impl Into<Payload>) -> Self {
        self.step(Step::Acknowledge { client: client.into(), args: args.into() })
    }

    /// `client` disconnects from the root namespace in good order.
    #[must_use]
    pub fn disconnect(self, client: &str) -> Self {
        self.disconnect_from(client, ROOT)
    }

    /// `client` disconnects from the namespace `ns` in good order.
    #[must_use]
    pub fn disconnect_from(self, client: &str, ns: &str) -> Self {
        self.step(Step::Disconnect { client: client.into(), ns: ns.into() })
    }

    /// `client`'s connection drops, with no goodbye.
    #[must_use]
    pub fn drop_connection(self, client: &str) -> Self {
        self.step(Step::DropConnection { client: client.into() })
    }

    /// `client` closes its WebSocket in good order, without a Socket.IO goodbye.
    #[must_use]
    pub fn close_connection(self, client: &str) -> Self {
        self.step(Step::CloseConnection { client: client.into() })
    }

    /// From here on `client` neither hears nor is heard; its connection stays open.
    #[must_use]
    pub fn cut_off(self, client: &str) -> Self {
        self.step(Step::CutOff { client: client.into() })
    }

    /// The next message of that kind to or from `client` is lost, and its connection with it.
    #[must_use]
    pub fn lose_next(self, client: &str, message: OnTheWay) -> Self {
        self.step(Step::LoseNext { client: client.into(), message })
    }

    /// The server crashes with the next message of that kind to or from `client`, and is started again.
    #[must_use]
    pub fn crash_at_next(self, client: &str, message: OnTheWay) -> Self {
        self.step(Step::CrashAtNext { client: client.into(), message })
    }

    /// The server is ended and started again.
    #[must_use]
    pub fn restart(self) -> Self {
        self.step(Step::Restart {})
    }

    /// The steps of `scene`, all at the same moment.
    #[must_use]
    pub fn together(self, scene: Self) -> Self {
        self.step(Step::Together(scene.steps))
    }

    /// One of several servers is killed.
    #[must_use]
    pub fn kill(self, server: Node) -> Self {
        self.step(Step::Kill { server })
    }

    /// The line between the servers breaks.
    #[must_use]
    pub fn cut_line(self) -> Self {
        self.step(Step::CutLine {})
    }

    /// The line between the servers is mended.
    #[must_use]
    pub fn mend_line(self) -> Self {
        self.step(Step::MendLine {})
    }

    /// From here on `client` answers no ping.
    #[must_use]
    pub fn stop_pongs(self, client: &str) -> Self {
        self.step(Step::StopPongs { client: client.into() })
    }

    /// A monitor asks the server for `path`.
    #[must_use]
    pub fn request(self, path: &str) -> Self {
        self.step(Step::Request { client: monitor(), path: path.into() })
    }

    /// No client does anything for `seconds`.
    #[must_use]
    pub fn wait(self, seconds: u32) -> Self {
        self.step(Step::Wait { seconds })
    }

    /// Whether the scene is one of several servers: a client connects at a named one.
    pub fn names_servers(&self) -> bool {
        self.steps.iter().any(Step::names_server)
    }

    /// How many servers the scene needs.
    pub fn servers(&self) -> usize {
        let server = |step: &Step| match step {
            Step::Connect { at: Some(server), .. } | Step::Kill { server } => Some(server.number() + 1),
            _ => None,
        };
        let parts = self.steps.iter().flat_map(Step::parts);
        parts.filter_map(server).max().unwrap_or(1)
    }
}

impl Step {
    /// Whether only the harness can do it. Over real TCP nobody chooses which message is lost, or when the line between servers
    /// is.
    pub fn is_only_in_the_harness(&self) -> bool {
        let chosen = |part: &Self| {
            matches!(
                part,
                Self::LoseNext { .. }
                    | Self::CrashAtNext { .. }
                    | Self::Restart {}
                    | Self::CutLine {}
                    | Self::MendLine {}
            )
        };
        self.parts().iter().any(chosen)
    }

    /// Whether a client connects at a server that is named.
    pub fn names_server(&self) -> bool {
        self.parts().iter().any(|part| matches!(part, Self::Connect { at: Some(_), .. }))
    }

    /// The clients that act in this step, each once.
    pub fn clients(&self) -> Vec<&str> {
        match self {
            Self::Connect { clients, .. } => clients.iter().map(String::as_str).collect(),
            Self::Wait { .. }
            | Self::Start {}
            | Self::Restart {}
            | Self::Kill { .. }
            | Self::CutLine {}
            | Self::MendLine {} => Vec::new(),
            Self::Accept {} | Self::Refuse { .. } => vec![SERVER],
            Self::Emit { client, .. }
            | Self::EmitWithAck { client, .. }
            | Self::Acknowledge { client, .. }
            | Self::Disconnect { client, .. }
            | Self::DropConnection { client }
            | Self::CloseConnection { client }
            | Self::CutOff { client }
            | Self::LoseNext { client, .. }
            | Self::CrashAtNext { client, .. }
            | Self::StopPongs { client }
            | Self::Request { client, .. } => vec![client],
            Self::Together(steps) => {
                let mut clients = Vec::new();
                for client in steps.iter().flat_map(Self::clients) {
                    if !clients.contains(&client) {
                        clients.push(client);
                    }
                }
                clients
            }
        }
    }

    /// The step without what `client` does in it. `None`: nothing is left of it.
    pub fn without(&self, client: &str) -> Option<Self> {
        let mut step = self.clone();
        match &mut step {
            Self::Connect { clients, .. } => {
                clients.retain(|name| name != client);
                (!clients.is_empty()).then_some(step)
            }
            Self::Together(steps) => {
                let mut left: Vec<_> = steps.iter().filter_map(|step| step.without(client)).collect();
                if left.len() > 1 { Some(Self::Together(left)) } else { left.pop() }
            }
            _ => (!self.clients().contains(&client)).then_some(step),
        }
    }

    /// Whether only a scene that grades a client has such a step.
    pub fn is_of_client_scene(&self) -> bool {
        matches!(self, Self::Start {} | Self::Accept {} | Self::Refuse { .. })
    }

    /// What is done in this step, one by one: the step itself, or those that are done together.
    pub fn parts(&self) -> &[Self] {
        match self {
            Self::Together(steps) => steps,
            step => std::slice::from_ref(step),
        }
    }

    /// The event that a client emits in this step, if it emits one.
    pub fn event(&self) -> Option<&str> {
        match self {
            Self::Emit { event, .. } | Self::EmitWithAck { event, .. } => Some(event),
            _ => None,
        }
    }

    /// The kind of step, as it is written in data: `emit_with_ack`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Connect { .. } => "connect",
            Self::Emit { .. } => "emit",
            Self::EmitWithAck { .. } => "emit_with_ack",
            Self::Acknowledge { .. } => "acknowledge",
            Self::Disconnect { .. } => "disconnect",
            Self::DropConnection { .. } => "drop_connection",
            Self::CloseConnection { .. } => "close_connection",
            Self::CutOff { .. } => "cut_off",
            Self::LoseNext { .. } => "lose_next",
            Self::CrashAtNext { .. } => "crash_at_next",
            Self::Restart {} => "restart",
            Self::Kill { .. } => "kill",
            Self::CutLine {} => "cut_line",
            Self::MendLine {} => "mend_line",
            Self::StopPongs { .. } => "stop_pongs",
            Self::Request { .. } => "request",
            Self::Together(_) => "together",
            Self::Start {} => "start",
            Self::Accept {} => "accept",
            Self::Refuse { .. } => "refuse",
            Self::Wait { .. } => "wait",
        }
    }
}
