//! The scenes and their servers, for clients that aren't written in Rust: `e2e/replay.mjs` runs this.
//!
//! It writes one line of JSON: a list of all scenes, with what should come of each step as data. Then it answers each line
//! of JSON that it reads with another one, until the input ends. See [`Request`].

use std::collections::BTreeMap;
use std::io::{BufRead, Write, stdin, stdout};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use harness::Server;
use replay::{Heartbeat, TcpServer, difference, expected, extra_scenes, name_ids, sorted};
use scenario::{Scene, StepResult};
use serde::Deserialize;
use serde_json::{Value, json};

/// A line of input.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Request {
    /// `{"serve": 3}` starts the server of scene 3 (counted from 0) on a port of its own. The answer is
    /// `{"server": 0, "url": "http://…"}`.
    Serve(usize),
    /// `{"settle": 0}` waits until server 0 is idle. The answer is what it did that no client sees:
    /// `{"events": [{"log": {…}}]}`.
    Settle(usize),
    /// `{"stop": 0}` stops server 0. The answer is `{}`.
    Stop(usize),
    /// `{"compare": {"expected": …, "actual": …, "ids": …}}` compares two results of a step. The answer is
    /// `{"difference": "…"}`, in lines for a reader, or `{"difference": null}` if they are equal.
    Compare(Box<Comparison>),
}

/// What is compared.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Comparison {
    /// What should have happened.
    expected: StepResult,
    /// What happened.
    actual: StepResult,
    /// The name of the client for each id that may stand in `actual`.
    ids: BTreeMap<String, String>,
}

/// A scene and the server it is played over.
struct SceneToServe {
    exercise: String,
    /// The exercise's chapter. A scene that belongs to no exercise has none.
    chapter: Option<String>,
    scene: Scene,
    server: Server,
}

fn main() -> Result<()> {
    let scenes = scenes()?;
    let list: Vec<_> = scenes.iter().map(to_json).collect::<Result<_>>()?;
    write(&Value::from(list))?;
    let mut servers: Vec<Option<TcpServer>> = Vec::new();
    for line in stdin().lock().lines() {
        let line = line?;
        let request = serde_json::from_str(&line).with_context(|| format!("not a request: {line}"))?;
        let answer = match request {
            Request::Serve(scene) => {
                let scene = scenes.get(scene).context("no such scene")?;
                let server = TcpServer::start(&scene.server, Heartbeat::for_scene(&scene.scene))?;
                let url = format!("http://{}", server.address());
                servers.push(Some(server));
                json!({ "server": servers.len() - 1, "url": url })
            }
            Request::Settle(server) => {
                let server = servers.get(server).and_then(Option::as_ref).context("no such server")?;
                wait_until_idle(server)?;
                json!({ "events": server.take_events() })
            }
            Request::Stop(server) => {
                servers.get_mut(server).and_then(Option::take).context("no such server")?.stop();
                json!({})
            }
            Request::Compare(comparison) => {
                let Comparison { expected, actual, ids } = *comparison;
                let ids = ids.iter().map(|(id, name)| (id.as_str(), name.as_str()));
                json!({ "difference": difference(&expected, &name_ids(&actual, ids)) })
            }
        };
        write(&answer)?;
    }
    Ok(())
}

fn scenes() -> Result<Vec<SceneToServe>> {
    let mut scenes = Vec::new();
    for exercise in grader::exercises(&grader::root())? {
        let name = &exercise.name;
        let solution = solutions::find(name).with_context(|| format!("{name} has no solution"))?;
        scenes.extend(exercise.scenes.iter().map(|scene| SceneToServe {
            exercise: name.clone(),
            chapter: Some(exercise.chapter.clone()),
            scene: scene.clone(),
            server: solution.solution.clone(),
        }));
    }
    scenes.extend(extra_scenes().into_iter().map(|extra| SceneToServe {
        exercise: "extra".to_owned(),
        chapter: None,
        scene: extra.scene,
        server: extra.server,
    }));
    Ok(scenes)
}

/// The scene as data, with what should come of each of its steps.
fn to_json(SceneToServe { exercise, chapter, scene, server }: &SceneToServe) -> Result<Value> {
    let name = &scene.name;
    let transcript = expected(scene, server).with_context(|| format!("{exercise}/{name}"))?;
    if let Some(error) = transcript.error {
        bail!("{exercise}/{name}: {error}");
    }
    // The sentence is for messages only.
    let step =
        |result: &StepResult| json!({ "sentence": result.step.to_string(), "expected": sorted(result) });
    let heartbeat = Heartbeat::for_scene(scene);
    Ok(json!({
        "exercise": exercise,
        "chapter": chapter,
        "name": name,
        "heartbeat": { "interval": heartbeat.interval.as_millis(), "timeout": heartbeat.timeout.as_millis() },
        "steps": transcript.steps.iter().map(step).collect::<Vec<_>>(),
    }))
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
