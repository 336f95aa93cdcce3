//! Runs: long scenes made from a seed, which nobody has written down the play of. What a server does in them is held against
//! what it promises.

use std::io;

use scenario::{Breach, Cost, Difference, Promise, Random, Scene, Step, Transcript, written_steps};
use serde::Deserialize;

use crate::diagnosis::Diagnosis;
use crate::exercise::LONG_EVENING;
use crate::player::{Played, Player};
use crate::verdict::{SceneVerdict, Verdict};
use crate::{Exercise, LEARNER};

/// The runs of an exercise, and what is promised about them: `[promise]` in its `scenes.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runs {
    /// What must hold in each of them. The first that is broken is told.
    pub keeps: Vec<Promise>,
    /// How each run ends: each of these steps is done by everyone who can. Without it nobody could say what is lost.
    #[serde(default, deserialize_with = "written_steps")]
    end: Vec<Step>,
    /// Whether the server keeps a queue for each subscriber, out of which goes what is received. Diagrams show it.
    #[serde(default)]
    pub(crate) queues: bool,
    random: Random,
}

/// A scene that is long enough for a promise to be broken in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// What happens.
    pub scene: Scene,
    /// How many steps its end has: everyone comes back and asks for what they have missed, and time passes.
    end: usize,
}

/// A run in which a promise isn't kept.
struct Broken {
    /// The run. Made as short as it can be, it has the same name.
    scene: Scene,
    /// What happened.
    played: Played,
    /// What should have, as far as one can say.
    expected: Transcript,
    /// What is wrong with it, in a sentence or two.
    sentences: Vec<String>,
}

impl Runs {
    /// Whether runs can be made from it.
    ///
    /// # Errors
    /// With what has to be changed.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.keeps.is_empty() {
            return Err("[promise] keeps nothing. Write the promises as `keeps`".to_owned());
        }
        self.random.check().map_err(|problem| format!("[promise.random]: {problem}"))
    }

    /// The runs, in a fixed order.
    pub fn runs(&self) -> Vec<Run> {
        self.random.runs(&self.end).into_iter().map(|(scene, end)| Run { scene, end }).collect()
    }

    /// What is wrong with the play of a run: in sentences, and as the transcript that it should have been. `None`: nothing.
    pub fn fault(&self, played: &Transcript) -> Option<(Vec<String>, Transcript)> {
        if let Some(sentence) = played.error_sentence() {
            let expected = Transcript { error: None, ..played.clone() };
            return Some((vec![format!("In this run, {sentence}.")], expected));
        }
        let Breach { promise, sentence, expected } = Breach::find(played, &self.keeps)?;
        Some((vec![format!("It's promised that {promise}."), sentence], expected))
    }

    /// Plays the runs over the learner's server. If one has a fault, it's the shortest, made as short as it can be.
    fn hold(&self, runs: &[Run], player: &mut Player) -> io::Result<Result<Vec<Played>, Broken>> {
        let scenes: Vec<_> = runs.iter().map(|run| run.scene.clone()).collect();
        let played = player.play_all(LEARNER, &scenes)?;
        let faults = runs.iter().zip(&played).filter_map(|(run, played)| {
            let (sentences, expected) = self.fault(&played.transcript)?;
            Some((run, Broken { scene: run.scene.clone(), played: played.clone(), expected, sentences }))
        });
        let Some((run, mut broken)) = faults.min_by_key(|(run, _)| run.scene.steps.len()) else {
            return Ok(Ok(played));
        };
        let (mut end, all) = (run.end, run.scene.steps.len());
        // Each play of such a run takes its whole time.
        while !broken.played.timed_out() {
            let Some((shorter, its_end)) = self.shorter(player, &broken, end)? else { break };
            (broken, end) = (shorter, its_end);
        }
        if broken.scene.steps.len() < all {
            broken.scene.title += ", and made as short as it can be";
        }
        Ok(Err(broken))
    }

    /// The run without something, and still with the same fault; with the length of its end. `None`: it needs all it has.
    fn shorter(
        &self,
        player: &mut Player,
        broken: &Broken,
        end: usize,
    ) -> io::Result<Option<(Broken, usize)>> {
        let tries = shorter(&broken.scene, end);
        let scenes: Vec<_> = tries.iter().map(|(scene, _)| scene.clone()).collect();
        let played = player.play_all(LEARNER, &scenes)?;
        Ok(tries.into_iter().zip(played).find_map(|((scene, end), played)| {
            let (sentences, expected) = self.fault(&played.transcript)?;
            // Another fault is another story.
            if sentences[0] != broken.sentences[0] {
                return None;
            }
            Some((Broken { scene, played, expected, sentences }, end))
        }))
    }
}

