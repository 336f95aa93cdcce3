//! What the learner has done so far, as the pages show and change it. The terminal shares it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use ::progress::{Progress, ProgressError, Work};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use site::{ListedExercise, listed};

use super::app::{ApiError, App, done, json_response};
use super::body;
use super::work::off_the_thread;
use crate::course::next;
use crate::source::State as ExerciseState;

/// The most bytes that the pages may keep in all, as JSON; and in one request.
const MOST_KEPT: usize = 512 * 1024;

/// The most bytes of what was done in all exercises.
const MOST_WORK: usize = 64 * 1024;

/// Where the pages find when all was erased last: workbook.js names what it keeps so.
const ERASED: &str = r#"["workbook","erased","",""]"#;

#[derive(Serialize)]
struct ProgressView {
    exercises: Vec<ExerciseView>,
    /// The exercise that was worked at last.
    last: Option<String>,
    /// The one to do next. `None`: they all passed.
    next: Option<String>,
    /// What was done in each exercise: a page saves it to a file.
    work: BTreeMap<String, Work>,
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
struct PageRequest {
    /// What to keep, by its name. `null` is forgotten.
    keep: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TakeRequest {
    /// What was done in each exercise.
    work: BTreeMap<String, Work>,
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
            work: progress.exercises,
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
    let request: HintRequest = body::read_short(&headers, body, takes).await?;
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
    let exercise = body::read_exercise(&app, &headers, body).await?;
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
        return Ok(done());
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
    let EraseRequest { everything: Yes::Yes } = body::read_short(&headers, body, takes).await?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    change(app, move |progress| {
        progress.last = None;
        progress.exercises.clear();
        progress.page.clear();
        // Another browser on this machine still has what it had. By this it sees that it should forget it.
        progress.page.insert(ERASED.to_owned(), now.to_string().into());
    })
    .await
}

/// `POST /api/take`: takes what was done elsewhere, from a file that a page has saved. What was done here stays.
pub(super) async fn take(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let takes = "It takes `work`, an object.";
    let smaller = "This is more than the exercises have.";
    let request: TakeRequest = body::read(&headers, body, MOST_WORK, smaller, takes).await?;
    let exercises = app.versions.borrow().exercises.clone();
    change(app, move |progress| {
        for exercise in exercises.iter() {
            // Under another name, it's an exercise of another workbook.
            let Some(theirs) = request.work.get(&exercise.name) else { continue };
            let ours = progress.work_mut(&exercise.name);
            ours.checks = ours.checks.max(theirs.checks);
            ours.hints = ours.hints.max(theirs.hints);
            ours.solution_seen |= theirs.solution_seen;
            if ours.passed.is_none() {
                ours.passed.clone_from(&theirs.passed);
            }
        }
    })
    .await
}

async fn change(
    app: Arc<App>,
    change: impl FnOnce(&mut Progress) + Send + 'static,
) -> Result<Response, ApiError> {
    off_the_thread(move || app.checker.store.update(change).map_err(|error| failed(&error))).await?;
    Ok(done())
}

fn failed(error: &ProgressError) -> ApiError {
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}
