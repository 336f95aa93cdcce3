//! What can be said of a failing server that makes no known mistake: a few sentences, each of them true.

use std::collections::HashSet;

use scenario::text::list;
use scenario::{
    Body, Change, ClientChange, ClientEvent, Difference, LogEvent, Outcome, Payload, PlayError, ROOT,
    ServerEvent, Side, Step, StepDifference, StepResult, Transcript, read_id,
};
use serde_json::Value;

use crate::Kind;
use crate::code::Code;
use crate::values::{about_items, about_values};

/// The most sentences. More wouldn't be read.
const MOST: usize = 3;

/// The facts about a server, from the first scene that failed: what was expected, what it was played as, and how they
/// differ. `silent`: no client hears anything in any scene, though one should.
pub(crate) fn facts(
    expected: &Transcript,
    played: &Transcript,
    difference: &Difference,
    silent: bool,
    kind: Kind,
    code: &Code,
) -> Vec<String> {
    if let Some(error) = &played.error {
        return vec![remedy(error, kind).to_owned()];
    }
    let Some(first) = difference.steps.iter().position(|step| !step.is_empty()) else { return Vec::new() };
    let step = &difference.steps[first];
    let mut facts = of_server(step, played, code);
    if facts.is_empty() {
        // Where the solution has no handler either, there should be none.
        let expected = expected.steps.get(first).map_or(&[][..], |result| &result.server);
        facts.extend(played.steps.get(first).and_then(|result| not_handled(result, expected, code)));
    }
    if facts.is_empty() && silent {
        facts.push("Your server sends nothing to any client.".to_owned());
        facts.extend(why_silent(&step.step, code));
    }
    if facts.is_empty() {
        facts = of_clients(step, Later { expected, played, after: first });
        facts.truncate(MOST - 1);
        facts.extend(in_the_code(step, played, code));
    }
    facts.truncate(MOST);
    // It comes last, and always: whatever else is said may be another the next time.
    facts.extend(own_thread(code));
    facts
}

/// That the server works on a thread of the operating system. (Tokio's clock does wait for `spawn_blocking`.)
fn own_thread(code: &Code) -> Option<String> {
    let line = ["thread::spawn(", "thread::Builder::"].into_iter().find_map(|spawn| code.find(spawn))?;
    Some(format!(
        "Line {line} starts a thread. A scene's clock doesn't wait for it, so this verdict may be another each time. Use \
         `tokio::spawn` instead."
    ))
}

/// What the code shows of clients that don't hear what they should.
fn in_the_code(step: &StepDifference, played: &Transcript, code: &Code) -> Option<String> {
    if let Some(line) = code.line_with_data_twice() {
        return Some(format!(
            "Line {line} asks for `Data` twice, and each reads the first value. Ask once, for a pair: `Data::<(String, \
             String)>((a, b))`."
        ));
    }
    let missed =
        step.clients.iter().flat_map(|(_, changes)| changes).find_map(|change| match &change.item {
            Some(ClientEvent::Event { event, .. }) if change.side == Side::Expected => Some(event),
            _ => None,
        })?;
    not_awaited(missed, code).or_else(|| to_an_empty_room(missed, played, code)).or_else(|| {
        let line = code.line_of_unshared_variable()?;
        Some(format!(
            "Look at line {line}: each call of a handler gets its own copy of what is moved into it. What one call changes, \
             the next doesn't see. Share it with `Arc<Mutex<…>>`."
        ))
    })
}

/// That the emit of this event is never awaited.
fn not_awaited(event: &str, code: &Code) -> Option<String> {
    let emits = [
        format!("io.emit(\"{event}\"…);"),
        format!("broadcast().emit(\"{event}\"…);"),
        format!(".to(…).emit(\"{event}\"…);"),
        format!(".within(…).emit(\"{event}\"…);"),
    ];
    let line = emits.iter().find_map(|emit| code.find(emit))?;
    Some(format!("The emit in line {line} is never awaited, so nothing is sent. Write `.await.ok();`."))
}

/// That it is emitted to a room, and that nobody has heard it there.
fn to_an_empty_room(event: &str, played: &Transcript, code: &Code) -> Option<String> {
    let mut events = played.steps.iter().flat_map(|result| &result.clients).flat_map(|client| &client.events);
    if events.any(|it| matches!(it, ClientEvent::Event { event: heard, .. } if heard == event)) {
        return None;
    }
    let emits = [format!(".to(…).emit(\"{event}\""), format!(".within(…).emit(\"{event}\"")];
    let line = emits.iter().find_map(|emit| code.find(emit))?;
    Some(format!(
        "Line {line} emits it to a room. Only sockets hear it that have joined a room of exactly that name, in the same \
         namespace."
    ))
}

