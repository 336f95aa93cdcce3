//! Playing a scene again: a step, what is to come of it, and no more.

use std::time::{Duration, Instant};

use catalogue::Server as Handlers;
use replay::{Heartbeat, Proxy, Server, difference, told};
use serde_json::Value;
use stage::{Act, Heard, Line, Note, Scene, Step, Transcript};
use tokio::runtime::Builder;
use tokio::time::sleep;

use crate::client::{Connection, as_told, can_carry};

/// How long to wait for what is to come. A generous deadline: it is only ever waited out when something is wrong.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// How far a scene was played.
#[derive(Debug)]
pub(crate) enum Played {
    /// To its end.
    Whole,
    /// Up to a step that `rust_socketio` cannot take, or tell of.
    UpTo {
        /// How many steps were played.
        steps: usize,
        /// Why no more.
        why: String,
    },
}

/// Why a scene does not tell the story.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It tells another; as sentences.
    Differs(String),
    /// It cannot be played.
    Broken(String),
    /// `rust_socketio` draws the ids of acknowledgements by lot, and drew one twice. What becomes of that is not the
    /// server's doing: the scene is played once more.
    IdDrawnTwice,
}

/// Plays `scene`, one client in each entrance, over `server`, and compares what the clients tell with `story`.
pub(crate) fn replay(
    scene: &Scene,
    story: &Transcript,
    server: Handlers,
    patience: Duration,
) -> Result<Played, Failure> {
    const TIMES: usize = 5;
    let mut played = Err(Failure::IdDrawnTwice);
    for _ in 0..TIMES {
        played = replay_once(scene, story, server, patience);
        if !matches!(played, Err(Failure::IdDrawnTwice)) {
            break;
        }
    }
    played
}

fn replay_once(
    scene: &Scene,
    story: &Transcript,
    server: Handlers,
    patience: Duration,
) -> Result<Played, Failure> {
    if let Some(trouble) = &story.trouble {
        return Ok(Played::UpTo { steps: 0, why: format!("{trouble}; only the stage can end that") });
    }
    let falls_silent = scene.steps.iter().any(|step| matches!(step, Step::FallSilent { .. }));
    let heartbeat = if falls_silent { Heartbeat::QUICK } else { Heartbeat::USUAL };
    let broken = |e: std::io::Error| Failure::Broken(e.to_string());
    let server = Server::start(server, heartbeat).map_err(broken)?;
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(broken)?;
    let mut stage = Stage { server, patience, actors: Vec::new(), notes: Vec::new() };
    let played = runtime.block_on(stage.perform(scene, story));
    for connection in stage.actors.iter().flat_map(|actor| &actor.connections) {
        connection.proxy.lose();
    }
    stage.server.stop();
    runtime.shutdown_background();
    played
}

struct Stage {
    server: Server,
    patience: Duration,
    /// Who has come on stage, in the order of their entrance.
    actors: Vec<Actor>,
    /// What the server noted in the step that is being played.
    notes: Vec<Note>,
}

/// A client of the scene.
struct Actor {
    name: String,
    connections: Vec<Connection>,
    /// Every id it has had.
    sids: Vec<String>,
    /// What it received in the step that is being played.
    lines: Vec<Line>,
    /// The namespaces it is in.
    is_in: Vec<String>,
    silent: bool,
}

impl Stage {
    async fn perform(&mut self, scene: &Scene, story: &Transcript) -> Result<Played, Failure> {
        for (i, (step, act)) in scene.steps.iter().zip(&story.acts).enumerate() {
            let expected = match self.obstacle(step).map_or_else(|| as_told_act(act), Err) {
                Ok(expected) => expected,
                Err(why) => return Ok(Played::UpTo { steps: i, why: format!("{step}: {why}") }),
            };
            let broken = |what: String| Failure::Broken(format!("step {}, {step}: {what}", i + 1));
            self.take(step).await.map_err(broken)?;
            self.wait_for(&expected).await;
            self.quiet().await.map_err(broken)?;

            let seen = self.seen(&expected);
            if self.actors.iter().flat_map(|actor| &actor.connections).any(|c| c.proxy.asked_twice()) {
                return Err(Failure::IdDrawnTwice);
            }
            if seen != expected {
                let difference = difference(&expected, &seen);
                return Err(Failure::Differs(format!("step {}, {step}:\n{difference}", i + 1)));
            }
            for actor in &mut self.actors {
                actor.lines.clear();
            }
            self.notes.clear();
        }
        Ok(Played::Whole)
    }

