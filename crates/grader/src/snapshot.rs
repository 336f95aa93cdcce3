//! What is kept of the plays: insta's `.snap` files, whose contents are data.
//!
//! A proof over the solutions asserts them with insta, which can fail and which `cargo insta review` shows. Here they are
//! only read. A learner's test never writes one.

use std::cell::OnceCell;
use std::fmt::{self, Write as _};
use std::fs;
use std::path::{Path, PathBuf};

use scenario::{
    ClientEvent, ClientOutcome, Difference, PlayError, Scene, ServerEvent, Step, StepResult, Transcript,
};
use serde::{Deserialize, Serialize};

use crate::log::{LogRule, graded};

/// The expected transcripts of an exercise: what its solution plays as. Kept as `expected.snap`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// The scenes, each with its transcript.
    pub scenes: Vec<(Scene, Transcript)>,
    /// What is kept of the scenes made from a seed. Their steps aren't kept twice.
    pub random: Vec<ExpectedRandom>,
}

/// What is expected of a scene made from a seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedRandom {
    /// The scene's name.
    pub name: String,
    /// The scene's checksum. It tells whether the scene is still made as it was.
    scene: String,
    behaviour: Effects,
}

/// How the known mistakes of an exercise behave in its scenes, the starter among them. Kept as `mistakes.snap`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mistakes {
    /// The mistakes by name, each with what it plays as in the scenes by name.
    pub mistakes: Vec<(String, Vec<(String, Behaviour)>)>,
}

/// What servers on Node play as, recorded over TCP: `node e2e/replay.mjs --update` does. Kept as `node.snap`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The servers by name, each with what it plays as in the scenes by name.
    pub servers: Vec<(String, Vec<(String, Effects)>)>,
}

/// How a server behaves in a scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behaviour {
    /// All that came of it.
    Whole(Effects),
    /// A checksum of what is graded: of a scene that nobody would read. See [`Graded::digest`].
    Digest(String),
}

/// A transcript without its steps, for a scene that is known from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effects {
    /// What came of each step.
    steps: Vec<StepEffects>,
    /// Why the play ended early, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<PlayError>,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepEffects {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    server: Vec<ServerEvent>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    clients: Vec<ClientOutcome>,
}

/// Why a snapshot can't be used. Names the file.
#[derive(Debug)]
pub struct SnapshotError {
    /// The file.
    pub file: PathBuf,
    /// What is the matter with it.
    pub problem: String,
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.file.display(), self.problem)
    }
}

