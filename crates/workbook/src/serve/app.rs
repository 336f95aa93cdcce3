//! What is served: the book's files, and an API for its pages.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use builder::Builder;
use serde::Serialize;
use site::Player;
use tokio::sync::{Semaphore, watch};
use tower_http::services::{ServeDir, ServeFile};

use super::version::BookVersion;
use super::{guard, play, reload};

/// The longest path that is looked for, in bytes.
const LONGEST_PATH: usize = 500;

/// How many plays may go on at once. More would only slow each other down.
const PLAYS_AT_ONCE: usize = 2;

/// How often each exercise was saved, by its name.
pub(super) type Saves = BTreeMap<String, usize>;

/// What the handlers share.
pub(super) struct App {
    pub(super) own: guard::OwnAddress,
    /// Tells this run of the tool from an earlier one: when it began.
    pub(super) run: u128,
    pub(super) versions: watch::Receiver<BookVersion>,
    /// Those who look at the learner's saves: how often each exercise was saved since the tool began.
    pub(super) saves: watch::Receiver<Saves>,
    pub(super) plays: Arc<Semaphore>,
    /// The learner's own server is built and played by one at a time, apart from the others.
    pub(super) learner_plays: Arc<Semaphore>,
    /// Plays the book's servers.
    pub(super) players: Box<dyn Player + Send>,
    /// Builds the learner's own.
    pub(super) builder: Builder,
}

impl App {
    pub(super) fn new(
        root: &Path,
        port: u16,
        versions: watch::Receiver<BookVersion>,
        saves: watch::Receiver<Saves>,
        players: impl Player + Send + 'static,
    ) -> Self {
        let run = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        let plays = Arc::new(Semaphore::new(PLAYS_AT_ONCE));
        let learner_plays = Arc::new(Semaphore::new(1));
        let (players, builder) = (Box::new(players), Builder::new(root));
        let own = guard::OwnAddress::new(port);
        Self { own, run, versions, saves, plays, learner_plays, players, builder }
    }
}

/// Every address there is.
pub(super) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/api/play", post(play::play_handler).fallback(wrong_method))
        .route("/api/reload", get(reload::events).fallback(wrong_method))
        .route("/api/{*unknown}", axum::routing::any(unknown))
        .fallback(file)
        .layer(middleware::from_fn_with_state(app.clone(), guard::guard))
        .with_state(app)
}

/// A file of the newest version of the book.
async fn file(State(app): State<Arc<App>>, mut request: Request) -> Response {
    let dir = app.versions.borrow().dir.clone();
    // No file has such a name, and some systems can't even look for it.
    if request.uri().path().len() > LONGEST_PATH {
        *request.uri_mut() = Uri::from_static("/no-such-page");
    }
    // The next version may come within the second that file times are compared by.
    request.headers_mut().remove(header::IF_MODIFIED_SINCE);
    let mut files = ServeDir::new(&dir).not_found_service(ServeFile::new(dir.join("404.html")));
    match files.try_call(request).await {
        Ok(response) => {
            let mut response = response.map(Body::new);
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(error) => {
            let what = format!("The file can't be read: {error}.");
            ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, what).into_response()
        }
    }
}

async fn unknown() -> ApiError {
    ApiError::new(
        StatusCode::NOT_FOUND,
        "There is no such address. The API has POST /api/play and GET /api/reload.",
    )
}

async fn wrong_method() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "The API has POST /api/play and GET /api/reload.")
}

/// Why a request failed, as the pages expect it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct ApiError {
    #[serde(skip)]
    pub(super) status: StatusCode,
    /// A sentence, with the remedy.
    pub(super) error: String,
    /// What the compiler says of the learner's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) compiler: Option<String>,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, error: error.into(), compiler: None }
    }
}

impl IntoResponse for ApiError {
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
