//! What an exercise says of itself: its `exercise.toml`.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// An exercise, described once. Lists, links, hints and timetables are made from this.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// The package's name, which is the concept: `join-room`. Taken from the folder.
    #[serde(skip)]
    pub name: String,
    /// The part of the book it belongs to: `rooms`. Taken from the folder.
    #[serde(skip)]
    pub part: String,
    /// Its title, in a few words.
    pub title: String,
    /// The question it belongs to: `Rooms 2`.
    pub question: String,
    /// The question's page, from the book's folder: `rooms/join.md`.
    pub page: String,
    /// What is to be done, in a sentence or two.
    pub task: String,
    /// How long it takes, in minutes.
    pub minutes: u32,
    /// Whether what the server logs is part of the task, and graded.
    #[serde(default)]
    pub logs: bool,
    /// Hints, from a nudge to nearly the answer.
    #[serde(rename = "hint")]
    pub hints: Vec<String>,
    /// What the exercise does as shipped, and what to do about it.
    pub starter: Starter,
    /// The wrong answers, each kept as code in the solution's `wrong.rs`.
    #[serde(rename = "wrong")]
    pub wrong: Vec<Wrong>,
}

/// Why the exercise fails as shipped.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Starter {
    /// What it lacks, and what to do first.
    pub why: String,
}

/// A wrong answer: what people say, or a slip that people make.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrong {
    /// Its name: the function in `wrong.rs`, with hyphens.
    pub name: String,
    /// The claim it stands for, as one would hear it; or the slip, as one would confess it.
    pub claim: String,
    /// What becomes of it, and why.
    pub why: String,
    /// How wrong it is.
    pub verdict: Verdict,
    /// A piece of code that it is known by, where another wrong answer behaves just like it.
    #[serde(default)]
    pub code: Option<String>,
}

/// How right a claim is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It holds.
    Right,
    /// It holds in part, or elsewhere.
    Half,
    /// It does not hold.
    Wrong,
    /// Nobody claims it; people do it.
    Slip,
}

/// Why an `exercise.toml` cannot be used. Names the file, and the line where it can.
#[derive(Debug)]
pub struct ExerciseError {
    file: PathBuf,
    what: String,
}

impl fmt::Display for ExerciseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file.display(), self.what.trim_end())
    }
}

impl std::error::Error for ExerciseError {}

impl Exercise {
    /// Reads the exercise in the folder `dir`, which is `exercises/PART/NAME`.
    pub fn read(dir: &Path) -> Result<Self, ExerciseError> {
        let file = dir.join("exercise.toml");
        let error = |what: String| ExerciseError { file: file.clone(), what };
        let text = fs::read_to_string(&file).map_err(|e| {
            error(format!("cannot be read ({e}). Each exercise needs one: compare with another exercise's."))
        })?;
        let mut exercise: Self = toml::from_str(&text).map_err(|e| error(e.to_string()))?;
        let folder = |dir: Option<&Path>| {
            dir.and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned()
        };
        exercise.name = folder(Some(dir));
        exercise.part = folder(dir.parent());
        exercise.check().map_err(error)?;
        Ok(exercise)
    }

    fn check(&self) -> Result<(), String> {
        let filled = [
            ("title", &self.title),
            ("question", &self.question),
            ("page", &self.page),
            ("task", &self.task),
            ("starter.why", &self.starter.why),
        ];
        if let Some((field, _)) = filled.iter().find(|(_, text)| text.trim().is_empty()) {
            return Err(format!("`{field}` is empty: write what it is for"));
        }
        if self.minutes == 0 {
            return Err("`minutes` is 0: say how long the exercise takes, measured if you can".to_owned());
        }
        if self.hints.is_empty() {
            return Err(
                "no `hint`: give at least one, the first a nudge, the last nearly the answer".to_owned()
            );
        }
        for (i, wrong) in self.wrong.iter().enumerate() {
            if self.wrong[..i].iter().any(|other| other.name == wrong.name) {
                return Err(format!("two wrong answers are called `{}`: give one another name", wrong.name));
            }
            if wrong.name == STARTER || wrong.name == ANSWER {
                return Err(format!("a wrong answer cannot be called `{}`: that name is taken", wrong.name));
            }
        }
        Ok(())
    }

    /// The page's address in the built book: `rooms/join.html`.
    pub fn page_html(&self) -> String {
        format!("{}.html", self.page.trim_end_matches(".md"))
    }
}

/// What the exercise as shipped is called among the wrong answers.
pub const STARTER: &str = "starter";

/// What the answer is called among the servers.
pub const ANSWER: &str = "answer";
