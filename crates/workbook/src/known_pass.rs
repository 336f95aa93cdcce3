//! A pass that is known: of this code, with these libraries, in these scenes. A play depends on nothing else, so `check all`
//! doesn't play it again.

use std::fs;
use std::path::PathBuf;

use builder::Builder;
use grader::{Exercise, checksum};

/// The pass that an exercise has, or would have, as it is now.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pass {
    /// Where it's kept: beside the program, and gone with it.
    file: PathBuf,
    /// What would pass, and what grades it, as a checksum.
    of: String,
}

impl Pass {
    /// `None`: the exercise's program isn't built as it would be now.
    pub(crate) fn of(builder: &Builder, exercise: &Exercise) -> Option<Self> {
        let kept = builder.kept(exercise)?;
        let about = exercise.dir.join("exercise.toml");
        let scenes = exercise.dir.join("scenes.toml");
        let graded_by = [about, scenes, exercise.expected_file(), exercise.mistakes_file()];
        let graded_by = graded_by.map(|file| fs::read(file).ok());
        Some(Self { file: kept.folder.join("passed"), of: checksum(&(kept.made_from, graded_by)) })
    }

    /// Whether it has passed.
    pub(crate) fn is_known(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|known| known == self.of)
    }

    /// It has passed. Where that can't be kept, it's played again the next time.
    pub(crate) fn keep(&self) {
        let _ = fs::write(&self.file, &self.of);
    }
}
