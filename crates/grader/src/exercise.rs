//! What an exercise is on disk: its `exercise.toml`, its `scenes.toml`, and where everything else lies.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use scenario::{Random, Scene, Step, written_steps};
use serde::Deserialize;
use serde::de::{self, DeserializeOwned, Deserializer};
use serde_json::Value;

use crate::log::LogRule;
use crate::runs::Runs;
use crate::{LEARNER, NODE, SOLUTION, STARTER};

/// The scene that every exercise has for what goes wrong. Nobody would read it for pleasure.
pub(crate) const LONG_EVENING: &str = "long-evening";

/// An exercise, described once. Lists, links, hints and timetables are made from this.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// The package's name, which is the concept: `join-room`. It is the folder's name.
    #[serde(skip)]
    pub name: String,
    /// The chapter of the book that it belongs to: `rooms`. It is the name of the folder above.
    #[serde(skip)]
    pub chapter: String,
    /// Its folder, `exercises/CHAPTER/NAME`.
    #[serde(skip)]
    pub dir: PathBuf,
    /// The scenes it is graded by, from its `scenes.toml`.
    #[serde(skip)]
    pub scenes: Vec<Scene>,
    /// The scenes it is also graded by, made from the `[random]` of its `scenes.toml`. Nobody reads them, unless one fails.
    #[serde(skip)]
    pub random: Vec<Scene>,
    /// The runs that it is graded by when all scenes pass, and what is promised about them.
    #[serde(skip)]
    pub runs: Option<Box<Runs>>,
    /// The stages that it is graded in, in their order. Only an exercise that takes an hour has some.
    #[serde(skip)]
    pub stages: Vec<Stage>,
    /// What the learner writes.
    #[serde(default)]
    pub kind: Kind,
    /// Its title, in a few words.
    pub title: String,
    /// The question it belongs to: `Rooms 2`. If it belongs to none, a few words for what it's about.
    pub question: String,
    /// Its place among all exercises: they are listed by rising order. Leave gaps.
    pub order: u32,
    /// The exercise it goes on from, for those who want more: `broadcast`.
    #[serde(default)]
    pub after: Option<String>,
    /// The names that it had in earlier workbooks. What a learner did under them is kept.
    #[serde(default)]
    pub formerly: Vec<String>,
    /// The question's page, from the book's folder: `rooms/join.md`.
    pub page: String,
    /// What to do, in a sentence or two.
    pub task: String,
    /// How long it takes, in minutes.
    pub minutes: u32,
    /// Hints, from a nudge to nearly the solution.
    pub hints: Vec<String>,
    /// What to look at in the solution, as a sentence. It is read after a pass.
    #[serde(default)]
    pub look: String,
    /// What the exercise does as shipped, and what to do about it.
    pub starter: Starter,
    /// How log events are read, where the log is graded. Without a rule the log isn't graded.
    #[serde(rename = "log", default)]
    pub log_rules: Vec<LogRule>,
    /// The known mistakes, each kept as code in the solution's `mistakes.rs`.
    #[serde(rename = "mistake", deserialize_with = "named")]
    pub mistakes: Vec<Mistake>,
}

/// What the learner writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A server. Its scenes say what clients do.
    #[default]
    Server,
    /// A client. Its scenes say what the server does, and the crate `client-grader` plays them.
    Client,
}

impl Kind {
    /// What the learner's code is: "server".
    pub fn noun(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
        }
    }

    /// How the function begins that the learner writes.
    pub(crate) fn function(self) -> &'static str {
        match self {
            Self::Server => "pub fn server(",
            Self::Client => "pub async fn client(",
        }
    }
}

/// A part of an exercise. It is graded before the later ones are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Its name, a word or two: `Direct messages`.
    pub name: String,
    /// The names of the listed scenes that are marked with it.
    pub scenes: Vec<String>,
}

impl Stage {
    /// Its name as it is written in a command: `direct-messages`.
    pub fn slug(&self) -> String {
        self.name.to_lowercase().replace(' ', "-")
    }
}

