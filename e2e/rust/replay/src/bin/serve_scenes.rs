//! The scenes and their servers, for clients that aren't written in Rust: `e2e/replay.mjs` runs this.
//!
//! It writes one line of JSON: a list of all scenes, with what should come of each step as data. Then it answers each line
//! of JSON that it reads with another one, until the input ends. See [`Request`].

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, Write, stdin, stdout};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use grader::{Cheatsheet, Effects, Recorded};
use harness::Server;
use replay::{
    Heartbeat, Several, TcpServer, difference, expected, extra_scenes, needs_heartbeat, played_up_to,
    serve_one, show_ids, sorted,
};
use scenario::{Node, Scene, StepResult, Transcript};
use serde::Deserialize;
use serde_json::{Value, json};

/// A line of input.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Request {
    /// `{"serve": 3}` starts the server of scene 3 (counted from 0) on a port of its own. The answer is
    /// `{"server": 0, "url": "http://…"}`. If there are several, `urls` has each one's: `{"A": "http://…", …}`.
    Serve(usize),
    /// `{"settle": 0}` waits until server 0 is idle. The answer is what it did that no client sees:
    /// `{"events": [{"log": {…}}]}`.
    Settle(usize),
    /// `{"kill": {"server": 0, "at": "B"}}` ends the process of one of several servers. The answer is `{}`.
    Kill {
        /// Which servers.
        server: usize,
        /// Which of them.
        at: Node,
    },
    /// `{"stop": 0}` stops server 0. The answer is `{}`.
    Stop(usize),
    /// `{"compare": {"expected": …, "actual": …, "ids": …}}` compares two results of a step. The answer is
    /// `{"difference": "…"}`, in lines for a reader, or `{"difference": null}` if they are equal.
    Compare(Box<Comparison>),
    /// `{"keep": {"exercise": "broadcast", "plays": [{"server": "node", "scene": "alone", "steps": […], "ids": …}]}}`
    /// writes these plays, and no others, as the exercise's `node.snap`. The answer is `{"file": "…"}`.
    Keep(Keep),
}

/// `{"Bm5pbI2qKGWrd6": ["ada", 2]}`
type Ids = BTreeMap<String, (String, usize)>;

/// What is kept.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keep {
    exercise: String,
    plays: Vec<NodePlay>,
}

/// What a server on Node plays a scene as.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NodePlay {
    server: String,
    scene: String,
    steps: Vec<StepResult>,
    /// For each id that may stand in `steps`, the name of its client and the number of its connection.
    ids: Ids,
}

/// What is compared.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Comparison {
    /// What should have happened.
    expected: StepResult,
    /// What happened.
    actual: StepResult,
    /// For each id that may stand in `actual`, the name of its client and the number of its connection.
    ids: Ids,
}

/// What the cheatsheet is called where exercises have their name.
const CHEATSHEET: &str = "cheatsheet";

/// A scene and the server it is played over.
struct SceneToServe {
    exercise: String,
    /// The exercise's chapter. A scene that belongs to no exercise has none.
    chapter: Option<String>,
    /// Of a short scene of an exercise, or of an entry of the cheatsheet: what is kept of its plays on Node.
    recorded: Option<Arc<Recorded>>,
    /// The entry of the cheatsheet, if it is one. It is the scene's name, too, since all entries have the same scene.
    entry: Option<&'static str>,
    scene: Scene,
    server: Server,
}

/// What a scene is played over.
enum Served {
    One(TcpServer),
    Several(Several),
}