/// What to make of a server, or a client, that did not let the scene end.
fn remedy(error: &PlayError, kind: Kind) -> &'static str {
    match error {
        PlayError::ThreadBlocked {} if kind == Kind::Client => {
            "While your code holds the thread, nothing is heard, and no ping is answered. Look for a loop without an end, \
             or for a call that waits without `.await`."
        }
        PlayError::ProcessExited { .. } if kind == Kind::Client => {
            "Something called `exit` or `abort`, or used up the stack. End with `return`."
        }
        PlayError::ThreadBlocked {} => {
            "While a handler holds the thread, the server can't do anything else. Look for a loop without an end, or for \
             a call that waits without `.await`."
        }
        PlayError::NeverIdle {} => "Look for a loop without an end around an `.await`.",
        PlayError::TooManyFrames { .. } => "Look for an emit in a loop without an end.",
        PlayError::SetupPanicked { .. } => "Fix this first: no client could connect.",
        PlayError::ProcessExited { .. } => {
            "Something called `exit` or `abort`, or used up the stack. A server outlives each of its clients: leave a \
             handler with `return`."
        }
    }
}

/// That an event had no handler in this step. It comes with the names that the code shows.
fn not_handled(result: &StepResult, expected: &[ServerEvent], code: &Code) -> Option<String> {
    let (event, ns) = result.server.iter().filter(|it| !expected.contains(it)).find_map(|it| match it {
        ServerEvent::NoHandler { event, ns, .. } => Some((event, ns.as_deref().unwrap_or(ROOT))),
        _ => None,
    })?;
    let place = if ns == ROOT { String::new() } else { format!(" in `{ns}`") };
    let mut handled = code.handled_events().unwrap_or_default();
    if handled.contains(&event.as_str()) {
        // It belongs to another namespace, or another handler adds it and hasn't run.
        return Some(format!(
            "Your server has no handler for `{event}`{place}. Your code has one, but it wasn't added for this client. Look \
             at what stands around it: each namespace has its own handlers."
        ));
    }
    // Several namespaces may have handlers of the same name.
    let mut known = HashSet::new();
    handled.retain(|name| known.insert(*name));
    if handled.is_empty() {
        return Some(format!(
            "Your server has no handler for `{event}`{place}. Add one with `socket.on(\"{event}\", …)`."
        ));
    }
    let names: Vec<_> = handled.iter().map(|name| format!("`{name}`")).collect();
    let what_next = if handled.iter().any(|name| is_near(name, event)) {
        ": a name must match letter by letter.".to_owned()
    } else {
        format!(". Add one with `socket.on(\"{event}\", …)`.")
    };
    Some(format!(
        "Your server has no handler for `{event}`{place}. It listens for {}{what_next}",
        list(&names)
    ))
}

/// Whether one name was probably meant to be the other: `Chat_message`, `chat message`, `chat messages`.
fn is_near(one: &str, other: &str) -> bool {
    let letters = |name: &str| name.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "");
    let (one, other) = (letters(one), letters(other));
    one.contains(&other) || other.contains(&one)
}

/// What the server did in this step that it should not have done, or the other way round.
fn of_server(step: &StepDifference, played: &Transcript, code: &Code) -> Vec<String> {
    let changes = || step.server.iter().filter(|change| change.side != Side::Both);
    let names_nobody = |change: &Change<ServerEvent>| {
        let nobody = |line: &LogEvent| line.message.starts_with("someone ");
        matches!(&change.item, ServerEvent::Log(line) if change.side == Side::Actual && nobody(line))
    };
    if changes().any(names_nobody) {
        return vec!["A line of your log names nobody. `socket.id` says which client it is.".to_owned()];
    }
    let of = |change: &Change<ServerEvent>| match (&change.item, change.side) {
        (ServerEvent::Panic { message, .. }, Side::Actual) => Some(of_panic(message, played, code)),
        (ServerEvent::ClientPanic { .. }, Side::Actual) => {
            Some("Your client panics. After a panic in a callback it hears nothing any more.".to_owned())
        }
        (ServerEvent::HandlerSkipped { reason }, Side::Actual) => {
            let event = step.step.event();
            let what = event.map_or("your handler".to_owned(), |event| format!("the handler of `{event}`"));
            if reason.starts_with("Extension of type") {
                return Some(format!(
                    "socketioxide did not call {what}: it asks for an `Extension`, and nothing of that type was inserted \
                     into `socket.extensions`."
                ));
            }
            let remedy = match event {
                Some(_) => "Look at `Data::<…>`.",
                None => "With `TryData` it's called in any case, and decides itself.",
            };
            Some(format!(
                "socketioxide did not call {what}: it can't read what the client sent as the type that your handler asks \
                 for. {remedy}"
            ))
        }
        (ServerEvent::Log(line), Side::Expected) => {
            Some(format!("No line in your log of this step says, in any words, “{}”.", line.message))
        }
        _ => None,
    };
    changes().filter_map(of).collect()
}

