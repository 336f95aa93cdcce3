//! The learner's files, as they are at some moment: whoever looks twice sees a save.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Files, as they were at some time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Files(BTreeMap<PathBuf, Stamp>);

/// Its time, and what is in it. Some disks know times to two seconds only; and a save that changes nothing is one, too.
type Stamp = (Option<SystemTime>, u64);

impl Files {
    /// The learner's files in an exercise's folder: its manifest, and all Rust code in `src`.
    ///
    /// # Errors
    /// If one can't be read. An editor may be replacing it.
    pub(crate) fn now(exercise: &Path) -> io::Result<Self> {
        let mut files = Self::default();
        // Without these two there is no exercise.
        files.add(exercise.join("Cargo.toml"))?;
        files.add(exercise.join("src").join("lib.rs"))?;
        files.add_all(&exercise.join("src"))?;
        Ok(files)
    }

    /// Whether one of them has another time now, or is gone. That is quickly known; [`Files::now`] knows for sure.
    pub(crate) fn are_touched(&self) -> bool {
        self.0.iter().any(|(path, (time, _))| modified(path).ok() != *time)
    }

    fn add(&mut self, path: PathBuf) -> io::Result<()> {
        let time = modified(&path).ok();
        let mut hasher = DefaultHasher::new();
        fs::read(&path)?.hash(&mut hasher);
        self.0.insert(path, (time, hasher.finish()));
        Ok(())
    }

    fn add_all(&mut self, folder: &Path) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            // The kind of a link is a link: a circle of folders isn't followed.
            if entry.file_type()?.is_dir() {
                self.add_all(&entry.path())?;
            } else if entry.path().extension().is_some_and(|extension| extension == "rs") {
                self.add(entry.path())?;
            }
        }
        Ok(())
    }
}

fn modified(path: &Path) -> io::Result<SystemTime> {
    fs::metadata(path)?.modified()
}