/// Why the exercise fails as shipped.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Starter {
    /// What it lacks, and what to do first.
    pub why: String,
}

/// A known mistake: what people claim, coded, or a slip that people make.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mistake {
    /// Its name: the function in `mistakes.rs`, with hyphens.
    pub name: String,
    /// The claim it stands for, as one hears it; or the slip, as one would admit it.
    pub claim: String,
    /// What it means for the code, as a sentence: "Your server sends to nobody: the emit is never awaited."
    pub does: String,
    /// What happens, and why.
    pub why: String,
    /// How true the claim is.
    #[serde(rename = "verdict")]
    pub truth: Truth,
    /// Pieces of code that it is known by, where another mistake may behave just like it: any one will do. `…` stands for
    /// anything within one statement that isn't awaited.
    #[serde(default)]
    pub code: Vec<String>,
    /// Pieces of code that it is known to lack: none of them may stand there.
    #[serde(default)]
    pub without: Vec<String>,
}

/// How true a claim is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Truth {
    /// It holds.
    Right,
    /// It holds in part, or elsewhere.
    Half,
    /// It doesn't hold.
    Wrong,
    /// Nobody claims it, but people do it.
    Slip,
}

/// Why an exercise can't be read. Names the file, and the line where there is one.
#[derive(Debug)]
pub struct ExerciseError {
    file: PathBuf,
    problem: String,
}

impl fmt::Display for ExerciseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file.display(), self.problem.trim_end())
    }
}

impl std::error::Error for ExerciseError {}

/// What `scenes.toml` holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScenesFile {
    #[serde(rename = "scene", default, deserialize_with = "named")]
    scenes: Vec<ListedScene>,
    random: Option<Random>,
    #[serde(rename = "promise")]
    runs: Option<Box<Runs>>,
}

/// A scene, and the stage that it is of.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedScene {
    name: String,
    title: String,
    stage: Option<String>,
    #[serde(deserialize_with = "written_steps")]
    steps: Vec<Step>,
}

/// The scenes' stages, in the order in which they are listed.
///
/// # Errors
/// If they aren't listed stage by stage.
fn stages(scenes: &[ListedScene]) -> Result<Vec<Stage>, String> {
    let mut stages: Vec<Stage> = Vec::new();
    for ListedScene { name: scene, stage, .. } in scenes {
        let Some(name) = stage else { continue };
        if name.trim().is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == ' ') {
            return Err(format!(
                "the scene `{scene}` is of the stage “{name}”. Name it in a word or two, of letters and spaces"
            ));
        }
        match stages.iter().position(|stage| stage.name == *name) {
            Some(at) if at + 1 < stages.len() => {
                return Err(format!(
                    "the scene `{scene}` is of the stage “{name}”, and stands behind one of a later stage. List the scenes \
                     stage by stage"
                ));
            }
            Some(at) => stages[at].scenes.push(scene.clone()),
            None => stages.push(Stage { name: name.clone(), scenes: vec![scene.clone()] }),
        }
    }
    match stages.len() {
        1 => Err("there is only one stage. Mark the scenes of another one, or leave `stage` out".to_owned()),
        _ => Ok(stages),
    }
}