impl std::error::Error for SnapshotError {}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedScene {
    name: String,
    title: String,
    steps: Vec<StepResult>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<PlayError>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedFile {
    checksum: String,
    scenes: Vec<ExpectedScene>,
    #[serde(default)]
    random: Vec<RandomScene>,
}

/// A scene made from a seed, in little space: for each step what the server did, and what came to each client.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RandomScene {
    name: String,
    scene: String,
    steps: Vec<(Vec<ServerEvent>, Vec<(String, Vec<ClientEvent>)>)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MistakeScene {
    name: String,
    steps: Vec<StepEffects>,
    #[serde(default)]
    error: Option<PlayError>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MistakeEntry {
    name: String,
    scenes: Vec<MistakeScene>,
    /// The digests by the names of their scenes.
    #[serde(default)]
    digests: Vec<(String, String)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MistakesFile {
    #[serde(alias = "servers")]
    mistakes: Vec<MistakeEntry>,
}

impl Expected {
    /// Reads the expected transcripts of an exercise.
    ///
    /// # Errors
    /// If the file is missing, can't be read, or was edited by hand.
    pub fn read(file: &Path) -> Result<Self, SnapshotError> {
        let error = |problem: &str| SnapshotError { file: file.to_owned(), problem: problem.to_owned() };
        let kept: ExpectedFile = read_contents(file)?;
        if checksum(&(&kept.scenes, &kept.random)) != kept.checksum {
            return Err(error("isn't as it was shipped"));
        }
        let scenes = kept.scenes.into_iter().map(|scene| {
            let steps = scene.steps.iter().map(|result| result.step.clone()).collect();
            let transcript =
                Transcript { clients: clients(&scene.steps), steps: scene.steps, error: scene.error };
            (Scene { name: scene.name, title: scene.title, steps }, transcript)
        });
        let random = kept.random.into_iter().map(ExpectedRandom::from);
        Ok(Self { scenes: scenes.collect(), random: random.collect() })
    }

    /// What should have happened in the scene. `None`: nothing is known of it.
    pub fn transcript(&self, scene: &Scene) -> Option<Transcript> {
        let listed = || self.scenes.iter().find(|(known, _)| known.name == scene.name);
        let random = || self.random.iter().find(|random| random.is_of(scene));
        listed()
            .map(|(_, transcript)| transcript.clone())
            .or_else(|| random().map(|random| random.behaviour.transcript(&scene.steps)))
    }

    /// The snapshot's contents: JSON, a line for each client in each step, to be reviewed line by line.
    pub fn contents(&self) -> String {
        let scenes: Vec<_> = self
            .scenes
            .iter()
            .map(|(scene, transcript)| {
                let transcript = transcript.comparable();
                let (name, title) = (scene.name.clone(), scene.title.clone());
                ExpectedScene { name, title, steps: transcript.steps, error: transcript.error }
            })
            .collect();
        let random: Vec<_> = self.random.iter().map(RandomScene::from).collect();
        let checksum = checksum(&(&scenes, &random));
        let mut out = format!("{{\"checksum\":{},\"scenes\":[", json(&checksum));
        for (i, scene) in scenes.iter().enumerate() {
            let comma = if i == 0 { "" } else { "," };
            let _ = write!(out, "{comma}\n{{\"name\":{},\"title\":{}", json(&scene.name), json(&scene.title));
            if let Some(error) = &scene.error {
                let _ = write!(out, ",\"error\":{}", json(error));
            }
            out.push_str(",\"steps\":[");
            for (i, result) in scene.steps.iter().enumerate() {
                let comma = if i == 0 { "" } else { "," };
                let _ = write!(out, "{comma}\n  {{\"step\":{}", json(&result.step));
                write_effects(&mut out, "    ", &result.server, &result.clients);
            }
            out.push_str("\n]}");
        }
        out.push_str("\n]");
        write_list(&mut out, "random", &random);
        out.push('}');
        out
    }
}

impl ExpectedRandom {
    /// What is kept of a scene made from a seed, if this is what it should play as.
    pub fn of(scene: &Scene, transcript: &Transcript) -> Self {
        Self { name: scene.name.clone(), scene: checksum(scene), behaviour: Effects::of(transcript) }
    }

    /// Whether it is kept of this very scene.
    pub fn is_of(&self, scene: &Scene) -> bool {
        self.name == scene.name && self.scene == checksum(scene)
    }
}

impl From<RandomScene> for ExpectedRandom {
    fn from(kept: RandomScene) -> Self {
        let outcome = |(client, events)| ClientOutcome { client, events, left: false, frames: Vec::new() };
        let step = |(server, clients): (_, Vec<_>)| StepEffects {
            server,
            clients: clients.into_iter().map(outcome).collect(),
        };
        let steps = kept.steps.into_iter().map(step).collect();
        Self { name: kept.name, scene: kept.scene, behaviour: Effects { steps, error: None } }
    }
}

impl From<&ExpectedRandom> for RandomScene {
    fn from(kept: &ExpectedRandom) -> Self {
        let outcome = |it: &ClientOutcome| (it.client.clone(), it.events.clone());
        let step = |it: &StepEffects| (it.server.clone(), it.clients.iter().map(outcome).collect());
        let steps = kept.behaviour.steps.iter().map(step).collect();
        Self { name: kept.name.clone(), scene: kept.scene.clone(), steps }
    }
}

impl Mistakes {
    /// Reads how the known mistakes of an exercise behave.
    ///
    /// # Errors
    /// If the file is missing or can't be read.
    pub fn read(file: &Path) -> Result<Self, SnapshotError> {
        let kept: MistakesFile = read_contents(file)?;
        let mistakes = kept.mistakes.into_iter().map(|mistake| {
            let scenes = mistake.scenes.into_iter().map(|MistakeScene { name, steps, error }| {
                (name, Behaviour::Whole(Effects { steps, error }))
            });
            let digests =
                mistake.digests.into_iter().map(|(scene, digest)| (scene, Behaviour::Digest(digest)));
            (mistake.name, scenes.chain(digests).collect())
        });
        Ok(Self { mistakes: mistakes.collect() })
    }

    /// What the mistake of that name plays as in the scene. `None`: only a digest is kept, or nothing.
    pub fn transcript(&self, mistake: &str, scene: &Scene) -> Option<Transcript> {
        let (_, scenes) = self.mistakes.iter().find(|(name, _)| name == mistake)?;
        match scenes.iter().find(|(name, _)| *name == scene.name)? {
            (_, Behaviour::Whole(effects)) => Some(effects.transcript(&scene.steps)),
            (_, Behaviour::Digest(_)) => None,
        }
    }

    /// The snapshot's contents: JSON, a line for each client in each step.
    pub fn contents(&self) -> String {
        self.contents_as("mistakes")
    }

    fn contents_as(&self, field: &str) -> String {
        let mut out = format!("{{\"{field}\":[");
        for (i, (name, scenes)) in self.mistakes.iter().enumerate() {
            let comma = if i == 0 { "" } else { "," };
            let _ = write!(out, "{comma}\n{{\"name\":{},\"scenes\":[", json(name));
            let mut digests = Vec::new();
            let mut comma = "";
            for (scene, behaviour) in scenes {
                let effects = match behaviour {
                    Behaviour::Whole(effects) => effects,
                    Behaviour::Digest(digest) => {
                        digests.push((scene, digest));
                        continue;
                    }
                };
                let _ = write!(out, "{comma}\n  {{\"name\":{}", json(scene));
                comma = ",";
                if let Some(error) = &effects.error {
                    let _ = write!(out, ",\"error\":{}", json(error));
                }
                out.push_str(",\"steps\":[");
                for (i, effects) in effects.steps.iter().enumerate() {
                    let comma = if i == 0 { "" } else { "," };
                    let _ = write!(out, "{comma}\n    {}", json(effects));
                }
                out.push_str("]}");
            }
            out.push_str("\n]");
            if !digests.is_empty() {
                let _ = write!(out, ",\n\"digests\":{}", json(&digests));
            }
            out.push('}');
        }
        out.push_str("\n]}");
        out
    }
}

impl Recorded {
    /// Reads what is recorded of an exercise. A file that isn't there has no plays.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn read(file: &Path) -> Result<Self, SnapshotError> {
        if !file.exists() {
            return Ok(Self::default());
        }
        let whole = |(scene, behaviour)| match behaviour {
            Behaviour::Whole(effects) => Some((scene, effects)),
            Behaviour::Digest(_) => None,
        };
        let kept = Mistakes::read(file)?.mistakes.into_iter();
        let servers = kept.map(|(name, scenes)| (name, scenes.into_iter().filter_map(whole).collect()));
        Ok(Self { servers: servers.collect() })
    }

    /// The snapshot's contents, as those of [`Mistakes`].
    pub fn contents(&self) -> String {
        let whole = |(scene, effects): &(String, Effects)| (scene.clone(), Behaviour::Whole(effects.clone()));
        let servers = self.servers.iter();
        let mistakes = servers.map(|(name, scenes)| (name.clone(), scenes.iter().map(whole).collect()));
        Mistakes { mistakes: mistakes.collect() }.contents_as("servers")
    }

    /// What that server plays the scene as. `None`: it isn't recorded, or was when the scene had other steps.
    pub fn transcript(&self, server: &str, scene: &Scene) -> Option<Transcript> {
        let (_, scenes) = self.servers.iter().find(|(name, _)| name == server)?;
        let (_, effects) = scenes.iter().find(|(name, _)| *name == scene.name)?;
        (effects.steps.len() == scene.steps.len()).then(|| effects.transcript(&scene.steps))
    }
}

impl Behaviour {
    /// What is kept of a server's play: all of it.
    pub fn of(transcript: &Transcript) -> Self {
        Self::Whole(Effects::of(transcript))
    }

    /// What is kept of a server's play: a digest.
    pub fn digest_of(transcript: &Transcript, rules: &[LogRule]) -> Self {
        Self::Digest(Graded::of(transcript, rules).digest().to_owned())
    }

    /// Whether a server that played the scene so behaves so.
    pub fn plays_alike(&self, scene: &Scene, played: &Graded<'_>) -> bool {
        match self {
            Self::Whole(effects) => {
                let known = graded(&effects.transcript(&scene.steps), played.rules);
                Difference::is_none_between(&known, &played.transcript)
            }
            Self::Digest(known) => known == played.digest(),
        }
    }
}

/// What is graded of a play. It is compared with many behaviours.
pub struct Graded<'r> {
    transcript: Transcript,
    rules: &'r [LogRule],
    digest: OnceCell<String>,
}

impl<'r> Graded<'r> {
    /// What is graded of what a server played.
    pub fn of(played: &Transcript, rules: &'r [LogRule]) -> Self {
        Self { transcript: graded(played, rules), rules, digest: OnceCell::new() }
    }

