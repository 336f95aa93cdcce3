//! Scenes and transcripts in English sentences, for people. Derived from the data, and never read back.

use std::fmt;

use crate::scene::{OnTheWay, ROOT, SERVER, Step};
use crate::transcript::{
    Body, ClientEvent, ClientOutcome, LogEvent, Outcome, PlayError, ServerEvent, StepResult, Transcript,
};
use crate::{MAX_FRAMES, Payload};

/// "ada", "ada and bob", "ada, bob and cyd"; "nobody" for an empty list.
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

/// A sentence in three parts: "ada", "hears", "said "hi"". A diagram that already shows who does what leaves out the first
/// part, or the first two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Who or what it is about.
    pub subject: String,
    /// What happens, in a word or two.
    pub verb: &'static str,
    /// All else. May be empty.
    pub rest: String,
}

impl Sentence {
    fn new(subject: &str, verb: &'static str, rest: impl Into<String>) -> Self {
        Self { subject: subject.to_owned(), verb, rest: rest.into() }
    }

    /// The verb and the rest.
    pub fn predicate(&self) -> String {
        join(&[self.verb, &self.rest])
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.subject, self.predicate())
    }
}

/// "to /admin". The root namespace isn't named.
fn in_ns(word: &str, ns: &str) -> String {
    if ns == ROOT { String::new() } else { format!("{word} {ns}") }
}

/// The parts that aren't empty, with a space between them.
fn join(parts: &[&str]) -> String {
    parts.iter().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// An event's name and what it carries: `say "hi"`.
fn event_with(event: &str, args: &Payload) -> String {
    if args.args.is_empty() { event.to_owned() } else { format!("{event} {args}") }
}

/// A step as a sentence about the clients that act.
pub fn step(step: &Step) -> Sentence {
    let (verb, rest) = match step {
        Step::Connect { clients, ns, auth, at } => {
            let verb = if clients.len() == 1 { "connects" } else { "connect" };
            let at = at.map(|server| format!("at {server}")).unwrap_or_default();
            let auth = auth.as_ref().map(|auth| format!("with {}", Payload::from(auth.clone())));
            (verb, join(&[&in_ns("to", ns), &at, &auth.unwrap_or_default()]))
        }
        Step::Emit { ns, event, args, .. } => ("emits", join(&[&event_with(event, args), &in_ns("in", ns)])),
        Step::EmitWithAck { ns, event, args, .. } => {
            ("emits", join(&[&event_with(event, args), &in_ns("in", ns), "with ack"]))
        }
        Step::Acknowledge { args, .. } if args.args.is_empty() => ("acknowledges", String::new()),
        Step::Acknowledge { args, .. } => ("acknowledges", format!("with {args}")),
        Step::Disconnect { ns, .. } => ("disconnects", in_ns("from", ns)),
        Step::DropConnection { .. } => ("loses", "the connection".to_owned()),
        Step::CloseConnection { .. } => ("closes", "the connection".to_owned()),
        Step::CutOff { .. } => ("is", "cut off".to_owned()),
        Step::LoseNext { message, .. } => {
            ("is", format!("about to lose {}, and the connection with it", next(*message)))
        }
        Step::CrashAtNext { client, message } => {
            let rest = format!("about to crash with {}", next_of(client, *message));
            return Sentence::new("the server", "is", rest);
        }
        Step::Restart {} => return Sentence::new("the server", "stops", "and is started again"),
        Step::Kill { server } => return Sentence::new(&server.to_string(), "is", "killed"),
        Step::CutLine {} => return Sentence::new("the line between the servers", "breaks", ""),
        Step::MendLine {} => return Sentence::new("the line between the servers", "is", "mended"),
        Step::StopPongs { .. } => ("stops", "answering pings".to_owned()),
        Step::Request { path, .. } => ("requests", format!("GET {path}")),
        Step::Together(steps) => return together(steps),
        Step::Start {} => return Sentence::new("the client", "starts", ""),
        Step::Accept {} => ("accepts", "the client".to_owned()),
        Step::Refuse { message } => ("refuses", format!("the client: {message:?}")),
        Step::Wait { seconds: 1 } => return Sentence::new("1 second", "passes", ""),
        Step::Wait { seconds } => return Sentence::new(&format!("{seconds} seconds"), "pass", ""),
    };
    Sentence::new(&list(&step.clients()), verb, rest)
}

/// A message that has yet to come, where it's known whose it is.
fn next(message: OnTheWay) -> &'static str {
    match message {
        OnTheWay::EventToServer => "the next event it emits",
        OnTheWay::EventToClient => "the next event that comes",
        OnTheWay::AckToClient => "the next ack that comes",
        OnTheWay::AckToServer => "the next ack it sends",
    }
}

