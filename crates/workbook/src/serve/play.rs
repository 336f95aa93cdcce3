//! `POST /api/play`: a scene that the reader is making up, played afresh each time. Nothing is kept between requests.

use std::path::Path;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use catalogue::Entry;
use serde::{Deserialize, Serialize};
use site::blocks::ActData;
use stage::{ANSWER, MOST_CLIENTS, Scene, SceneError, Step, Transcript};
use tokio::task::spawn_blocking;

use super::app::{App, Refusal, json_response};
use crate::yours::{self, YoursError};

/// The most bytes a request may have: two hundred steps fit.
const MOST_BYTES: usize = 64 * 1024;

/// What the learner's own server is called.
const YOURS: &str = "yours";

/// What is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// Whose server.
    exercise: String,
    /// The kept scene that it begins with.
    scene: String,
    /// Which server: `answer`, a wrong answer's name, or `yours`.
    #[serde(default = "answer_name")]
    server: String,
    /// What happens after the kept scene.
    #[serde(default)]
    steps: Vec<Step>,
    /// The clients that have a column. Left out: those who come on stage.
    #[serde(default)]
    columns: Vec<String>,
}

fn answer_name() -> String {
    ANSWER.to_owned()
}

/// What came of it.
#[derive(Debug, Serialize)]
struct Answered {
    acts: Vec<ActData>,
    /// Why it ended early, if it did.
    trouble: Option<String>,
    /// What the learner's own code printed.
    #[serde(skip_serializing_if = "String::is_empty")]
    says: String,
}

/// Answers a request.
pub(super) async fn answer(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let asked = read(&headers, body).await?;
    let entries = app.editions.borrow().entries.clone();
    let (entry, scene) = look_up(&entries, &asked)?;
    let (entry, root) = (entry.clone(), app.root.clone());
    let turn = app.plays.clone().acquire_owned().await;
    let answered = spawn_blocking(move || {
        // The play keeps its turn to its end, though the page may have gone and ask for another.
        let _turn = turn;
        play(&root, &entry, &asked, &scene)
    });
    let answered = answered.await;
    let answered = answered.unwrap_or_else(|_| {
        let what = "The play failed in a way it should not. Please report this.";
        Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, what))
    });
    Ok(json_response(StatusCode::OK, &answered?))
}

async fn read(headers: &HeaderMap, body: Body) -> Result<Asked, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        let what = "The request must be JSON, and say so: `Content-Type: application/json`.";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, what));
    }
    let body = to_bytes(body, MOST_BYTES).await.map_err(|_| {
        let most = MOST_BYTES / 1024;
        let what = format!(
            "The request is too large, or broke off: {most} KiB is the most. Start over with fewer steps."
        );
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, what)
    })?;
    serde_json::from_slice(&body).map_err(|error| {
        let step = r#"{"emit":{"client":"ada","event":"say","args":["hi"]}}"#;
        let what = format!(
            "The request cannot be read: {error}. It takes `exercise`, `scene`, `server`, `steps` and `columns`; a \
             step looks like this: {step}"
        );
        Refusal::new(StatusCode::BAD_REQUEST, what)
    })
}

/// The exercise, and the scene with the steps that were asked for.
fn look_up<'e>(entries: &'e [Entry], asked: &Asked) -> Result<(&'e Entry, Scene), Refusal> {
    let not_found = |what: &str, name: &str, known: Vec<&str>| {
        let known = known.join(", ");
        Refusal::new(StatusCode::NOT_FOUND, format!("No {what} is called `{name}`. There are: {known}."))
    };
    let entry = entries.iter().find(|entry| entry.exercise.name == asked.exercise).ok_or_else(|| {
        not_found("exercise", &asked.exercise, entries.iter().map(|entry| &*entry.exercise.name).collect())
    })?;
    let kept = entry.scene(&asked.scene).ok_or_else(|| {
        not_found("scene", &asked.scene, entry.kept.iter().map(|kept| &*kept.scene.name).collect())
    })?;
    if asked.server != YOURS && entry.server(&asked.server).is_none() {
        let known = entry.servers.iter().map(|(name, _)| &**name).chain([YOURS]);
        return Err(not_found("server", &asked.server, known.collect()));
    }
    let mut scene = kept.scene.clone();
    scene.steps.extend(asked.steps.iter().cloned());
    scene.check().map_err(|error| unplayable(&error))?;
    if asked.columns.len() > MOST_CLIENTS {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, format!("{MOST_CLIENTS} columns are the most.")));
    }
    Ok((entry, scene))
}

fn unplayable(error: &SceneError) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, format!("That cannot be played: {error}."))
}

fn play(root: &Path, entry: &Entry, asked: &Asked, scene: &Scene) -> Result<Answered, Refusal> {
    let (transcript, says) = if let Some(server) = entry.server(&asked.server) {
        (stage::play(scene, server).map_err(|error| unplayable(&error))?, String::new())
    } else {
        let name = &entry.exercise.name;
        let played = yours::play(root, entry, scene).map_err(|error| not_played(name, error))?;
        (played.transcript, played.printed)
    };
    let columns = if asked.columns.is_empty() { &transcript.cast } else { &asked.columns };
    let acts = transcript.acts.iter().map(|act| ActData::new(columns, act)).collect();
    Ok(Answered { acts, trouble: trouble(&transcript), says })
}

fn not_played(name: &str, error: YoursError) -> Refusal {
    match error {
        YoursError::DoesNotCompile(compiler) => Refusal {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            error: format!(
                "Your server does not compile. Mend it, save, and play again: `cargo test -p {name}` shows the same."
            ),
            compiler: Some(compiler),
        },
        YoursError::Other(what) => Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, what),
    }
}

fn trouble(transcript: &Transcript) -> Option<String> {
    let trouble = transcript.trouble.as_ref()?;
    Some(transcript.acts.last().map_or_else(|| trouble.to_string(), |act| trouble.during(&act.step)))
}