fn of_panic(message: &str, played: &Transcript, code: &Code) -> String {
    let events = played.steps.iter().flat_map(|step| &step.server);
    let mut at = events.filter_map(|event| match event {
        ServerEvent::Panic { message: known, at } if known == message => {
            at.strip_prefix("src/lib.rs:")?.parse().ok()
        }
        _ => None,
    });
    let line = at.next().map(|line| code.line(line)).unwrap_or_default();
    if line.contains(".unwrap()") || line.contains(".expect(") {
        "Your code panics at an `unwrap` or `expect`. A client can send anything, or nothing at all: use `match` or `if \
         let`, and decide what happens then."
            .to_owned()
    } else {
        "Your code panics. The server goes on, but this handler ends here: nothing behind this line happens."
            .to_owned()
    }
}

/// Whether a client hears something in one of these.
pub(crate) fn heard<'t>(transcripts: impl IntoIterator<Item = &'t Transcript>) -> bool {
    let mut steps = transcripts.into_iter().flat_map(|transcript| &transcript.steps);
    steps.any(|step| step.clients.iter().any(scenario::ClientOutcome::hears_something))
}

/// Why nobody hears anything, if the code shows it; or else where an emit belongs.
fn why_silent(step: &Step, code: &Code) -> Option<String> {
    if let Some(line) = ["io.emit(…);", ").emit(…);"].into_iter().find_map(|emit| code.find(emit)) {
        return Some(format!(
            "The emit in line {line} is never awaited. Emitting to many is a future: nothing is sent until you `.await` it."
        ));
    }
    if code.text().contains(".emit(") {
        return None;
    }
    if code.text().contains("println!(") {
        return Some("`println!` writes to your terminal. A client hears only what you emit.".to_owned());
    }
    step.event().map(|event| format!("The handler of `{event}` is the place to emit from."))
}

/// What socketioxide refuses a client with that asks for a namespace which isn't there.
const NO_NAMESPACE: &str = "Invalid namespace";

/// What comes to the clients after a step: an event may be early or late.
#[derive(Clone, Copy)]
struct Later<'d> {
    expected: &'d Transcript,
    played: &'d Transcript,
    after: usize,
}

impl Later<'_> {
    /// How often this comes to the client later than expected, less how often it should. Below 0, some of it came earlier.
    fn surplus(&self, client: &str, event: &ClientEvent) -> i64 {
        let count = |transcript: &Transcript| {
            let steps = transcript.steps.iter().skip(self.after + 1);
            let outcomes = steps.flat_map(|step| &step.clients).filter(|outcome| outcome.client == client);
            outcomes.flat_map(|outcome| &outcome.events).filter(|it| *it == event).map(|_| 1).sum::<i64>()
        };
        count(self.played) - count(self.expected)
    }
}

/// What was expected of a client and did not come, and what came instead.
struct Missed<'d> {
    client: &'d str,
    later: Later<'d>,
    expected: Vec<&'d ClientEvent>,
    got: Vec<&'d ClientEvent>,
}

fn of_clients(step: &StepDifference, later: Later<'_>) -> Vec<String> {
    let of = |changes: &'_ [ClientChange], side: Side| -> Vec<usize> {
        (0..changes.len()).filter(|i| changes[*i].side == side).collect()
    };
    let mut facts: Vec<(String, Vec<&str>)> = Vec::new();
    for (client, changes) in &step.clients {
        // What a client could not even send isn't what came to it.
        let came = |event: &&ClientEvent| {
            !matches!(event, ClientEvent::NotConnected { .. } | ClientEvent::AlreadyConnected { .. })
        };
        let events = |side| {
            of(changes, side).into_iter().filter_map(|i| changes[i].item.as_ref()).filter(came).collect()
        };
        let missed = Missed { client, later, expected: events(Side::Expected), got: events(Side::Actual) };
        let Some(fact) = missed.fact(changes) else { continue };
        // Clients of which the same is to be said share a sentence.
        match facts.iter_mut().find(|(known, _)| *known == fact) {
            Some((_, clients)) => clients.push(missed.client),
            None => facts.push((fact, vec![missed.client])),
        }
    }
    let sentence = |(fact, clients): (String, Vec<&str>)| {
        let names: Vec<_> = clients.into_iter().map(capital).collect();
        format!("{} {fact}", list(&names))
    };
    facts.into_iter().map(sentence).collect()
}

