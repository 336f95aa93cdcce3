//! One connection of a `rust_socketio` client, unmodified, to one namespace; and what it can tell of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use replay::{FENCE, Proxy};
use rust_socketio::asynchronous::{Client, ClientBuilder};
use rust_socketio::{Event, Payload as Carried, TransportType};
use serde_json::Value;
use stage::{Line, Payload};

/// A client's connection to a namespace. `rust_socketio` opens one for each.
pub(crate) struct Connection {
    pub(crate) ns: String,
    pub(crate) proxy: Proxy,
    client: Client,
    ear: Arc<Mutex<Ear>>,
}

/// What the client has told.
#[derive(Default)]
struct Ear {
    lines: Vec<Line>,
    fences: usize,
    /// The last thing that went wrong, in the client's own words.
    error: Option<String>,
}

impl Connection {
    /// Connects through `proxy` and asks to enter `ns`.
    pub(crate) async fn open(proxy: Proxy, ns: &str, auth: Option<&Value>) -> Result<Self, String> {
        let ear = Arc::new(Mutex::new(Ear::default()));
        let tell = |line: Line| {
            let ear = Arc::clone(&ear);
            move |_: Carried, _: Client| {
                lock(&ear).lines.push(line.clone());
                done()
            }
        };
        let on_error = {
            let (ear, ns) = (Arc::clone(&ear), ns.to_owned());
            move |carried: Carried, _: Client| {
                let text = carried_text(&carried);
                match refusal(&text) {
                    Some(reason) => lock(&ear).lines.push(Line::IsRefused { ns: ns.clone(), reason }),
                    None => lock(&ear).error = Some(text),
                }
                done()
            }
        };
        let on_any = {
            let (ear, ns) = (Arc::clone(&ear), ns.to_owned());
            move |event: Event, carried: Carried, _: Client| {
                let mut ear = lock(&ear);
                match event {
                    Event::Custom(name) if name == FENCE => ear.fences += 1,
                    event => ear.lines.push(heard(&ns, &event, carried)),
                }
                drop(ear);
                done()
            }
        };

        let mut builder = ClientBuilder::new(format!("http://{}", proxy.address()))
            .namespace(ns)
            // To come back is an entrance of its own in a scene.
            .reconnect(false)
            .transport_type(TransportType::Websocket)
            .on(Event::Connect, tell(Line::IsIn { ns: ns.to_owned() }))
            .on(Event::Close, tell(Line::IsPutOut { ns: ns.to_owned() }))
            .on(Event::Error, on_error)
            .on_any(on_any);
        if let Some(auth) = auth {
            builder = builder.auth(auth.clone());
        }
        let client = builder.connect().await.map_err(|e| format!("rust_socketio cannot connect: {e}"))?;
        Ok(Self { ns: ns.to_owned(), proxy, client, ear })
    }

    /// Emits an event.
    pub(crate) async fn emit(&self, event: &str, args: &Payload) -> Result<(), String> {
        let carried = match args.attachments.first() {
            Some(bytes) => Carried::from(bytes.clone()),
            None => Carried::Text(args.args.clone()),
        };
        self.client.emit(event, carried).await.map_err(|e| format!("rust_socketio cannot emit {event}: {e}"))
    }

    /// Emits an event and asks for an acknowledgement, however late it comes.
    pub(crate) async fn ask(&self, event: &str, args: &Payload) -> Result<(), String> {
        const AS_LONG_AS_IT_TAKES: Duration = Duration::from_mins(10);
        let (ear, ns, name) = (Arc::clone(&self.ear), self.ns.clone(), event.to_owned());
        let on_answer = move |carried: Carried, _: Client| {
            let args = answered(carried);
            lock(&ear).lines.push(Line::GetsAnswer { ns: ns.clone(), event: name.clone(), args });
            done()
        };
        let carried = Carried::Text(args.args.clone());
        let asked = self.client.emit_with_ack(event, carried, AS_LONG_AS_IT_TAKES, on_answer).await;
        asked.map_err(|e| format!("rust_socketio cannot emit {event}: {e}"))
    }

    /// Leaves the namespace politely. What comes after is nobody's business.
    pub(crate) async fn disconnect(self) -> Result<(), String> {
        self.client.disconnect().await.map_err(|e| format!("rust_socketio cannot disconnect: {e}"))
    }