impl Exercise {
    /// Reads the exercise in the folder `dir`, which is `exercises/CHAPTER/NAME`.
    ///
    /// # Errors
    /// If a file is missing, isn't TOML, or says something that makes no sense.
    pub fn read(dir: &Path) -> Result<Self, ExerciseError> {
        let (about, scenes) = (dir.join("exercise.toml"), dir.join("scenes.toml"));
        let mut exercise = read_toml::<Self>(&about)?.in_folder(dir);
        let ScenesFile { scenes: listed, random, runs } = read_toml(&scenes)?;
        exercise.stages =
            stages(&listed).map_err(|problem| ExerciseError { file: scenes.clone(), problem })?;
        let scene = |it: ListedScene| Scene { name: it.name, title: it.title, steps: it.steps };
        exercise.scenes = listed.into_iter().map(scene).collect();
        if let Some(random) = random {
            random.check().map_err(|problem| ExerciseError {
                file: scenes.clone(),
                problem: format!("[random]: {problem}"),
            })?;
            exercise.random = random.scenes();
        }
        if let Some(runs) = &runs {
            runs.check().map_err(|problem| ExerciseError { file: scenes.clone(), problem })?;
        }
        exercise.runs = runs;
        exercise.check().map_err(|problem| ExerciseError { file: about, problem })?;
        exercise.check_scenes().map_err(|problem| ExerciseError { file: scenes, problem })?;
        Ok(exercise)
    }

    /// Whether the learner writes a client. Then nothing can be served, and no clients can be played with it.
    pub fn is_client(&self) -> bool {
        self.kind == Kind::Client
    }

    /// Whether its server keeps a queue for each subscriber, out of which goes what that subscriber has received.
    pub fn has_queues(&self) -> bool {
        self.runs.as_ref().is_some_and(|runs| runs.queues)
    }

    /// Its names, from those of its folders.
    fn in_folder(self, dir: &Path) -> Self {
        let name = |dir: Option<&Path>| {
            dir.and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned()
        };
        Self { name: name(Some(dir)), chapter: name(dir.parent()), dir: dir.to_owned(), ..self }
    }

    /// Whether it belongs to one of the questions. Those have a number.
    pub fn has_question(&self) -> bool {
        self.question.ends_with(|last: char| last.is_ascii_digit())
    }

    /// The workspace's folder.
    pub fn root(&self) -> &Path {
        self.dir.ancestors().nth(3).unwrap_or(Path::new(""))
    }

    /// The folder of its solution, `solutions/CHAPTER/NAME`.
    pub fn solution_dir(&self) -> PathBuf {
        self.root().join("solutions").join(&self.chapter).join(&self.name)
    }

    /// The learner's file.
    pub fn source_file(&self) -> PathBuf {
        self.dir.join("src").join("lib.rs")
    }

    /// A page to use its server with, if it has one: `cargo run -- try NAME` serves it.
    pub fn window_file(&self) -> PathBuf {
        self.dir.join("window.html")
    }

    /// The expected transcripts.
    pub fn expected_file(&self) -> PathBuf {
        self.dir.join("expected.snap")
    }

    /// How the known mistakes behave.
    pub fn mistakes_file(&self) -> PathBuf {
        self.solution_dir().join("mistakes.snap")
    }

    /// What servers on Node play as.
    pub fn node_file(&self) -> PathBuf {
        self.solution_dir().join("node.snap")
    }

    /// The learner's file as it was shipped.
    pub fn starter_file(&self) -> PathBuf {
        self.solution_dir().join("starter.rs")
    }

    /// `exercises/chat/broadcast`: its folder, from the workspace's, with `/` on every system.
    pub fn path(&self) -> String {
        format!("exercises/{}/{}", self.chapter, self.name)
    }

    /// `solutions/chat/broadcast`: its solution's folder, from the workspace's, with `/` on every system.
    pub fn solution_path(&self) -> String {
        format!("solutions/{}/{}", self.chapter, self.name)
    }

    /// All scenes that grade it: first those that are listed.
    pub fn all_scenes(&self) -> impl Iterator<Item = &Scene> {
        self.scenes.iter().chain(&self.random)
    }

    /// Whether the scene is one of those made from a seed.
    pub fn is_random(&self, scene: &Scene) -> bool {
        self.random.iter().any(|random| random.name == scene.name)
    }

    /// Which stage a scene is of, counted from 0. A scene that isn't marked is of the last one: it takes the whole server.
    /// `None`: the exercise has no stages.
    pub fn stage_of(&self, scene: &str) -> Option<usize> {
        let marked = self.stages.iter().position(|stage| stage.scenes.iter().any(|name| name == scene));
        marked.or_else(|| self.stages.len().checked_sub(1))
    }

