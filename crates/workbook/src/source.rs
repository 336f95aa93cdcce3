//! The learner's code in an exercise, and how the exercise stands.

use std::fs;
use std::path::Path;

use grader::{Exercise, checksum, is_as_shipped};
use progress::{Standing, Store, Work};
use serde::Serialize;

/// The learner's code, as it was at some moment.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// `src/lib.rs`. Empty, if it can't be read: the compiler says why.
    pub(crate) text: String,
    /// Of all files in `src`.
    pub(crate) checksum: String,
}

impl Source {
    pub(crate) fn read(exercise: &Exercise) -> Self {
        let file = exercise.source_file();
        let mut files = Vec::new();
        collect(file.parent().unwrap_or(&file), "", &mut files);
        files.sort();
        let text = files.iter().find(|(name, _)| name == "lib.rs").map(|(_, text)| text.clone());
        Self { text: text.unwrap_or_default(), checksum: checksum(&files) }
    }

    /// How the exercise stands with this code.
    pub(crate) fn state(&self, exercise: &Exercise, work: &Work) -> State {
        match work.standing(&self.checksum) {
            Standing::Passed => State::Passed,
            Standing::ChangedSince => State::ChangedSince,
            Standing::NotYet => {
                let starter = fs::read_to_string(exercise.starter_file()).unwrap_or_default();
                if self.text == starter || is_as_shipped(&self.text, &starter) {
                    State::New
                } else {
                    State::Begun
                }
            }
        }
    }
}

/// All Rust files in a folder and in those within it, with their names from `src`. rustc takes both kinds of line ends for
/// one, so an editor that changes them changes no code.
fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let path = entry.path();
        // The kind of a link is a link, so a circle of folders isn't followed.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            collect(&path, &format!("{name}/"), files);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && let Ok(bytes) = fs::read(&path)
        {
            files.push((name, String::from_utf8_lossy(&bytes).replace("\r\n", "\n")));
        }
    }
}

/// How an exercise stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// As it was shipped, and never passed.
    New,
    /// Worked at, and never passed.
    Begun,
    /// Passed, with the code as it is now.
    Passed,
    /// Passed before. The code was changed since.
    ChangedSince,
}

impl State {
    /// How it stands now.
    pub(crate) fn of(exercise: &Exercise, work: &Work) -> Self {
        Source::read(exercise).state(exercise, work)
    }

    /// Whether it has passed, with this code or with earlier code: then nothing is left to do.
    pub(crate) fn has_passed(self) -> bool {
        matches!(self, Self::Passed | Self::ChangedSince)
    }

    /// A mark and a word for it: neither needs colours.
    pub(crate) fn mark(self) -> &'static str {
        match self {
            Self::New => "· new",
            Self::Begun => "▸ begun",
            Self::Passed => "✓ passed",
            Self::ChangedSince => "~ changed",
        }
    }
}

/// The store of the workspace in the folder `root`, with the former names of its exercises.
pub(crate) fn store(root: &Path, exercises: &[Exercise]) -> Store {
    let renamed = exercises
        .iter()
        .flat_map(|exercise| exercise.formerly.iter().map(|former| (former.clone(), exercise.name.clone())));
    Store::at(root).renamed(renamed)
}