    /// A checksum. Where two are equal, so is what is graded.
    pub fn digest(&self) -> &str {
        self.digest.get_or_init(|| checksum(&Effects::of(&self.transcript)))
    }
}

impl Effects {
    /// What came of a play.
    pub fn of(transcript: &Transcript) -> Self {
        let transcript = transcript.comparable();
        let effects = |result: StepResult| StepEffects { server: result.server, clients: result.clients };
        Self { steps: transcript.steps.into_iter().map(effects).collect(), error: transcript.error }
    }

    /// The transcript again. `steps` are those of the scene that was played.
    fn transcript(&self, steps: &[Step]) -> Transcript {
        let steps: Vec<_> = steps
            .iter()
            .zip(&self.steps)
            .map(|(step, effects)| StepResult {
                step: step.clone(),
                server: effects.server.clone(),
                clients: effects.clients.clone(),
            })
            .collect();
        Transcript { clients: clients(&steps), steps, error: self.error.clone() }
    }
}

/// Writes a field that is a list, an item a line. Nothing if it is empty.
fn write_list(out: &mut String, name: &str, items: &[impl Serialize]) {
    for (i, item) in items.iter().enumerate() {
        let before = if i == 0 { format!(",\n\"{name}\":[") } else { ",".to_owned() };
        let _ = write!(out, "{before}\n{}", json(item));
    }
    if !items.is_empty() {
        out.push_str("\n]");
    }
}

/// The clients in the order in which they first connect, or make a request.
fn clients(steps: &[StepResult]) -> Vec<String> {
    let mut clients: Vec<String> = Vec::new();
    for result in steps {
        if let Step::Connect { .. } | Step::Request { .. } = &result.step {
            let acting = result.step.clients().into_iter().map(str::to_owned);
            let new = acting.filter(|client| !clients.contains(client)).collect::<Vec<_>>();
            clients.extend(new);
        }
    }
    clients
}

fn write_effects(out: &mut String, indent: &str, server: &[ServerEvent], clients: &[ClientOutcome]) {
    let mut list = |name: &str, lines: Vec<String>| {
        if lines.is_empty() {
            return;
        }
        let _ = write!(out, ",\n  \"{name}\":[");
        for (i, line) in lines.iter().enumerate() {
            let comma = if i == 0 { "" } else { "," };
            let _ = write!(out, "{comma}\n{indent}{line}");
        }
        out.push(']');
    };
    list("server", server.iter().map(json).collect());
    list("clients", clients.iter().map(json).collect());
    out.push('}');
}

/// Strings, numbers and enums: nothing that JSON can't hold.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A checksum of data, so that an edit by hand or by accident is noticed. It is no protection against intent.
///
/// FNV-1a, 64 bits: <http://www.isthe.com/chongo/tech/comp/fnv/>
pub fn checksum(data: &impl Serialize) -> String {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:016x}", json(data).bytes().fold(0xcbf2_9ce4_8422_2325, step))
}