    /// A stage in a few words: `Stage 2 of 4, Rosters`.
    pub fn stage_title(&self, stage: usize) -> String {
        format!("Stage {} of {}, {}", stage + 1, self.stages.len(), self.stages[stage].name)
    }

    /// What a scene is called among all tests: with its stage in front, as a test has its module.
    pub fn test_name(&self, scene: &str) -> String {
        match self.stage_of(scene) {
            Some(stage) => format!("{}::{scene}", self.stages[stage].slug()),
            None => scene.to_owned(),
        }
    }

    /// The scene of that name.
    pub fn scene(&self, name: &str) -> Option<&Scene> {
        self.all_scenes().find(|scene| scene.name == name)
    }

    /// The mistake of that name.
    pub fn mistake(&self, name: &str) -> Option<&Mistake> {
        self.mistakes.iter().find(|mistake| mistake.name == name)
    }

    /// The names of its servers: the solution, then the mistakes. The starter and the learner's own aren't among them.
    pub fn server_names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(SOLUTION).chain(self.mistakes.iter().map(|mistake| mistake.name.as_str()))
    }

    /// The listed scenes that are short enough to be read.
    pub fn short_scenes(&self) -> impl Iterator<Item = &Scene> {
        self.scenes.iter().filter(|scene| scene.name != LONG_EVENING)
    }

    /// The short scenes of which plays on Node are recorded: those that can be played there, over one server.
    pub fn scenes_on_node(&self) -> impl Iterator<Item = &Scene> {
        let is_played_there =
            |scene: &&Scene| !scene.names_servers() && !scene.steps.iter().any(Step::is_only_in_the_harness);
        self.short_scenes().filter(is_played_there)
    }

    fn check(&self) -> Result<(), String> {
        let texts = [
            ("title", &self.title),
            ("question", &self.question),
            ("page", &self.page),
            ("task", &self.task),
            ("starter.why", &self.starter.why),
        ];
        if let Some((field, _)) = texts.iter().find(|(_, text)| text.trim().is_empty()) {
            return Err(format!("`{field}` is empty. Write what it is for"));
        }
        if self.minutes == 0 {
            return Err("`minutes` is 0. Say how long the exercise takes, measured if you can".to_owned());
        }
        if self.hints.is_empty() {
            return Err("there is no hint. Give at least one; the first should be a nudge".to_owned());
        }
        for (i, mistake) in self.mistakes.iter().enumerate() {
            let name = &mistake.name;
            if self.mistakes[..i].iter().any(|other| other.name == *name) {
                return Err(format!("two mistakes have the name `{name}`. Rename one of them"));
            }
            if mistake.does.trim().is_empty() {
                return Err(format!(
                    "the mistake `{name}` has an empty `does`. Say what it means for the code"
                ));
            }
            if [STARTER, SOLUTION, LEARNER, NODE].contains(&name.as_str()) {
                return Err(format!("a mistake can't have the name `{name}`, which has another meaning"));
            }
        }
        Ok(())
    }

    fn check_scenes(&self) -> Result<(), String> {
        if self.scenes.is_empty() {
            return Err("there is no scene. Write at least one `[[scene]]`".to_owned());
        }
        for (i, scene) in self.all_scenes().enumerate() {
            if self.all_scenes().take(i).any(|other| other.name == scene.name) {
                return Err(format!("two scenes have the name `{}`. Rename one of them", scene.name));
            }
            scene.check().map_err(|error| format!("the scene `{}`, {error}", scene.name))?;
            let of_client = scene.steps.iter().any(Step::is_of_client_scene);
            if of_client != self.is_client() {
                return Err(format!(
                    "the scene `{}` is for a {}, and the exercise isn't one. See `kind` in exercise.toml",
                    scene.name,
                    if of_client { "client" } else { "server" }
                ));
            }
        }
        Ok(())
    }
}

