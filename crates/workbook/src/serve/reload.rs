//! Tells the pages when there is a new edition, or why there is none.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::{Stream, stream};
use tokio::sync::watch;

use super::app::App;
use super::edition::Edition;

/// `GET /api/reload`: first `edition`, the name of the one that is served; then, as it happens, `reload` with the next
/// one's name, and `defects` with what is wrong, a line each.
///
/// A page that stops listening while nobody looks at it (a browser has few connections for all its tabs) sees from the
/// name whether it has missed something.
pub(super) async fn events(
    State(app): State<Arc<App>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let editions = app.editions.clone();
    let told = Told { run: app.run, number: None, defects: None };
    let events = stream::unfold((editions, told), async |(mut editions, mut told)| {
        loop {
            // A page that comes while there are defects hears of them at once.
            let event = told.next(&editions.borrow_and_update());
            if let Some(event) = event {
                return Some((Ok(event), (editions, told)));
            }
            editions.changed().await.ok()?;
        }
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// What the page was told so far.
struct Told {
    run: u128,
    number: Option<usize>,
    defects: Option<String>,
}

impl Told {
    /// What the page is to be told next, if anything.
    fn next(&mut self, edition: &watch::Ref<'_, Edition>) -> Option<Event> {
        if self.number != Some(edition.number) {
            let event = if self.number.is_none() { "edition" } else { "reload" };
            self.number = Some(edition.number);
            self.defects = None;
            return Some(Event::default().event(event).data(format!("{}-{}", self.run, edition.number)));
        }
        if edition.defects == self.defects {
            return None;
        }
        self.defects.clone_from(&edition.defects);
        Some(Event::default().event("defects").data(self.defects.as_deref().unwrap_or_default()))
    }
}
