//! What the server does and no client sees: its log lines, its panics, the handlers that socketioxide skips.

use std::fmt::{self, Write as _};
use std::panic;
use std::path::Path;
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

use super::record;
use crate::transcript::Note;

/// The libraries under the server. What they log is their own business.
const LIBRARIES: [&str; 13] = [
    "axum",
    "engineioxide",
    "engineioxide_core",
    "h2",
    "hyper",
    "hyper_util",
    "mio",
    "socketioxide_core",
    "socketioxide_parser_common",
    "tokio",
    "tokio_tungstenite",
    "tower",
    "tungstenite",
];

/// Puts the witness in place, once for the process. It heeds only the threads that play a scene.
///
/// A program that sets a `tracing` subscriber of its own adds [`log_layer`] to it.
pub(super) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let ours = tracing_subscriber::registry().with(log_layer());
        // Already set: by a program that has added the layer itself.
        let _ = tracing::subscriber::set_global_default(ours);

        let others = panic::take_hook();
        panic::set_hook(Box::new(move |info| match record::current() {
            Some(record) => {
                let (message, at) = told(info);
                record.note(Note::Panics { message, at });
            }
            None => others(info),
        }));
    });
}

/// What a panic says, and where: file and line, the file as it stands in its crate.
fn told(info: &panic::PanicHookInfo<'_>) -> (String, String) {
    let message = info.payload_as_str().unwrap_or("a panic without a message").to_owned();
    let at = info.location().map_or_else(
        || "unknown place".to_owned(),
        |place| {
            // The same file is compiled from several folders; a transcript has to be the same in all of them.
            let file = Path::new(place.file()).components().rev().take(2).collect::<Vec<_>>();
            let file: Vec<_> = file.iter().rev().map(|part| part.as_os_str().to_string_lossy()).collect();
            format!("{}:{}", file.join("/"), place.line())
        },
    );
    (message, at)
}

/// A `tracing` layer that records what the servers on stage log.
pub fn log_layer<S: Subscriber>() -> impl Layer<S> {
    LogLayer
}

struct LogLayer;

impl<S: Subscriber> Layer<S> for LogLayer {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        let library = metadata.target().split("::").next().unwrap_or_default();
        match library {
            // Its errors are the one way to learn that a handler was not called.
            "socketioxide" => metadata.is_event() && *metadata.level() == Level::ERROR,
            _ => !LIBRARIES.contains(&library),
        }
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let Some(record) = record::current() else { return };
        let mut text = Text::default();
        event.record(&mut text);
        let line = format!("{}{}", text.message, text.fields);
        let line = line.trim().to_owned();
        if !event.metadata().target().starts_with("socketioxide") {
            record.note(Note::Logs(line));
        } else if let Some(why) = line.strip_prefix("Error while extracting data: ") {
            record.note(Note::Skips(why.to_owned()));
        }
    }
}

/// An event's message, and its fields behind it.
#[derive(Default)]
struct Text {
    message: String,
    fields: String,
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.message.push_str(value),
            name => {
                let _ = write!(self.fields, " {name}={value}");
            }
        }
    }
}