fn main() -> Result<()> {
    if serve_one()? {
        return Ok(());
    }
    let scenes = scenes()?;
    let list: Vec<_> = scenes.iter().map(to_json).collect::<Result<_>>()?;
    write(&Value::from(list))?;
    let mut servers: Vec<Option<Served>> = Vec::new();
    for line in stdin().lock().lines() {
        let line = line?;
        let request = serde_json::from_str(&line).with_context(|| format!("not a request: {line}"))?;
        let answer = match request {
            Request::Serve(scene) => {
                let scene = scenes.get(scene).context("no such scene")?;
                let number = servers.len();
                if scene.scene.names_servers() {
                    let several = Several::start(&scene.exercise, scene.scene.servers())?;
                    let urls = several.urls.clone();
                    servers.push(Some(Served::Several(several)));
                    json!({ "server": number, "url": urls[&Node::A], "urls": urls })
                } else {
                    let server = TcpServer::start(&scene.server, Heartbeat::for_scene(&scene.scene))?;
                    let url = format!("http://{}", server.address());
                    servers.push(Some(Served::One(server)));
                    json!({ "server": number, "url": url })
                }
            }
            Request::Settle(server) => {
                match servers.get(server).and_then(Option::as_ref).context("no such server")? {
                    Served::One(server) => {
                        wait_until_idle(server)?;
                        json!({ "events": server.take_events() })
                    }
                    // What they log is in their own processes.
                    Served::Several(_) => json!({ "events": [] }),
                }
            }
            Request::Kill { server, at } => {
                let Some(Some(Served::Several(several))) = servers.get_mut(server) else {
                    bail!("no such servers");
                };
                several.kill(at)?;
                json!({})
            }
            Request::Stop(server) => {
                match servers.get_mut(server).and_then(Option::take).context("no such server")? {
                    Served::One(server) => server.stop(),
                    Served::Several(several) => drop(several),
                }
                json!({})
            }
            Request::Compare(comparison) => {
                let Comparison { expected, actual, ids } = *comparison;
                json!({ "difference": difference(&expected, &show_ids(&actual, each(&ids))) })
            }
            Request::Keep(keep) => json!({ "file": write_node_snap(keep)? }),
        };
        write(&answer)?;
    }
    Ok(())
}

fn scenes() -> Result<Vec<SceneToServe>> {
    let mut scenes = Vec::new();
    // A client has no server of its own to be talked to.
    for exercise in grader::exercises(&grader::root())?.into_iter().filter(|it| !it.is_client()) {
        let name = &exercise.name;
        let solution = solutions::find(name).with_context(|| format!("{name} has no solution"))?;
        let recorded = Arc::new(Recorded::read(&exercise.node_file())?);
        let is_on_node = |scene: &Scene| exercise.scenes_on_node().any(|it| it.name == scene.name);
        scenes.extend(exercise.scenes.iter().map(|scene| SceneToServe {
            exercise: name.clone(),
            chapter: Some(exercise.chapter.clone()),
            recorded: is_on_node(scene).then(|| recorded.clone()),
            entry: None,
            scene: scene.clone(),
            server: solution.solution.clone(),
        }));
    }
    scenes.extend(extra_scenes().into_iter().map(|extra| SceneToServe {
        exercise: "extra".to_owned(),
        chapter: None,
        recorded: None,
        entry: None,
        scene: extra.scene,
        server: extra.server,
    }));
    let cheatsheet = Cheatsheet::read(&grader::root())?;
    let recorded = Arc::new(Recorded::read(&cheatsheet.node_file())?);
    scenes.extend(solutions::cheatsheet::all().into_iter().map(|(entry, server)| SceneToServe {
        exercise: CHEATSHEET.to_owned(),
        chapter: None,
        recorded: Some(recorded.clone()),
        entry: Some(entry),
        scene: cheatsheet.scene.clone(),
        server,
    }));
    Ok(scenes)
}

