//! One connection of an unmodified `rust_socketio` client to one namespace, and what the client reports.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use replay::{FENCE, Proxy};
use rust_socketio::asynchronous::{Client, ClientBuilder};
use rust_socketio::{Event, Payload as Received, TransportType};
use scenario::{ClientEvent, Payload};
use serde_json::Value;

/// A client's connection to a namespace. `rust_socketio` opens one for each.
pub(crate) struct Connection {
    pub(crate) ns: String,
    pub(crate) proxy: Proxy,
    client: Client,
    reports: Arc<Mutex<Reports>>,
}

/// What the client has reported.
#[derive(Default)]
struct Reports {
    events: Vec<ClientEvent>,
    fences: usize,
    /// The last error, in the client's own words.
    error: Option<String>,
}

impl Connection {
    /// Connects through `proxy` to the namespace `ns`.
    pub(crate) async fn open(proxy: Proxy, ns: &str, auth: Option<&Value>) -> Result<Self, String> {
        let reports = Arc::new(Mutex::new(Reports::default()));
        let report = |event: ClientEvent| {
            let reports = Arc::clone(&reports);
            move |_: Received, _: Client| {
                lock(&reports).events.push(event.clone());
                done()
            }
        };
        let on_error = {
            let (reports, ns) = (Arc::clone(&reports), ns.to_owned());
            move |received: Received, _: Client| {
                let text = text_of(&received);
                let mut reports = lock(&reports);
                match refusal(&text) {
                    Some(message) => reports.events.push(ClientEvent::Refused { ns: ns.clone(), message }),
                    None => reports.error = Some(text),
                }
                drop(reports);
                done()
            }
        };
        let on_any = {
            let (reports, ns) = (Arc::clone(&reports), ns.to_owned());
            move |event: Event, received: Received, _: Client| {
                let mut reports = lock(&reports);
                match event {
                    Event::Custom(name) if name == FENCE => reports.fences += 1,
                    event => reports.events.push(client_event(&ns, &event, received)),
                }
                drop(reports);
                done()
            }
        };

        let mut builder = ClientBuilder::new(format!("http://{}", proxy.address()))
            .namespace(ns)
            // To connect again is a step of the scene.
            .reconnect(false)
            .transport_type(TransportType::Websocket)
            .on(Event::Connect, report(ClientEvent::Connected { ns: ns.to_owned() }))
            .on(Event::Close, report(ClientEvent::Disconnected { ns: ns.to_owned() }))
            .on(Event::Error, on_error)
            .on_any(on_any);
        if let Some(auth) = auth {
            builder = builder.auth(auth.clone());
        }
        let client = builder.connect().await.map_err(|e| format!("rust_socketio can't connect: {e}"))?;
        Ok(Self { ns: ns.to_owned(), proxy, client, reports })
    }

    /// Emits an event.
    pub(crate) async fn emit(&self, event: &str, args: &Payload) -> Result<(), String> {
        let sent = match args.attachments.first() {
            Some(bytes) => Received::from(bytes.clone()),
            None => Received::Text(args.args.clone()),
        };
        self.client.emit(event, sent).await.map_err(|e| format!("rust_socketio can't emit {event}: {e}"))
    }

    /// Emits an event and asks for an acknowledgement, however late it comes.
    pub(crate) async fn emit_with_ack(&self, event: &str, args: &Payload) -> Result<(), String> {
        const NO_TIMEOUT: Duration = Duration::from_mins(10);
        let (reports, ns, name) = (Arc::clone(&self.reports), self.ns.clone(), event.to_owned());
        let on_ack = move |received: Received, _: Client| {
            let args = ack_payload(received);
            let acknowledged = ClientEvent::Acknowledged { ns: ns.clone(), event: name.clone(), args };
            lock(&reports).events.push(acknowledged);
            done()
        };
        let sent = Received::Text(args.args.clone());
        let emitted = self.client.emit_with_ack(event, sent, NO_TIMEOUT, on_ack).await;
        emitted.map_err(|e| format!("rust_socketio can't emit {event}: {e}"))
    }

    /// Disconnects from the namespace in good order. What the client reports after that is dropped. Returns the proxy of the
    /// connection that ends.
    pub(crate) async fn disconnect(self) -> Result<Proxy, String> {
        self.client.disconnect().await.map_err(|e| format!("rust_socketio can't disconnect: {e}"))?;
        Ok(self.proxy)
    }

    /// What the client has reported since the last call.
    pub(crate) fn take_events(&self) -> Vec<ClientEvent> {
        std::mem::take(&mut lock(&self.reports).events)
    }

    /// How many fences the server has answered.
    pub(crate) fn fences(&self) -> usize {
        lock(&self.reports).fences
    }

    /// The last error, in the client's own words.
    pub(crate) fn error(&self) -> Option<String> {
        lock(&self.reports).error.clone()
    }
}

/// What a callback returns when it has nothing more to do.
fn done() -> BoxFuture<'static, ()> {
    Box::pin(std::future::ready(()))
}

fn lock(reports: &Mutex<Reports>) -> MutexGuard<'_, Reports> {
    reports.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What `rust_socketio` makes of an event. An event without arguments becomes one named "message", with the event's name as
/// its text. An event that is named "message" and carries one text looks the same: see
/// [`Plan`](crate::plan::Plan).
#[expect(clippy::match_wildcard_for_single_variants, reason = "the one variant left is deprecated")]
fn client_event(ns: &str, event: &Event, received: Received) -> ClientEvent {
    let (event, args) = match received {
        Received::Binary(bytes) => (event.to_string(), Payload::binary(bytes.to_vec())),
        Received::Text(mut args) => match (event, args.first()) {
            (Event::Message, Some(Value::String(_))) if args.len() == 1 => {
                let Value::String(name) = args.remove(0) else { unreachable!("it is one") };
                (name, Payload::default())
            }
            _ => (event.to_string(), Payload { args, attachments: Vec::new() }),
        },
        other => (event.to_string(), Payload::from(text_of(&other).as_str())),
    };
    ClientEvent::Event { ns: ns.to_owned(), event, args }
}

/// `rust_socketio` gives an acknowledgement's arguments as one argument, which is their list.
fn ack_payload(received: Received) -> Payload {
    match received {
        Received::Text(mut args) => match args.pop() {
            Some(Value::Array(args)) => Payload { args, attachments: Vec::new() },
            other => Payload { args: other.into_iter().collect(), attachments: Vec::new() },
        },
        other => Payload::from(text_of(&other).as_str()),
    }
}

fn text_of(received: &Received) -> String {
    match received {
        Received::Text(args) => {
            let words =
                args.iter().map(|arg| arg.as_str().map_or_else(|| arg.to_string(), ToOwned::to_owned));
            words.collect::<Vec<_>>().join(" ")
        }
        other => format!("{other:?}"),
    }
}

/// The server's reason, from the text that `rust_socketio` makes of a refusal.
fn refusal(text: &str) -> Option<String> {
    let data = text.strip_prefix("Received an ConnectError frame: ")?;
    let data: Value = serde_json::from_str(data).ok()?;
    Some(data["message"].as_str()?.to_owned())
}
