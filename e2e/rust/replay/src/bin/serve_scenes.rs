//! The scenes and their servers, for clients that are not written in Rust: `e2e/replay.mjs` runs this.
//!
//! It writes one line of JSON, a list of all scenes with what is to come of each step, in sentences. Then it answers each line of JSON
//! that it reads with another, until there are no more:
//!
//! - `{"serve": 3}` starts the server of scene 3 (counted from 0) on a port of its own: `{"server": 0, "url": "http://…"}`
//! - `{"stop": 0}` stops server 0: `{}`
//! - `{"quiet": 0}` waits until server 0 has nothing to do, and tells what it has noted: `{"notes": ["server logs: …"]}`

use std::io::{BufRead, Write, stdin, stdout};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use replay::{Heartbeat, Server, expected, one_by_one, own_scenes, told};
use serde_json::{Value, json};
use socketioxide::SocketIo;
use stage::{ANSWER, Scene, Step};

/// A scene, the exercise it belongs to, and the server it is played over.
struct Play {
    exercise: String,
    /// The part of the book it belongs to. This crate's own scenes belong to none.
    part: Option<String>,
    scene: Scene,
    server: fn(&SocketIo),
}

fn main() -> Result<()> {
    let plays = plays()?;
    let told: Vec<_> = plays.iter().map(tell).collect::<Result<_>>()?;
    answer(&Value::from(told))?;
    let mut servers: Vec<Option<Server>> = Vec::new();
    for line in stdin().lock().lines() {
        let asked: Value = serde_json::from_str(&line?)?;
        if let Some(play) = number(&asked, "serve") {
            let play = plays.get(play).context("no such scene")?;
            let server = Server::start(play.server, heartbeat(&play.scene))?;
            answer(&json!({ "server": servers.len(), "url": format!("http://{}", server.address()) }))?;
            servers.push(Some(server));
        } else if let Some(server) = number(&asked, "quiet") {
            let server = servers.get(server).and_then(Option::as_ref).context("no such server")?;
            wait_for_quiet(server)?;
            let notes: Vec<_> = server.take_notes().iter().map(ToString::to_string).collect();
            answer(&json!({ "notes": notes }))?;
        } else if let Some(server) = number(&asked, "stop") {
            servers.get_mut(server).and_then(Option::take).context("no such server")?.stop();
            answer(&json!({}))?;
        } else {
            bail!("{asked} is nothing that can be asked");
        }
    }
    Ok(())
}

fn plays() -> Result<Vec<Play>> {
    let mut plays = Vec::new();
    for entry in catalogue::entries(&catalogue::root())? {
        let server = entry.server(ANSWER).context("an exercise without an answer")?;
        let exercise = &entry.exercise.name;
        plays.extend(entry.kept.iter().map(|kept| {
            let scene = one_by_one(&kept.scene);
            Play { exercise: exercise.clone(), part: Some(entry.exercise.part.clone()), scene, server }
        }));
    }
    plays.extend(own_scenes().into_iter().map(|own| {
        let scene = one_by_one(&own.scene);
        Play { exercise: "own".to_owned(), part: None, scene, server: own.server }
    }));
    Ok(plays)
}

fn heartbeat(scene: &Scene) -> Heartbeat {
    let falls_silent = scene.steps.iter().any(|step| matches!(step, Step::FallSilent { .. }));
    if falls_silent { Heartbeat::QUICK } else { Heartbeat::USUAL }
}

/// The scene as data: its steps, and what is to come of each.
fn tell(play: &Play) -> Result<Value> {
    let story = expected(&play.scene, play.server)?;
    let acts: Vec<_> = story.acts.iter().map(told).collect();
    let acts = acts.iter().map(|act| {
        let notes: Vec<_> = act.server.iter().map(ToString::to_string).collect();
        let heard = act.heard.iter().map(|heard| {
            let lines: Vec<_> = heard.lines.iter().map(|line| line.told_of(&heard.client)).collect();
            json!({ "client": heard.client, "lines": lines })
        });
        let heard: Vec<_> = heard.collect();
        json!({ "step": act.step, "says": act.step.to_string(), "notes": notes, "heard": heard })
    });
    let heartbeat = heartbeat(&play.scene);
    Ok(json!({
        "exercise": play.exercise,
        "part": play.part,
        "scene": play.scene.name,
        "heartbeat": { "interval": heartbeat.interval.as_millis(), "timeout": heartbeat.timeout.as_millis() },
        "acts": acts.collect::<Vec<_>>(),
    }))
}

fn wait_for_quiet(server: &Server) -> Result<()> {
    const PATIENCE: Duration = Duration::from_secs(10);
    let asked = Instant::now();
    while !server.is_idle() {
        if asked.elapsed() > PATIENCE {
            bail!("the server has something to do all the time");
        }
        sleep(Duration::from_millis(1));
    }
    Ok(())
}

fn number(asked: &Value, what: &str) -> Option<usize> {
    usize::try_from(asked[what].as_u64()?).ok()
}

fn answer(answer: &Value) -> Result<()> {
    let mut out = stdout().lock();
    writeln!(out, "{answer}")?;
    Ok(out.flush()?)
}
