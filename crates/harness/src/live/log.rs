//! What is written to the terminal while a server runs for real: its own log, its panics, and what becomes of its
//! clients.
//!
//! The last comes from socketioxide's own trace events, which name the socket. A test holds on to their words.

use std::cell::RefCell;
use std::fmt;
use std::io::Write;
use std::panic;
use std::sync::OnceLock;
use std::time::Instant;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Scope};

/// When the server started: lines carry the seconds since.
static START: OnceLock<Instant> = OnceLock::new();

thread_local! {
    /// An event that has arrived, and whose handler has not been called yet.
    static ARRIVED: RefCell<Option<String>> = const { RefCell::new(None) };
    /// The socket that was refused last. It is removed like one that leaves.
    static REFUSED: RefCell<String> = const { RefCell::new(String::new()) };
}

/// From here on, what the server in the crate `crate_name` does is written to standard output.
pub(super) fn install(crate_name: &'static str) {
    START.get_or_init(Instant::now);
    // A program that has a subscriber already keeps it.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Log { crate_name }));
    panic::set_hook(Box::new(|info| {
        let said = info.payload_as_str().unwrap_or("a panic without a message");
        let at = info.location().map(|place| format!(", at {}:{}", place.file(), place.line()));
        line("panic", &format!("{said}{}", at.unwrap_or_default()));
    }));
}

/// Writes a line, if anyone reads it.
fn line(what: &str, rest: &str) {
    let seconds = START.get().map_or(0.0, |start| start.elapsed().as_secs_f32());
    let _ = writeln!(std::io::stdout(), "{seconds:7.1} s  {what:<12}  {}", rest.trim_end());
}

/// A `tracing` layer that writes.
struct Log {
    crate_name: &'static str,
}

impl Log {
    fn is_of_server(&self, metadata: &Metadata<'_>) -> bool {
        let path = metadata.module_path().unwrap_or_default();
        path.split("::").next() == Some(self.crate_name)
    }
}

/// Where socketioxide tells of its sockets.
fn is_of_socketioxide(metadata: &Metadata<'_>) -> bool {
    let path = metadata.module_path().unwrap_or_default();
    ["socketioxide::ns", "socketioxide::socket", "socketioxide::handler"]
        .iter()
        .any(|of| path.starts_with(of))
}

/// The span in which socketioxide calls the handler of an event.
fn is_call(metadata: &Metadata<'_>) -> bool {
    metadata.is_span()
        && metadata.name() == "call"
        && metadata.module_path() == Some("socketioxide::handler::message")
}

impl<S: Subscriber + for<'l> LookupSpan<'l>> Layer<S> for Log {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        let wanted = self.is_of_server(metadata)
            || is_call(metadata)
            || (metadata.is_event() && is_of_socketioxide(metadata));
        if wanted { Interest::always() } else { Interest::never() }
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut values = Values::default();
        attributes.record(&mut values);
        if is_call(attributes.metadata()) {
            if let Some(event) = ARRIVED.take() {
                line("event", &format!("{}  \"{event}\"", values.get("id")));
            }
        } else if let Some(span) = context.span(id) {
            span.extensions_mut().insert(values);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut values = Values::default();
        event.record(&mut values);
        if is_of_socketioxide(event.metadata()) {
            life(&values);
            return;
        }
        let spans = context.event_scope(event).into_iter().flat_map(Scope::from_root);
        let spans = spans.map(|span| {
            let of = span.extensions().get::<Values>().map(Values::fields).unwrap_or_default();
            format!("{}{{{}}}: ", span.name(), of.trim())
        });
        let spans: String = spans.collect();
        line(event.metadata().level().as_str(), &format!("{spans}{}{}", values.message, values.fields()));
    }
}

/// Writes what socketioxide says about a socket, where it is something that one wants to know.
fn life(values: &Values) {
    match values.message.as_str() {
        "socket added to namespace" => {
            line("connected", &format!("{}  to {}", values.get("socket.id"), values.get("self.path")));
        }
        "emitting connect_error packet" => {
            line("refused", &format!("{}  by {}", values.get("socket.id"), values.get("ns")));
            REFUSED.set(values.get("socket.id").to_owned());
        }
        "removing socket from namespace" => {
            if REFUSED.take() != values.get("sid") {
                line("left", &format!("{}  {}", values.get("sid"), values.get("self.path")));
            }
        }
        "reading" => {
            no_handler(ARRIVED.replace(Some(values.get("event").to_owned())));
            // The handler is called at once. If it is not, there is none.
            tokio::spawn(async { no_handler(ARRIVED.take()) });
        }
        said => {
            if let Some(why) = said.strip_prefix("Error while extracting data: ") {
                // The line and the column are those of the packet.
                let why = why.split(" at line ").next().unwrap_or(why);
                line("skipped", &format!("a handler, which can't read what came: {why}"));
            }
        }
    }
}

/// Writes that nothing listens for an event that arrived.
fn no_handler(event: Option<String>) {
    if let Some(event) = event {
        line("no handler", &format!("for \"{event}\", which a client emitted"));
    }
}

/// The message of an event, and the fields of an event or a span.
#[derive(Default)]
struct Values {
    message: String,
    fields: Vec<(&'static str, String)>,
}

impl Values {
    /// The field of that name, a text without its quotes. (A namespace's path is shown as `Str(b"/")`.)
    fn get(&self, name: &str) -> &str {
        let field = self.fields.iter().find(|(known, _)| *known == name);
        let value = field.map_or("", |(_, value)| value.as_str());
        let value = value.strip_prefix("Str(b").and_then(|value| value.strip_suffix(')')).unwrap_or(value);
        value.trim_matches('"')
    }

    /// As they follow a message: ` id=… text=…`.
    fn fields(&self) -> String {
        self.fields.iter().fold(String::new(), |text, (name, value)| text + &format!(" {name}={value}"))
    }
}

impl Visit for Values {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            name => self.fields.push((name, format!("{value:?}"))),
        }
    }
}
