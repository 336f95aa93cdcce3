//! Checks an exercise: builds it, plays its scenes, grades them, and keeps what came of it. The terminal, `watch` and the
//! page all check with this.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use builder::{BuildError, Builder, Diagnostic, Program};
use grader::{Exercise, Expected, LEARNER, Mistakes, Player, Verdict, grade, hold_promises};
use progress::{Passed, ProgressError, Standing, Store};

use crate::known_pass::Pass;
use crate::source::Source;

/// Checks exercises. It keeps what it has learnt of the compiler, so use one for all.
pub(crate) struct Checker {
    pub(crate) builder: Builder,
    pub(crate) store: Store,
}

/// What a check is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The compiler works, and has to build the libraries, too. That takes a while, once.
    FirstBuild,
    /// The compiler works.
    Building,
    /// The scenes are played over the learner's server.
    Playing,
}

/// What came of a check.
#[derive(Debug)]
pub(crate) struct Checked {
    /// The learner's code, as it was built.
    pub(crate) source: Source,
    pub(crate) outcome: Outcome,
    /// The code was saved while it was checked. Then nobody knows which one was built, and a pass isn't kept.
    pub(crate) saved_meanwhile: bool,
    /// Whether the check could be kept. A verdict holds all the same.
    pub(crate) kept: Result<(), ProgressError>,
    /// How long it took.
    pub(crate) time: Duration,
}

#[derive(Debug)]
pub(crate) enum Outcome {
    /// What the compiler says, errors first.
    DoesNotCompile(Vec<Diagnostic>),
    /// What grades the exercise can't be read: why, as a sentence without its full stop.
    NotGraded(String),
    Graded(Graded),
}

/// The verdict, and what led to it.
#[derive(Debug)]
pub(crate) struct Graded {
    pub(crate) verdict: Verdict,
    /// The compiler's warnings about some line.
    pub(crate) warnings: Vec<Diagnostic>,
    /// Why it was not built in the fast way, as a sentence; `None`: it was.
    pub(crate) fell_back: Option<String>,
}

/// Why an exercise can't be checked. It says nothing of the learner's code.
#[derive(Debug)]
pub(crate) enum CheckError {
    /// It can't be built: why, as a sentence.
    Build(String),
    /// It can't be played.
    Play(io::Error),
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Build(sentence) => f.write_str(sentence),
            Self::Play(error) => write!(f, "The scenes can't be played: {error}"),
        }
    }
}

impl std::error::Error for CheckError {}

impl Checked {
    /// Whether every scene passed, of the code that is still there.
    pub(crate) fn passed(&self) -> bool {
        match &self.outcome {
            Outcome::Graded(graded) => !self.saved_meanwhile && graded.passed(),
            Outcome::DoesNotCompile(_) | Outcome::NotGraded(_) => false,
        }
    }
}

impl Graded {
    /// Whether every scene passed, and what grades them is as it was shipped.
    pub(crate) fn passed(&self) -> bool {
        // To have played nothing is no pass.
        self.verdict.failed() == 0 && self.verdict.passed() > 0
    }
}

impl Checker {
    pub(crate) fn new(root: &Path, store: Store) -> Self {
        Self { builder: Builder::new(root), store }
    }

    /// Checks `exercise`: the learner is then there. Tells `on` what it is at.
    ///
    /// # Errors
    /// If it can't be built, and not because of the learner's code, or can't be played.
    pub(crate) fn check(
        &self,
        exercise: &Exercise,
        on: &mut dyn FnMut(Stage),
    ) -> Result<Checked, CheckError> {
        self.check_for(exercise, None, true, on)
    }

    /// Checks `exercise` as [`Checker::check`] does, until `stop` is set because nobody waits any more. Then it is an
    /// error, and nothing is kept.
    ///
    /// # Errors
    /// As [`Checker::check`].
    pub(crate) fn check_until(
        &self,
        exercise: &Exercise,
        stop: &Arc<AtomicBool>,
        on: &mut dyn FnMut(Stage),
    ) -> Result<Checked, CheckError> {
        self.check_for(exercise, Some(stop), true, on)
    }

    /// Checks `exercise` among others: the learner stays where they were.
    ///
    /// # Errors
    /// As [`Checker::check`].
    pub(crate) fn check_one_of_many(&self, exercise: &Exercise) -> Result<Checked, CheckError> {
        self.check_for(exercise, None, false, &mut |_| ())
    }

