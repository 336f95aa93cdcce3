//! A pass that is known: of this code, with these libraries, in these scenes. A play depends on nothing else, so `check all`
//! doesn't play it again.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use builder::{Builder, Kept};
use grader::Exercise;

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
        Some(Self::of_kept(builder.kept(exercise)?, exercise))
    }

    fn of_kept(program: Kept, exercise: &Exercise) -> Self {
        let about = exercise.dir.join("exercise.toml");
        let scenes = exercise.dir.join("scenes.toml");
        let graded_by = [about, scenes, exercise.expected_file(), exercise.mistakes_file()];
        let mut hasher = DefaultHasher::new();
        (program.made_from, graded_by.map(|file| fs::read(file).ok())).hash(&mut hasher);
        Self { file: program.folder.join("passed"), of: format!("{:016x}", hasher.finish()) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_is_of_what_the_program_was_made_from() {
        let exercises = grader::exercises(&grader::root()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let pass = |made_from: &str| {
            Pass::of_kept(Kept { folder: folder.path().into(), made_from: made_from.into() }, &exercises[0])
        };
        assert!(!pass("this code").is_known());
        pass("this code").keep();
        assert!(pass("this code").is_known());
        assert!(!pass("this code, and another library").is_known());
    }
}
