//! The list of tests.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use grader::Exercise;
use harness::Server;
use libtest_mimic::{Completion, Failed, Trial};
use replay::{ExtraScene, difference, expected, extra_scenes, needs_heartbeat, one_by_one, played_up_to};
use scenario::{Scene, Step, Transcript};

use crate::faulty_servers::{self, FaultyServer};
use crate::plan::Plan;
use crate::run::{Failure, TIMEOUT, run};

/// All tests. A scene that `rust_socketio` can play only in part comes with a note.
pub(crate) fn all(root: &Path) -> Result<Vec<(Trial, Option<String>)>> {
    let exercises = grader::exercises(root)?;
    let mut trials = Vec::new();
    // There is one server here. `e2e/replay.mjs` plays over several.
    let has_one_server = |exercise: &&Exercise| !exercise.scenes.iter().any(Scene::names_servers);
    for exercise in exercises.iter().filter(|exercise| !exercise.is_client()).filter(has_one_server) {
        let name = &exercise.name;
        let solution = solutions::find(name).with_context(|| format!("{name} has no solution"))?;
        for scene in &exercise.scenes {
            trials.push(SceneTest::new(name, scene, &solution.solution)?.into_trial());
        }
        for mistake in &exercise.mistakes {
            let name = format!("{name}/{}", mistake.name);
            let server = solution.server(&mistake.name).with_context(|| format!("{name} has no code"))?;
            trials.push((mistake_trial(name, &exercise.scenes, &solution.solution, &server), None));
        }
    }
    for ExtraScene { scene, server } in extra_scenes() {
        let in_part = PLAYED_IN_PART.iter().find(|(name, _)| *name == scene.name);
        let test = SceneTest::new("extra", &scene, &server)?;
        let playable = Some(in_part.map_or(test.steps, |(_, steps)| *steps));
        trials.push(SceneTest { playable, ..test }.into_trial());
    }
    trials.push((Trial::test("every kind of step is played", every_kind_of_step).with_kind("check"), None));
    trials.extend(faulty_servers::all().into_iter().map(|server| (faulty_server_trial(server), None)));
    Ok(trials)
}

/// The mistakes that aren't played over TCP, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("heartbeat/own-ping", "it has a heartbeat of its own beside the quick one of this check"),
    ("chat/overwrites", "it depends on which of two that connect is first"),
    ("health/asks-everyone", "its response waits for the clients, longer than a scene in virtual time does"),
    (
        "heartbeat/two-servers",
        "a server that builds itself has its own heartbeat, and one of them takes 45 seconds",
    ),
    (
        "help-desk/disconnects-everywhere",
        "rust_socketio isn't seen to notice that the server disconnects it from `/`",
    ),
    (
        "help-desk/disconnects-root",
        "rust_socketio isn't seen to notice that the server disconnects it from `/`",
    ),
    (
        "received/after-a-while",
        "over TCP, time in which nothing comes is cut short, and it forgets by the clock",
    ),
    ("redeliver/for-ever", "over TCP, time in which nothing comes is cut short, and it emits by the clock"),
    ("redeliver/four-times", "over TCP, time in which nothing comes is cut short, and it emits by the clock"),
    (
        "redeliver/once-is-enough",
        "over TCP, time in which nothing comes is cut short, and it gives up by the clock",
    ),
    (
        "redeliver/waits-twice",
        "over TCP, time in which nothing comes is cut short, and it emits by the clock",
    ),
    ("tenants/after-the-fact", "it disconnects a client that may be about to emit"),
    ("tenants/anyone", "this check's own namespace, `/__fence`, is a tenant to it"),
    ("tenants/on-root", "this check's own namespace, `/__fence`, is a tenant to it"),
    ("tenants/refused-stay", "it lists this check's own namespace, `/__fence`"),
    ("tenants/stays-listed", "it lists this check's own namespace, `/__fence`"),
];

/// The extra scenes that `rust_socketio` can't play to the end, and how many of their steps it can.
const PLAYED_IN_PART: [(&str, usize); 2] = [("client-acks", 2), ("reserved-name", 1)];

/// Over TCP a scene gives what it gives in the harness.
struct SceneTest {
    name: String,
    scene: Scene,
    server: Server,
    plan: Plan,
    /// How many steps the scene has, [one client at a time](one_by_one).
    steps: usize,
    /// How many of them must be played. By default, any but none.
    playable: Option<usize>,
}

impl SceneTest {
    fn new(exercise: &str, scene: &Scene, server: &Server) -> Result<Self> {
        let name = format!("{exercise}/{}", scene.name);
        let transcript = expected(scene, server).with_context(|| name.clone())?;
        Ok(Self {
            plan: plan(&name, &transcript),
            steps: one_by_one(scene).steps.len(),
            playable: None,
            scene: scene.clone(),
            server: server.clone(),
            name,
        })
    }

    /// How many of the steps are played, and why no more, if they aren't all.
    fn note(&self) -> Option<String> {
        let why = self.plan.obstacle.as_ref()?;
        Some(format!("{}, {} of {} steps ({why})", self.name, self.plan.expected.len(), self.steps))
    }

