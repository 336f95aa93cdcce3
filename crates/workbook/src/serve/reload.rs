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

/// `GET /api/reload`: events `reload`, and `defects` with what is wrong, a line each.
pub(super) async fn events(
    State(app): State<Arc<App>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let editions = app.editions.clone();
    let shown = Shown { number: editions.borrow().number, defects: None };
    let events = stream::unfold((editions, shown), async |(mut editions, mut shown)| {
        loop {
            // A page that comes while there are defects hears of them at once.
            let event = shown.next(&editions.borrow_and_update());
            if let Some(event) = event {
                return Some((Ok(event), (editions, shown)));
            }
            editions.changed().await.ok()?;
        }
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// What the page shows.
struct Shown {
    number: usize,
    defects: Option<String>,
}

impl Shown {
    /// What the page is to be told, if anything.
    fn next(&mut self, edition: &watch::Ref<'_, Edition>) -> Option<Event> {
        if edition.number != self.number {
            self.number = edition.number;
            self.defects = None;
            return Some(Event::default().event("reload").data(edition.number.to_string()));
        }
        if edition.defects == self.defects {
            return None;
        }
        self.defects.clone_from(&edition.defects);
        Some(Event::default().event("defects").data(self.defects.as_deref().unwrap_or_default()))
    }
}
