//! The folder that the book is built in. It ends with the tool; what a tool that was killed has left is swept away.

use std::fs;
use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result};
use tempfile::TempDir;

const PREFIX: &str = "workbook-book-";

/// Held as long as the folder is in use.
const LOCK: &str = "lock";

/// The folder, and the lock by which others see that it is in use.
pub(super) struct Folder {
    dir: TempDir,
    _lock: File,
}

impl Folder {
    pub(super) fn path(&self) -> &Path {
        self.dir.path()
    }
}

/// A new folder, for this run of the tool alone.
pub(super) fn folder() -> Result<Folder> {
    folder_in(&std::env::temp_dir())
}

fn folder_in(parent: &Path) -> Result<Folder> {
    sweep(parent);
    let dir = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent);
    let dir = dir.with_context(|| format!("no folder can be made in {}", parent.display()))?;
    let lock = File::create(dir.path().join(LOCK)).and_then(|lock| lock.lock().map(|()| lock));
    let lock = lock.with_context(|| format!("{} can't be locked", dir.path().display()))?;
    Ok(Folder { dir, _lock: lock })
}

/// Removes the folders that nobody holds any more.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        // One without a lock is just being made.
        let lock = File::open(entry.path().join(LOCK));
        if lock.is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_tool_has_left_is_swept_and_what_is_in_use_is_not() {
        let parent = tempfile::tempdir().unwrap();
        let in_use = folder_in(parent.path()).unwrap();
        let left = parent.path().join(format!("{PREFIX}left"));
        fs::create_dir(&left).unwrap();
        fs::write(left.join(LOCK), "").unwrap();
        let other = parent.path().join("somebody's own");
        fs::create_dir(&other).unwrap();
        fs::write(other.join(LOCK), "").unwrap();
        let being_made = parent.path().join(format!("{PREFIX}being-made"));
        fs::create_dir(&being_made).unwrap();
        let another = folder_in(parent.path()).unwrap();
        assert!(!left.exists() && other.exists() && being_made.exists());
        assert!(in_use.path().exists() && another.path().exists());
        drop(in_use);
        drop(another);
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 2);
    }
}
