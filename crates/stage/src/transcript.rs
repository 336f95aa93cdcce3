//! A transcript: what happened when a scene was played, in a fixed order.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::scene::{Step, event_with, in_ns};
use crate::{Payload, ROOT};

/// What happened, step by step. Equal scenes over equal servers give equal transcripts: only a server that makes a list of
/// its clients in the order of their ids, which are drawn by lot, makes another list each time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    /// Everyone who came on stage, in the order in which they first entered.
    pub cast: Vec<String>,
    /// The steps and what came of each.
    pub acts: Vec<Act>,
    /// Why the play ended before its last step, if it did. The last act is then the one it happened in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Trouble>,
}

/// One step and all that came of it, until all was quiet again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// What the clients did.
    pub step: Step,
    /// What the server did that no client sees.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub server: Vec<Note>,
    /// What each client who was there received, in the order of the cast.
    pub heard: Vec<Heard>,
}

/// Something that the server did and that no client sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// The server's own code logged a line (a `tracing` event).
    Logs(String),
    /// A handler panicked.
    Panics {
        /// The panic's message.
        message: String,
        /// File and line.
        at: String,
    },
    /// socketioxide did not call a handler, for the reason given: most often a payload of another type.
    Skips(String),
}

/// What one client received in one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// Who.
    pub client: String,
    /// What it means, in order. Empty: the client heard nothing.
    pub lines: Vec<Line>,
    /// The client left in this step by an act of its own. Of its silence nothing is said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
    /// What went over the wire, both ways, in order: heartbeats included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<Frame>,
}

/// One thing a client received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// The server let the client into a namespace (CONNECT).
    IsIn {
        /// The namespace.
        ns: String,
    },
    /// The server refused the client a namespace (`CONNECT_ERROR`).
    IsRefused {
        /// The namespace.
        ns: String,
        /// The reason given.
        reason: String,
    },
    /// An event arrived (EVENT).
    Hears {
        /// The namespace it came in.
        ns: String,
        /// The event's name.
        event: String,
        /// What it carries.
        args: Payload,
    },
    /// An event arrived, and the server asks for an acknowledgement (EVENT with an id).
    IsAsked {
        /// The namespace it came in.
        ns: String,
        /// The event's name.
        event: String,
        /// What it carries.
        args: Payload,
    },
    /// The server acknowledged an event (ACK).
    GetsAnswer {
        /// The namespace it came in.
        ns: String,
        /// The event that was acknowledged.
        event: String,
        /// What the answer carries.
        args: Payload,
    },
    /// The server put the client out of a namespace (DISCONNECT).
    IsPutOut {
        /// The namespace.
        ns: String,
    },
    /// The server ended the connection.
    ConnectionCloses,
    /// A frame arrived that is none of the protocol's.
    CannotRead {
        /// What it says.
        frame: String,
    },
}

/// What went over the wire at once: one WebSocket message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// Which way it went.
    pub way: Way,
    /// Its text; of a binary message, the bytes in words.
    pub text: String,
}

/// Which way a frame went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// From the client to the server.
    Up,
    /// From the server to the client.
    Down,
}

/// Why a play ended early.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// The server's code did not give the thread back: a `loop {}`, a blocking call.
    Blocks,
    /// The server's code is never done: it yields, and goes on for ever.
    NeverSettles,
    /// A client was sent more than [`MOST_FRAMES`](crate::MOST_FRAMES) frames in one step.
    Floods {
        /// Who was flooded.
        client: String,
    },
    /// The server's code ended the process.
    EndsProcess {
        /// The process's exit status.
        how: String,
    },
    /// The server's set-up panicked, before anyone could enter.
    SetUpPanics {
        /// The panic's message.
        message: String,
        /// File and line.
        at: String,
    },
}

impl Transcript {
    /// The transcript as lines, the steps flush left and what came of each indented by two spaces.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (i, act) in self.acts.iter().enumerate() {
            lines.push(act.step.to_string());
            lines.extend(act.server.iter().map(|note| format!("  {note}")));
            match &self.trouble {
                // Whatever the others had heard by then is an accident of when the play was stopped.
                Some(trouble) if i + 1 == self.acts.len() => {
                    lines.push(format!("  {}", trouble.during(&act.step)));
                }
                _ => lines.extend(act.heard.iter().flat_map(Heard::to_lines).map(|line| format!("  {line}"))),
            }
        }
        if let (Some(trouble), true) = (&self.trouble, self.acts.is_empty()) {
            lines.push(trouble.to_string());
        }
        lines
    }
}

impl Act {
    /// The lines of this act, without the step itself and without indentation.
    pub fn to_lines(&self) -> Vec<String> {
        let notes = self.server.iter().map(ToString::to_string);
        notes.chain(self.heard.iter().flat_map(Heard::to_lines)).collect()
    }
}

impl Heard {
    /// What this client received, a line each; silence is a line too.
    pub fn to_lines(&self) -> Vec<String> {
        if self.lines.is_empty() && !self.gone {
            return vec![format!("{} hears nothing", self.client)];
        }
        self.lines.iter().map(|line| line.told_of(&self.client)).collect()
    }
}

impl Line {
    /// The line as a sentence about `client`.
    pub fn told_of(&self, client: &str) -> String {
        match self {
            Self::IsIn { ns } if ns == ROOT => format!("{client} is in"),
            Self::IsIn { ns } => format!("{client} is in {ns}"),
            Self::IsRefused { ns, reason } => {
                format!("{client} is refused{}: {reason:?}", in_ns("at", ns))
            }
            Self::Hears { ns, event, args } => {
                format!("{client} hears {}{}", event_with(event, args), in_ns("in", ns))
            }
            Self::IsAsked { ns, event, args } => {
                format!("{client} is asked {}{}", event_with(event, args), in_ns("in", ns))
            }
            Self::GetsAnswer { ns, event, args } => {
                let place = in_ns("in", ns);
                if args.args.is_empty() {
                    format!("{client} gets an empty answer to {event}{place}")
                } else {
                    format!("{client} gets an answer to {event}{place}: {args}")
                }
            }
            Self::IsPutOut { ns } => format!("{client} is disconnected{} by the server", in_ns("from", ns)),
            Self::ConnectionCloses => format!("{client}'s connection is closed by the server"),
            Self::CannotRead { frame } => format!("{client} cannot read {frame:?}"),
        }
    }
}

impl Trouble {
    /// The trouble as a sentence about the step it happened in.
    pub fn during(&self, step: &Step) -> String {
        let handler = match step.event() {
            Some(event) => format!("the handler of `{event}`"),
            None => "the server".to_owned(),
        };
        match self {
            Self::Blocks => format!("{handler} blocks the thread and never comes back"),
            Self::NeverSettles => format!("{handler} is never done"),
            Self::EndsProcess { how } => format!("{handler} ends the whole process ({how})"),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blocks => f.write_str("the server blocks the thread and never comes back"),
            Self::NeverSettles => f.write_str("the server is never done"),
            Self::EndsProcess { how } => write!(f, "the server ends the whole process ({how})"),
            Self::Floods { client } => {
                write!(f, "the server floods {client} with more than {} frames", crate::MOST_FRAMES)
            }
            Self::SetUpPanics { message, at } => {
                write!(f, "the server panics before anyone can enter: {message} ({at})")
            }
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Logs(line) => write!(f, "server logs: {line}"),
            Self::Panics { message, at } => write!(f, "server panics: {message} ({at})"),
            Self::Skips(why) => write!(f, "server skips the handler: {why}"),
        }
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, line) in self.lines().iter().enumerate() {
            write!(f, "{}{line}", if i == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}