pub(crate) fn read_toml<T: DeserializeOwned>(file: &Path) -> Result<T, ExerciseError> {
    let error = |problem: String| ExerciseError { file: file.to_owned(), problem };
    let text = fs::read_to_string(file).map_err(|e| {
        error(format!("can't be read ({e}). Every exercise needs one: compare with another's"))
    })?;
    from_toml(&text).map_err(error)
}

/// By way of a JSON value: the code that reads a type is compiled for each format anew, and an exercise's types are large. To
/// read them from TOML itself was a quarter of this crate.
fn from_toml<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let value: Value = toml::from_str(text).map_err(|e| e.to_string())?;
    serde_json::from_value(value).map_err(|error| {
        let problem = error.to_string();
        match line_with(text, &problem) {
            Some((number, line)) => format!("line {number}, `{}`: {problem}", line.trim()),
            None => problem,
        }
    })
}

/// The line that a problem is about, and its number: the only one with the word that is wrong. What is missing is in no line.
fn line_with<'t>(text: &'t str, problem: &str) -> Option<(usize, &'t str)> {
    let wrong = ["unknown field `", "unknown variant `", "string \""];
    let (_, word) = wrong.iter().find_map(|before| problem.split_once(before))?;
    let word = word.split(['`', '"']).next()?;
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| line.contains(word));
    let first = lines.next()?;
    lines.next().is_none().then_some(first)
}

/// Reads a list of things that have names. An error says which of them it's about.
fn named<'de, T: DeserializeOwned, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let all = Vec::<Value>::deserialize(deserializer)?.into_iter().enumerate();
    let read = |(i, one): (usize, Value)| {
        let name =
            one["name"].as_str().map_or_else(|| format!("number {}", i + 1), |name| format!("`{name}`"));
        serde_json::from_value(one).map_err(|error| de::Error::custom(format!("{name}: {error}")))
    };
    all.map(read).collect()
}

/// What one says of an exercise in passing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Heading {
    #[serde(skip)]
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) question: String,
    pub(crate) order: u32,
    pub(crate) after: Option<String>,
}

/// The headings of all exercises, in their order, as far as they can be read.
///
/// A verdict names the next exercise. To read all of all exercises for that would take longer than to play the scenes.
pub(crate) fn headings(root: &Path) -> Vec<Heading> {
    let heading = |dir: PathBuf| {
        let text = fs::read_to_string(dir.join("exercise.toml")).ok()?;
        // All of it stands before the first table.
        let end = text.find("\n[").unwrap_or(text.len());
        let heading: Heading = from_toml(&text[..end]).ok()?;
        Some(Heading { name: dir.file_name()?.to_string_lossy().into_owned(), ..heading })
    };
    let mut headings: Vec<_> = exercise_folders(root).into_iter().filter_map(heading).collect();
    headings.sort_by(|a, b| (a.order, &a.name).cmp(&(b.order, &b.name)));
    headings
}

/// All exercises of the workspace in the folder `root`, in their order.
///
/// # Errors
/// If one of them can't be read, or goes on from one that isn't there: with what is wrong in each, not only in the first.
pub fn exercises(root: &Path) -> Result<Vec<Exercise>, ExerciseError> {
    in_order(exercise_folders(root).iter().map(|dir| Exercise::read(dir)).collect())
}

/// The same, for those who only list them: without scenes, mistakes and rules for the log. To read those takes nine tenths
/// of the time.
///
/// # Errors
/// As [`exercises`].
pub fn outlines(root: &Path) -> Result<Vec<Exercise>, ExerciseError> {
    // One that can't be read so has something wrong, or is written in another way: the whole is read.
    let read = |dir: PathBuf| outline(&dir).map_or_else(|| Exercise::read(&dir), Ok);
    in_order(exercise_folders(root).into_iter().map(read).collect())
}

