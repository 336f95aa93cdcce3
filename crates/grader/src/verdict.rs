//! The verdict on an exercise: scene by scene, what was expected against what happened. A pure function.

use scenario::{Difference, Scene, Transcript};

use crate::diagnosis::{Diagnosis, diagnose};
use crate::log::graded;
use crate::player::Played;
use crate::snapshot::{Expected, Mistakes};
use crate::{Exercise, LogRule};

/// The verdict on some scenes of an exercise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The verdict on each scene, in the order in which they were asked for.
    pub scenes: Vec<(Scene, SceneVerdict)>,
    /// What the server does, if it is known. Only of a server that fails, and only if what grades it is as shipped.
    pub diagnosis: Diagnosis,
    /// Why the verdict can't be relied on: a sentence for each file that isn't as it was shipped.
    pub tampered: Vec<String>,
}

/// The verdict on one scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SceneVerdict {
    /// What happened is what was expected.
    Passed(Played),
    /// It differs.
    Failed {
        /// What happened.
        played: Played,
        /// The difference in what is graded.
        difference: Difference,
    },
    /// It wasn't played, because a scene before it blocked or never finished, or because nothing is known to compare it
    /// with.
    NotPlayed,
}

impl Verdict {
    /// How many scenes passed.
    pub fn passed(&self) -> usize {
        self.scenes.iter().filter(|(_, verdict)| matches!(verdict, SceneVerdict::Passed(_))).count()
    }

    /// How many scenes, and how many of the files that grade, failed.
    pub fn failed(&self) -> usize {
        self.scenes.len() - self.passed() + self.tampered.len()
    }
}

/// Grades what `scenes` of an exercise were played as. `played` holds as many as were played.
///
/// `source` is the learner's code, `expected` and `mistakes` are what is kept.
pub fn grade(
    exercise: &Exercise,
    scenes: &[Scene],
    played: &[Played],
    source: &str,
    expected: &Expected,
    mistakes: &Mistakes,
) -> Verdict {
    let tampered = unmatched(exercise, expected);
    let verdicts: Vec<_> = scenes
        .iter()
        .enumerate()
        .map(|(i, scene)| {
            let verdict = match (played.get(i), expected.transcript(&scene.name)) {
                (Some(played), Some(expected)) => grade_scene(played, expected, &exercise.log_rules),
                _ => SceneVerdict::NotPlayed,
            };
            (scene.clone(), verdict)
        })
        .collect();
    let failed = verdicts.iter().any(|(_, verdict)| matches!(verdict, SceneVerdict::Failed { .. }));
    let diagnosis = if failed && tampered.is_empty() {
        let played: Vec<_> =
            scenes.iter().zip(played).map(|(scene, played)| (scene, &played.transcript)).collect();
        diagnose(exercise, &played, source, mistakes)
    } else {
        Diagnosis::None
    };
    Verdict { scenes: verdicts, diagnosis, tampered }
}

fn grade_scene(played: &Played, expected: &Transcript, rules: &[LogRule]) -> SceneVerdict {
    let difference = Difference::between(&graded(expected, rules), &graded(&played.transcript, rules));
    if difference.is_empty() {
        SceneVerdict::Passed(played.clone())
    } else {
        SceneVerdict::Failed { played: played.clone(), difference }
    }
}

/// Scenes that have no expected transcript, and the other way round: one of the two files was changed.
fn unmatched(exercise: &Exercise, expected: &Expected) -> Vec<String> {
    let (path, kept) = (exercise.path(), &expected.scenes);
    let same = |scene: &Scene| kept.iter().any(|(other, _)| other == scene);
    let changed = exercise.scenes.iter().filter(|scene| !same(scene)).map(|scene| &scene.name);
    let missing = kept.iter().map(|(scene, _)| &scene.name).filter(|name| exercise.scene(name).is_none());
    changed
        .chain(missing)
        .map(|name| {
            format!("the scene `{name}` isn't the same in {path}/scenes.toml and in {path}/expected.snap")
        })
        .collect()
}