impl Missed<'_> {
    /// What to say where a name stands in the place of an id, an old id in the place of a new one, or an id in the place of
    /// a name: a sentence with a space before it, or nothing.
    fn about_ids(&self, expected: &Payload, got: &Payload) -> String {
        let transcript = self.later.expected;
        let clients = &transcript.clients;
        let is_name_of = |text: &str, client: &str| names_of(client, transcript).any(|name| name == text);
        let Some((expected, got)) = other_text(&expected.args, &got.args) else { return String::new() };
        match (read_id(expected, clients), read_id(got, clients)) {
            (Some(_), None) if clients.iter().any(|client| is_name_of(got, client)) => {
                format!(" {got:?} is a name, and this should be an id: `socket.id`.")
            }
            (Some((client, now)), Some((same, before))) if client == same && before < now => {
                format!(
                    " {} has connected again since then, and each connection has its own id.",
                    capital(client)
                )
            }
            (None, Some((client, _))) if is_name_of(expected, client) => {
                " This should be the client's name, and `socket.id` isn't one.".to_owned()
            }
            _ => String::new(),
        }
    }

    /// What to say of the one in the place of the other: a sentence with a space before it, or nothing.
    fn why_other(&self, expected: &Payload, got: &Payload) -> String {
        let about_ids = self.about_ids(expected, got);
        if about_ids.is_empty() { about_values(&expected.args, &got.args).to_owned() } else { about_ids }
    }

    /// What to say of it, behind the client's name.
    fn fact(&self, changes: &[ClientChange]) -> Option<String> {
        use ClientEvent::{Acknowledged, Connected, Event, EventWithAck, NoResponse, Refused, Response};
        Some(match (self.expected.first(), self.got.first()) {
            (None, None) => return None,
            (Some(expected), None) if self.later.surplus(self.client, expected) > 0 => {
                format!("should {} now, and not in a later step.", what(expected))
            }
            (None, Some(got)) if self.later.surplus(self.client, got) < 0 => {
                format!("should not {} yet, but in a later step.", what(got))
            }
            (Some(Acknowledged { event, .. }), Some(Event { event: emitted, .. })) => format!(
                "asked for an acknowledgement of `{event}`, and heard the event `{emitted}` instead. Send the \
                 acknowledgement with `AckSender`: an event isn't one."
            ),
            (Some(Acknowledged { event, .. }), None) => {
                format!("asked for an acknowledgement of `{event}` and got none. Send it with `ack.send(…)`.")
            }
            (Some(Acknowledged { args: expected, .. }), Some(Acknowledged { args: got, .. }))
                if expected != got =>
            {
                if let Some(items) = about_items(&expected.args, &got.args) {
                    return Some(format!("gets an acknowledgement whose list {items}."));
                }
                let why = self.why_other(expected, got);
                format!("should get the acknowledgement {}, not {}.{why}", shown(expected), shown(got))
            }
            (
                Some(Event { event: expected, args: a, .. } | EventWithAck { event: expected, args: a, .. }),
                Some(Event { event: got, args: b, .. } | EventWithAck { event: got, args: b, .. }),
            ) if expected != got => {
                let same = if a == b { " The name must match letter by letter." } else { "" };
                format!("should hear the event `{expected}`, not `{got}`.{same}")
            }
            (Some(Event { event, args: expected, .. }), Some(Event { args: got, .. }))
            | (Some(EventWithAck { event, args: expected, .. }), Some(EventWithAck { args: got, .. }))
                if expected != got =>
            {
                if let Some(items) = about_items(&expected.args, &got.args) {
                    return Some(format!("hears `{event}` with a list that {items}."));
                }
                let why = self.why_other(expected, got);
                format!("should hear `{event}` with {}, not with {}.{why}", shown(expected), shown(got))
            }
            (Some(Refused { message: expected, .. }), Some(Refused { message: got, .. })) => {
                format!("should be refused with the reason {expected:?}, not with {got:?}.")
            }
            (Some(Refused { .. }), Some(Connected { ns })) => {
                format!("should be refused, not connected to `{ns}`.")
            }
            (Some(Connected { ns }), Some(Refused { message, .. })) if message == NO_NAMESPACE => {
                format!(
                    "can't connect to `{ns}`: your server has no namespace of this name. Look at `io.ns(…)`, and at \
                     the pattern of `io.dyn_ns(…)` if there is one."
                )
            }
            (Some(Connected { ns }), Some(Refused { message, .. })) => {
                format!("should be connected to `{ns}`, not refused with {message:?}.")
            }
            (Some(Response { body: Body::Json(_), .. }), Some(Response { body: Body::Text(text), .. }))
                if serde_json::from_str::<Value>(text).is_ok_and(|it| it.is_object()) =>
            {
                "should get JSON. Your text looks like JSON, but the response says that it's plain text: return \
                 `axum::Json(…)`."
                    .to_owned()
            }
            (Some(response @ Response { .. }), Some(NoResponse {})) => {
                format!("should {}, but no response came within a second.", what(response))
            }
            (Some(expected), Some(got)) if expected == got => {
                match order(changes, expected) {
                    Some((word, other)) => format!("should {} {word} {}.", what(expected), brief(other)),
                    None => format!("should {} in another order: earlier or later.", what(expected)),
                }
            }
            (Some(expected), None) => format!("should {}, and did not.", what(expected)),
            (None, Some(got)) => {
                let twice = changes.iter().any(|it| it.side == Side::Both && it.item.as_ref() == Some(*got));
                let once = if twice { " more than once" } else { "" };
                format!("should not {}{once}.", what(got))
            }
            (Some(expected), Some(got)) => format!("should {}, and not {}.", what(expected), what(got)),
        })
    }
}