/// A message that has yet to come, and whose it is.
fn next_of(client: &str, message: OnTheWay) -> String {
    match message {
        OnTheWay::EventToServer => format!("the next event from {client}"),
        OnTheWay::EventToClient => format!("the next event to {client}"),
        OnTheWay::AckToClient => format!("the next ack to {client}"),
        OnTheWay::AckToServer => format!("the next ack from {client}"),
    }
}

/// "at the same moment ada emits say "hi", and bob emits say "ho"".
fn together(steps: &[Step]) -> Sentence {
    let parts: Vec<_> = steps.iter().map(|part| step(part).to_string()).collect();
    Sentence::new("at the same moment", "", parts.join(", and "))
}

/// What came to `client`, as a sentence about it.
pub fn outcome(client: &str, outcome: Outcome<'_>) -> Sentence {
    let Outcome::Event(event) = outcome else { return Sentence::new(client, "hears", "nothing") };
    let (verb, rest) = match event {
        ClientEvent::Connected { ns } => ("is", join(&["connected", &in_ns("to", ns)])),
        ClientEvent::Refused { ns, message } => {
            ("is", format!("{}: {message:?}", join(&["refused", &in_ns("by", ns)])))
        }
        ClientEvent::Event { ns, event, args } => {
            ("hears", join(&[&event_with(event, args), &in_ns("in", ns)]))
        }
        ClientEvent::EventWithAck { ns, event, args } => {
            ("hears", join(&[&event_with(event, args), &in_ns("in", ns), "with ack"]))
        }
        ClientEvent::Acknowledged { ns, event, args } => {
            let of = join(&["ack of", event, &in_ns("in", ns)]);
            let rest =
                if args.args.is_empty() { format!("an empty {of}") } else { format!("the {of}: {args}") };
            ("gets", rest)
        }
        ClientEvent::Disconnected { ns } => {
            ("is", join(&["disconnected", &in_ns("from", ns), "by the server"]))
        }
        ClientEvent::Lost { message, ns, event, args } => {
            let what = match message {
                OnTheWay::EventToServer | OnTheWay::EventToClient => event_with(event, args),
                OnTheWay::AckToClient | OnTheWay::AckToServer if args.args.is_empty() => {
                    format!("the ack of {event}")
                }
                OnTheWay::AckToClient | OnTheWay::AckToServer => format!("the ack of {event} ({args})"),
            };
            let way = if message.is_to_server() { "to" } else { "from" };
            ("loses", join(&[&what, &in_ns("in", ns), "on the way", way, "the server"]))
        }
        ClientEvent::ConnectionClosed {} => ("loses", "the connection: the server closes it".to_owned()),
        ClientEvent::NotConnected { ns } => {
            // The root namespace is named, too: "isn't connected" alone would be the connection.
            ("isn't", format!("connected to {ns}: nothing is sent"))
        }
        ClientEvent::AlreadyConnected { ns } => ("is", format!("already connected to {ns}: nothing is sent")),
        ClientEvent::Response { status, body } => ("gets", response(*status, body)),
        ClientEvent::NoResponse {} => ("gets", "no response".to_owned()),
        ClientEvent::InvalidPacket { frame } => ("gets", format!("an invalid packet: {frame:?}")),
        ClientEvent::Ended {} => ("sees", "that the client has ended".to_owned()),
    };
    Sentence::new(client, verb, rest)
}

/// `200 OK with {"status":"ok"}`, `404 Not Found`. A text is said to be one: JSON that is sent as a text looks the same.
fn response(status: u16, body: &Body) -> String {
    let reason = match status {
        200 => " OK",
        404 => " Not Found",
        405 => " Method Not Allowed",
        500 => " Internal Server Error",
        503 => " Service Unavailable",
        _ => "",
    };
    match body {
        Body::Json(value) => format!("{status}{reason} with {}", Payload::from(value.clone())),
        Body::Text(text) if text.is_empty() => format!("{status}{reason}"),
        Body::Text(text) => format!("{status}{reason} with the text {text:?}"),
    }
}