/// What stands before the first table of an `exercise.toml`.
fn outline(dir: &Path) -> Option<Exercise> {
    let text = fs::read_to_string(dir.join("exercise.toml")).ok()?;
    let top = text.split_once("\n[")?.0;
    let exercise: Exercise = from_toml(&format!("{top}\nmistake = []\n[starter]\nwhy = ''\n")).ok()?;
    Some(exercise.in_folder(dir))
}

fn in_order(all: Vec<Result<Exercise, ExerciseError>>) -> Result<Vec<Exercise>, ExerciseError> {
    let (mut exercises, mut errors) = (Vec::new(), Vec::new());
    for read in all {
        match read {
            Ok(exercise) => exercises.push(exercise),
            Err(error) => errors.push(error),
        }
    }
    exercises.sort_by(|a, b| (a.order, &a.name).cmp(&(b.order, &b.name)));
    if errors.is_empty() {
        errors.extend(exercises.iter().filter_map(|exercise| goes_on_from_nowhere(exercise, &exercises)));
        errors.extend(exercises.iter().filter_map(|exercise| has_a_name_of_another(exercise, &exercises)));
    }
    if errors.is_empty() {
        return Ok(exercises);
    }
    let file = errors[0].file.clone();
    let mut problem = errors[0].problem.trim_end().to_owned();
    for error in &errors[1..] {
        problem = format!("{problem}\n{error}");
    }
    Err(ExerciseError { file, problem })
}

/// What is wrong with the exercise's `after`, if something is.
fn goes_on_from_nowhere(exercise: &Exercise, exercises: &[Exercise]) -> Option<ExerciseError> {
    let after = exercise.after.as_ref()?;
    let problem = match exercises.iter().find(|other| other.name == *after) {
        None => format!("`after` names {after:?}, and there is no exercise with that name"),
        Some(first) if first.order >= exercise.order => {
            format!("it comes after `{after}`, so its `order` must be greater than {}", first.order)
        }
        Some(_) => return None,
    };
    Some(ExerciseError { file: exercise.dir.join("exercise.toml"), problem })
}

/// What is wrong with the exercise's `formerly`, if something is.
fn has_a_name_of_another(exercise: &Exercise, exercises: &[Exercise]) -> Option<ExerciseError> {
    let others = exercises.iter().filter(|other| other.name != exercise.name);
    let taken = others.flat_map(|other| other.formerly.iter().chain([&other.name]));
    let former = taken.into_iter().find(|name| exercise.formerly.contains(name))?;
    let problem = format!("`formerly` names {former:?}, which is or was another exercise's name");
    Some(ExerciseError { file: exercise.dir.join("exercise.toml"), problem })
}

/// The folders of all exercises. A folder without a package in it is somebody's own.
fn exercise_folders(root: &Path) -> Vec<PathBuf> {
    let within = folders(&root.join("exercises"));
    let all = within.iter().flat_map(|chapter| folders(chapter));
    all.filter(|dir| dir.join("Cargo.toml").exists()).collect()
}

