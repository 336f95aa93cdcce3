//! A pass that is known: of this code, with these libraries, in these scenes, graded by this tool. A verdict depends on nothing
//! else, so `check all` doesn't play it again.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::time::SystemTime;

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
        Some(Self::of_kept(builder.kept(exercise)?, exercise, this_tool()?))
    }

    fn of_kept(program: Kept, exercise: &Exercise, tool: Tool) -> Self {
        let about = exercise.dir.join("exercise.toml");
        let scenes = exercise.dir.join("scenes.toml");
        let graded_by = [about, scenes, exercise.expected_file(), exercise.mistakes_file()];
        let mut hasher = DefaultHasher::new();
        (program.made_from, tool, graded_by.map(|file| fs::read(file).ok())).hash(&mut hasher);
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

/// How long the tool's file is, and when it was written.
type Tool = (u64, SystemTime);

/// The tool that runs. Another one may grade otherwise.
fn this_tool() -> Option<Tool> {
    let about = fs::metadata(env::current_exe().ok()?).ok()?;
    Some((about.len(), about.modified().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_is_of_what_the_program_was_made_from_and_of_the_tool_that_graded_it() {
        let exercises = grader::exercises(&grader::root()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let tool = this_tool().unwrap();
        let pass = |made_from: &str, tool| {
            let kept = Kept { folder: folder.path().into(), made_from: made_from.into() };
            Pass::of_kept(kept, &exercises[0], tool)
        };
        assert!(!pass("this code", tool).is_known());
        pass("this code", tool).keep();
        assert!(pass("this code", tool).is_known());
        assert!(!pass("this code, and another library", tool).is_known());
        assert!(!pass("this code", (tool.0, SystemTime::UNIX_EPOCH)).is_known());
    }
}
