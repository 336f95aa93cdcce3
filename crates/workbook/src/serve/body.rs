//! The bodies of requests: JSON of a bounded size. What is wrong with one is told in JSON, too.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, StatusCode, header};
use grader::Exercise;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::app::{ApiError, App};

/// The most bytes of a request that only names something.
const SHORT: usize = 4 * 1024;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExerciseRequest {
    exercise: String,
}

/// The exercise that a request names, and nothing else.
pub(super) async fn read_exercise(app: &App, headers: &HeaderMap, body: Body) -> Result<Exercise, ApiError> {
    let request: ExerciseRequest = read_short(headers, body, "It takes `exercise`.").await?;
    app.exercise(&request.exercise)
}

/// Reads a body that only names something. `takes` is what the request takes, as a sentence.
pub(super) async fn read_short<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
    takes: &str,
) -> Result<T, ApiError> {
    read(headers, body, SHORT, "Send less.", takes).await
}

/// Reads a body of at most `most` bytes. `smaller` is what to do about a larger one, `takes` is what the request takes: a
/// sentence each.
pub(super) async fn read<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
    most: usize,
    smaller: &str,
    takes: &str,
) -> Result<T, ApiError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        let sentence = "The request must be JSON, and say so: `Content-Type: application/json`.";
        return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence));
    }
    let body = to_bytes(body, most).await.map_err(|_| {
        let most = most / 1024;
        let sentence = format!("The request is too large, or broke off: {most} KiB is the most. {smaller}");
        ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, sentence)
    })?;
    serde_json::from_slice(&body).map_err(|error| {
        ApiError::new(StatusCode::BAD_REQUEST, format!("The request can't be read: {error}. {takes}"))
    })
}
