//! What is served: the book's files, and an API for its pages.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use grader::Exercise;
use serde::Serialize;
use site::Player;
use tokio::sync::{Semaphore, watch};
use tower_http::services::{ServeDir, ServeFile};

use super::file::LearnerFile;
use super::token::{self, Token};
use super::version::BookVersion;
use super::{guard, play, progress, reload, work};
use crate::check::Checker;
use crate::source;

/// The longest path that is looked for, in bytes.
const LONGEST_PATH: usize = 500;

/// How many plays may go on at once. More would only slow each other down.
const PLAYS_AT_ONCE: usize = 2;

/// How many requests that write or run may be under way, those that wait included. A reader's pages have two or three.
const REQUESTS_AT_ONCE: usize = 32;

/// How often each exercise was saved, by its name.
pub(super) type Saves = BTreeMap<String, usize>;

/// What the learner has changed since the tool began.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Changes {
    pub(super) saves: Saves,
    /// How often the progress was changed, by whichever program.
    pub(super) progress: usize,
}

/// What the handlers share.
pub(super) struct App {
    pub(super) own: guard::OwnAddress,
    /// Tells this run of the tool from an earlier one: when it began.
    pub(super) run: u128,
    pub(super) versions: watch::Receiver<BookVersion>,
    /// Those who look at what the learner changes.
    pub(super) changes: watch::Receiver<Changes>,
    pub(super) plays: Arc<Semaphore>,
    /// How many more requests that write or run may come now.
    pub(super) requests: Arc<Semaphore>,
    /// The learner's own server is built and played by one at a time, apart from the others.
    pub(super) learner_plays: Arc<Semaphore>,
    /// Plays the book's servers.
    pub(super) players: Box<dyn Player + Send>,
    /// Builds and checks the learner's own.
    pub(super) checker: Checker,
    /// The number of the check that was asked for last: those before it aren't wanted any more.
    pub(super) newest_check: watch::Sender<u64>,
    /// What the pages must send to write or run something.
    pub(super) token: Token,
}

impl App {
    pub(super) fn new(
        root: &Path,
        port: u16,
        versions: watch::Receiver<BookVersion>,
        changes: watch::Receiver<Changes>,
        players: impl Player + Send + 'static,
    ) -> Result<Self> {
        let run = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        let plays = Arc::new(Semaphore::new(PLAYS_AT_ONCE));
        let store = source::store(root, &versions.borrow().exercises);
        Ok(Self {
            own: guard::OwnAddress::new(port),
            run,
            versions,
            changes,
            plays,
            requests: Arc::new(Semaphore::new(REQUESTS_AT_ONCE)),
            learner_plays: Arc::new(Semaphore::new(1)),
            players: Box::new(players),
            checker: Checker::new(root, store),
            newest_check: watch::Sender::new(0),
            token: Token::new()?,
        })
    }
}

impl App {
    /// The exercise of that name, if there is one.
    pub(super) fn exercise(&self, name: &str) -> Result<Exercise, ApiError> {
        let exercises = self.versions.borrow().exercises.clone();
        let found = exercises.iter().find(|exercise| exercise.name == name).cloned();
        found.ok_or_else(|| not_found("exercise", name, exercises.iter().map(|it| it.name.as_str())))
    }
}

/// There is no such thing. `known` are those that there are.
pub(super) fn not_found<'k>(what: &str, name: &str, known: impl Iterator<Item = &'k str>) -> ApiError {
    let known = known.collect::<Vec<_>>().join(", ");
    ApiError::new(StatusCode::NOT_FOUND, format!("There is no {what} `{name}`. There are: {known}."))
}

/// Every address there is.
pub(super) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/api/token", get(token::token).fallback(wrong_method))
        .route("/api/play", post(play::play_handler).fallback(wrong_method))
        .route("/api/reload", get(reload::events).fallback(wrong_method))
        .route("/api/file/{exercise}", get(work::read).fallback(wrong_method))
        .route("/api/save", post(work::save).fallback(wrong_method))
        .route("/api/check", post(work::check).fallback(wrong_method))
        .route("/api/progress", get(progress::progress).fallback(wrong_method))
        .route("/api/hint", post(progress::hint).fallback(wrong_method))
        .route("/api/solution", post(progress::solution).fallback(wrong_method))
        .route("/api/page", post(progress::page).fallback(wrong_method))
        .route("/api/take", post(progress::take).fallback(wrong_method))
        .route("/api/erase", post(progress::erase).fallback(wrong_method))
        .route("/api/{*unknown}", axum::routing::any(unknown))
        .fallback(file)
        .layer(middleware::from_fn_with_state(app.clone(), guard::guard))
        .with_state(app)
}

/// What the API has, for whoever asks for something else.
const ADDRESSES: &str = "The API has GET /api/token, /api/reload, /api/progress and /api/file/EXERCISE, and POST /api/play, /api/save, \
     /api/check, /api/hint, /api/solution, /api/page, /api/take and /api/erase.";

/// A file of the newest version of the book.
async fn file(State(app): State<Arc<App>>, mut request: Request) -> Response {
    let dir = app.versions.borrow().dir.clone();
    // No file has such a name, and some systems can't even look for it.
    if request.uri().path().len() > LONGEST_PATH {
        *request.uri_mut() = Uri::from_static("/no-such-page");
    }
    // The next version may come within the second that file times are compared by.
    request.headers_mut().remove(header::IF_MODIFIED_SINCE);
    // A page's scripts get their mark on the way: a part of it has another length.
    request.headers_mut().remove(header::RANGE);
    let mut files = ServeDir::new(&dir).not_found_service(ServeFile::new(dir.join("404.html")));
    match files.try_call(request).await {
        Ok(response) => {
            let mut response = response.map(Body::new);
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            guard::with_nonces(response).await
        }
        Err(error) => {
            let what = format!("The file can't be read: {error}.");
            ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, what).into_response()
        }
    }
}

async fn unknown() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, format!("There is no such address. {ADDRESSES}"))
}

async fn wrong_method() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, ADDRESSES)
}

/// Why a request failed, as the pages expect it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct ApiError {
    #[serde(skip)]
    pub(super) status: StatusCode,
    /// A sentence, with the remedy.
    pub(super) error: String,
    /// What a page can do something about by itself: `token`, `conflict`, `superseded`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<&'static str>,
    /// What the compiler says of the learner's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) compiler: Option<String>,
    /// The learner's file as it is on the disk, if another was expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) disk: Option<Box<LearnerFile>>,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, error: error.into(), kind: None, compiler: None, disk: None }
    }

    /// The same, of a kind that a page can do something about.
    pub(super) fn kind(self, kind: &'static str) -> Self {
        Self { kind: Some(kind), ..self }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        json_response(self.status, &self)
    }
}

/// It was done, and there is nothing to say of it.
pub(super) fn done() -> Response {
    json_response(StatusCode::OK, &serde_json::Map::new())
}

/// A value as JSON.
pub(super) fn json_response(status: StatusCode, value: &impl Serialize) -> Response {
    let text = serde_json::to_string(value).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], text)
        .into_response()
}