    fn into_trial(self) -> (Trial, Option<String>) {
        let (name, note) = (self.name.clone(), self.note());
        let test = move || {
            let note = self.note().unwrap_or_default();
            let playable = self.plan.expected.len();
            if playable == 0 {
                return Err(format!("nothing can be played: {note}").into());
            }
            if let Some(expected) = self.playable.filter(|expected| *expected != playable) {
                return Err(format!("{playable} steps can be played, not {expected}: {note}").into());
            }
            run(&self.plan, &self.scene, &self.server, TIMEOUT).map_err(failed)
        };
        (Trial::test(name, test).with_kind("scene"), note)
    }
}

/// The plan for the scene `EXERCISE/SCENE`, up to where real time decides what comes.
fn plan(name: &str, transcript: &Transcript) -> Plan {
    let mut plan = Plan::new(transcript);
    if let Some((steps, why)) = played_up_to(name)
        && steps < plan.expected.len()
    {
        plan.expected.truncate(steps);
        plan.obstacle = Some(why.to_owned());
    }
    plan
}

/// Over TCP a mistake gives what it gives in the harness, and in one of the scenes that differs from the solution.
fn mistake_trial(name: String, scenes: &[Scene], solution: &Server, mistake: &Server) -> Trial {
    if let Some((_, why)) = LEFT_OUT.iter().find(|(left_out, _)| *left_out == name) {
        return Trial::ignorable_test(name, || Ok(Completion::ignored_with(*why))).with_kind("mistake");
    }
    let exercise = name.split('/').next().unwrap_or_default().to_owned();
    let (mut scenes, solution, mistake) = (scenes.to_vec(), solution.clone(), mistake.clone());
    // Those that wait for a heartbeat take longest.
    scenes.sort_by_key(|scene| scene.steps.iter().any(needs_heartbeat));
    let test = move || {
        let mut why = "no scene tells it from the solution".to_owned();
        for scene in &scenes {
            let name = format!("{exercise}/{}", scene.name);
            let right = plan(&name, &expected(scene, &solution)?);
            let wrong = plan(&name, &expected(scene, &mistake)?);
            if differ(&right, &wrong) {
                let result = run(&wrong, scene, &mistake, TIMEOUT).map_err(failed);
                return result.map(|()| Completion::Completed);
            }
            why = wrong.obstacle.unwrap_or(why);
        }
        Ok(Completion::ignored_with(why))
    };
    Trial::ignorable_test(name, test).with_kind("mistake")
}

/// Whether what is played of `wrong` differs from what comes of the same steps in `right`.
fn differ(right: &Plan, wrong: &Plan) -> bool {
    let mut steps = wrong.expected.iter().enumerate();
    steps.any(|(i, wrong)| right.expected.get(i).is_none_or(|right| difference(right, wrong).is_some()))
}

fn failed(failure: Failure) -> Failed {
    match failure {
        Failure::Differs(difference) => format!("it differs from the harness\n{difference}").into(),
        Failure::Error(error) => error.into(),
        Failure::ReusedAckId => "rust_socketio used an ack's id twice, in each of several attempts".into(),
    }
}

/// A faulty server is noticed, and the message says how.
fn faulty_server_trial(FaultyServer { name, scene, expected, faulty, message }: FaultyServer) -> Trial {
    const SHORT: Duration = Duration::from_millis(500);
    let test = move || {
        let plan = Plan::new(&replay::expected(&scene, &expected)?);
        match run(&plan, &scene, &faulty, SHORT) {
            Err(Failure::Differs(difference)) if difference == message => Ok(()),
            Err(Failure::Differs(difference)) => Err(format!("noticed, but as\n{difference}").into()),
            other => Err(format!("not noticed: {other:?}").into()),
        }
    };
    Trial::test(name, test).with_kind("check")
}

/// The extra scenes have every kind of step.
fn every_kind_of_step() -> Result<(), Failed> {
    const KINDS: [&str; 12] = [
        "acknowledge",
        "close_connection",
        "connect",
        "cut_off",
        "disconnect",
        "drop_connection",
        "emit",
        "emit_with_ack",
        "request",
        "stop_pongs",
        "together",
        "wait",
    ];
    let extra = extra_scenes();
    let mut kinds: Vec<_> = extra.iter().flat_map(|extra| &extra.scene.steps).map(kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds == KINDS { Ok(()) } else { Err(format!("only {kinds:?} are").into()) }
}

/// The kind of a step. With a new kind, this doesn't compile until it is named here.
fn kind(step: &Step) -> &'static str {
    match step {
        Step::Connect { .. }
        | Step::Emit { .. }
        | Step::EmitWithAck { .. }
        | Step::Acknowledge { .. }
        | Step::Disconnect { .. }
        | Step::DropConnection { .. }
        | Step::CloseConnection { .. }
        | Step::CutOff { .. }
        | Step::LoseNext { .. }
        | Step::CrashAtNext { .. }
        | Step::Restart {}
        | Step::Kill { .. }
        | Step::CutLine {}
        | Step::MendLine {}
        | Step::StopPongs { .. }
        | Step::Request { .. }
        | Step::Together(_)
        | Step::Wait { .. }
        | Step::Start {}
        | Step::Accept {}
        | Step::Refuse { .. } => step.kind(),
    }
}