    /// Why `rust_socketio` cannot take the step, if it cannot.
    fn obstacle(&self, step: &Step) -> Option<String> {
        let outside = |client: &str, ns: &str| {
            let actor = self.actors.iter().find(|actor| actor.name == client)?;
            // When the server has closed the connection, nothing comes of it, here or on stage.
            let refrains = !actor.connections.is_empty() && !actor.is_in.iter().any(|n| n == ns);
            refrains.then(|| "rust_socketio sends nothing to a namespace that it is not in".to_owned())
        };
        match step {
            Step::Emit { client, ns, event, args } => {
                can_carry(event, args).err().or_else(|| outside(client, ns))
            }
            Step::Ask { args, .. } if !args.attachments.is_empty() => {
                Some("rust_socketio gets no acknowledgement of what is binary".to_owned())
            }
            Step::Ask { client, ns, event, args } => {
                can_carry(event, args).err().or_else(|| outside(client, ns))
            }
            Step::Answer { .. } => Some("rust_socketio cannot answer the server".to_owned()),
            Step::Disconnect { client, ns } => outside(client, ns),
            Step::Enter { clients, ns, .. } => {
                let inside = |actor: &&Actor| clients.contains(&actor.name) && actor.is_in.contains(ns);
                self.actors.iter().find(inside).map(|_| "rust_socketio is in already".to_owned())
            }
            Step::Lose { .. } | Step::FallSilent { .. } | Step::Wait { .. } => None,
        }
    }