/// The scene without one of its clients, and then without one of its steps. The end, which has that many steps, stays, but
/// for what the client does that is left out.
fn shorter(scene: &Scene, end: usize) -> Vec<(Scene, usize)> {
    let all = scene.steps.len();
    let without = |steps: Vec<Step>| Scene { steps, ..scene.clone() };
    let mut clients: Vec<String> = Vec::new();
    for client in scene.steps.iter().flat_map(Step::clients) {
        if !clients.iter().any(|known| known == client) {
            clients.push(client.to_owned());
        }
    }
    let (body, tail) = scene.steps.split_at(all - end);
    let without_client = clients.iter().map(|client| {
        let of = |steps: &[Step]| steps.iter().filter_map(|step| step.without(client)).collect::<Vec<_>>();
        let tail = of(tail);
        (without([of(body), tail.clone()].concat()), tail.len())
    });
    let without_step = (0..body.len()).map(|i| {
        let mut steps = scene.steps.clone();
        steps.remove(i);
        (without(steps), end)
    });
    let shorter = |(it, _): &(Scene, usize)| it.steps.len() < all && it.check().is_ok();
    without_client.chain(without_step).filter(shorter).collect()
}

/// Holds what happens in the runs of `exercise` that `wants` by their names against what is promised, and adds to the
/// verdict what comes of it. Where a scene has failed that people read, that says more, and no run is played.
///
/// # Errors
/// If the worker can't be started.
pub fn hold_promises(
    exercise: &Exercise,
    player: &mut Player,
    verdict: &mut Verdict,
    wants: impl Fn(&str) -> bool,
) -> io::Result<()> {
    let failed = |one: &SceneVerdict| !matches!(one, SceneVerdict::Passed(_));
    // A long evening fails at a step among a hundred: a short run tells the same in five.
    let is_long = |scene: &Scene| exercise.is_random(scene) || scene.name == LONG_EVENING;
    let says_more = verdict.scenes.iter().any(|(scene, one)| failed(one) && !is_long(scene));
    let is_known = matches!(verdict.diagnosis, Diagnosis::Mistake(_) | Diagnosis::AsShipped);
    let is_done = says_more || is_known || !verdict.tampered.is_empty();
    let Some(promised) = exercise.runs.as_ref().filter(|_| !is_done) else { return Ok(()) };
    let runs: Vec<_> = promised.runs().into_iter().filter(|run| wants(&run.scene.name)).collect();
    match promised.hold(&runs, player)? {
        // Somebody has asked for runs alone, by name.
        Ok(played) if verdict.scenes.is_empty() => {
            let scenes = runs.into_iter().map(|run| run.scene);
            verdict.scenes = scenes.zip(played.into_iter().map(SceneVerdict::Passed)).collect();
        }
        Ok(played) if verdict.failed() == 0 => {
            verdict.runs_kept = played.len();
            verdict.cost = Cost::of(played.iter().map(|one| &one.transcript));
        }
        Ok(_) => {}
        Err(Broken { scene, played, expected, sentences }) => {
            let difference = Difference::between(&expected, &played.transcript);
            verdict.diagnosis = Diagnosis::Facts(sentences);
            let first = verdict.scenes.iter().position(|(_, one)| failed(one));
            let place = first.unwrap_or(verdict.scenes.len());
            verdict.scenes.insert(place, (scene, SceneVerdict::Failed { played, expected, difference }));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_shorter_run_lacks_a_client_or_a_step_and_keeps_its_end() {
        let scene = Scene::new("run-1", "x").connect(["ada"]).connect(["bob"]).emit("ada", "say", "hi");
        let scene = scene.together(Scene::new("", "").emit("ada", "say", "hi").emit("bob", "say", "ho"));
        let scene = scene.emit("ada", "getAll", ()).emit("bob", "getAll", ()).wait(60);
        let found: Vec<_> = shorter(&scene, 3)
            .into_iter()
            .map(|(scene, end)| {
                assert_eq!(scene.name, "run-1");
                let steps: Vec<_> = scene.steps.iter().map(ToString::to_string).collect();
                (steps.join("; "), end)
            })
            .collect();
        let expected = [
            ("bob connects; bob emits say \"ho\"; bob emits getAll; 60 seconds pass", 2),
            (
                "ada connects; ada emits say \"hi\"; ada emits say \"hi\"; ada emits getAll; 60 seconds pass",
                2,
            ),
            (
                "ada connects; bob connects; at the same moment ada emits say \"hi\", and bob emits say \"ho\"; ada emits \
                 getAll; bob emits getAll; 60 seconds pass",
                3,
            ),
            (
                "ada connects; bob connects; ada emits say \"hi\"; ada emits getAll; bob emits getAll; 60 seconds pass",
                3,
            ),
        ];
        // To leave out that somebody connects is no scene: they act later.
        assert_eq!(found, expected.map(|(steps, end)| (steps.to_owned(), end)));
    }

    #[test]
    fn what_ends_a_play_is_a_fault_too() {
        let runs = json!({ "keeps": ["nothing-lost"], "random": { "seed": 1, "count": 1, "clients": ["a", "b"], "step": [] } });
        let runs: Runs = serde_json::from_value(runs).unwrap();
        assert!(runs.check().unwrap_err().starts_with("[promise.random]: there is no `step`"));
        let steps = Vec::new();
        let mut played = Transcript { clients: Vec::new(), steps, error: None };
        assert_eq!(runs.fault(&played), None);
        played.error = Some(scenario::PlayError::NeverIdle {});
        let (sentences, expected) = runs.fault(&played).unwrap();
        assert_eq!(expected.error, None);
        assert!(sentences[0].starts_with("In this run, "), "{sentences:?}");
    }
}