    /// What the client has told since this was last asked.
    pub(crate) fn take_lines(&self) -> Vec<Line> {
        std::mem::take(&mut lock(&self.ear).lines)
    }

    /// How many fences have come back.
    pub(crate) fn fences(&self) -> usize {
        lock(&self.ear).fences
    }

    /// The last thing that went wrong, in the client's own words.
    pub(crate) fn error(&self) -> Option<String> {
        lock(&self.ear).error.clone()
    }
}

/// A callback's way of saying that it has nothing more to do.
fn done() -> BoxFuture<'static, ()> {
    Box::pin(std::future::ready(()))
}

fn lock(ear: &Mutex<Ear>) -> MutexGuard<'_, Ear> {
    ear.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What `rust_socketio` makes of an event. Of one without arguments it makes an event called "message", which carries
/// the name; so does an event called "message" which carries one text. See [`as_told`].
#[expect(clippy::match_wildcard_for_single_variants, reason = "the one variant left is deprecated")]
fn heard(ns: &str, event: &Event, carried: Carried) -> Line {
    let (event, args) = match carried {
        Carried::Binary(bytes) => (event.to_string(), Payload::binary(bytes.to_vec())),
        Carried::Text(mut args) => match (event, args.first()) {
            (Event::Message, Some(Value::String(_))) if args.len() == 1 => {
                let Value::String(name) = args.remove(0) else { unreachable!("it is one") };
                (name, Payload::default())
            }
            _ => (event.to_string(), Payload { args, attachments: Vec::new() }),
        },
        other => (event.to_string(), Payload::from(carried_text(&other).as_str())),
    };
    Line::Hears { ns: ns.to_owned(), event, args }
}

/// The arguments of an acknowledgement come as one argument, which is their list.
fn answered(carried: Carried) -> Payload {
    match carried {
        Carried::Text(mut args) => match args.pop() {
            Some(Value::Array(args)) => Payload { args, attachments: Vec::new() },
            other => Payload { args: other.into_iter().collect(), attachments: Vec::new() },
        },
        other => Payload::from(carried_text(&other).as_str()),
    }
}

fn carried_text(carried: &Carried) -> String {
    match carried {
        Carried::Text(args) => {
            let words =
                args.iter().map(|arg| arg.as_str().map_or_else(|| arg.to_string(), ToOwned::to_owned));
            words.collect::<Vec<_>>().join(" ")
        }
        other => format!("{other:?}"),
    }
}

/// The server's reason, out of the text that `rust_socketio` makes of a refusal.
fn refusal(text: &str) -> Option<String> {
    let data = text.strip_prefix("Received an ConnectError frame: ")?;
    let data: Value = serde_json::from_str(data).ok()?;
    Some(data["message"].as_str()?.to_owned())
}

/// A line of the stage as `rust_socketio` would tell it.
///
/// # Errors
/// What it cannot tell at all, and why.
pub(crate) fn as_told(line: &Line) -> Result<Line, String> {
    match line {
        // It does not say whether the server asks for an acknowledgement.
        Line::Hears { ns, event, args } | Line::IsAsked { ns, event, args } => {
            can_carry(event, args)?;
            if event == "message" && args.args.len() == 1 && args.args[0].is_string() {
                let event = args.args[0].as_str().unwrap_or_default().to_owned();
                return Ok(Line::Hears { ns: ns.clone(), event, args: Payload::default() });
            }
            Ok(Line::Hears { ns: ns.clone(), event: event.clone(), args: args.clone() })
        }
        Line::GetsAnswer { args, .. } if !args.attachments.is_empty() => {
            Err("rust_socketio drops what is binary in an acknowledgement".to_owned())
        }
        Line::CannotRead { .. } => Err("rust_socketio does not show what it cannot read".to_owned()),
        other => Ok(other.clone()),
    }
}

/// Whether `rust_socketio` can send and tell of an event.
pub(crate) fn can_carry(event: &str, args: &Payload) -> Result<(), String> {
    if Event::from(event) != Event::Custom(event.to_owned()) && event != "message" {
        return Err(format!("rust_socketio has a meaning of its own for an event called {event:?}"));
    }
    match args.attachments.as_slice() {
        [] => Ok(()),
        [bytes] if *args == Payload::binary(bytes.clone()) => Ok(()),
        _ => Err("rust_socketio carries bytes only as an event's one argument".to_owned()),
    }
}
