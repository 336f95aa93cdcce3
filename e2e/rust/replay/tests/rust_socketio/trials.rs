//! What is to be proved, as a list.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use catalogue::{Entry, Server as Handlers};
use replay::{Own, expected, one_by_one, own_scenes};
use stage::{ANSWER, Kept, Scene, Step, Transcript};

use crate::lies;
use crate::play::{Failure, PATIENCE, Played, as_told_act, replay};

/// One thing to be proved.
pub(crate) struct Job {
    /// What it is called, for the report and for a filter.
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) prove: Box<dyn Fn() -> Result<Proved> + Send + Sync>,
}

/// What kind of thing it is: each is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A kept scene tells its story.
    Kept,
    /// A wrong answer tells its own.
    Wrong,
    /// A scene of this crate's own, or a check of the checks.
    Own,
}

/// How it went, when it went well.
pub(crate) enum Proved {
    /// All of it.
    Whole,
    /// What can be told, and why no more can.
    InPart(String),
}

pub(crate) fn all(root: &Path) -> Result<Vec<Job>> {
    let entries = catalogue::entries(root)?;
    let mut jobs = Vec::new();
    for entry in &entries {
        jobs.extend(entry.kept.iter().map(|kept| kept_scene(entry, kept)));
    }
    for entry in &entries {
        let wrong = entry.servers.iter().filter(|(name, _)| name != ANSWER);
        jobs.extend(wrong.map(|(name, server)| wrong_answer(entry, name, *server)));
    }
    jobs.extend(own_scenes().into_iter().map(own_scene));
    jobs.push(job("the checks/every kind of step is played", Kind::Own, || {
        let kinds = ["answer", "ask", "disconnect", "emit", "enter", "fall silent", "lose", "wait"];
        match kinds_of_step() {
            played if played == kinds => Ok(Proved::Whole),
            played => bail!("only {played:?} are"),
        }
    }));
    jobs.extend(lies::all().into_iter().map(lie));
    Ok(jobs)
}

fn job(
    name: impl Into<String>,
    kind: Kind,
    prove: impl Fn() -> Result<Proved> + Send + Sync + 'static,
) -> Job {
    Job { name: name.into(), kind, prove: Box::new(prove) }
}

/// The answer tells the story that is kept.
fn kept_scene(entry: &Entry, kept: &Kept) -> Job {
    let server = entry.servers.iter().find(|(name, _)| name == ANSWER).map(|(_, server)| *server);
    let kept = kept.clone();
    job(format!("{}/{}", entry.exercise.name, kept.scene.name), Kind::Kept, move || {
        let server = server.context("it has no answer")?;
        if stage::play(&kept.scene, server)?.to_string() != kept.text {
            bail!(
                "its kept transcript is no longer what the stage tells: look at the exercise's own tests first"
            );
        }
        tells(&kept.scene, server)
    })
}

/// The scene tells over TCP what it tells on stage.
fn tells(scene: &Scene, server: Handlers) -> Result<Proved> {
    let story = expected(scene, server)?;
    let scene = one_by_one(scene);
    match replay(&scene, &story, server, PATIENCE) {
        Ok(Played::Whole) => Ok(Proved::Whole),
        Ok(Played::UpTo { steps: 0, why }) => bail!("nothing of it can be played: {why}"),
        Ok(Played::UpTo { steps, why }) => {
            Ok(Proved::InPart(format!("the first {steps} of {} steps; {why}", scene.steps.len())))
        }
        Err(Failure::Differs(difference)) => bail!("it tells another story\n{difference}"),
        Err(Failure::Broken(what)) => bail!("{what}"),
        Err(Failure::IdDrawnTwice) => bail!("rust_socketio drew an id twice, time after time"),
    }
}

