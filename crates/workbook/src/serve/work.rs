//! Work in the page: the learner's file is read, saved and checked. The disk's file is the only one: an editor and a page show
//! the same.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use grader::Exercise;
use serde::Deserialize;
use tokio::task::spawn_blocking;

use super::app::{ApiError, App, json_response};
use super::learner::Wanted;
use super::verdict::{self, VerdictView};
use super::{body, file};
use crate::check::CheckError;

/// The most bytes a request may have that saves a file: JSON needs more for some characters than the file has.
const LONGEST_SAVE: usize = 4 * file::MOST;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SaveRequest {
    exercise: String,
    /// The whole file.
    text: String,
    /// The version that it was made from. `null`: there was no file.
    base: Option<String>,
}

/// `GET /api/file/EXERCISE`: the learner's file, with its version.
pub(super) async fn read(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
) -> Result<Response, ApiError> {
    let exercise = app.exercise(&name)?;
    let file = off_the_thread(move || file::read(&exercise)).await?;
    Ok(json_response(StatusCode::OK, &file))
}

/// `POST /api/save`: writes the learner's file, if it is still the one that the text was made from.
pub(super) async fn save(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let smaller = format!("A file may have {} KiB. Use your editor for a larger one.", file::MOST / 1024);
    let takes = "It takes `exercise`, `text` and `base`.";
    let request: SaveRequest = body::read(&headers, body, LONGEST_SAVE, &smaller, takes).await?;
    let exercise = app.exercise(&request.exercise)?;
    let saved = off_the_thread(move || file::save(&exercise, &request.text, request.base.as_deref())).await?;
    Ok(json_response(StatusCode::OK, &saved))
}

/// `POST /api/check`: builds, plays and grades the learner's file as it is on the disk. One at a time: a newer check ends
/// those before it.
pub(super) async fn check(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let exercise = body::read_exercise(&app, &headers, body).await?;
    let exercises = app.versions.borrow().exercises.clone();
    let mut number = 0;
    app.newest_check.send_modify(|newest| {
        *newest += 1;
        number = *newest;
    });
    let mut newest = app.newest_check.subscribe();
    let work = async {
        let permit = app.learner_plays.clone().acquire_owned().await;
        let app = app.clone();
        let wanted = Wanted::default();
        // Dropped with this request: when a newer check has taken its place, and when the page is gone.
        let _guard = wanted.guard();
        off_the_thread(move || {
            let _permit = permit;
            checked(&app, &exercise, &exercises, &wanted)
        })
        .await
    };
    tokio::select! {
        biased;
        verdict = work => Ok(json_response(StatusCode::OK, &verdict?)),
        _ = newest.wait_for(|newest| *newest > number) => {
            let sentence = "A newer check has taken the place of this one.";
            Err(ApiError::new(StatusCode::CONFLICT, sentence).kind("superseded"))
        }
    }
}

fn checked(
    app: &App,
    exercise: &Exercise,
    exercises: &[Exercise],
    wanted: &Wanted,
) -> Result<VerdictView, ApiError> {
    let checked = app.checker.check_until(exercise, wanted.stop(), &mut |_| {}).map_err(|error| {
        let sentence = match &error {
            CheckError::Build(_) => error.to_string(),
            CheckError::Play(_) => format!("{error}. `cargo test -p {}` says more.", exercise.name),
        };
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, sentence)
    })?;
    Ok(verdict::view(exercise, exercises, &checked))
}

/// Does what may take a while, and lets the server go on.
pub(super) async fn off_the_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    spawn_blocking(work).await.unwrap_or_else(|_| {
        let sentence = "This failed in a way it should not. Please report it.";
        Err(ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, sentence))
    })
}
