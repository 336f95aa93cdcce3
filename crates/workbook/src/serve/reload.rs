//! Tells the pages when there is a new version, or why there is none, and what the learner has changed.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::{Stream, stream};
use tokio::sync::watch;

use super::app::{App, Changes, Saves};
use super::version::BookVersion;

/// `GET /api/reload`: first `version`, the name of the one that is served; then, as it happens, `reload` with the next
/// one's name, `defects` with what is wrong, a line each, `saves`, how often each exercise was saved, and `progress`, how often
/// the learner's progress was changed.
///
/// A page that stops listening while nobody looks at it (a browser has few connections for all its tabs) sees from the
/// name and from the numbers whether it has missed something.
pub(super) async fn events(
    State(app): State<Arc<App>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let versions = app.versions.clone();
    let changes = app.changes.clone();
    let sent = SentState { run: app.run, number: None, defects: None, saves: None, progress: None };
    let events = stream::unfold((versions, changes, sent), async |(mut versions, mut changes, mut sent)| {
        loop {
            // A page that comes while there are defects hears of them at once.
            let event = sent.next(&versions.borrow_and_update());
            let event = event.or_else(|| sent.next_change(&changes.borrow_and_update()));
            if let Some(event) = event {
                return Some((Ok(event), (versions, changes, sent)));
            }
            tokio::select! {
                changed = versions.changed() => changed.ok()?,
                changed = changes.changed() => changed.ok()?,
            }
        }
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// What the page was sent so far.
struct SentState {
    run: u128,
    number: Option<usize>,
    defects: Option<String>,
    saves: Option<Saves>,
    progress: Option<usize>,
}

impl SentState {
    /// What to send next, if anything.
    fn next(&mut self, version: &watch::Ref<'_, BookVersion>) -> Option<Event> {
        if self.number != Some(version.number) {
            let event = if self.number.is_none() { "version" } else { "reload" };
            self.number = Some(version.number);
            self.defects = None;
            return Some(Event::default().event(event).data(format!("{}-{}", self.run, version.number)));
        }
        if version.defects == self.defects {
            return None;
        }
        self.defects.clone_from(&version.defects);
        Some(Event::default().event("defects").data(self.defects.as_deref().unwrap_or_default()))
    }

    /// The saves, or else the progress, if they aren't what was sent.
    fn next_change(&mut self, changes: &Changes) -> Option<Event> {
        if self.saves.as_ref() != Some(&changes.saves) {
            self.saves = Some(changes.saves.clone());
            return Some(Event::default().event("saves").data(serde_json::to_string(&changes.saves).ok()?));
        }
        if self.progress != Some(changes.progress) {
            self.progress = Some(changes.progress);
            return Some(Event::default().event("progress").data(changes.progress.to_string()));
        }
        None
    }
}