    /// Whether `exercise` has passed as it is now, code, libraries and scenes. Builds nothing, and plays nothing.
    pub(crate) fn passed_before(&self, exercise: &Exercise) -> bool {
        Pass::of(&self.builder, exercise).is_some_and(|pass| pass.is_known())
    }

    /// Without a `stop` the compiler gets the terminal's Ctrl+C, as any program that is started there. `is_alone`: the
    /// learner is then there.
    fn check_for(
        &self,
        exercise: &Exercise,
        stop: Option<&Arc<AtomicBool>>,
        is_alone: bool,
        on: &mut dyn FnMut(Stage),
    ) -> Result<Checked, CheckError> {
        let began = Instant::now();
        let source = Source::read(exercise);
        on(if self.builder.is_ready_for(exercise) { Stage::Building } else { Stage::FirstBuild });
        let built = match stop {
            Some(stop) => self.builder.build_until(exercise, stop),
            None => self.builder.build(exercise),
        };
        let mut pass = None;
        let outcome = match built {
            Ok(program) => {
                on(Stage::Playing);
                pass = Pass::of(&self.builder, exercise);
                let mut player = program.player();
                if let Some(stop) = stop {
                    player = player.stopped_by(Arc::clone(stop));
                }
                play(exercise, &mut player, program, &source).map_err(CheckError::Play)?
            }
            Err(BuildError::DoesNotCompile(said)) => Outcome::DoesNotCompile(said),
            Err(BuildError::Failed(sentence)) => return Err(CheckError::Build(sentence)),
        };
        // Read again after the play: another program may have built what was saved meanwhile, and it's one program's file.
        let saved_meanwhile = Source::read(exercise).checksum != source.checksum;
        let time = began.elapsed();
        let mut checked = Checked { source, outcome, saved_meanwhile, kept: Ok(()), time };
        checked.kept = self.keep(exercise, &checked, is_alone);
        // Another program may have built something else meanwhile.
        if let Some(pass) =
            pass.filter(|pass| checked.passed() && Pass::of(&self.builder, exercise).as_ref() == Some(pass))
        {
            pass.keep();
        }
        Ok(checked)
    }

    fn keep(&self, exercise: &Exercise, checked: &Checked, is_alone: bool) -> Result<(), ProgressError> {
        self.store.update(|progress| {
            if is_alone {
                progress.last = Some(exercise.name.clone());
            }
            let work = progress.work_mut(&exercise.name);
            work.checks = work.checks.saturating_add(1);
            let source = &checked.source.checksum;
            let passed_before = work.standing(source) == Standing::Passed;
            if checked.passed() && !passed_before {
                work.passed = Some(Passed::now(source.clone()));
            } else if !checked.passed() && !checked.saved_meanwhile && passed_before {
                // The same code passed once, and doesn't now: the exercise was updated.
                work.passed = None;
            }
        })
    }
}

fn play(exercise: &Exercise, player: &mut Player, program: Program, source: &Source) -> io::Result<Outcome> {
    Ok(match play_and_grade(exercise, player, &source.text)? {
        Ok(verdict) => {
            let warnings = program.warnings.into_iter().filter(Diagnostic::is_about_code).collect();
            Outcome::Graded(Graded { verdict, warnings, fell_back: program.fell_back })
        }
        Err(sentence) => Outcome::NotGraded(sentence),
    })
}

/// Plays all scenes of `exercise` over the learner's server, and grades them as `cargo test` does. The inner error says why
/// they can't be graded.
pub(crate) fn play_and_grade(
    exercise: &Exercise,
    player: &mut Player,
    source: &str,
) -> io::Result<Result<Verdict, String>> {
    let expected = match Expected::read(&exercise.expected_file()) {
        Ok(expected) => expected,
        Err(error) => return Ok(Err(format!("{}/expected.snap {}", exercise.path(), error.problem))),
    };
    let scenes: Vec<_> = exercise.all_scenes().cloned().collect();
    let played = player.play_all(LEARNER, &scenes)?;
    // Only a diagnosis needs these: without them there is none.
    let mistakes = Mistakes::read(&exercise.mistakes_file()).unwrap_or_default();
    let mut verdict = grade(exercise, &scenes, &played, source, &expected, &mistakes);
    hold_promises(exercise, player, &mut verdict, |_| true)?;
    Ok(Ok(verdict))
}
