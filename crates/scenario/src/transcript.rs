//! A transcript: what happened when a scene was played, in a fixed order.

use serde::{Deserialize, Serialize};

use crate::Payload;
use crate::scene::{OnTheWay, ROOT, Step};

/// What happened, step by step. Equal scenes over equal servers give equal transcripts.
///
/// One thing is up to the server: if it lists its clients in the order of their ids, which are random, it makes another
/// list each time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    /// Every client that connected, in the order in which they first did.
    pub clients: Vec<String>,
    /// The steps and what came of each.
    pub steps: Vec<StepResult>,
    /// Why the play ended before its last step, if it did. The last of `steps` is then the one it happened in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<PlayError>,
}

/// One step and all that came of it, until the server was idle again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepResult {
    /// What the clients did.
    pub step: Step,
    /// What the server did that no client sees.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub server: Vec<ServerEvent>,
    /// What came to each client that was connected, in the order of [`Transcript::clients`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clients: Vec<ClientOutcome>,
}

impl StepResult {
    /// Whether what was done in the step has ended the client's connection, whatever came to the client.
    pub(crate) fn ends_connection_of(&self, name: &str) -> bool {
        let has_crashed = self.server.iter().any(|event| matches!(event, ServerEvent::Crashed {}));
        let ends = |part: &Step| match part {
            Step::Disconnect { client, .. }
            | Step::DropConnection { client }
            | Step::CloseConnection { client }
            | Step::CutOff { client } => client == name,
            Step::Restart {} => true,
            _ => false,
        };
        has_crashed || self.step.parts().iter().any(ends)
    }
}

/// Something that the server did and that no client sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerEvent {
    /// The server's own code logged an event with `tracing`.
    Log(LogEvent),
    /// A handler panicked.
    Panic {
        /// The panic's message.
        message: String,
        /// File and line.
        at: String,
    },
    /// The client that is graded panicked.
    ClientPanic {
        /// The panic's message.
        message: String,
        /// File and line.
        at: String,
    },
    /// The server's process died, as the scene had it, and was started again.
    Crashed {},
    /// socketioxide did not call a handler: most often the payload had another type.
    HandlerSkipped {
        /// socketioxide's own words.
        reason: String,
    },
    /// An event arrived, and the server has no handler for it, nor a fallback.
    NoHandler {
        /// The event's name, as the client emitted it.
        event: String,
        /// Who emitted it, where only one client can have.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client: Option<String>,
        /// The namespace it arrived in, where it can only have been one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ns: Option<String>,
    },
}

/// A `tracing` event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEvent {
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub level: String,
    /// The target, if the code names one. By default it is the module's path, which is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The message. Empty if the event has only fields.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// The other fields and their values as text, in the order in which the code names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(String, String)>,
    /// The spans the event was logged in, the outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<LogSpan>,
}

/// A `tracing` span.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogSpan {
    /// Its name.
    pub name: String,
    /// Its fields and their values as text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(String, String)>,
}

/// What came to one client in one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientOutcome {
    /// Who.
    pub client: String,
    /// What it received, in order. Empty: nothing.
    pub events: Vec<ClientEvent>,
    /// The client left in this step by an act of its own. That it then hears nothing isn't told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left: bool,
    /// What went over the wire, both ways, in order: heartbeats included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<Frame>,
}