/// Something that the server did, as a sentence about it.
pub fn server_event(event: &ServerEvent) -> Sentence {
    let (verb, rest) = match event {
        ServerEvent::Log(event) => ("logs:", event.to_string()),
        ServerEvent::Panic { message, at } if at.is_empty() => ("panics:", message.clone()),
        ServerEvent::Panic { message, at } => ("panics:", format!("{message} ({at})")),
        ServerEvent::ClientPanic { message, at } => {
            return Sentence::new("the client", "panics:", format!("{message} ({at})"));
        }
        ServerEvent::Crashed {} => ("crashes", "and is started again".to_owned()),
        ServerEvent::HandlerSkipped { reason } => ("skips", format!("the handler: {reason}")),
        ServerEvent::NoHandler { event, ns, .. } => {
            let ns = in_ns("in", ns.as_deref().unwrap_or(ROOT));
            return Sentence::new("the server", "has", join(&[&format!("no handler for {event:?}"), &ns]));
        }
    };
    Sentence::new("server", verb, rest)
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        step(self).fmt(f)
    }
}

impl fmt::Display for ServerEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        server_event(self).fmt(f)
    }
}

/// The message and the fields; spans stand before it in braces, as `tracing-subscriber` writes them.
impl fmt::Display for LogEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = |fields: &[(String, String)]| {
            fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
        };
        for span in &self.spans {
            write!(f, "{}{{{}}}: ", span.name, fields(&span.fields))?;
        }
        let own = fields(&self.fields);
        let gap = if self.message.is_empty() || own.is_empty() { "" } else { " " };
        write!(f, "{}{gap}{own}", self.message)
    }
}

impl PlayError {
    /// The error as a sentence about the step it happened in.
    pub fn during(&self, step: &Step) -> String {
        let handler = match step.event() {
            Some(event) => format!("the handler of `{event}`"),
            None if step.is_of_client_scene() || step.clients() == [SERVER] => "the client".to_owned(),
            None => "the server".to_owned(),
        };
        let status = |status: &str| if status.is_empty() { String::new() } else { format!(" ({status})") };
        match self {
            Self::ThreadBlocked {} => format!("{handler} blocks the thread and never gives it back"),
            Self::NeverIdle {} => format!("{handler} never finishes: it yields and goes on for ever"),
            Self::ProcessExited { status: how } => format!("{handler} ends the whole process{}", status(how)),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for PlayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let in_brackets = |text: &str| if text.is_empty() { String::new() } else { format!(" ({text})") };
        match self {
            Self::ThreadBlocked {} => f.write_str("the server blocks the thread and never gives it back"),
            Self::NeverIdle {} => f.write_str("the server never finishes: it yields and goes on for ever"),
            Self::ProcessExited { status } => {
                write!(f, "the server ends the whole process{}", in_brackets(status))
            }
            Self::TooManyFrames { client } if client == SERVER => {
                write!(f, "the client sends more than {MAX_FRAMES} frames in one step")
            }
            Self::TooManyFrames { client } => {
                write!(f, "the server sends {client} more than {MAX_FRAMES} frames in one step")
            }
            Self::SetupPanicked { message, at } => {
                write!(f, "the server panics before anyone can connect: {message}{}", in_brackets(at))
            }
        }
    }
}

impl StepResult {
    /// What came of the step, a line each, without the step itself: first the server's doings, then each client's.
    pub fn lines(&self) -> Vec<String> {
        let server = self.server.iter().map(ToString::to_string);
        server.chain(self.clients.iter().flat_map(ClientOutcome::lines)).collect()
    }
}

impl ClientOutcome {
    /// What came to this client, a line each; silence is a line, too.
    pub fn lines(&self) -> Vec<String> {
        self.outcomes().into_iter().map(|one| outcome(&self.client, one).to_string()).collect()
    }
}

impl Transcript {
    /// Why the play ended early, as a sentence about the step it ended in. `None`: it went on to its end.
    pub fn error_sentence(&self) -> Option<String> {
        let error = self.error.as_ref()?;
        Some(self.steps.last().map_or_else(|| error.to_string(), |last| error.during(&last.step)))
    }

