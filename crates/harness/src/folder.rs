//! A folder that a server may keep files in, for one play.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{fs, io, process};

/// Whether no folder is made any more.
static OVER: Mutex<bool> = Mutex::new(false);

/// From here on a server that wants a folder gets an error. Whoever removes all of them at the process's end says this
/// first: a play that starts at that moment would leave another behind.
pub fn make_no_more_folders() {
    *OVER.lock().unwrap_or_else(PoisonError::into_inner) = true;
}

/// A folder that is removed with all that is in it when this is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Makes an empty folder in `parent`, under a name that no other play uses.
    pub(crate) fn create(parent: &Path) -> io::Result<Self> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = parent.join(format!("play-{}-{number}", process::id()));
        let over = OVER.lock().unwrap_or_else(PoisonError::into_inner);
        if *over {
            return Err(io::Error::other("the process is about to end"));
        }
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    /// Another folder in `parent`, with what is in this one now.
    pub(crate) fn copy(&self, parent: &Path) -> io::Result<Self> {
        let copy = Self::create(parent)?;
        copy_all(&self.0, &copy.0)?;
        Ok(copy)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

fn copy_all(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir(&target)?;
            copy_all(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A server that is still running may hold a file open: then it stays, and the owner of the parent removes it.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_play_has_a_folder_of_its_own_and_leaves_none() {
        let parent = std::env::temp_dir().join(format!("harness-folder-test-{}", process::id()));
        let (one, two) = (Folder::create(&parent).unwrap(), Folder::create(&parent).unwrap());
        assert_ne!(one.path(), two.path());
        fs::write(one.path().join("file"), "x").unwrap();
        assert_eq!(fs::read_dir(two.path()).unwrap().count(), 0);
        drop((one, two));
        // It must be empty by now.
        fs::remove_dir(&parent).unwrap();
    }
}