/// One thing that a client received.
///
/// Source of the packet types in brackets: <https://socket.io/docs/v4/socket-io-protocol/>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientEvent {
    /// The client is connected to a namespace (CONNECT).
    Connected {
        /// The namespace.
        #[serde(default = "root", skip_serializing_if = "is_root")]
        ns: String,
    },
    /// The client is refused by a namespace (`CONNECT_ERROR`).
    Refused {
        /// The namespace.
        #[serde(default = "root", skip_serializing_if = "is_root")]
        ns: String,
        /// The reason that the server gives.
        message: String,
    },
    /// An event arrived (EVENT).
    Event {
        /// The namespace it came in.
        #[serde(default = "root", skip_serializing_if = "is_root")]
        ns: String,
        /// The event's name.
        event: String,
        /// What it carries.
        #[serde(default)]
        args: Payload,
    },
    /// An event arrived, and the server asks for an acknowledgement (EVENT with an id).
    EventWithAck {
        /// The namespace it came in.
        #[serde(default = "root", skip_serializing_if = "is_root")]
        ns: String,
        /// The event's name.
        event: String,
        /// What it carries.
        #[serde(default)]
        args: Payload,
    },
    /// The server acknowledged an event (ACK).
    Acknowledged {
        /// The namespace it came in.
        #[serde(default = "root", skip_serializing_if = "is_root")]
        ns: String,
        /// The event that was acknowledged.
        event: String,
        /// What the acknowledgement carries.
        #[serde(default)]
        args: Payload,
    },
    /// The server disconnected the client from a namespace (DISCONNECT).
    Disconnected {
        /// The namespace.
        #[serde(default = "root", skip_serializing_if = "is_root")]
        ns: String,
    },
    /// A message was lost on its way, and the connection with it.
    Lost {
        /// Which.
        message: OnTheWay,
        /// The namespace it belongs to.
        #[serde(default = "root", skip_serializing_if = "is_root")]
        ns: String,
        /// The event's name; of an acknowledgement, that of the event it's for.
        event: String,
        /// What it carried.
        #[serde(default)]
        args: Payload,
    },
    /// The server closed the connection.
    ConnectionClosed {},
    /// The client had nothing to send: it isn't connected to that namespace. It was refused there, or the server has
    /// disconnected it. A real client would keep what it emits until it is connected, which here it never is.
    NotConnected {
        /// The namespace.
        #[serde(default = "root", skip_serializing_if = "is_root")]
        ns: String,
    },
    /// The client had nothing to send: it is connected to that namespace already.
    AlreadyConnected {
        /// The namespace.
        #[serde(default = "root", skip_serializing_if = "is_root")]
        ns: String,
    },
    /// The server answered a request.
    Response {
        /// The status: 200, 404 …
        status: u16,
        /// What the response carries.
        body: Body,
    },
    /// The server did not answer a request as long as the step lasted, or ended the connection instead.
    NoResponse {},
    /// A frame arrived that isn't part of the protocol.
    InvalidPacket {
        /// Its text.
        frame: String,
    },
    /// The client that is graded has ended. Only [the server](crate::SERVER) sees that.
    Ended {},
}

/// What a response carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// JSON, by its media type and by its text.
    Json(serde_json::Value),
    /// Anything else.
    Text(String),
}

fn root() -> String {
    ROOT.to_owned()
}

fn is_root(ns: &str) -> bool {
    ns == ROOT
}

/// What went over the wire at once: one WebSocket message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// Which way it went.
    pub direction: Direction,
    /// Its text; for a binary message, the bytes in words.
    pub text: String,
    /// It never arrived.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lost: bool,
}

/// Which way a frame went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the client to the server.
    ToServer,
    /// From the server to the client.
    ToClient,
}

/// Why a play ended early.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlayError {
    /// The server's code did not give the thread back: a `loop {}`, a blocking call.
    ThreadBlocked {},
    /// The server's code is never idle: it yields, and goes on for ever.
    NeverIdle {},
    /// A client was sent more than [`MAX_FRAMES`](crate::MAX_FRAMES) frames in one step.
    TooManyFrames {
        /// Who got them.
        client: String,
    },
    /// The server's code ended the process.
    ProcessExited {
        /// The process's exit status.
        status: String,
    },
    /// The server's setup panicked, before anyone could connect.
    SetupPanicked {
        /// The panic's message.
        message: String,
        /// File and line.
        at: String,
    },
}

/// How far a play has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// A step begins.
    Started(Step),
    /// The server is idle after a step, and this came of it.
    Finished(StepResult),
}

/// One line of what came to a client: silence is one, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome<'t> {
    /// It received this.
    Event(&'t ClientEvent),
    /// It was connected and received nothing.
    Nothing,
}

impl ClientOutcome {
    /// What came to the client, line by line. A client that left by an act of its own has no line for its silence.
    pub fn outcomes(&self) -> Vec<Outcome<'_>> {
        if self.events.is_empty() && !self.left {
            return vec![Outcome::Nothing];
        }
        self.events.iter().map(Outcome::Event).collect()
    }

    /// Whether an event or an acknowledgement came. To be connected, refused or disconnected isn't to hear.
    pub fn hears_something(&self) -> bool {
        self.events.iter().any(|event| {
            matches!(
                event,
                ClientEvent::Event { .. }
                    | ClientEvent::EventWithAck { .. }
                    | ClientEvent::Acknowledged { .. }
            )
        })
    }
}

impl ClientEvent {
    /// The namespace it happened in, if it happened in one.
    pub fn ns(&self) -> Option<&str> {
        match self {
            Self::Connected { ns }
            | Self::Refused { ns, .. }
            | Self::Event { ns, .. }
            | Self::EventWithAck { ns, .. }
            | Self::Acknowledged { ns, .. }
            | Self::Disconnected { ns }
            | Self::Lost { ns, .. }
            | Self::NotConnected { ns }
            | Self::AlreadyConnected { ns } => Some(ns),
            Self::ConnectionClosed {}
            | Self::Response { .. }
            | Self::NoResponse {}
            | Self::InvalidPacket { .. }
            | Self::Ended {} => None,
        }
    }
}