/// Where two lists of values differ in a text: the text in the one, and in the other.
fn other_text<'v>(expected: &'v [Value], got: &'v [Value]) -> Option<(&'v str, &'v str)> {
    expected.iter().zip(got).find_map(|pair| match pair {
        (Value::String(a), Value::String(b)) => (a != b).then_some((a.as_str(), b.as_str())),
        (Value::Array(a), Value::Array(b)) => other_text(a, b),
        _ => None,
    })
}

/// The names that the client has: in the scenes, and the one that it sends when it connects.
fn names_of<'t>(client: &'t str, transcript: &'t Transcript) -> impl Iterator<Item = &'t str> {
    let steps = transcript.steps.iter().flat_map(|result| result.step.parts());
    let sent = steps.filter_map(move |step| match step {
        Step::Connect { clients, auth: Some(auth), .. } if clients.iter().any(|it| it == client) => {
            auth.get("name")?.as_str()
        }
        _ => None,
    });
    std::iter::once(client).chain(sent)
}

/// Whether this should come before or after something that came as well, and what that is.
fn order<'c>(changes: &'c [ClientChange], event: &ClientEvent) -> Option<(&'static str, &'c ClientEvent)> {
    let at = |side| changes.iter().position(|it| it.side == side && it.item.as_ref() == Some(event));
    let (expected, got) = (at(Side::Expected)?, at(Side::Actual)?);
    let (word, between) =
        if expected < got { ("before", &changes[expected..got]) } else { ("after", &changes[got..expected]) };
    let other = between.iter().find(|it| it.side == Side::Both)?;
    Some((word, other.item.as_ref()?))
}

