//! What mdBook warns of. It logs what is wrong with a page, such as a tag that is never closed, and goes on.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

/// Does `work` on this thread. Returns its result, and the warnings and errors that mdBook logs meanwhile.
pub(crate) fn collect<T>(work: impl FnOnce() -> T) -> (T, Vec<String>) {
    let collector = Collector::default();
    let subscriber = tracing_subscriber::registry().with(collector.clone());
    let result = tracing::subscriber::with_default(subscriber, work);
    let warnings = std::mem::take(&mut *collector.0.lock().unwrap_or_else(PoisonError::into_inner));
    (result, warnings)
}

#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Collector {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        if *metadata.level() <= Level::WARN && metadata.target().starts_with("mdbook") {
            let mut text = Message(String::new());
            event.record(&mut text);
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(text.0);
        }
    }
}

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            let _ = write!(self.0, "{value:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_mdbook_s_warnings_and_errors_are_collected() {
        let ((), warnings) = collect(|| {
            tracing::warn!(target: "mdbook_html::tree", "unclosed {}", "tag");
            tracing::info!(target: "mdbook_driver", "running");
            tracing::error!(target: "socketioxide", "something else");
        });
        assert_eq!(warnings, ["unclosed tag"]);
    }
}
