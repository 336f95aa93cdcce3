//! What is served: the book's files, and an API for its pages.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Serialize;
use tokio::sync::{Semaphore, watch};
use tower_http::services::{ServeDir, ServeFile};

use super::edition::Edition;
use super::{guard, play, reload};

/// How many plays may go on at once. More would only slow each other down.
const PLAYS_AT_ONCE: usize = 2;

/// What the answers are made from.
pub(super) struct App {
    pub(super) root: PathBuf,
    pub(super) port: u16,
    /// Tells this run of the tool from an earlier one: when it began.
    pub(super) run: u128,
    pub(super) editions: watch::Receiver<Edition>,
    pub(super) plays: Arc<Semaphore>,
}

impl App {
    pub(super) fn new(root: PathBuf, port: u16, editions: watch::Receiver<Edition>) -> Self {
        let run = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        Self { root, port, run, editions, plays: Arc::new(Semaphore::new(PLAYS_AT_ONCE)) }
    }
}

/// Every address there is.
pub(super) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/api/play", post(play::answer).fallback(wrong_method))
        .route("/api/reload", get(reload::events).fallback(wrong_method))
        .route("/api/{*unknown}", axum::routing::any(unknown))
        .fallback(file)
        .layer(middleware::from_fn_with_state(app.clone(), guard::guard))
        .with_state(app)
}

/// A file of the newest edition.
async fn file(State(app): State<Arc<App>>, mut request: Request) -> Response {
    let dir = app.editions.borrow().dir.clone();
    // The next edition may come within the second that file times are compared by.
    request.headers_mut().remove(header::IF_MODIFIED_SINCE);
    let mut files = ServeDir::new(&dir).not_found_service(ServeFile::new(dir.join("404.html")));
    match files.try_call(request).await {
        Ok(response) => {
            let mut response = response.map(Body::new);
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(error) => {
            let what = format!("The file cannot be read: {error}.");
            Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, what).into_response()
        }
    }
}

async fn unknown() -> Refusal {
    Refusal::new(
        StatusCode::NOT_FOUND,
        "There is no such address. The API has POST /api/play and GET /api/reload.",
    )
}

async fn wrong_method() -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "The API has POST /api/play and GET /api/reload.")
}

/// Why a request is not answered, as the pages expect it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Refusal {
    #[serde(skip)]
    pub(super) status: StatusCode,
    /// A sentence, with the remedy.
    pub(super) error: String,
    /// What the compiler says of the learner's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) compiler: Option<String>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, error: error.into(), compiler: None }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        json_response(self.status, &self)
    }
}

/// A value as JSON.
pub(super) fn json_response(status: StatusCode, value: &impl Serialize) -> Response {
    let text = serde_json::to_string(value).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], text)
        .into_response()
}
