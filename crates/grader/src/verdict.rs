//! The verdict on an exercise: scene by scene, what was expected against what happened. A pure function.

use scenario::{Cost, Difference, Memory, Scene, Transcript};
use serde_json::{Value, json};

use crate::code::Code;
use crate::diagnosis::{Diagnosis, diagnose};
use crate::facts::{facts, heard};
use crate::log::graded;
use crate::player::Played;
use crate::snapshot::{Behaviour, Expected, Graded, Mistakes};
use crate::{Exercise, LogRule};

/// The verdict on some scenes of an exercise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The verdict on each scene, in the order in which they were asked for. Of the scenes made from a seed there is at
    /// most one, the shortest that failed; and none if a listed scene failed, which says more.
    pub scenes: Vec<(Scene, SceneVerdict)>,
    /// How many listed scenes are of later stages than the one that stands. Whether they pass isn't told.
    pub later: usize,
    /// How many scenes made from a seed passed.
    pub random_passed: usize,
    /// In how many runs all that is promised was kept. If it wasn't kept in one, that is
    /// the first scene that failed.
    pub runs_kept: usize,
    /// What the messages in these runs cost.
    pub cost: Cost,
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
        /// What was expected.
        expected: Transcript,
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

    /// The stage that stands: that of the first scene which didn't pass. `None`: they all passed, or there are no stages.
    pub fn stage(&self, exercise: &Exercise) -> Option<usize> {
        let (scene, _) = self.scenes.iter().find(|(_, one)| !matches!(one, SceneVerdict::Passed(_)))?;
        exercise.stage_of(&scene.name)
    }

    /// How many scenes pass, with the stage that stands: "Stage 1 of 2, Names: 3 of 5 scenes".
    pub fn score(&self, exercise: &Exercise) -> String {
        let stage = self.stage(exercise).map(|stage| exercise.stage_title(stage) + ": ").unwrap_or_default();
        format!("{stage}{} of {} scenes", self.passed(), self.scenes.len())
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
    let tampered = tampered(exercise, expected, mistakes);
    grade_with(exercise, scenes, played, source, (expected, mistakes), tampered)
}

/// Why a verdict on an exercise can't be relied on: a sentence for each file that isn't as it was shipped.
pub fn tampered(exercise: &Exercise, expected: &Expected, mistakes: &Mistakes) -> Vec<String> {
    let mut tampered = unmatched(exercise, expected);
    tampered.extend(too_lenient(exercise, expected, mistakes));
    tampered
}

/// [`grade`] with what [`tampered`] says, for those who grade many servers by the same files.
pub fn grade_with(
    exercise: &Exercise,
    scenes: &[Scene],
    played: &[Played],
    source: &str,
    (expected, mistakes): (&Expected, &Mistakes),
    tampered: Vec<String>,
) -> Verdict {
    let verdicts = scenes
        .iter()
        .enumerate()
        .map(|(i, scene)| {
            let verdict = match (played.get(i), expected.transcript(scene)) {
                (Some(played), Some(expected)) => grade_scene(played, &expected, &exercise.log_rules),
                _ => SceneVerdict::NotPlayed,
            };
            (scene.clone(), verdict)
        })
        .collect();
    let (verdicts, random_passed) = worth_telling(exercise, verdicts);
    let first_failure = verdicts.iter().find_map(|(scene, verdict)| match verdict {
        SceneVerdict::Failed { played, difference, .. } => Some((scene, &played.transcript, difference)),
        _ => None,
    });
    let diagnosis = match first_failure {
        Some((scene, failed, difference)) if tampered.is_empty() => {
            let played: Vec<_> =
                scenes.iter().zip(played).map(|(scene, played)| (scene, &played.transcript)).collect();
            match diagnose(exercise, exercise.stage_of(&scene.name), &played, source, mistakes) {
                Diagnosis::None => {
                    let silent = !exercise.is_client()
                        && heard(expected.scenes.iter().map(|(_, transcript)| transcript))
                        && !heard(played.iter().map(|(_, transcript)| *transcript));
                    let expected = expected.transcript(scene).unwrap_or_default();
                    Diagnosis::Facts(facts(
                        &expected,
                        failed,
                        difference,
                        silent,
                        exercise.kind,
                        &Code::of(source),
                    ))
                }
                known => known,
            }
        }
        _ => Diagnosis::None,
    };
    let mut verdict = Verdict {
        scenes: verdicts,
        later: 0,
        random_passed,
        runs_kept: 0,
        cost: Cost::default(),
        diagnosis,
        tampered,
    };
    if let Some(stage) = verdict.stage(exercise) {
        let all = verdict.scenes.len();
        verdict.scenes.retain(|(scene, _)| exercise.stage_of(&scene.name) <= Some(stage));
        verdict.later = all - verdict.scenes.len();
    }
    verdict
}