/// The scene as data, with what should come of each of its steps.
fn to_json(to_serve: &SceneToServe) -> Result<Value> {
    let SceneToServe { exercise, chapter, recorded, entry, scene, server } = to_serve;
    let name = entry.unwrap_or(&scene.name);
    let mut transcript = expected(scene, server).with_context(|| format!("{exercise}/{name}"))?;
    if let Some(error) = transcript.error {
        bail!("{exercise}/{name}: {error}");
    }
    let all = transcript.steps.len();
    let chosen = |step: &StepResult| step.step.is_only_in_the_harness();
    let until_chosen = transcript.steps.iter().position(chosen);
    let until_chosen =
        until_chosen.map(|steps| (steps, "only the harness loses a message at a chosen moment"));
    // One of several servers builds itself, and so has Socket.IO's own heartbeat.
    let until_heartbeat = transcript.steps.iter().position(|result| needs_heartbeat(&result.step));
    let until_heartbeat = until_heartbeat.filter(|_| scene.names_servers());
    let until_heartbeat =
        until_heartbeat.map(|steps| (steps, "the server's heartbeat is too long to wait for"));
    let until_undecided = played_up_to(&format!("{exercise}/{name}"));
    let in_part =
        until_chosen.into_iter().chain(until_heartbeat).chain(until_undecided).min().map(|(steps, why)| {
            transcript.steps.truncate(steps);
            format!("{steps} of {all} steps ({why})")
        });
    // On Node a scene is played in its own steps, as the page shows it.
    let on_node = match recorded {
        None => Value::Null,
        Some(recorded) => {
            let solution = harness::play(scene, server)?;
            // What a client remembers stands in what it does, as in the harness.
            let recorded_steps = |name: &str| {
                let mut recorded = recorded.transcript(name, scene)?;
                for (step, played) in recorded.steps.iter_mut().zip(&solution.steps) {
                    step.step.clone_from(&played.step);
                }
                Some(steps(&recorded))
            };
            let names = recorded.servers.iter().map(|(name, _)| name);
            let names = names.filter(|name| entry.is_none_or(|entry| entry == *name));
            let recorded: BTreeMap<_, _> =
                names.filter_map(|name| Some((name.clone(), recorded_steps(name)?))).collect();
            json!({ "solution": steps(&solution), "recorded": recorded })
        }
    };
    let heartbeat = Heartbeat::for_scene(scene);
    Ok(json!({
        "exercise": exercise,
        "chapter": chapter,
        "name": name,
        "namesServers": scene.names_servers(),
        "heartbeat": { "interval": heartbeat.interval.as_millis(), "timeout": heartbeat.timeout.as_millis() },
        "steps": steps(&transcript),
        "inPart": in_part,
        "onNode": on_node,
    }))
}

/// The steps of a play, each with what should come of it. The sentence is for messages only.
fn steps(transcript: &Transcript) -> Value {
    let step =
        |result: &StepResult| json!({ "sentence": result.step.to_string(), "expected": sorted(result) });
    transcript.steps.iter().map(step).collect()
}

/// Each id, the name of its client, and the number of its connection.
fn each(ids: &Ids) -> impl Iterator<Item = (&str, &str, usize)> {
    ids.iter().map(|(id, (client, connection))| (id.as_str(), client.as_str(), *connection))
}

/// Writes what is kept of the plays on Node of an exercise, or of the cheatsheet. Returns the file.
fn write_node_snap(Keep { exercise: name, plays }: Keep) -> Result<PathBuf> {
    let cheatsheet = (name == CHEATSHEET).then(|| Cheatsheet::read(&grader::root())).transpose()?;
    let (file, about) = if let Some(cheatsheet) = &cheatsheet {
        (cheatsheet.node_file(), "The emit cheatsheet".to_owned())
    } else {
        let exercises = grader::exercises(&grader::root())?;
        let exercise = exercises.iter().find(|it| it.name == name).context("no such exercise")?;
        (exercise.node_file(), format!("{}: {}", exercise.question, exercise.title))
    };
    let mut recorded = Recorded::default();
    for NodePlay { server, scene, steps, ids } in plays {
        let steps = steps.iter().map(|result| show_ids(result, each(&ids))).collect();
        let scene = cheatsheet.as_ref().map_or(scene, |cheatsheet| cheatsheet.scene.name.clone());
        let effects = Effects::of(&Transcript { steps, ..Transcript::default() });
        match recorded.servers.iter_mut().find(|(name, _)| *name == server) {
            Some((_, scenes)) => scenes.push((scene, effects)),
            None => recorded.servers.push((server, vec![(scene, effects)])),
        }
    }
    // The header that insta writes.
    let about = serde_json::to_string(&format!("{about}, on Node"))?;
    let contents = recorded.contents();
    let text = format!("---\nsource: e2e/replay.mjs\ndescription: {about}\n---\n{contents}\n");
    fs::write(&file, text).with_context(|| format!("{} can't be written", file.display()))?;
    Ok(file)
}

fn wait_until_idle(server: &TcpServer) -> Result<()> {
    const TIMEOUT: Duration = Duration::from_secs(10);
    let began = Instant::now();
    while !server.is_idle() {
        if began.elapsed() > TIMEOUT {
            bail!("the server is never idle");
        }
        sleep(Duration::from_millis(1));
    }
    Ok(())
}

fn write(answer: &Value) -> Result<()> {
    let mut out = stdout().lock();
    writeln!(out, "{answer}")?;
    Ok(out.flush()?)
}
