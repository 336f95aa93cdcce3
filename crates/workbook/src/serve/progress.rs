//! What the learner has done so far, as the pages show and change it. The terminal shares it.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::progress::{Progress, ProgressError};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use site::{ListedExercise, listed};

use super::app::{ApiError, App, json_response};
use super::body;
use super::work::{LONGEST, off_the_thread};
use crate::course::next;
use crate::source::State as ExerciseState;

/// The most bytes that the pages may keep in all, as JSON; and in one request.
const MOST_KEPT: usize = 512 * 1024;

#[derive(Serialize)]
struct ProgressView {
    exercises: Vec<ExerciseView>,
    /// The exercise that was worked at last.
    last: Option<String>,
    /// The one to do next. `None`: they all passed.
    next: Option<String>,
    /// What the pages keep.
    page: BTreeMap<String, Value>,
    /// What the learner should hear of, once.
    notices: Vec<String>,
}

#[derive(Serialize)]
struct ExerciseView {
    #[serde(flatten)]
    listed: ListedExercise,
    state: ExerciseState,
    /// How many hints were shown.
    hints: usize,
    /// Whether the solution was shown.
    solution_seen: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HintRequest {
    exercise: String,
    /// The hint that is shown, counted from 1.
    number: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SolutionRequest {
    exercise: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PageRequest {
    /// What to keep, by its name. `null` is forgotten.
    keep: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EraseRequest {
    /// Said by name, so that nothing is erased by accident.
    everything: Yes,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Yes {
    Yes,
}

/// `GET /api/progress`: every exercise with its state, and what the pages keep.
pub(super) async fn progress(State(app): State<Arc<App>>) -> Result<Response, ApiError> {
    let view = off_the_thread(move || {
        let (progress, notices) = app.checker.store.read().map_err(|error| failed(&error))?;
        let exercises = app.versions.borrow().exercises.clone();
        let view = |(exercise, listed): (&grader::Exercise, ListedExercise)| {
            let work = progress.work(&exercise.name);
            let state = ExerciseState::of(exercise, &work);
            ExerciseView { listed, state, hints: work.hints, solution_seen: work.solution_seen }
        };
        Ok(ProgressView {
            exercises: exercises.iter().zip(listed(&exercises)).map(view).collect(),
            notices: notices.iter().map(ToString::to_string).collect(),
            next: next(&exercises, &progress).exercise().map(|exercise| exercise.name.clone()),
            last: progress.last,
            page: progress.page,
        })
    });
    Ok(json_response(StatusCode::OK, &view.await?))
}

/// `POST /api/hint`: a hint was shown. The terminal then shows the next one.
pub(super) async fn hint(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let takes = "It takes `exercise` and `number`.";
    let request: HintRequest = body::read(&headers, body, LONGEST, "Send less.", takes).await?;
    let exercise = app.exercise(&request.exercise)?;
    let all = exercise.hints.len();
    if !(1..=all).contains(&request.number) {
        let sentence = format!("There is no hint {}. The hints are 1 to {all}.", request.number);
        return Err(ApiError::new(StatusCode::NOT_FOUND, sentence));
    }
    change(app, move |progress| {
        let work = progress.work_mut(&exercise.name);
        work.hints = work.hints.max(request.number);
    })
    .await
}

/// `POST /api/solution`: the solution was shown.
pub(super) async fn solution(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let takes = "It takes `exercise`.";
    let request: SolutionRequest = body::read(&headers, body, LONGEST, "Send less.", takes).await?;
    let exercise = app.exercise(&request.exercise)?;
    change(app, move |progress| progress.work_mut(&exercise.name).solution_seen = true).await
}

/// `POST /api/page`: keeps what a page wants to find again: guesses, options, words of one's own.
pub(super) async fn page(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let takes = "It takes `keep`, an object.";
    let request: PageRequest = body::read(&headers, body, MOST_KEPT, "Keep less.", takes).await?;
    let kept = off_the_thread(move || {
        app.checker
            .store
            .update(|progress| {
                let mut page = progress.page.clone();
                for (name, value) in request.keep {
                    if value.is_null() {
                        page.remove(&name);
                    } else {
                        page.insert(name, value);
                    }
                }
                let fits = serde_json::to_string(&page).is_ok_and(|text| text.len() <= MOST_KEPT);
                if fits {
                    progress.page = page;
                }
                fits
            })
            .map_err(|error| failed(&error))
    });
    if kept.await? {
        return Ok(json_response(StatusCode::OK, &Value::Object(serde_json::Map::new())));
    }
    let sentence = format!(
        "The pages keep too much: {} KiB is the most. Shorten an answer, or erase what is kept.",
        MOST_KEPT / 1024
    );
    Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, sentence))
}

/// `POST /api/erase`: forgets all progress and all that the pages keep. The learner's code stays.
pub(super) async fn erase(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let takes = r#"It takes {"everything":"yes"}."#;
    let EraseRequest { everything: Yes::Yes } =
        body::read(&headers, body, LONGEST, "Send less.", takes).await?;
    change(app, |progress| {
        progress.last = None;
        progress.exercises.clear();
        progress.page.clear();
    })
    .await
}

async fn change(
    app: Arc<App>,
    change: impl FnOnce(&mut Progress) + Send + 'static,
) -> Result<Response, ApiError> {
    off_the_thread(move || app.checker.store.update(change).map_err(|error| failed(&error))).await?;
    Ok(json_response(StatusCode::OK, &Value::Object(serde_json::Map::new())))
}

fn failed(error: &ProgressError) -> ApiError {
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}