/// The verdicts on the listed scenes. If they all passed, also the shortest scene made from a seed that failed. And how
/// many of those passed.
fn worth_telling(
    exercise: &Exercise,
    verdicts: Vec<(Scene, SceneVerdict)>,
) -> (Vec<(Scene, SceneVerdict)>, usize) {
    let (random, mut told): (Vec<_>, Vec<_>) =
        verdicts.into_iter().partition(|(scene, _)| exercise.is_random(scene));
    if told.is_empty() {
        // Somebody has asked for them by name.
        return (random, 0);
    }
    let passed = |(_, verdict): &(Scene, SceneVerdict)| matches!(verdict, SceneVerdict::Passed(_));
    let random_passed = random.iter().filter(|one| passed(one)).count();
    if told.iter().all(passed) {
        let failed = random.into_iter().filter(|one| !passed(one));
        // One that wasn't played has nothing to show: it is told only if there is no other.
        let shortest = failed
            .min_by_key(|(scene, verdict)| (matches!(verdict, SceneVerdict::NotPlayed), scene.steps.len()));
        told.extend(shortest);
    }
    (told, random_passed)
}

fn grade_scene(played: &Played, expected: &Transcript, rules: &[LogRule]) -> SceneVerdict {
    let difference = difference(expected, &played.transcript, rules);
    if difference.is_empty() {
        SceneVerdict::Passed(played.clone())
    } else {
        SceneVerdict::Failed { played: played.clone(), expected: expected.clone(), difference }
    }
}

/// The difference in what is graded.
fn difference(expected: &Transcript, played: &Transcript, rules: &[LogRule]) -> Difference {
    Difference::between(&graded(expected, rules), &graded(played, rules))
}

/// Scenes that have no expected transcript, and the other way round: one of the two files was changed.
fn unmatched(exercise: &Exercise, expected: &Expected) -> Vec<String> {
    let (path, kept) = (exercise.path(), &expected.scenes);
    let same = |scene: &&Scene| {
        kept.iter().any(|(other, _)| is_play_of(other, scene))
            || expected.random.iter().any(|it| it.is_of(scene))
    };
    let changed = exercise.all_scenes().filter(|scene| !same(scene)).map(|scene| &scene.name);
    let names = kept.iter().map(|(scene, _)| &scene.name).chain(expected.random.iter().map(|it| &it.name));
    let missing = names.filter(|name| exercise.scene(name).is_none());
    changed
        .chain(missing)
        .map(|name| {
            format!("the scene `{name}` isn't the same in {path}/scenes.toml and in {path}/expected.snap")
        })
        .collect()
}

/// Whether `kept` is what was done in `scene`. Where the scene has something that a client remembers, what it did remember
/// stands in `kept`.
fn is_play_of(kept: &Scene, scene: &Scene) -> bool {
    kept == scene || kept.name == scene.name && is_filled(&json!(kept), &json!(scene))
}

fn is_filled(kept: &Value, written: &Value) -> bool {
    match (kept, written) {
        (_, Value::String(text)) if Memory::read(text).is_some() => true,
        (Value::Array(kept), Value::Array(written)) => {
            kept.len() == written.len() && kept.iter().zip(written).all(|(kept, it)| is_filled(kept, it))
        }
        (Value::Object(kept), Value::Object(written)) => {
            kept.len() == written.len()
                && written.iter().all(|(name, it)| kept.get(name).is_some_and(|kept| is_filled(kept, it)))
        }
        _ => kept == written,
    }
}

