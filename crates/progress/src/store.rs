//! Where it is kept, safe from programs that are killed and from two that write at once.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::progress::VERSION;
use crate::{Notice, Progress, ProgressError};

/// The folder for everything that the tool keeps, from the workspace's.
pub const FOLDER: &str = ".workbook";

/// The file that has the progress, in [`FOLDER`].
pub const FILE: &str = "progress.json";

/// Whoever writes holds a lock on this file. It can't be the progress itself: that is replaced by a new file each time, and
/// the lock would stay with the old one.
const LOCK: &str = "progress.lock";

/// Counts the writes of this program on a disk without locks: each has a new file with a name of its own.
static UNLOCKED_WRITES: AtomicUsize = AtomicUsize::new(0);

/// The place where progress is kept. Clones, and stores at the same place in other programs, share it.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
    /// Exercises' former names, each with the name that it has now.
    renamed: Vec<(String, String)>,
}

/// What stands in the file.
enum Found {
    Nothing,
    Kept(Progress),
    /// What is wrong with it, and all that is in it.
    Damaged(String, Vec<u8>),
}

impl Store {
    /// The store of the workspace in the folder `root`.
    pub fn at(root: &Path) -> Self {
        Self { folder: root.join(FOLDER), renamed: Vec::new() }
    }

    /// Takes what was kept under exercises' former names for theirs: pairs of the former name and the one now.
    #[must_use]
    pub fn renamed(mut self, names: impl IntoIterator<Item = (String, String)>) -> Self {
        self.renamed.extend(names);
        self
    }

    /// The folder that it is in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What is kept, and what the learner should be told: each notice is returned once. A damaged file is set aside.
    ///
    /// # Errors
    /// If the file can't be read, or is of a newer version.
    pub fn read(&self) -> Result<(Progress, Vec<Notice>), ProgressError> {
        match self.find()? {
            Found::Nothing => return Ok((Progress::default(), Vec::new())),
            Found::Kept(progress) if progress.set_aside.is_empty() => return Ok((progress, Vec::new())),
            Found::Kept(_) | Found::Damaged(..) => {}
        }
        let mut notices = Vec::new();
        let told = self.update(|progress| {
            notices = progress.take_notices();
            progress.clone()
        });
        match told {
            Ok(progress) => Ok((progress, notices)),
            // Nothing can be written here: then it's told each time.
            Err(error) => match self.find()? {
                Found::Kept(mut progress) => {
                    let notices = progress.take_notices();
                    Ok((progress, notices))
                }
                Found::Nothing | Found::Damaged(..) => Err(error),
            },
        }
    }

    /// Reads what is kept, changes it and writes it. Other programs that want to change something wait meanwhile, so
    /// `change` should be quick; and it must not use the store, which would wait for itself.
    ///
    /// # Errors
    /// If it can't be read or written, or is of a newer version. Then nothing has changed on the disk.
    pub fn update<T>(&self, change: impl FnOnce(&mut Progress) -> T) -> Result<T, ProgressError> {
        let unwritable = |error| ProgressError::Unwritable { file: self.file(), error };
        match fs::create_dir(&self.folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(unwritable(error)),
            _ => {}
        }
        let lock = File::create(self.folder.join(LOCK)).map_err(unwritable)?;
        // Some network drives have no locks. Without one, the later of two programs wins; the file is whole all the same.
        let locked = lock.lock().is_ok();
        let mut progress = match self.find()? {
            Found::Nothing => Progress::default(),
            Found::Kept(progress) => progress,
            Found::Damaged(why, bytes) => {
                let to = self.set_aside(&bytes).map_err(|error| ProgressError::Damaged {
                    file: self.file(),
                    why: why.clone(),
                    error,
                })?;
                Progress { set_aside: vec![(to, why)], ..Progress::default() }
            }
        };
        let result = change(&mut progress);
        self.write(&progress, locked).map_err(unwritable)?;
        Ok(result)
    }

    fn file(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// What is kept. Nobody needs the lock for that: the file is always a whole one, the old or the new.
    fn find(&self) -> Result<Found, ProgressError> {
        let file = self.file();
        let bytes = match fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(error) => return Err(ProgressError::Unreadable { file, error }),
        };
        let damaged = |why: String| Found::Damaged(why, bytes.clone());
        if bytes.is_empty() {
            return Ok(damaged("is empty".to_owned()));
        }
        // A later version may look quite different, so its number is read alone.
        let value: serde_json::Value = match serde_json::from_slice(&bytes) {
            Ok(value) => value,
            Err(error) => return Ok(damaged(format!("isn't whole ({error})"))),
        };
        match value.get("version").and_then(serde_json::Value::as_u64) {
            Some(version) if version > u64::from(VERSION) => {
                return Err(ProgressError::Newer { file, version });
            }
            Some(1..) => {}
            Some(0) | None => return Ok(damaged("doesn't say its version".to_owned())),
        }
        Ok(match serde_json::from_value::<Progress>(value) {
            Ok(mut progress) => {
                for (former, name) in &self.renamed {
                    progress.rename(former, name);
                }
                Found::Kept(progress)
            }
            Err(error) => damaged(format!("has something else in it than progress ({error})")),
        })
    }

    /// Keeps a copy of a damaged file, which is then replaced. If this program is killed in between, the damaged file is
    /// still there, and is found again. Returns where the copy is, from the workspace's folder.
    fn set_aside(&self, bytes: &[u8]) -> io::Result<String> {
        let mut number = 1;
        loop {
            let name = format!("progress.damaged-{number}.json");
            match File::create_new(self.folder.join(&name)) {
                Ok(mut file) => {
                    file.write_all(bytes)?;
                    file.sync_all()?;
                    return Ok(format!("{FOLDER}/{name}"));
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// Puts a new file in the place of the old one. Whoever reads finds one or the other.
    fn write(&self, progress: &Progress, locked: bool) -> io::Result<()> {
        // Under the lock nobody else writes. What a killed program has left is overwritten.
        let new = if locked {
            format!("{FILE}.new")
        } else {
            let number = UNLOCKED_WRITES.fetch_add(1, Ordering::Relaxed);
            format!("{FILE}.{}-{number}.new", process::id())
        };
        let new = self.folder.join(new);
        let mut text = serde_json::to_string_pretty(progress)?;
        text.push('\n');
        let mut file = File::create(&new)?;
        file.write_all(text.as_bytes())?;
        // Or a power cut could leave the new name on an empty file.
        file.sync_all()?;
        drop(file);
        fs::rename(&new, self.file())
    }
}
