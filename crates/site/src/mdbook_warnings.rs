//! What mdBook mutters. It logs what it does not like in a page, a tag that is never closed for one, and goes on.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

/// Does `work` on this thread, and returns mdBook's warnings and errors beside what comes of it.
pub(crate) fn heard<T>(work: impl FnOnce() -> T) -> (T, Vec<String>) {
    let ear = Ear::default();
    let subscriber = tracing_subscriber::registry().with(ear.clone());
    let done = tracing::subscriber::with_default(subscriber, work);
    let heard = std::mem::take(&mut *ear.0.lock().unwrap_or_else(PoisonError::into_inner));
    (done, heard)
}

#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Ear {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let about = event.metadata();
        if *about.level() <= Level::WARN && about.target().starts_with("mdbook") {
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
    fn only_mdbook_s_warnings_and_errors_are_heard() {
        let ((), heard) = heard(|| {
            tracing::warn!(target: "mdbook_html::tree", "unclosed {}", "tag");
            tracing::info!(target: "mdbook_driver", "running");
            tracing::error!(target: "socketioxide", "something else");
        });
        assert_eq!(heard, ["unclosed tag"]);
    }
}
