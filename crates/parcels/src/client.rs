//! What the vendor and the driver have in common: how they connect, hear, and ask.

use std::time::Duration;

use futures_util::FutureExt;
use rust_socketio::asynchronous::{Client, ClientBuilder};
use rust_socketio::{Event, Payload};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

/// How long anybody here waits for the hub.
const PATIENCE: Duration = Duration::from_secs(5);

/// One connection to the hub.
pub(crate) struct Connection {
    client: Client,
    heard: UnboundedReceiver<(String, Value)>,
}

impl Connection {
    /// Connects to `/caps`, and waits until the hub has accepted it: what is emitted before that would be lost.
    pub(crate) async fn open(url: &str, name: &str, role: &str, events: &[&str]) -> Result<Self, String> {
        let (tell, heard) = unbounded_channel();
        let mut builder = ClientBuilder::new(url)
            .namespace("/caps")
            .auth(json!({ "name": name, "role": role }))
            // When the hub ends, so does this program.
            .reconnect(false);
        let listened_for = [Event::Connect, Event::Error, Event::Close].into_iter();
        for event in listened_for.chain(events.iter().map(|&event| Event::from(event))) {
            let (tell, name) = (tell.clone(), event.to_string());
            builder = builder.on(event, move |payload, _| {
                tell.send((name.clone(), first(payload))).ok();
                async {}.boxed()
            });
        }
        let client = builder.connect().await.map_err(|error| format!("the hub can't be reached: {error}"))?;
        let mut connection = Self { client, heard };
        match connection.hear(PATIENCE).await {
            Some((event, _)) if event == Event::Connect.to_string() => Ok(connection),
            Some((_, why)) => Err(format!("the hub refuses a connection to `/caps`: {why}")),
            None => Err("the hub hasn't accepted a connection to `/caps` in 5 seconds".to_owned()),
        }
    }

    /// The next event, and its first argument. `None`: none came in that time.
    pub(crate) async fn hear(&mut self, patience: Duration) -> Option<(String, Value)> {
        timeout(patience, self.heard.recv()).await.ok().flatten()
    }

    /// The next event. It's an error if there is none for too long.
    pub(crate) async fn expect(&mut self) -> Result<(String, Value), String> {
        let close = Event::Close.to_string();
        match self.hear(2 * PATIENCE).await {
            Some((event, _)) if event == close => Err("the hub has closed the connection".to_owned()),
            Some(heard) => Ok(heard),
            None => Err("nothing has come for 10 seconds".to_owned()),
        }
    }

    /// Emits an event, and waits for what it's acknowledged with.
    pub(crate) async fn ask(&self, event: &str, args: Vec<Value>) -> Result<Value, String> {
        let (tell, mut acknowledged) = unbounded_channel();
        let on_ack = move |payload: Payload, _: Client| {
            // One argument: the list of what was acknowledged.
            tell.send(first(payload)[0].clone()).ok();
            async {}.boxed()
        };
        let asked = self.client.emit_with_ack(event, Payload::Text(args), PATIENCE, on_ack).await;
        asked.map_err(|error| format!("`{event}` can't be emitted: {error}"))?;
        match timeout(PATIENCE, acknowledged.recv()).await {
            Ok(Some(said)) => Ok(said),
            _ => Err(format!(
                "the hub hasn't acknowledged `{event}` in 5 seconds. `cargo test -p delivery-hub` says what it should do"
            )),
        }
    }

    /// Disconnects in good order.
    pub(crate) async fn close(self) {
        self.client.disconnect().await.ok();
    }
}

/// The first argument, or null.
fn first(payload: Payload) -> Value {
    match payload {
        Payload::Text(args) => args.into_iter().next().unwrap_or_default(),
        _ => Value::Null,
    }
}