/// Whether a known mistake, or the starter, would pass. Then an expectation or a log rule was changed, though the checksum
/// fits.
fn too_lenient(exercise: &Exercise, expected: &Expected, mistakes: &Mistakes) -> Option<String> {
    let graded = |transcript: &Transcript| Graded::of(transcript, &exercise.log_rules);
    let all = exercise.all_scenes().filter_map(|it| Some((it, graded(&expected.transcript(it)?))));
    let all: Vec<_> = all.collect();
    let passes = |(scene, expected): &(&Scene, Graded<'_>), scenes: &[(String, Behaviour)]| {
        let known = scenes.iter().find(|(name, _)| *name == scene.name);
        known.is_some_and(|(_, it)| it.plays_alike(scene, expected))
    };
    let (name, _) = mistakes
        .mistakes
        .iter()
        .find(|(_, scenes)| !all.is_empty() && all.iter().all(|expected| passes(expected, scenes)))?;
    let path = exercise.path();
    Some(format!("{path}/exercise.toml or {path}/expected.snap isn't as it was shipped: `{name}` would pass"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stage;
    use crate::snapshot::ExpectedRandom;
    use scenario::{ClientEvent, ClientOutcome, LogEvent, PlayError, ServerEvent, StepResult};

    const ABOUT: &str = "title = 't'\nquestion = 'q'\norder = 1\npage = 'p'\ntask = 't'\nminutes = 1\nhints = ['h']\n\
                         starter = { why = 'w' }\n[[mistake]]\nname = 'deaf'\nclaim = 'c'\ndoes = 'd'\nwhy = 'w'\nverdict = 'wrong'";

    fn scene(name: &str) -> Scene {
        Scene::new(name, name).emit("ada", "say", "hi")
    }

    /// Ada hears it, or not.
    fn played(hears: bool) -> Played {
        let said = ClientEvent::Event { ns: "/".into(), event: "said".into(), args: "hi".into() };
        let events = if hears { vec![said] } else { Vec::new() };
        let clients = vec![ClientOutcome { client: "ada".into(), events, left: false, frames: Vec::new() }];
        let step = scene("").steps.remove(0);
        let steps = vec![StepResult { step, server: Vec::new(), clients }];
        let transcript = Transcript { clients: vec!["ada".into()], steps, error: None };
        Played { transcript, output: String::new(), ..Played::default() }
    }

    /// In `scenes` Ada should hear it; the mistake `deaf` is that she doesn't.
    fn verdict(scenes: &[Scene], kept: &[Scene], played: &[Played]) -> Verdict {
        let mut exercise: Exercise = toml::from_str(ABOUT).unwrap();
        scenes.clone_into(&mut exercise.scenes);
        (exercise.chapter, exercise.name) = ("chat".into(), "x".into());
        let expected = self::played(true).transcript;
        let expected = Expected {
            scenes: kept.iter().map(|it| (it.clone(), expected.clone())).collect(),
            random: Vec::new(),
        };
        let deaf = Behaviour::of(&self::played(false).transcript);
        let deaf = scenes.iter().map(|scene| (scene.name.clone(), deaf.clone())).collect();
        let mistakes = Mistakes { mistakes: vec![("deaf".into(), deaf)] };
        grade(&exercise, scenes, played, "", &expected, &mistakes)
    }

    #[test]
    fn of_the_scenes_made_from_a_seed_the_shortest_that_fails_is_told() {
        let listed = scene("a");
        let random =
            [scene("random-1").wait(1).wait(1), scene("random-2").wait(1), scene("random-3").wait(1)];
        let mut exercise: Exercise = toml::from_str(ABOUT).unwrap();
        (exercise.chapter, exercise.name) = ("chat".into(), "x".into());
        exercise.scenes = vec![listed.clone()];
        exercise.random = random.to_vec();
        let scenes: Vec<_> = exercise.all_scenes().cloned().collect();
        let kept = |it: &Scene| ExpectedRandom::of(it, &played(true).transcript);
        let expected = Expected {
            scenes: vec![(listed, played(true).transcript)],
            random: random.iter().map(kept).collect(),
        };
        let told = |hears: [bool; 4]| {
            let played: Vec<_> = hears.into_iter().map(played).collect();
            let verdict = grade(&exercise, &scenes, &played, "", &expected, &Mistakes::default());
            assert_eq!(verdict.tampered, [""; 0]);
            let names: Vec<_> = verdict.scenes.iter().map(|(scene, _)| scene.name.clone()).collect();
            (names.join(" "), verdict.random_passed, verdict.failed())
        };
        assert_eq!(told([true; 4]), ("a".into(), 3, 0));
        assert_eq!(told([true, false, false, true]), ("a random-2".into(), 1, 1));
        assert_eq!(told([true, false, false, false]), ("a random-2".into(), 0, 1));
        assert_eq!(told([false, true, false, true]), ("a".into(), 2, 1), "the listed one says more");

        // A play that takes its whole time is the last. Those that weren't played haven't passed.
        let verdict = grade(&exercise, &scenes, &[played(true)], "", &expected, &Mistakes::default());
        assert_eq!((verdict.random_passed, verdict.failed()), (0, 1));
        let stopped = [played(true), played(false)];
        let verdict = grade(&exercise, &scenes, &stopped, "", &expected, &Mistakes::default());
        assert_eq!(verdict.scenes[1].0.name, "random-1");
        // Asked for by name, each is told.
        let verdict =
            grade(&exercise, &random, &[played(true), played(false)], "", &expected, &Mistakes::default());
        assert_eq!((verdict.scenes.len(), verdict.passed(), verdict.failed()), (3, 1, 2));

        // A scene that is made in another way than when its expectation was kept.
        exercise.random[1] = scene("random-2").wait(2);
        let tampered = tampered(&exercise, &expected, &Mistakes::default());
        assert!(tampered.len() == 1 && tampered[0].contains("`random-2` isn't the same"), "{tampered:?}");
        exercise.random.pop();
        assert_eq!(super::tampered(&exercise, &expected, &Mistakes::default()).len(), 2, "and one too few");
    }

    #[test]
    fn a_stage_is_graded_before_the_later_ones_are_looked_at() {
        let mut exercise: Exercise = toml::from_str(ABOUT).unwrap();
        (exercise.chapter, exercise.name) = ("chat".into(), "x".into());
        exercise.scenes = ["a", "b", "c", "d"].map(scene).into();
        exercise.random = vec![scene("random-1")];
        let stage = |name: &str, scenes: &[&str]| Stage {
            name: name.into(),
            scenes: scenes.iter().map(ToString::to_string).collect(),
        };
        exercise.stages = vec![stage("First", &["a", "b"]), stage("Second", &["c"]), stage("Third", &["d"])];
        let right = played(true).transcript;
        let expected = Expected {
            scenes: exercise.scenes.iter().map(|it| (it.clone(), right.clone())).collect(),
            random: vec![ExpectedRandom::of(&exercise.random[0], &right)],
        };
        // The mistake fails the second stage, and all that comes after it.
        let deaf = |hears: bool| Behaviour::of(&played(hears).transcript);
        let deaf = ["a", "b", "c", "d", "random-1"].map(|name| (name.to_owned(), deaf(name < "c")));
        let mistakes = Mistakes { mistakes: vec![("deaf".into(), deaf.into())] };
        let graded = |scenes: &[Scene], hears: &[bool]| {
            let played: Vec<_> = hears.iter().copied().map(played).collect();
            grade(&exercise, scenes, &played, "", &expected, &mistakes)
        };
        let all: Vec<_> = exercise.all_scenes().cloned().collect();
        let told = |hears: [bool; 5]| {
            let verdict = graded(&all, &hears);
            let names: Vec<_> = verdict.scenes.iter().map(|(scene, _)| scene.name.clone()).collect();
            (names.concat(), verdict.failed(), verdict.later, verdict.stage(&exercise))
        };
        assert_eq!(told([true; 5]), ("abcd".into(), 0, 0, None));
        assert_eq!(told([true, false, true, false, false]), ("ab".into(), 1, 2, Some(0)));
        assert_eq!(told([true, true, false, false, false]), ("abc".into(), 1, 1, Some(1)));
        assert_eq!(told([true, true, true, false, true]), ("abcd".into(), 1, 0, Some(2)));
        assert_eq!(told([true, true, true, true, false]), ("abcdrandom-1".into(), 1, 0, Some(2)));
        // Scenes that were asked for are told, whatever their stage.
        let asked = graded(&all[2..4], &[true, false]);
        assert_eq!((asked.scenes.len(), asked.later, asked.stage(&exercise)), (2, 0, Some(2)));

        // A mistake is known by the stages up to the one that it fails: what is later may not be written yet.
        assert_eq!(graded(&all, &[true, true, false, false, false]).diagnosis, named());
        assert_eq!(graded(&all, &[true, true, false, true, true]).diagnosis, named());
        for other in [[false, true, false, false, false], [true, true, true, false, false]] {
            assert!(matches!(graded(&all, &other).diagnosis, Diagnosis::Facts(_)), "{other:?}");
        }
    }

    #[test]
    fn a_mistake_that_fails_only_a_scene_made_from_a_seed_is_none_that_passes() {
        let (listed, random) = (scene("a"), scene("random-1"));
        let mut exercise: Exercise = toml::from_str(ABOUT).unwrap();
        exercise.scenes = vec![listed.clone()];
        exercise.random = vec![random.clone()];
        let right = played(true).transcript;
        let expected = Expected {
            scenes: vec![(listed, right.clone())],
            random: vec![ExpectedRandom::of(&random, &right)],
        };
        let known = |hears: bool| {
            let digest = Behaviour::digest_of(&played(hears).transcript, &[]);
            let scenes = vec![("a".to_owned(), Behaviour::of(&right)), ("random-1".to_owned(), digest)];
            Mistakes { mistakes: vec![("deaf".into(), scenes)] }
        };
        assert_eq!(tampered(&exercise, &expected, &known(false)), [""; 0]);
        assert_eq!(tampered(&exercise, &expected, &known(true)).len(), 1);
        // And that is what it is recognised by.
        let scenes: Vec<_> = exercise.all_scenes().cloned().collect();
        let diagnosis = |random: bool| {
            grade(&exercise, &scenes, &[played(true), played(random)], "", &expected, &known(false)).diagnosis
        };
        assert_eq!(diagnosis(false), named());
        let mut other = played(false);
        other.transcript.steps[0].clients[0].events.push(ClientEvent::ConnectionClosed {});
        let other = grade(&exercise, &scenes, &[played(true), other], "", &expected, &known(false)).diagnosis;
        assert!(matches!(other, Diagnosis::Facts(_)), "it fails in another way: {other:?}");
    }

    fn named() -> Diagnosis {
        Diagnosis::Mistake("deaf".into())
    }

    #[test]
    fn what_is_expected_passes_and_what_differs_fails() {
        let scenes = [scene("a"), scene("b")];
        let right = verdict(&scenes, &scenes, &[played(true), played(true)]);
        assert_eq!((right.passed(), right.failed(), right.diagnosis), (2, 0, Diagnosis::None));
        let half = verdict(&scenes, &scenes, &[played(true), played(false)]);
        assert_eq!((half.passed(), half.failed()), (1, 1));
        let fact = "Ada should hear `said` with \"hi\", and did not.".to_owned();
        assert_eq!(half.diagnosis, Diagnosis::Facts(vec![fact]));
        let SceneVerdict::Failed { difference, .. } = &half.scenes[1].1 else { panic!("{half:?}") };
        assert_eq!(difference.last_step(), Some(0));
        let wrong = verdict(&scenes, &scenes, &[played(false), played(false)]);
        assert_eq!((wrong.passed(), wrong.failed(), wrong.diagnosis), (0, 2, named()));
    }

    #[test]
    fn a_scene_that_was_not_played_has_not_passed() {
        let scenes = [scene("a"), scene("b"), scene("c")];
        let verdict = verdict(&scenes, &scenes, &[played(true), played(false)]);
        assert_eq!((verdict.passed(), verdict.failed()), (1, 2));
        assert_eq!(verdict.scenes[2].1, SceneVerdict::NotPlayed);
    }

    #[test]
    fn a_play_that_ended_early_has_not_passed() {
        let mut stopped = played(true);
        stopped.transcript.error = Some(PlayError::ThreadBlocked {});
        let verdict = verdict(&[scene("a")], &[scene("a")], &[stopped]);
        assert_eq!((verdict.passed(), verdict.failed()), (0, 1));
        assert!(matches!(verdict.diagnosis, Diagnosis::Facts(_)), "no name: {verdict:?}");
    }

    #[test]
    fn what_a_client_remembered_may_stand_for_its_memory_and_for_nothing_else() {
        let asks = |what: Value| Scene::new("a", "a").emit("ada", "ask", json!([["rust", { "from": what }]]));
        let written = asks(json!("{last message.id}"));
        assert!(is_play_of(&asks(json!(7)), &written) && is_play_of(&asks(Value::Null), &written));
        assert!(!is_play_of(&asks(json!(7)), &asks(json!("last message.id"))));
        assert!(!is_play_of(&asks(json!(7)), &asks(json!(8))));
        assert!(!is_play_of(&asks(json!(7)).wait(1), &written));
    }

    #[test]
    fn files_that_do_not_match_fail_whatever_the_server_does() {
        let other = Scene { title: "another".into(), ..scene("a") };
        let longer = scene("a").wait(1);
        for (scenes, kept, tampered) in [
            (vec![scene("a")], vec![other], "a"),
            (vec![scene("a")], vec![longer], "a"),
            (vec![scene("a")], vec![scene("a"), scene("b")], "b"),
        ] {
            for hears in [true, false] {
                let verdict = verdict(&scenes, &kept, &[played(hears)]);
                let sentence = format!(
                    "the scene `{tampered}` isn't the same in exercises/chat/x/scenes.toml and in \
                     exercises/chat/x/expected.snap"
                );
                assert_eq!(verdict.tampered, [sentence]);
                assert_eq!(verdict.diagnosis, Diagnosis::None);
                assert_eq!(verdict.failed(), if hears { 1 } else { 2 });
            }
        }
        // A scene that nothing is expected of can't be graded, and doesn't pass.
        let scenes = [scene("a"), scene("b")];
        let verdict = verdict(&scenes, &scenes[..1], &[played(true), played(true)]);
        assert_eq!(verdict.scenes[1].1, SceneVerdict::NotPlayed);
        assert_eq!((verdict.passed(), verdict.failed()), (1, 2));
    }

    #[test]
    fn nothing_passes_where_a_known_mistake_would() {
        let scenes = vec![scene("a"), scene("b")];
        let kept = |of: &[Transcript]| scenes.iter().cloned().zip(of.iter().cloned()).collect::<Vec<_>>();
        let says = |logs: bool| {
            let mut transcript = played(true).transcript;
            let event = LogEvent { message: "ada connected".into(), ..LogEvent::default() };
            transcript.steps[0].server.extend(logs.then_some(ServerEvent::Log(event)));
            transcript
        };
        let silent = scenes.iter().map(|scene| (scene.name.clone(), Behaviour::of(&says(false)))).collect();
        let mistakes = Mistakes { mistakes: vec![("silent".into(), silent)] };
        let graded = |about: &str, expected: &[Transcript], played: &[Transcript]| {
            let mut exercise: Exercise = toml::from_str(about).unwrap();
            scenes.clone_into(&mut exercise.scenes);
            (exercise.chapter, exercise.name) = ("chat".into(), "x".into());
            let played = played.iter().cloned();
            let played: Vec<_> = played
                .map(|transcript| Played { transcript, output: String::new(), ..Played::default() })
                .collect();
            grade(
                &exercise,
                &scenes,
                &played,
                "",
                &Expected { scenes: kept(expected), random: Vec::new() },
                &mistakes,
            )
        };
        let log_rule = format!("{ABOUT}\n[[log]]\nmeans = 'connected'\nwords = ['connect']");
        let (logs, silent) = ([says(true), says(true)], [says(false), says(false)]);
        assert_eq!(graded(&log_rule, &logs, &logs).failed(), 0);
        assert_eq!(graded(&log_rule, &logs, &silent).failed(), 2);
        assert_eq!(
            graded(&log_rule, &[says(true), says(false)], &silent).tampered,
            [""; 0],
            "it fails in one"
        );

        let sentence = "exercises/chat/x/exercise.toml or exercises/chat/x/expected.snap isn't as it was shipped: \
                        `silent` would pass";
        assert_eq!(graded(&log_rule, &silent, &silent).tampered, [sentence]);
        let without_its_rule = graded(ABOUT, &logs, &silent);
        assert_eq!((without_its_rule.passed(), without_its_rule.failed()), (2, 1));
        assert_eq!(without_its_rule.tampered, [sentence]);
    }
}