    /// The transcript as lines: the steps flush left, and what came of each indented by two spaces.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (i, result) in self.steps.iter().enumerate() {
            lines.push(result.step.to_string());
            match &self.error {
                // What the others had heard by then depends on when the play was stopped.
                Some(error) if i + 1 == self.steps.len() => {
                    lines.extend(result.server.iter().map(|event| format!("  {event}")));
                    lines.push(format!("  {}", error.during(&result.step)));
                }
                _ => lines.extend(result.lines().into_iter().map(|line| format!("  {line}"))),
            }
        }
        if let (Some(error), true) = (&self.error, self.steps.is_empty()) {
            lines.push(error.to_string());
        }
        lines
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Node, Scene};
    use serde_json::json;

    #[test]
    fn every_kind_of_step_is_a_sentence() {
        let scene = Scene::new("s", "s")
            .connect(["ada", "bob"])
            .connect_with("ada", "/admin", json!({ "token": "x" }))
            .connect_at(Node::B, ["cyd"])
            .emit_in("ada", "/admin", "say", "hi")
            .emit_with_ack("bob", "join", ())
            .acknowledge("bob", "ok")
            .acknowledge("bob", ())
            .disconnect_from("ada", "/admin")
            .drop_connection("ada")
            .close_connection("ada")
            .cut_off("ada")
            .stop_pongs("bob")
            .request("/health")
            .together(Scene::new("", "").emit("ada", "say", "hi").disconnect("bob").cut_off("cyd"))
            .wait(1)
            .wait(45)
            .kill(Node::B)
            .cut_line()
            .mend_line()
            .step(Step::Start {})
            .step(Step::Accept {})
            .step(Step::Refuse { message: "no".into() });
        let lines: Vec<_> = scene.steps.iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "ada and bob connect",
                r#"ada connects to /admin with {"token":"x"}"#,
                "cyd connects at server B",
                r#"ada emits say "hi" in /admin"#,
                "bob emits join with ack",
                r#"bob acknowledges with "ok""#,
                "bob acknowledges",
                "ada disconnects from /admin",
                "ada loses the connection",
                "ada closes the connection",
                "ada is cut off",
                "bob stops answering pings",
                "monitor requests GET /health",
                r#"at the same moment ada emits say "hi", and bob disconnects, and cyd is cut off"#,
                "1 second passes",
                "45 seconds pass",
                "server B is killed",
                "the line between the servers breaks",
                "the line between the servers is mended",
                "the client starts",
                "the server accepts the client",
                r#"the server refuses the client: "no""#,
            ]
        );
    }

    #[test]
    fn what_did_not_happen_is_told_too() {
        let no_handler = |ns: Option<&str>| ServerEvent::NoHandler {
            event: "Say".into(),
            client: Some("ada".into()),
            ns: ns.map(Into::into),
        };
        let lines = [None, Some("/"), Some("/admin")].map(|ns| no_handler(ns).to_string());
        let (root, admin) =
            (r#"the server has no handler for "Say""#, r#"the server has no handler for "Say" in /admin"#);
        assert_eq!(lines, [root, root, admin]);
        let told = |event: ClientEvent| outcome("ada", Outcome::Event(&event)).to_string();
        assert_eq!(
            told(ClientEvent::NotConnected { ns: "/admin".into() }),
            "ada isn't connected to /admin: nothing is sent"
        );
        assert_eq!(
            told(ClientEvent::AlreadyConnected { ns: "/".into() }),
            "ada is already connected to /: nothing is sent"
        );
    }

    #[test]
    fn a_response_says_whether_it_is_json() {
        let told = |status, body| {
            outcome("monitor", Outcome::Event(&ClientEvent::Response { status, body })).to_string()
        };
        let text = |text: &str| Body::Text(text.into());
        assert_eq!(
            told(200, Body::Json(json!({ "b": 1, "a": "x" }))),
            r#"monitor gets 200 OK with {"a":"x","b":1}"#
        );
        assert_eq!(told(200, text("{}")), r#"monitor gets 200 OK with the text "{}""#);
        assert_eq!(told(404, text("")), "monitor gets 404 Not Found");
        assert_eq!(told(418, text("")), "monitor gets 418");
        let none = outcome("monitor", Outcome::Event(&ClientEvent::NoResponse {}));
        assert_eq!(none.to_string(), "monitor gets no response");
    }

    #[test]
    fn a_log_event_is_written_as_on_a_terminal() {
        let mut event = LogEvent { level: "info".into(), message: "hi".into(), ..LogEvent::default() };
        event.fields.push(("id".into(), "ada".into()));
        event.spans.push(crate::LogSpan { name: "chat".into(), fields: vec![("room".into(), "r".into())] });
        assert_eq!(event.to_string(), "chat{room=r}: hi id=ada");
        assert_eq!(event.words(), "hi ada r");
    }

    #[test]
    fn of_the_last_step_only_the_error_is_told() {
        let step = Step::Wait { seconds: 1 };
        let mut transcript = Transcript { error: Some(PlayError::NeverIdle {}), ..Transcript::default() };
        assert_eq!(transcript.to_string(), "the server never finishes: it yields and goes on for ever");
        let ada = ClientOutcome { client: "ada".into(), events: vec![], left: false, frames: vec![] };
        transcript.steps.push(StepResult { step, server: vec![], clients: vec![ada] });
        assert_eq!(
            transcript.lines(),
            ["1 second passes", "  the server never finishes: it yields and goes on for ever"]
        );
    }
}