/// The folders in a folder, in the order of their names.
fn folders(within: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(within).into_iter().flatten().flatten();
    let mut folders: Vec<_> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenario::OnTheWay;

    /// Reads an exercise with a scene for each of these names, of this stage.
    fn staged(scenes: &[(&str, Option<&str>)]) -> Result<Exercise, String> {
        let root = tempfile::tempdir().unwrap();
        let about = "title = 't'\nquestion = 'q'\norder = 1\npage = 'p'\ntask = 't'\nminutes = 1\nhints = ['h']\n\
                     starter = { why = 'w' }\nmistake = []\n";
        fs::write(root.path().join("exercise.toml"), about).unwrap();
        let scene = |(name, stage): &(&str, Option<&str>)| {
            let stage = stage.map(|stage| format!("stage = '{stage}'\n")).unwrap_or_default();
            format!(
                "[[scene]]\nname = '{name}'\ntitle = 't'\n{stage}steps = [{{ connect = {{ clients = ['ada'] }} }}]\n"
            )
        };
        fs::write(root.path().join("scenes.toml"), scenes.iter().map(scene).collect::<String>()).unwrap();
        Exercise::read(root.path()).map_err(|error| error.problem)
    }

    #[test]
    fn scenes_are_of_stages() {
        let (rooms, who) = (Some("Rooms"), Some("Who is there"));
        let exercise = staged(&[("a", rooms), ("b", rooms), ("c", who), ("long-evening", None)]).unwrap();
        let of: Vec<_> = exercise.scenes.iter().map(|scene| exercise.test_name(&scene.name)).collect();
        assert_eq!(of, ["rooms::a", "rooms::b", "who-is-there::c", "who-is-there::long-evening"]);
        assert_eq!(exercise.stage_of("a"), Some(0));
        assert_eq!(exercise.stage_of("random-1"), Some(1), "what isn't marked is of the last");
        assert_eq!(exercise.stage_title(1), "Stage 2 of 2, Who is there");

        let none = staged(&[("a", None)]).unwrap();
        assert_eq!((none.stage_of("a"), none.test_name("a")), (None, "a".to_owned()));
        let problem = |scenes: &[_]| staged(scenes).unwrap_err();
        assert!(
            problem(&[("a", rooms), ("b", who), ("c", rooms)])
                .starts_with("the scene `c` is of the stage “Rooms”, and stands behind")
        );
        assert!(problem(&[("a", rooms), ("b", None)]).starts_with("there is only one stage"));
        assert!(problem(&[("a", Some(" "))]).contains("Name it in a word or two"));
        assert!(problem(&[("a", Some("One, two"))]).contains("Name it in a word or two"));
    }

    #[test]
    fn an_error_says_where_it_is() {
        let scenes = |steps: &str| {
            let scenes = format!(
                "[[scene]]\nname = 'hi'\ntitle = 't'\nsteps = [{{ wait = {{ seconds = 1 }} }}, {steps}]\n"
            );
            from_toml::<ScenesFile>(&scenes).err().unwrap_or_default()
        };
        assert_eq!(scenes(""), "");
        let problem = scenes("{ emit = { clent = 'ada' } }");
        let line = "line 4, `steps = [{ wait = { seconds = 1 } }, { emit = { clent = 'ada' } }]`: ";
        let problem = problem.strip_prefix(line).expect(&problem);
        assert!(
            problem.starts_with("`hi`: step 2: unknown field `clent`, expected one of `client`"),
            "{problem}"
        );
        assert_eq!(scenes("{ emit = { client = 'ada' } }"), "`hi`: step 2: missing field `event`");
        let problem = scenes("{ wait = { name = 1 } }");
        assert!(
            problem.starts_with("`hi`: step 2: unknown field `name`"),
            "there are two such lines: {problem}"
        );
        assert!(scenes("{ emit").contains("line 4"), "{}", scenes("{ emit"));
        let problem = from_toml::<ScenesFile>("[[scene]]\ntitle = 't'\n").err().unwrap();
        assert_eq!(problem, "number 1: missing field `name`");
    }

    #[test]
    fn scenes_that_lose_something_are_not_played_on_node() {
        let about = "title = 't'\nquestion = 'q'\norder = 1\npage = 'p'\ntask = 't'\nminutes = 1\n\
                     hints = ['h']\nstarter = { why = 'w' }\nmistake = []\n";
        let mut exercise: Exercise = toml::from_str(about).unwrap();
        let scene = |name: &str| Scene::new(name, "t").connect(["ada"]).emit("ada", "say", "hi");
        let lose = Step::LoseNext { client: "ada".into(), message: OnTheWay::EventToServer };
        exercise.scenes = vec![
            scene("plain").drop_connection("ada"),
            scene("lost").step(lose.clone()),
            scene("lost-at-once").step(Step::Together(vec![lose])),
            scene("crashed").crash_at_next("ada", OnTheWay::AckToClient),
            scene("restarted").restart(),
            scene(LONG_EVENING),
        ];
        let names: Vec<_> = exercise.scenes_on_node().map(|scene| scene.name.as_str()).collect();
        assert_eq!(names, ["plain"]);
        assert_eq!(exercise.short_scenes().count(), 5, "they are read, like the others");
    }

    #[test]
    fn an_outline_is_the_exercise_without_what_plays_it() {
        let root = crate::root();
        let without = |it: Exercise| Exercise {
            scenes: Vec::new(),
            random: Vec::new(),
            runs: None,
            stages: Vec::new(),
            log_rules: Vec::new(),
            mistakes: Vec::new(),
            starter: Starter { why: String::new() },
            ..it
        };
        let all: Vec<_> = exercises(&root).unwrap().into_iter().map(without).collect();
        assert_eq!(outlines(&root).unwrap(), all);
        assert!(all.len() > 20);
        // What can't be read so is read as a whole, and told of.
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("exercises/chat/x");
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join("Cargo.toml"), "").unwrap();
        fs::write(dir.join("exercise.toml"), "titel = 't'\n[starter]\nwhy = 'w'\n").unwrap();
        let error = outlines(root.path()).unwrap_err().to_string();
        assert!(error.contains("unknown field `titel`"), "{error}");
    }

    #[test]
    fn an_exercise_goes_on_from_one_that_is_there() {
        let root = tempfile::tempdir().unwrap();
        let write = |name: &str, order: u32, after: Option<&str>| {
            let dir = root.path().join("exercises/chat").join(name);
            fs::create_dir_all(&dir).unwrap();
            fs::write(dir.join("Cargo.toml"), "").unwrap();
            let after = after.map(|after| format!("after = '{after}'\n")).unwrap_or_default();
            let about = format!(
                "title = 't'\nquestion = 'q'\norder = {order}\n{after}page = 'p'\ntask = 't'\nminutes = 1\n\
                 hints = ['h']\nstarter = {{ why = 'w' }}\nmistake = []\n"
            );
            fs::write(dir.join("exercise.toml"), about).unwrap();
            let scene = "[[scene]]\nname = 's'\ntitle = 't'\nsteps = [{ connect = { clients = ['ada'] } }]\n";
            fs::write(dir.join("scenes.toml"), scene).unwrap();
        };
        let problem = || exercises(root.path()).unwrap_err().problem;

        write("first", 10, None);
        write("more", 11, Some("first"));
        let names: Vec<_> =
            exercises(root.path()).unwrap().into_iter().map(|it| (it.name, it.after)).collect();
        assert_eq!(names, [("first".into(), None), ("more".into(), Some("first".into()))]);
        write("more", 11, Some("frist"));
        assert_eq!(problem(), "`after` names \"frist\", and there is no exercise with that name");
        write("more", 10, Some("first"));
        assert_eq!(problem(), "it comes after `first`, so its `order` must be greater than 10");
    }

    #[test]
    fn a_former_name_is_of_one_exercise_only() {
        let exercise = |name: &str, formerly: &[&str]| {
            let about = "title = 't'\nquestion = 'q'\norder = 1\npage = 'p'\ntask = 't'\nminutes = 1\n\
                         hints = ['h']\nstarter = { why = 'w' }\nmistake = []\n";
            let exercise: Exercise = toml::from_str(about).unwrap();
            let formerly = formerly.iter().map(ToString::to_string).collect();
            Exercise { name: name.to_owned(), formerly, ..exercise }
        };
        let wrong = |all: &[Exercise]| all.iter().find_map(|one| has_a_name_of_another(one, all));
        assert!(wrong(&[exercise("a", &["c", "d"]), exercise("b", &["e"])]).is_none());
        for other in [exercise("b", &[]), exercise("c", &["b"])] {
            let error = wrong(&[exercise("a", &["b"]), other]).unwrap();
            assert_eq!(error.problem, "`formerly` names \"b\", which is or was another exercise's name");
        }
    }
}