/// A client's name, as it begins a sentence: "Ada", "The server".
fn capital(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// What a client gets, in its parts: "hear", "`said` with "hi"".
fn parts(event: &ClientEvent) -> (&'static str, String) {
    use ClientEvent::{Acknowledged, Event, EventWithAck};
    let place = |ns: &str| if ns == ROOT { String::new() } else { format!(" in `{ns}`") };
    match event {
        Event { ns, event, args } | EventWithAck { ns, event, args } => {
            let with = if args.args.is_empty() { String::new() } else { format!(" with {args}") };
            ("hear", format!("`{event}`{with}{}", place(ns)))
        }
        Acknowledged { ns, event, args } if args.args.is_empty() => {
            ("get", format!("an empty acknowledgement of `{event}`{}", place(ns)))
        }
        Acknowledged { ns, event, args } => {
            ("get", format!("the acknowledgement {args} of `{event}`{}", place(ns)))
        }
        ClientEvent::Disconnected { ns } if ns != ROOT => {
            ("be", format!("disconnected from `{ns}` by the server"))
        }
        other => {
            let sentence = scenario::text::outcome("", Outcome::Event(other));
            let verb = match sentence.verb {
                "is" => "be",
                "gets" => "get",
                "loses" => "lose",
                "sees" => "see",
                verb => verb,
            };
            (verb, sentence.rest)
        }
    }
}

/// What a client gets: "hear `said` with "hi"".
fn what(event: &ClientEvent) -> String {
    let (verb, rest) = parts(event);
    format!("{verb} {rest}")
}

/// What a client gets, behind "before" or "after": "`said` with "hi"", "being connected".
fn brief(event: &ClientEvent) -> String {
    match parts(event) {
        ("be", rest) => format!("being {rest}"),
        ("lose", rest) => format!("losing {rest}"),
        ("see", rest) => format!("seeing {rest}"),
        (_, rest) => rest,
    }
}

fn shown(args: &Payload) -> String {
    if args.args.is_empty() { "nothing".to_owned() } else { args.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenario::{ClientOutcome, Scene};

    fn hears(event: &str, text: &str) -> ClientEvent {
        ClientEvent::Event { ns: "/".into(), event: event.into(), args: text.into() }
    }

    fn acknowledged(text: &str) -> ClientEvent {
        ClientEvent::Acknowledged { ns: "/".into(), event: "say".into(), args: text.into() }
    }

    fn refused(message: &str) -> ClientEvent {
        ClientEvent::Refused { ns: "/".into(), message: message.into() }
    }

    /// Ada says hi. This came to Ada and to Bob, and this the server did.
    fn transcript(server: &[ServerEvent], ada: &[ClientEvent], bob: &[ClientEvent]) -> Transcript {
        let outcome = |client: &str, events: &[ClientEvent]| ClientOutcome {
            client: client.into(),
            events: events.to_vec(),
            left: false,
            frames: Vec::new(),
        };
        let step = Scene::new("s", "s").emit("ada", "say", "hi").steps.remove(0);
        let result = StepResult {
            step,
            server: server.to_vec(),
            clients: vec![outcome("ada", ada), outcome("bob", bob)],
        };
        Transcript { clients: vec!["ada".into(), "bob".into()], steps: vec![result], error: None }
    }

    fn of(expected: &Transcript, played: &Transcript, source: &str) -> String {
        let silent = heard([expected]) && !heard([played]);
        let difference = Difference::between(expected, played);
        facts(expected, played, &difference, silent, Kind::Server, &Code::of(source)).join(" ")
    }

    /// The fact about a server that sends Ada and Bob `got` instead of `expected`.
    fn instead(expected: &[ClientEvent], got: &[ClientEvent]) -> String {
        of(&transcript(&[], expected, expected), &transcript(&[], got, got), "")
    }

    #[test]
    fn a_thread_is_named_whatever_else_is_wrong() {
        let (right, wrong) = (transcript(&[], &[hears("said", "hi")], &[]), transcript(&[], &[], &[]));
        let told = of(&right, &wrong, "// begin\nstd::thread::spawn(move || say(socket));");
        assert!(told.contains("Line 2 starts a thread."), "{told}");
        assert!(!of(&right, &wrong, "tokio::spawn(say(socket));").contains("thread"));
    }

    #[test]
    fn who_should_have_heard_what_is_said() {
        let hi = || hears("said", "hi");
        let connected = || ClientEvent::Connected { ns: "/".into() };
        for (expected, got, fact) in [
            (
                vec![hi()],
                vec![hears("said", "ada: hi")],
                "should hear `said` with \"hi\", not with \"ada: hi\".",
            ),
            (
                vec![hi()],
                vec![hears("Said", "hi")],
                "should hear the event `said`, not `Said`. The name must match letter by letter.",
            ),
            (vec![], vec![hi()], "should not hear `said` with \"hi\"."),
            (vec![hi()], vec![hi(), hi()], "should not hear `said` with \"hi\" more than once."),
            (vec![hi(), hears("more", "x")], vec![hi()], "should hear `more` with \"x\", and did not."),
            (
                vec![acknowledged("joined")],
                vec![hears("joined", "x")],
                "asked for an acknowledgement of `say`, and heard the event `joined` instead. Send the acknowledgement with \
                 `AckSender`: an event isn't one.",
            ),
            (
                vec![acknowledged("a")],
                vec![acknowledged("b")],
                "should get the acknowledgement \"a\", not \"b\".",
            ),
            (
                vec![refused("a")],
                vec![refused("b")],
                "should be refused with the reason \"a\", not with \"b\".",
            ),
            (vec![refused("a")], vec![connected()], "should be refused, not connected to `/`."),
            (vec![connected()], vec![refused("a")], "should be connected to `/`, not refused with \"a\"."),
            (
                vec![connected()],
                vec![refused(NO_NAMESPACE)],
                "can't connect to `/`: your server has no namespace of this name. Look at `io.ns(…)`, and at the pattern \
                 of `io.dyn_ns(…)` if there is one.",
            ),
        ] {
            assert_eq!(instead(&expected, &got), format!("Ada and Bob {fact}"));
        }
        let no_ack = "Ada asked for an acknowledgement of `say` and got none. Send it with `ack.send(…)`.";
        let (asked, played) = (transcript(&[], &[acknowledged("a")], &[]), transcript(&[], &[], &[hi()]));
        assert_eq!(of(&asked, &played, ""), format!("{no_ack} Bob should not hear `said` with \"hi\"."));
    }

    #[test]
    fn a_name_an_id_and_an_old_id_are_told_apart() {
        let scene = Scene::new("s", "s")
            .connect_with("ada", "/", serde_json::json!({ "name": "Ada Lovelace" }))
            .emit("ada", "say", "hi");
        let heard = |args: Value| {
            let left = ClientEvent::Event { ns: "/".into(), event: "left".into(), args: args.into() };
            let mut transcript = transcript(&[], &[], &[left]);
            transcript.steps[0].step = scene.steps[0].clone();
            transcript
        };
        let of = |expected: Value, got: Value| {
            let told = of(&heard(expected), &heard(got), "");
            told.split_once(". ").map(|(_, about_ids)| about_ids.to_owned()).unwrap_or_default()
        };
        assert_eq!(
            of("ada's id".into(), "ada".into()),
            "\"ada\" is a name, and this should be an id: `socket.id`."
        );
        let list = |texts: [&str; 2]| Value::from(texts.map(Value::from).to_vec());
        assert_eq!(
            of(list(["bob's id", "ada's id"]), list(["bob's id", "Ada Lovelace"])),
            "\"Ada Lovelace\" is a name, and this should be an id: `socket.id`."
        );
        assert_eq!(
            of("ada's 2nd id".into(), "ada's id".into()),
            "Ada has connected again since then, and each connection has its own id."
        );
        assert_eq!(
            of("Ada Lovelace".into(), "ada's id".into()),
            "This should be the client's name, and `socket.id` isn't one."
        );
        for (expected, got) in
            [("ada's id", "bob's id"), ("ada's id", "x"), ("x", "ada's id"), ("bob", "ada's id")]
        {
            assert_eq!(of(expected.into(), got.into()), "", "{expected}, {got}");
        }
    }

    #[test]
    fn what_comes_in_another_order_or_not_at_all_is_said() {
        let (hi, ho) = (|| hears("said", "hi"), || hears("said", "ho"));
        assert_eq!(
            instead(&[hi(), ho()], &[ho(), hi()]),
            "Ada and Bob should hear `said` with \"hi\" before `said` with \"ho\"."
        );
        let ack = || ClientEvent::Acknowledged {
            ns: ROOT.to_owned(),
            event: "say".to_owned(),
            args: "told".into(),
        };
        assert_eq!(
            instead(&[ack(), hi(), ho()], &[hi(), ho(), ack()]),
            "Ada and Bob should get the acknowledgement \"told\" of `say` before `said` with \"hi\"."
        );
        let response = ClientEvent::Response { status: 200, body: scenario::Body::Text(String::new()) };
        assert_eq!(
            instead(&[response], &[ClientEvent::NoResponse {}]),
            "Ada and Bob should get 200 OK, but no response came within a second."
        );
    }

    #[test]
    fn what_comes_too_early_or_too_late_is_said() {
        let (early, late) = (transcript(&[], &[], &[hears("left", "cyd")]), transcript(&[], &[], &[]));
        let both = |first: &Transcript, then: &Transcript| {
            let steps = first.steps.iter().chain(&then.steps).cloned().collect();
            Transcript { steps, ..first.clone() }
        };
        let (soon, later) = (both(&early, &late), both(&late, &early));
        assert_eq!(
            of(&soon, &later, ""),
            "Bob should hear `left` with \"cyd\" now, and not in a later step."
        );
        assert_eq!(
            of(&later, &soon, ""),
            "Bob should not hear `left` with \"cyd\" yet, but in a later step."
        );
        assert_eq!(of(&soon, &both(&late, &late), "say.emit("), "Your server sends nothing to any client.");
    }

    #[test]
    fn json_that_says_it_is_text_is_told() {
        let response = |body| ClientEvent::Response { status: 200, body };
        let json = response(scenario::Body::Json(serde_json::json!({"a": 1})));
        let told =
            |text: &str| instead(std::slice::from_ref(&json), &[response(scenario::Body::Text(text.into()))]);
        assert!(told("{\"a\":2}").contains("return `axum::Json(…)`"));
        assert!(!told("a: 1").contains("Json"));
    }

    #[test]
    fn silence_has_its_reason_if_the_code_shows_it() {
        let (expected, played) = (transcript(&[], &[], &[hears("said", "hi")]), transcript(&[], &[], &[]));
        let of = |source: &str| of(&expected, &played, source);
        let says = |source: &str, fact: &str| {
            let text = of(source);
            assert!(
                text.starts_with("Your server sends nothing to any client.") && text.contains(fact),
                "{source}: {text}"
            );
        };
        says(
            "s.on(\"say\", {\n socket.broadcast().emit(\"said\", &text); })",
            "The emit in line 2 is never awaited.",
        );
        says("s.on(\"say\", { println!(\"{text}\"); })", "`println!` writes to your terminal.");
        says("s.on(\"say\", {})", "The handler of `say` is the place to emit from.");
        says("s.on(SAY, { io.to(\"x\").emit(\"said\", &text).await.ok(); })", "");
    }

    #[test]
    fn an_event_without_a_handler_is_named() {
        let no_handler = ServerEvent::NoHandler { event: "say".into(), client: None, ns: None };
        let (expected, played) =
            (transcript(&[], &[], &[hears("said", "hi")]), transcript(&[no_handler], &[], &[]));
        let of = |source: &str| of(&expected, &played, source);
        let other_name =
            "Your server has no handler for `say`. It listens for `Say`: a name must match letter by letter.";
        assert_eq!(of("s.on(\"Say\", { io.emit(\"said\", &text).await.ok(); })"), other_name);
        let twice = "s.on(\"Say\", { io.emit(\"said\", &text).await.ok(); }) s.on(\"Say\", {})";
        assert_eq!(of(twice), other_name, "each name once");
        let another = "Your server has no handler for `say`. It listens for `tell`. Add one with `socket.on(\"say\", …)`.";
        assert_eq!(of("s.on(\"tell\", { io.emit(\"said\", &text).await.ok(); })"), another);
        assert!(of("s.on(\"say\", {}) s.on(\"tell\", {})").contains("it wasn't added for this client"));
        let both = transcript(&played.steps[0].server, &[], &[hears("said", "hi")]);
        assert!(!self::of(&both, &played, "").contains("has no handler"), "the solution has none either");
        let none = "Your server has no handler for `say`. Add one with `socket.on(\"say\", …)`.";
        assert_eq!(of("io.ns(\"/\", x)"), none);
    }

    #[test]
    fn what_the_server_did_comes_before_what_clients_heard() {
        let expected = transcript(&[], &[], &[hears("said", "hi")]);
        let of_server =
            |event: ServerEvent, source: &str| of(&expected, &transcript(&[event], &[], &[]), source);
        let skipped = ServerEvent::HandlerSkipped { reason: "invalid type".into() };
        assert!(of_server(skipped, "").starts_with("socketioxide did not call the handler of `say`: "));
        let extension = ServerEvent::HandlerSkipped { reason: "Extension of type Name not found".into() };
        assert!(of_server(extension, "").contains("into `socket.extensions`"), "no word of `Data`");
        let panics = || ServerEvent::Panic { message: "no".into(), at: "src/lib.rs:2".into() };
        assert!(
            of_server(panics(), "// one\nauth\n  .x.unwrap()").starts_with("Your code panics. "),
            "it's line 3"
        );
        let unwraps = "Your code panics at an `unwrap` or `expect`.";
        assert!(of_server(panics(), "// one\nauth.expect(\"a token\")").starts_with(unwraps));
    }

    #[test]
    fn a_line_of_the_log_that_lacks_something_is_named() {
        let logs = |text: &str| ServerEvent::Log(LogEvent { message: text.into(), ..LogEvent::default() });
        let of = |played: &[ServerEvent]| {
            of(&transcript(&[logs("ada connected")], &[], &[]), &transcript(played, &[], &[]), "")
        };
        assert_eq!(of(&[]), "No line in your log of this step says, in any words, “ada connected”.");
        let four = ["a", "b", "c", "d"].map(logs);
        let all = self::of(&transcript(&four, &[], &[]), &transcript(&[], &[], &[]), "");
        assert_eq!(all.matches("No line").count(), MOST, "more wouldn't be read: {all}");
        assert_eq!(
            of(&[logs("someone connected")]),
            "A line of your log names nobody. `socket.id` says which client it is."
        );
    }

    #[test]
    fn what_the_code_shows_is_told_of_who_does_not_hear() {
        let ack = || acknowledged("x");
        let (expected, played) =
            (transcript(&[], &[ack()], &[hears("said", "hi")]), transcript(&[], &[ack()], &[]));
        let misses = "Bob should hear `said` with \"hi\", and did not.";
        let says = |source: &str, fact: &str| {
            let told = of(&expected, &played, source);
            let rest = told.strip_prefix(misses).unwrap_or_else(|| panic!("{told}"));
            assert!(rest.contains(fact) && rest.is_empty() == fact.is_empty(), "{source}: {told}");
        };
        says("s.on(\"say\", {\n let _ = io.emit(\"said\", &text); })", "The emit in line 2 is never awaited");
        says(
            "s.on(\"say\", {\n io.to(room).emit(\"said\", &text).await.ok(); })",
            "Line 2 emits it to a room.",
        );
        says("s.on(\"say\", { socket.emit(\"said\", &text).ok(); })", "");
        says(
            "\nsocket.on(\"say\", async |Data::<String>(a), Data(b): Data<String>| {})",
            "Line 2 asks for `Data` twice",
        );
        says("socket.on(\"say\", async |Data::<String>(a), ack: AckSender| {})", "");
        says("socket.on(\"say\", async |Data::<String>(a), TryData(b): TryData<u8>| {})", "");
        let list = "pub fn server(io) {\n let mut list = Vec::new();\n s.on(\"say\", async move |io| list.push(1)) }";
        says(list, "Look at line 2: each call of a handler gets its own copy");
        says(&list.replace("Vec::new", "Arc::new(Mutex::new"), "");
        // Where somebody else hears it, the room isn't empty.
        let (both, one) = (
            transcript(&[], &[hears("said", "hi")], &[hears("said", "hi")]),
            transcript(&[], &[hears("said", "hi")], &[]),
        );
        assert_eq!(of(&both, &one, "io.to(room).emit(\"said\", &text).await.ok();"), misses);
    }

    #[test]
    fn a_play_that_ended_early_has_its_remedy() {
        let expected = transcript(&[], &[], &[hears("said", "hi")]);
        let ended = Transcript { error: Some(PlayError::NeverIdle {}), ..transcript(&[], &[], &[]) };
        assert_eq!(of(&expected, &ended, ""), "Look for a loop without an end around an `.await`.");
    }
}
