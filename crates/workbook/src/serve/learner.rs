//! The learner's own server: built, played on the stage, and graded as the terminal does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::StatusCode;
use builder::{BuildError, Program};
use grader::{Exercise, LEARNER, Played, Player, Verdict};
use scenario::Scene;

use super::app::{ApiError, App};
use crate::check::play_and_grade;
use crate::compiler::without_root;
use crate::source::Source;

/// What came of the learner's server.
pub(super) struct LearnerPlay {
    /// On the stage.
    pub(super) played: Played,
    /// In the exercise's scenes, as a sentence or two.
    pub(super) verdict: Option<String>,
    /// What the compiler warns of.
    pub(super) warnings: String,
    /// Why it was built the slow way, if it was.
    pub(super) slow: Option<String>,
}

/// Whether anybody still waits for a play. The page that asked may be gone, or want another.
#[derive(Clone, Default)]
pub(super) struct Wanted(Arc<AtomicBool>);

/// Dropped with the request, it says that nobody waits any more: a play that has begun is ended then.
pub(super) struct WantedGuard(Wanted);

impl Wanted {
    pub(super) fn guard(&self) -> WantedGuard {
        WantedGuard(self.clone())
    }

    /// Set when nobody waits any more.
    pub(super) fn stop(&self) -> &Arc<AtomicBool> {
        &self.0
    }

    /// An error, if nobody waits.
    fn check(&self) -> Result<(), ApiError> {
        if self.0.load(Ordering::Relaxed) {
            return Err(ApiError::new(StatusCode::CONFLICT, "Nobody waits for this play any more."));
        }
        Ok(())
    }
}

impl Drop for WantedGuard {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

/// Builds and plays the learner's server.
pub(super) fn play(
    app: &App,
    exercise: &Exercise,
    scene: &Scene,
    wanted: &Wanted,
) -> Result<LearnerPlay, ApiError> {
    wanted.check()?;
    let built = app.checker.builder.build_until(exercise, wanted.stop());
    let program = built.map_err(|error| does_not_build(exercise, &error))?;
    wanted.check()?;
    let mut player = program.player().stopped_by(wanted.0.clone());
    let failed = |error: std::io::Error| {
        let sentence =
            format!("Your server can't be played ({error}). `cargo test -p {}` says more.", exercise.name);
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, sentence)
    };
    let played = player.play(LEARNER, scene).map_err(failed)?;
    // One that blocks would take as long again.
    let verdict = if played.timed_out() {
        None
    } else {
        wanted.check()?;
        graded(&mut player, exercise).map_err(failed)?.map(|verdict| sentence(exercise, &verdict))
    };
    let warnings = without_root(exercise.root(), &warnings(&program));
    let slow = program.fell_back.map(|why| format!("Built with cargo, which takes longer: {why}."));
    Ok(LearnerPlay { played, verdict, warnings, slow })
}

fn does_not_build(exercise: &Exercise, error: &BuildError) -> ApiError {
    match error {
        BuildError::DoesNotCompile(_) => {
            let sentence = format!(
                "Your server doesn't compile. Fix {}/src/lib.rs and save: it is then played again.",
                exercise.path()
            );
            let compiler = Some(without_root(exercise.root(), &error.to_string()));
            ApiError { compiler, ..ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, sentence) }
        }
        BuildError::Failed(sentence) => ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, sentence.clone()),
    }
}

/// The warnings, with the advice on each, if there is some.
fn warnings(program: &Program) -> String {
    let about_code = program.warnings.iter().filter(|warning| warning.is_about_code());
    about_code.map(|warning| warning.to_string().trim_end().to_owned()).collect::<Vec<_>>().join("\n\n")
}

/// The verdict on the exercise's scenes. `None`: what grades it can't be read, which `cargo test` tells.
fn graded(player: &mut Player, exercise: &Exercise) -> std::io::Result<Option<Verdict>> {
    let source = Source::read(exercise);
    Ok(play_and_grade(exercise, player, &source.text)?.ok())
}

/// The verdict in a sentence or two.
fn sentence(exercise: &Exercise, verdict: &Verdict) -> String {
    let name = &exercise.name;
    if !verdict.tampered.is_empty() {
        return format!("The files that grade `{name}` were changed. `cargo test -p {name}` says which.");
    }
    if verdict.failed() == 0 {
        return format!("✓ All {} scenes of `{name}` pass.", verdict.passed());
    }
    let mut sentences = vec![format!("✗ {} of `{name}` pass.", verdict.score(exercise))];
    sentences.extend(verdict.diagnosis.sentences(exercise));
    sentences.push(format!("`cargo test -p {name}` shows what differs."));
    sentences.join(" ")
}
