//! A folder for as long as a process runs. One that was left by a process that was killed is swept away by the next.

use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::{Path, PathBuf};
use std::{io, process};

/// How the names of all such folders begin.
const PREFIX: &str = "workbook-";

/// Held as long as the folder is in use.
const LOCK: &str = "lock";

/// An empty folder but for its lock, by which others see that it is in use. It is removed with all that is in it when this
/// is dropped.
pub struct TempFolder {
    path: PathBuf,
    /// `None` while it is being removed: not every system removes what is open.
    lock: Option<File>,
}

impl TempFolder {
    /// Makes a folder in `parent`. Its name says what it is `for_what`.
    ///
    /// # Errors
    ///
    /// When it can't be made there. The error names it.
    pub fn create(parent: &Path, for_what: &str) -> io::Result<Self> {
        loop {
            let random = RandomState::new().build_hasher().finish();
            let path = parent.join(format!("{PREFIX}{for_what}-{}-{random:016x}", process::id()));
            let told = |error: io::Error| {
                io::Error::new(error.kind(), format!("{} can't be made: {error}", path.display()))
            };
            fs::create_dir(&path).map_err(told)?;
            let lock = File::create(path.join(LOCK)).map_err(told)?;
            match lock.lock() {
                // Where there are no locks, nobody gets one, and nobody sweeps.
                Err(error) if error.kind() != io::ErrorKind::Unsupported => return Err(told(error)),
                _ => {}
            }
            // Somebody who sweeps may have come between the lock's two steps.
            if path.join(LOCK).exists() {
                return Ok(Self { path, lock: Some(lock) });
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the folders in `parent` that nobody holds any more.
    pub fn sweep(parent: &Path) {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            if !entry.file_name().to_string_lossy().starts_with(PREFIX) {
                continue;
            }
            // One without a lock is just being made. The lock is held until the folder is gone: then its maker sees that.
            let Ok(lock) = File::open(entry.path().join(LOCK)) else { continue };
            if lock.try_lock().is_ok() {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        drop(self.lock.take());
        let _ = fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn what_a_killed_process_has_left_is_swept_and_what_is_in_use_is_not() {
        let parent = tempfile::tempdir().unwrap();
        let in_use = TempFolder::create(parent.path(), "test").unwrap();
        let left = parent.path().join(format!("{PREFIX}left"));
        fs::create_dir(&left).unwrap();
        fs::write(left.join(LOCK), "").unwrap();
        let other = parent.path().join("somebody's own");
        fs::create_dir(&other).unwrap();
        fs::write(other.join(LOCK), "").unwrap();
        let being_made = parent.path().join(format!("{PREFIX}being-made"));
        fs::create_dir(&being_made).unwrap();
        TempFolder::sweep(parent.path());
        assert!(!left.exists() && other.exists() && being_made.exists());
        assert!(in_use.path().exists());
        drop(in_use);
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 2);
    }

    #[test]
    fn one_that_is_swept_while_it_is_made_is_made_again() {
        let parent = tempfile::tempdir().unwrap();
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    TempFolder::sweep(parent.path());
                }
            });
            for _ in 0..500 {
                let folder = TempFolder::create(parent.path(), "test");
                let there = folder.as_ref().is_ok_and(|folder| folder.path().join(LOCK).exists());
                if !there {
                    over.store(true, Ordering::Relaxed);
                }
                assert!(there, "{:?}", folder.err());
            }
            over.store(true, Ordering::Relaxed);
        });
    }

    #[test]
    fn a_folder_that_cant_be_made_is_named() {
        let parent = tempfile::tempdir().unwrap();
        let error = TempFolder::create(&parent.path().join("not-there"), "test").err().unwrap();
        assert!(error.to_string().contains("not-there"), "{error}");
    }
}