    async fn take(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Enter { clients, ns, auth } => {
                for client in clients {
                    self.enter(client, ns, auth.as_ref()).await?;
                }
            }
            Step::Emit { client, ns, event, args } => {
                if let Some(connection) = self.connection(client, ns) {
                    connection.emit(event, args).await?;
                }
            }
            Step::Ask { client, ns, event, args } => {
                if let Some(connection) = self.connection(client, ns) {
                    connection.ask(event, args).await?;
                }
            }
            Step::Disconnect { client, ns } => {
                let actor = self.actor(client);
                if let Some(i) = actor.connections.iter().position(|connection| connection.ns == *ns) {
                    actor.is_in.retain(|n| n != ns);
                    actor.connections.remove(i).disconnect().await?;
                }
            }
            Step::Lose { client } => {
                let actor = self.actor(client);
                actor.is_in.clear();
                actor.connections.drain(..).for_each(|connection| connection.proxy.lose());
            }
            Step::FallSilent { client } => {
                let actor = self.actor(client);
                actor.silent = true;
                actor.connections.iter().for_each(|connection| connection.proxy.silence());
            }
            // What is to come is waited for after every step.
            Step::Wait { .. } => {}
            Step::Answer { .. } => return Err("rust_socketio cannot answer the server".to_owned()),
        }
        Ok(())
    }

    async fn enter(&mut self, client: &str, ns: &str, auth: Option<&Value>) -> Result<(), String> {
        let upstream = self.server.address();
        let patience = self.patience;
        let actor = self.actor(client);
        // To ask again after a refusal is to connect again.
        if let Some(i) = actor.connections.iter().position(|connection| connection.ns == ns) {
            actor.connections.remove(i).proxy.lose();
        }
        let proxy = Proxy::start(upstream, ns).await.map_err(|e| e.to_string())?;
        if actor.connections.is_empty() {
            actor.silent = false;
        } else if actor.silent {
            proxy.silence();
        }
        let opened = tokio::time::timeout(patience, Connection::open(proxy, ns, auth)).await;
        let connection = opened.map_err(|_| "rust_socketio does not come to connect".to_owned())??;
        actor.connections.push(connection);
        Ok(())
    }

    fn actor(&mut self, name: &str) -> &mut Actor {
        let place = self.actors.iter().position(|actor| actor.name == name).unwrap_or_else(|| {
            self.actors.push(Actor {
                name: name.to_owned(),
                connections: Vec::new(),
                sids: Vec::new(),
                lines: Vec::new(),
                is_in: Vec::new(),
                silent: false,
            });
            self.actors.len() - 1
        });
        &mut self.actors[place]
    }

    fn connection(&self, client: &str, ns: &str) -> Option<&Connection> {
        let actor = self.actors.iter().find(|actor| actor.name == client)?;
        actor.connections.iter().find(|connection| connection.ns == ns)
    }

    /// Waits until as much has come as is to come. Whether it is the same is asked when all is quiet.
    async fn wait_for(&mut self, expected: &Act) {
        let enough = |stage: &mut Self| {
            stage.listen();
            let all_heard = expected.heard.iter().all(|heard| {
                let actor = stage.actors.iter().find(|actor| actor.name == heard.client);
                actor.is_some_and(|actor| actor.lines.len() >= heard.lines.len())
            });
            all_heard && stage.notes.len() >= expected.server.len()
        };
        // What is missing then is seen in the comparison.
        let _ = self.until(enough).await;
    }

    /// Waits until, as far as one can tell, nothing more is to come.
    async fn quiet(&mut self) -> Result<(), String> {
        self.fence().await?;
        self.until(|stage| stage.server.is_idle())
            .await
            .map_err(|()| "the server has something to do all the time".to_owned())?;
        self.fence().await?;
        self.listen();
        Ok(())
    }

    /// Fences every connection, and waits until each client has told all that came before.
    async fn fence(&mut self) -> Result<(), String> {
        let connections = || self.actors.iter().flat_map(|actor| &actor.connections);
        let before: Vec<_> = connections().map(Connection::fences).collect();
        connections().for_each(|connection| connection.proxy.fence());
        let back = |stage: &mut Self| {
            let connections = stage.actors.iter().flat_map(|actor| &actor.connections);
            connections.zip(&before).all(|(c, before)| c.fences() > *before || c.proxy.has_ended())
        };
        if self.until(back).await.is_ok() {
            return Ok(());
        }
        let lost =
            self.actors.iter().flat_map(|actor| actor.connections.iter().map(move |c| (&actor.name, c)));
        let lost =
            lost.zip(&before).filter(|((_, c), before)| c.fences() <= **before && !c.proxy.has_ended());
        let lost = lost.map(|((name, c), _)| format!("{name} in {} ({:?})", c.ns, c.error()));
        Err(format!("no answer from the server to {}", lost.collect::<Vec<_>>().join(", ")))
    }

    async fn until(&mut self, mut done: impl FnMut(&mut Self) -> bool) -> Result<(), ()> {
        const NOW_AND_THEN: Duration = Duration::from_millis(1);
        let deadline = Instant::now() + self.patience;
        while !done(self) {
            if Instant::now() > deadline {
                return Err(());
            }
            sleep(NOW_AND_THEN).await;
        }
        Ok(())
    }

    /// Gathers what the clients have told and what the server has noted.
    fn listen(&mut self) {
        self.notes.extend(self.server.take_notes());
        for actor in &mut self.actors {
            let mut lines = Vec::new();
            for connection in &actor.connections {
                lines.extend(connection.take_lines());
                actor.sids.extend(connection.proxy.sid().filter(|sid| !actor.sids.contains(sid)));
            }
            for line in &lines {
                match line {
                    Line::IsIn { ns } => actor.is_in.push(ns.clone()),
                    Line::IsPutOut { ns } => actor.is_in.retain(|n| n != ns),
                    _ => {}
                }
            }
            // A client of the scene has one connection; here it has one for each namespace, and they close together.
            let ended =
                !actor.connections.is_empty() && actor.connections.iter().all(|c| c.proxy.has_ended());
            if ended {
                lines.push(Line::ConnectionCloses);
                actor.connections.clear();
                actor.is_in.clear();
            }
            actor.lines.extend(lines);
        }
    }

    /// The act as it was seen, with names in the place of ids.
    fn seen(&self, expected: &Act) -> Act {
        let was_expected = |actor: &&Actor| {
            !actor.lines.is_empty() || expected.heard.iter().any(|heard| heard.client == actor.name)
        };
        let heard = self.actors.iter().filter(was_expected).map(|actor| Heard {
            client: actor.name.clone(),
            lines: actor.lines.clone(),
            gone: false,
            frames: Vec::new(),
        });
        let act = Act { step: expected.step.clone(), server: self.notes.clone(), heard: heard.collect() };
        let sids = self.actors.iter().flat_map(|actor| actor.sids.iter().map(|sid| (sid, &actor.name)));
        told(&named(act, sids))
    }
}

/// Puts names in the place of ids, wherever they stand.
fn named<'a>(act: Act, sids: impl Iterator<Item = (&'a String, &'a String)>) -> Act {
    let Ok(mut text) = serde_json::to_string(&act) else { return act };
    for (sid, name) in sids {
        let name = Value::from(name.as_str()).to_string();
        text = text.replace(sid.as_str(), name.trim_matches('"'));
    }
    serde_json::from_str(&text).unwrap_or(act)
}

/// What is to be seen of an act, or why `rust_socketio` cannot tell of it.
pub(crate) fn as_told_act(act: &Act) -> Result<Act, String> {
    let mut act = told(act);
    for line in act.heard.iter_mut().flat_map(|heard| &mut heard.lines) {
        *line = as_told(line)?;
    }
    Ok(act)
}
