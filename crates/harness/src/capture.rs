//! What the server does and no client sees: its log, its panics, the handlers that socketioxide skips or doesn't find.

use std::fmt;
use std::panic;
use std::path::Path;
use std::sync::Once;

use scenario::{LogEvent, LogSpan, ServerEvent};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record as SpanRecord};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Scope};

use crate::record;

/// Where socketioxide tells that it did not call a handler. Its errors there are the only way to learn of it.
const HANDLER_SKIPPED: &str = "socketioxide::handler::";

/// Where socketioxide tells that it has read an event, just before it looks for a handler: `tracing::debug!(?event,
/// "reading")`. `crates/harness/tests/handlers.rs` fails if it no longer does.
const EVENT_READ: &str = "socketioxide::socket";

/// Where socketioxide opens a span whenever it calls a handler or a fallback for an event.
const HANDLER_CALLED: &str = "socketioxide::handler::message";

/// Installs the `tracing` subscriber and the panic hook, once for the process. Both only act on threads that play.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // If the program has set a subscriber of its own, the plays have no log.
        let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Capture));
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |info| match record::current() {
            Some(record) => record.server_event(panic_event(info)),
            None => others(info),
        }));
    });
}

/// What a panic says, and where: file and line, the file as it is named in its crate.
pub fn panic_event(info: &panic::PanicHookInfo<'_>) -> ServerEvent {
    let message = info.payload_as_str().unwrap_or("a panic without a message").to_owned();
    let at = info.location().map_or_else(
        || "unknown place".to_owned(),
        |place| {
            // The same file is compiled from several folders. In a transcript it must be the same in all of them.
            let file = Path::new(place.file()).components().rev().take(2).collect::<Vec<_>>();
            let file: Vec<_> = file.iter().rev().map(|part| part.as_os_str().to_string_lossy()).collect();
            format!("{}:{}", file.join("/"), place.line())
        },
    );
    ServerEvent::Panic { message, at }
}

/// A `tracing` layer that records what the servers being played log.
struct Capture;

impl Capture {
    /// Whether an event or a span is of the server that this thread plays: its code is in the server's crate.
    fn is_of_server(metadata: &Metadata<'_>) -> bool {
        let crate_name = metadata.module_path().and_then(|path| path.split("::").next());
        crate_name.is_some() && record::current_crate() == crate_name
    }
}

fn is_skipped_handler(metadata: &Metadata<'_>) -> bool {
    let in_handler = metadata.module_path().is_some_and(|path| path.starts_with(HANDLER_SKIPPED));
    metadata.is_event() && *metadata.level() == Level::ERROR && in_handler
}

fn is_event_read(metadata: &Metadata<'_>) -> bool {
    let in_socket = metadata.module_path() == Some(EVENT_READ);
    metadata.is_event()
        && *metadata.level() == Level::DEBUG
        && in_socket
        && metadata.fields().field("event").is_some()
}

fn is_handler_called(metadata: &Metadata<'_>) -> bool {
    let in_handler = metadata.module_path() == Some(HANDLER_CALLED);
    metadata.is_span() && *metadata.level() == Level::TRACE && in_handler && metadata.name() == "call"
}

/// Whether it is one of the three things that a library's events and spans are asked for. They are few and rare: all
/// others are turned off where they stand.
fn is_of_library(metadata: &Metadata<'_>) -> bool {
    is_skipped_handler(metadata) || is_event_read(metadata) || is_handler_called(metadata)
}

impl<S: Subscriber + for<'l> LookupSpan<'l>> Layer<S> for Capture {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        // Libraries trace a lot, and no server is one: their code is in cargo's registry.
        let is_library =
            metadata.file().is_some_and(|file| file.replace('\\', "/").contains("/registry/src/"));
        if is_library && !is_of_library(metadata) {
            return Interest::never();
        }
        // Whose event it is depends on the thread: it has to be asked each time.
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        is_of_library(metadata) || Self::is_of_server(metadata)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if is_handler_called(attributes.metadata()) {
            if let Some(record) = record::current() {
                record.handler_called();
            }
            return;
        }
        let Some(span) = context.span(id) else { return };
        let mut values = Values::default();
        attributes.record(&mut values);
        span.extensions_mut().insert(values);
    }

    fn on_record(&self, id: &Id, record: &SpanRecord<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(values) = span.extensions_mut().get_mut::<Values>() {
            record.record(values);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let Some(record) = record::current() else { return };
        let metadata = event.metadata();
        let mut values = Values::default();
        event.record(&mut values);
        if is_skipped_handler(metadata) {
            let said = values.message;
            let reason = said.split_once(": ").map_or(said.as_str(), |(_, reason)| reason).to_owned();
            record.server_event(ServerEvent::HandlerSkipped { reason });
            return;
        }
        if is_event_read(metadata) {
            let name = values.fields.into_iter().find(|(name, _)| name == "event");
            record.event_read(name.map_or_else(String::new, |(_, event)| event));
            return;
        }
        let spans = context.event_scope(event).into_iter().flat_map(Scope::from_root);
        // A handler's own code may run in the span that tells of its call.
        let spans = spans.filter(|span| !is_handler_called(span.metadata()));
        let spans = spans.map(|span| LogSpan {
            name: span.name().to_owned(),
            fields: span.extensions().get::<Values>().map_or_else(Vec::new, |values| values.fields.clone()),
        });
        // By default the target is the module's path, which is another for each place the code is compiled in.
        let target = Some(metadata.target()).filter(|target| Some(*target) != metadata.module_path());
        record.server_event(ServerEvent::Log(LogEvent {
            level: metadata.level().as_str().to_lowercase(),
            target: target.map(ToOwned::to_owned),
            message: values.message,
            fields: values.fields,
            spans: spans.collect(),
        }));
    }
}

/// The message of an event, and the fields of an event or a span.
#[derive(Default)]
struct Values {
    message: String,
    fields: Vec<(String, String)>,
}

impl Values {
    fn add(&mut self, field: &Field, value: String) {
        match field.name() {
            "message" => self.message = value,
            name => match self.fields.iter_mut().find(|(known, _)| known == name) {
                Some((_, old)) => *old = value,
                None => self.fields.push((name.to_owned(), value)),
            },
        }
    }
}

impl Visit for Values {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, value.to_owned());
    }
}
