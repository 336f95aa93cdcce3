//! `POST /api/play`: a scene that the reader is making up, played from its beginning each time. Nothing is kept between
//! requests.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use grader::{Exercise, LEARNER, SOLUTION};
use scenario::{MAX_CLIENTS, Scene, SceneError, Step};
use serde::{Deserialize, Serialize};
use site::{StepView, step_views};

use super::app::{ApiError, App, json_response, not_found};
use super::body;
use super::learner::{self, LearnerPlay, Wanted};
use super::work::off_the_thread;

/// The most bytes a request may have: two hundred steps fit.
const MAX_BYTES: usize = 64 * 1024;

/// What the page asks for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlayRequest {
    /// Whose server.
    exercise: String,
    /// The exercise's scene that it begins with.
    scene: String,
    /// Which server: `solution`, a mistake's name, `node` or a mistake on it, or `mine`.
    #[serde(default = "solution")]
    server: String,
    /// What happens after the scene.
    #[serde(default)]
    steps: Vec<Step>,
    /// The clients that have a column. Left out: those that connect.
    #[serde(default)]
    columns: Vec<String>,
}

fn solution() -> String {
    SOLUTION.to_owned()
}

/// What came of it.
#[derive(Debug, Default, Serialize)]
struct PlayResponse {
    steps: Vec<StepView>,
    /// Why it ended early, if it did.
    error: Option<String>,
    /// What the learner's own code printed.
    #[serde(skip_serializing_if = "String::is_empty")]
    output: String,
    /// What the compiler warns of in it.
    #[serde(skip_serializing_if = "String::is_empty")]
    warnings: String,
    /// What the exercise's scenes say of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<String>,
    /// Why the learner's own code was not built in the fast way, if it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    slow: Option<String>,
}

/// Plays what the page asks for.
pub(super) async fn play_handler(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let request = read(&headers, body).await?;
    let exercise = app.exercise(&request.exercise)?;
    let scene = find(&exercise, &request)?;
    // To compile takes longer than to play, and may wait for another cargo: only the learner's own plays wait for that.
    // One that waits here, and whose page wants another, is gone from the queue.
    let turns = if request.server == LEARNER { &app.learner_plays } else { &app.plays };
    let permit = turns.clone().acquire_owned().await;
    let wanted = Wanted::default();
    let _guard = wanted.guard();
    let response = off_the_thread(move || {
        // The play keeps its permit to its end, though the page may have gone and ask for another.
        let _permit = permit;
        play(&app, &exercise, &request, &scene, &wanted)
    });
    Ok(json_response(StatusCode::OK, &response.await?))
}

async fn read(headers: &HeaderMap, body: Body) -> Result<PlayRequest, ApiError> {
    let takes = r#"It takes `exercise`, `scene`, `server`, `steps` and `columns`. A step looks like this: {"emit":{"client":"ada","event":"say","args":["hi"]}}"#;
    body::read(headers, body, MAX_BYTES, "Start over with fewer steps.", takes).await
}

/// The exercise's scene, with the steps that the reader added.
fn find(exercise: &Exercise, request: &PlayRequest) -> Result<Scene, ApiError> {
    if exercise.is_client() {
        let sentence = format!(
            "`{}` is a client: it has no server to be played here. Check it in its card, or with `cargo workbook check {}`.",
            exercise.name, exercise.name
        );
        return Err(ApiError::new(StatusCode::BAD_REQUEST, sentence));
    }
    let scene = exercise.scene(&request.scene).ok_or_else(|| {
        not_found("scene", &request.scene, exercise.scenes.iter().map(|it| it.name.as_str()))
    })?;
    if site::is_on_node(&request.server) {
        if !request.steps.is_empty() {
            let sentence = "Node was recorded for these steps only. Start over, or choose another server.";
            return Err(ApiError::new(StatusCode::BAD_REQUEST, sentence));
        }
    } else if !exercise.server_names().chain([LEARNER]).any(|name| name == request.server) {
        return Err(not_found("server", &request.server, exercise.server_names().chain([LEARNER])));
    }
    let mut scene = scene.clone();
    scene.steps.extend(request.steps.iter().cloned());
    scene.check().map_err(|error| unplayable(&error))?;
    if request.columns.len() > MAX_CLIENTS {
        let sentence = format!("A diagram can have at most {MAX_CLIENTS} columns.");
        return Err(ApiError::new(StatusCode::BAD_REQUEST, sentence));
    }
    Ok(scene)
}

fn unplayable(error: &SceneError) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, format!("That can't be played: {error}."))
}

fn play(
    app: &App,
    exercise: &Exercise,
    request: &PlayRequest,
    scene: &Scene,
    wanted: &Wanted,
) -> Result<PlayResponse, ApiError> {
    let of_book = |server: &str| {
        if site::is_on_node(server) {
            let played = site::play_on_node(exercise, server, scene);
            return played.map_err(|error| ApiError::new(StatusCode::NOT_FOUND, error));
        }
        let played = app.players.play(&exercise.name, server, scene);
        played.map_err(|error| ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, error))
    };
    let mut response = PlayResponse::default();
    let transcript = if request.server == LEARNER {
        let LearnerPlay { played, verdict, warnings, slow } = learner::play(app, exercise, scene, wanted)?;
        response = PlayResponse { output: played.output, warnings, verdict, slow, ..response };
        played.transcript
    } else {
        of_book(&request.server)?
    };
    // What the solution plays is what the others are compared with.
    let solution = if request.server == SOLUTION { None } else { Some(of_book(SOLUTION)?) };
    let columns = if request.columns.is_empty() { &transcript.clients } else { &request.columns };
    response.steps = step_views(exercise, columns, &transcript, solution.as_ref());
    response.error = transcript.error_sentence();
    Ok(response)
}