impl LogEvent {
    /// All that the event says: its message, its fields and those of its spans, separated by spaces.
    pub fn words(&self) -> String {
        let spans = self.spans.iter().flat_map(|span| &span.fields);
        let values = self.fields.iter().chain(spans).map(|(_, value)| value.as_str());
        let words = std::iter::once(self.message.as_str()).chain(values).filter(|words| !words.is_empty());
        words.collect::<Vec<_>>().join(" ")
    }
}

impl Transcript {
    /// The transcript without what differs from machine to machine or from build to build, and without the frames:
    /// what can be kept and compared. The place of a panic and a process's exit status depend on where the code is
    /// compiled; what the others had heard when a play ended early depends on when it was stopped.
    #[must_use]
    pub fn comparable(&self) -> Self {
        let mut transcript = self.clone();
        if let (Some(error), Some(last)) = (&mut transcript.error, transcript.steps.last_mut()) {
            last.clients.clear();
            match error {
                PlayError::ProcessExited { status } => status.clear(),
                PlayError::SetupPanicked { at, .. } => at.clear(),
                _ => {}
            }
        }
        for step in &mut transcript.steps {
            for event in &mut step.server {
                if let ServerEvent::Panic { at, .. } = event {
                    at.clear();
                }
            }
            for outcome in &mut step.clients {
                outcome.frames.clear();
            }
            // A client that left, and to which nothing came, is only here for its frames.
            step.clients.retain(|outcome| !(outcome.left && outcome.events.is_empty()));
        }
        transcript
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(client: &str, events: &[ClientEvent], left: bool) -> ClientOutcome {
        let frames = vec![Frame { direction: Direction::ToClient, text: "2".into(), lost: false }];
        ClientOutcome { client: client.into(), events: events.to_vec(), left, frames }
    }

    fn step(server: Vec<ServerEvent>, clients: Vec<ClientOutcome>) -> StepResult {
        StepResult { step: Step::Wait { seconds: 1 }, server, clients }
    }

    fn hears() -> ClientEvent {
        ClientEvent::Event { ns: "/".into(), event: "said".into(), args: "hi".into() }
    }

    #[test]
    fn what_depends_on_the_machine_is_not_comparable() {
        let panics = |at: &str| ServerEvent::Panic { message: "no".into(), at: at.into() };
        let clients =
            vec![outcome("ada", &[hears()], true), outcome("bob", &[], false), outcome("cyd", &[], true)];
        let last = step(vec![panics("lib.rs:2")], clients.clone());
        let mut transcript = Transcript {
            clients: vec!["ada".into(), "bob".into(), "cyd".into()],
            steps: vec![step(vec![panics("lib.rs:1")], clients), last],
            error: Some(PlayError::ProcessExited { status: "exit status: 1".into() }),
        };
        let without_frames = |outcome: ClientOutcome| ClientOutcome { frames: vec![], ..outcome };
        let kept = [outcome("ada", &[hears()], true), outcome("bob", &[], false)].map(without_frames);
        let first = step(vec![panics("")], kept.into());
        let comparable = transcript.comparable();
        assert_eq!(comparable.steps, [first.clone(), step(vec![panics("")], vec![])]);
        assert_eq!(comparable.error, Some(PlayError::ProcessExited { status: String::new() }));
        assert_eq!(comparable.comparable(), comparable);

        transcript.error = Some(PlayError::SetupPanicked { message: "no".into(), at: "lib.rs:3".into() });
        let error = PlayError::SetupPanicked { message: "no".into(), at: String::new() };
        assert_eq!(transcript.comparable().error, Some(error));
        transcript.error = None;
        assert_eq!(transcript.comparable().steps, [first.clone(), first], "it went on to its end");
    }

    #[test]
    fn silence_is_told_of_those_who_could_hear() {
        assert_eq!(outcome("ada", &[], false).outcomes(), [Outcome::Nothing]);
        assert!(outcome("ada", &[], true).outcomes().is_empty());
        assert_eq!(outcome("ada", &[hears()], true).outcomes(), [Outcome::Event(&hears())]);
    }

    #[test]
    fn an_event_or_an_acknowledgement_is_heard() {
        let (ns, event) = (|| "/".to_owned(), || "said".to_owned());
        for heard in [
            hears(),
            ClientEvent::EventWithAck { ns: ns(), event: event(), args: ().into() },
            ClientEvent::Acknowledged { ns: ns(), event: event(), args: ().into() },
        ] {
            assert!(outcome("ada", &[heard], false).hears_something());
        }
        for other in [
            ClientEvent::Connected { ns: ns() },
            ClientEvent::Refused { ns: ns(), message: "no".into() },
            ClientEvent::Disconnected { ns: ns() },
            ClientEvent::ConnectionClosed {},
            ClientEvent::NotConnected { ns: ns() },
        ] {
            assert!(!outcome("ada", &[other], false).hears_something());
        }
    }
}