/// The contents of a `.snap` file: what stands behind its header, which is insta's.
fn read_contents<T: for<'de> Deserialize<'de>>(file: &Path) -> Result<T, SnapshotError> {
    let error = |problem: String| SnapshotError { file: file.to_owned(), problem };
    let text = fs::read_to_string(file).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => error("is missing".to_owned()),
        _ => error(format!("can't be read: {e}")),
    })?;
    let text = text.replace("\r\n", "\n");
    let contents = text.strip_prefix("---\n").and_then(|text| text.split_once("\n---\n"));
    let contents = contents.ok_or_else(|| error("isn't a snapshot: it has no header".to_owned()))?.1;
    // From bytes, as the worker's messages are read: the code that reads a transcript is then compiled once.
    serde_json::from_slice(contents.as_bytes()).map_err(|e| error(format!("can't be read: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenario::ClientEvent;

    fn expected() -> Expected {
        let scene = Scene::new("hi", "Ada says \"hi\"").connect(["ada"]).emit("ada", "say", "hi");
        let result = |step: &Step, events: Vec<ClientEvent>| StepResult {
            step: step.clone(),
            server: vec![ServerEvent::HandlerSkipped { reason: "x".into() }],
            clients: vec![ClientOutcome { client: "ada".into(), events, left: false, frames: vec![] }],
        };
        let steps = vec![
            result(&scene.steps[0], vec![ClientEvent::Connected { ns: "/".into() }]),
            result(&scene.steps[1], vec![]),
        ];
        let transcript = Transcript { clients: vec!["ada".into()], steps, error: None };
        let again = Scene { name: "random-1".into(), ..scene.clone() };
        let random = vec![ExpectedRandom::of(&again, &transcript)];
        Expected { scenes: vec![(scene, transcript)], random }
    }

    fn write(contents: &str) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("expected.snap");
        fs::write(&file, format!("---\nsource: x\n---\n{contents}\n")).unwrap();
        (dir, file)
    }

    #[test]
    fn what_is_written_is_read_again() {
        let (_dir, file) = write(&expected().contents());
        assert_eq!(Expected::read(&file).unwrap(), expected());
        let windows = fs::read_to_string(&file).unwrap().replace('\n', "\r\n");
        fs::write(&file, windows).unwrap();
        assert_eq!(Expected::read(&file).unwrap(), expected());
    }

    #[test]
    fn an_edit_is_noticed() {
        let (_dir, file) = write(&expected().contents().replace("\"hi\"]", "\"ho\"]"));
        assert_eq!(Expected::read(&file).unwrap_err().problem, "isn't as it was shipped");
        let (_dir, file) = write("{}");
        assert!(Expected::read(&file).unwrap_err().problem.starts_with("can't be read"));
        fs::write(&file, "no header").unwrap();
        assert!(Expected::read(&file).unwrap_err().problem.starts_with("isn't a snapshot"));
        fs::remove_file(&file).unwrap();
        assert_eq!(Expected::read(&file).unwrap_err().problem, "is missing");
    }

    #[test]
    fn an_expectation_is_of_the_scene_that_it_was_kept_of() {
        let expected = expected();
        let (scene, transcript) = &expected.scenes[0];
        assert_eq!(expected.transcript(scene).as_ref(), Some(transcript));
        let random = Scene { name: "random-1".into(), ..scene.clone() };
        assert_eq!(expected.transcript(&random).as_ref(), Some(transcript));
        assert_eq!(expected.transcript(&random.clone().wait(1)), None, "another scene is made now");
        assert_eq!(expected.transcript(&Scene { name: "random-2".into(), ..random }), None);
    }

    #[test]
    fn a_digest_knows_what_is_graded_and_nothing_else() {
        let (scene, transcript) = expected().scenes.remove(0);
        for behaviour in [Behaviour::of(&transcript), Behaviour::digest_of(&transcript, &[])] {
            let alike = |played: &Transcript| behaviour.plays_alike(&scene, &Graded::of(played, &[]));
            assert!(alike(&transcript));
            let mut logs = transcript.clone();
            logs.steps[0].server.push(ServerEvent::Log(scenario::LogEvent::default()));
            logs.steps[1].server.push(ServerEvent::NoHandler { event: "x".into(), client: None, ns: None });
            assert!(alike(&logs), "they aren't graded");
            let mut hears = transcript.clone();
            hears.steps[1].clients[0].events.push(ClientEvent::ConnectionClosed {});
            assert!(!alike(&hears));
            let mut skips = transcript.clone();
            skips.steps[1].server.clear();
            assert!(!alike(&skips));
            let ended = Transcript { error: Some(PlayError::NeverIdle {}), ..transcript.clone() };
            assert!(!alike(&ended));
        }
    }

    #[test]
    fn a_behaviour_and_its_steps_make_the_transcript() {
        let (scene, transcript) = expected().scenes.remove(0);
        assert_eq!(Effects::of(&transcript).transcript(&scene.steps), transcript);
        let digest = Behaviour::digest_of(&transcript, &[]);
        let behaviour = vec![("hi".to_owned(), Behaviour::of(&transcript)), ("random-1".to_owned(), digest)];
        let mistakes = Mistakes { mistakes: vec![("a".into(), behaviour.clone()), ("b".into(), behaviour)] };
        let (_dir, file) = write(&mistakes.contents());
        assert_eq!(Mistakes::read(&file).unwrap(), mistakes);
    }

    #[test]
    fn the_first_scene_may_be_a_digest() {
        let (_, transcript) = expected().scenes.remove(0);
        let digest = ("long".to_owned(), Behaviour::digest_of(&transcript, &[]));
        let whole = ("hi".to_owned(), Behaviour::of(&transcript));
        let kept = Mistakes { mistakes: vec![("a".into(), vec![digest.clone(), whole.clone()])] };
        let (_dir, file) = write(&kept.contents());
        assert_eq!(Mistakes::read(&file).unwrap().mistakes, [("a".to_owned(), vec![whole, digest])]);
    }

    #[test]
    fn a_recorded_play_is_read_again_and_is_of_its_scene() {
        let (scene, transcript) = expected().scenes.remove(0);
        let recorded = Recorded {
            servers: vec![("node".to_owned(), vec![("hi".to_owned(), Effects::of(&transcript))])],
        };
        let (_dir, file) = write(&recorded.contents());
        assert_eq!(Recorded::read(&file).unwrap(), recorded);
        assert_eq!(recorded.transcript("node", &scene), Some(transcript));
        assert_eq!(recorded.transcript("node:io-emit", &scene), None);
        assert_eq!(recorded.transcript("node", &scene.wait(1)), None, "it has another step now");
        fs::remove_file(&file).unwrap();
        assert_eq!(Recorded::read(&file).unwrap(), Recorded::default());
    }
}