/// A wrong answer tells its own story, which is another than the answer's, in one of the scenes.
fn wrong_answer(entry: &Entry, name: &str, wrong: Handlers) -> Job {
    let answer = entry.server(ANSWER);
    let mut scenes: Vec<_> = entry.kept.iter().map(|kept| kept.scene.clone()).collect();
    // Those in which somebody falls silent take their time.
    scenes.sort_by_key(|scene| scene.steps.iter().any(|step| matches!(step, Step::FallSilent { .. })));
    job(format!("{}/{name}", entry.exercise.name), Kind::Wrong, move || {
        let answer = answer.context("it has no answer")?;
        let mut why_not = "no scene tells it from the answer, on stage".to_owned();
        for scene in &scenes {
            let (right, story) = (expected(scene, answer)?, expected(scene, wrong)?);
            let Some(step) = first_difference(&right, &story) else { continue };
            let scene = one_by_one(scene);
            match replay(&scene, &story, wrong, PATIENCE) {
                Ok(Played::Whole) => return Ok(Proved::Whole),
                Ok(Played::UpTo { steps, .. }) if steps > step => return Ok(Proved::Whole),
                Ok(Played::UpTo { why, .. }) => why_not = why,
                Err(Failure::Differs(difference)) => {
                    bail!("{}: it tells another story than on stage\n{difference}", scene.name)
                }
                Err(Failure::Broken(what)) => bail!("{}: {what}", scene.name),
                Err(Failure::IdDrawnTwice) => bail!("rust_socketio drew an id twice, time after time"),
            }
        }
        Ok(Proved::InPart(format!("not over TCP: {why_not}")))
    })
}

/// The first step, counted from 0, at which `rust_socketio` clients would tell the two stories apart.
fn first_difference(right: &Transcript, wrong: &Transcript) -> Option<usize> {
    let told = |story: &Transcript, i: usize| story.acts.get(i).map(|act| as_told_act(act).ok());
    let troubled = wrong.trouble.is_some().then_some(0);
    (0..right.acts.len()).find(|i| told(right, *i) != told(wrong, *i)).or(troubled)
}

/// The scenes of this crate's own that `rust_socketio` cannot play to the end, and how many of their steps it can.
const PLAYED_IN_PART: [(&str, usize); 3] = [("asked", 2), ("refused", 2), ("odd-name", 1)];

fn own_scene(own: Own) -> Job {
    job(format!("own/{}", own.scene.name), Kind::Own, move || {
        let playable = PLAYED_IN_PART.iter().find(|(name, _)| *name == own.scene.name);
        match (tells(&own.scene, own.server)?, playable) {
            (Proved::InPart(why), Some((_, steps))) if why.starts_with(&format!("the first {steps} of")) => {
                Ok(Proved::InPart(why))
            }
            (Proved::Whole, None) => Ok(Proved::Whole),
            (Proved::Whole, Some((_, steps))) => bail!("all of it can be played, and not only {steps} steps"),
            (Proved::InPart(why), _) => bail!("only {why}"),
        }
    })
}

/// The kinds of step in this crate's own scenes. A new kind of step does not compile before it is named here.
fn kinds_of_step() -> Vec<&'static str> {
    let mut kinds: Vec<_> = own_scenes()
        .iter()
        .flat_map(|own| &own.scene.steps)
        .map(|step| match step {
            Step::Enter { .. } => "enter",
            Step::Emit { .. } => "emit",
            Step::Ask { .. } => "ask",
            Step::Answer { .. } => "answer",
            Step::Disconnect { .. } => "disconnect",
            Step::Lose { .. } => "lose",
            Step::FallSilent { .. } => "fall silent",
            Step::Wait { .. } => "wait",
        })
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// A server that lies is caught, and the message says at what.
fn lie(lie: lies::Lie) -> Job {
    const SOON: Duration = Duration::from_millis(500);
    job(format!("the checks/{}", lie.name), Kind::Own, move || {
        let story = expected(&lie.scene, lie.promised)?;
        match replay(&one_by_one(&lie.scene), &story, lie.played, SOON) {
            Err(Failure::Differs(difference)) if difference == lie.difference => Ok(Proved::Whole),
            Err(Failure::Differs(difference)) => bail!("caught, but in other words:\n{difference}"),
            other => bail!("not caught: {other:?}"),
        }
    })
}
