//! What is kept of the plays: insta's `.snap` files, whose contents are data.
//!
//! A proof over the solutions asserts them with insta, which can fail and which `cargo insta review` shows. Here they are
//! only read. A learner's test never writes one.

use std::fmt::{self, Write as _};
use std::fs;
use std::path::{Path, PathBuf};

use scenario::{ClientOutcome, PlayError, Scene, ServerEvent, Step, StepResult, Transcript};
use serde::{Deserialize, Serialize};

/// The expected transcripts of an exercise: what its solution plays as. Kept as `expected.snap`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// The scenes, each with its transcript.
    pub scenes: Vec<(Scene, Transcript)>,
}

/// How the known mistakes of an exercise behave in its scenes, the starter among them. Kept as `mistakes.snap`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mistakes {
    /// The mistakes by name, each with what it plays as in the scenes by name.
    pub mistakes: Vec<(String, Vec<(String, Behaviour)>)>,
}

/// A transcript without its steps, for a scene that is known from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behaviour {
    /// What came of each step.
    steps: Vec<Effects>,
    /// Why the play ended early, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<PlayError>,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Effects {
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
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MistakeScene {
    name: String,
    #[serde(flatten)]
    behaviour: Behaviour,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MistakeEntry {
    name: String,
    scenes: Vec<MistakeScene>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MistakesFile {
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
        if checksum(&kept.scenes) != kept.checksum {
            return Err(error("isn't as it was shipped"));
        }
        let scenes = kept.scenes.into_iter().map(|scene| {
            let steps = scene.steps.iter().map(|result| result.step.clone()).collect();
            let transcript =
                Transcript { clients: clients(&scene.steps), steps: scene.steps, error: scene.error };
            (Scene { name: scene.name, title: scene.title, steps }, transcript)
        });
        Ok(Self { scenes: scenes.collect() })
    }

    /// What should have happened in the scene of that name.
    pub fn transcript(&self, scene: &str) -> Option<&Transcript> {
        self.scenes.iter().find(|(known, _)| known.name == scene).map(|(_, transcript)| transcript)
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
        let mut out = format!("{{\"checksum\":{},\"scenes\":[", json(&checksum(&scenes)));
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
        out.push_str("\n]}");
        out
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
            let scenes = mistake.scenes.into_iter().map(|scene| (scene.name, scene.behaviour));
            (mistake.name, scenes.collect())
        });
        Ok(Self { mistakes: mistakes.collect() })
    }

    /// The snapshot's contents: JSON, a line for each client in each step.
    pub fn contents(&self) -> String {
        let mut out = String::from("{\"mistakes\":[");
        for (i, (name, scenes)) in self.mistakes.iter().enumerate() {
            let comma = if i == 0 { "" } else { "," };
            let _ = write!(out, "{comma}\n{{\"name\":{},\"scenes\":[", json(name));
            for (i, (scene, behaviour)) in scenes.iter().enumerate() {
                let comma = if i == 0 { "" } else { "," };
                let _ = write!(out, "{comma}\n  {{\"name\":{}", json(scene));
                if let Some(error) = &behaviour.error {
                    let _ = write!(out, ",\"error\":{}", json(error));
                }
                out.push_str(",\"steps\":[");
                for (i, effects) in behaviour.steps.iter().enumerate() {
                    let comma = if i == 0 { "" } else { "," };
                    let _ = write!(out, "{comma}\n    {}", json(effects));
                }
                out.push_str("]}");
            }
            out.push_str("\n]}");
        }
        out.push_str("\n]}");
        out
    }
}

impl Behaviour {
    /// What is kept of a transcript.
    pub fn of(transcript: &Transcript) -> Self {
        let transcript = transcript.comparable();
        let effects = |result: StepResult| Effects { server: result.server, clients: result.clients };
        Self { steps: transcript.steps.into_iter().map(effects).collect(), error: transcript.error }
    }

    /// The transcript again. `steps` are those of the scene that was played.
    pub fn transcript(&self, steps: &[Step]) -> Transcript {
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

/// The clients in the order in which they first connect.
fn clients(steps: &[StepResult]) -> Vec<String> {
    let mut clients: Vec<String> = Vec::new();
    for result in steps {
        if let Step::Connect { clients: connecting, .. } = &result.step {
            let new =
                connecting.iter().filter(|client| !clients.contains(client)).cloned().collect::<Vec<_>>();
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
        Expected { scenes: vec![(scene, transcript)] }
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
    fn a_behaviour_and_its_steps_make_the_transcript() {
        let (scene, transcript) = expected().scenes.remove(0);
        assert_eq!(Behaviour::of(&transcript).transcript(&scene.steps), transcript);
        let behaviour = vec![("hi".to_owned(), Behaviour::of(&transcript))];
        let mistakes = Mistakes { mistakes: vec![("a".into(), behaviour.clone()), ("b".into(), behaviour)] };
        let (_dir, file) = write(&mistakes.contents());
        assert_eq!(Mistakes::read(&file).unwrap(), mistakes);
    }
}
