//! Seeing that the learner has saved.
//!
//! The exercise's few files are looked at all the time: their times every 10 ms, what is in them every 50 ms. The system could tell of changes instead, and the book is watched
//! that way. For one small folder, looking is better. It works on every disk: network drives and Windows' disks under WSL
//! tell of nothing. It can't be confused by how an editor saves: in place, in several goes, or by giving a new file the old
//! one's name. And it compares what is there now with what was there when the last run began, so no save is ever lost. It
//! takes 0.5 % of one core.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use super::state::Event;
use crate::files::Files;

/// How often the files' times are looked at.
const LOOK: Duration = Duration::from_millis(10);

/// At each so many looks, what is in the files is looked at, too: a save may change no time.
const CLOSE_LOOK: u32 = 5;

/// For so many looks, a file that is missing is just being saved.
const PATIENCE: u32 = 200;

/// Looks at files on a thread, until it is dropped.
pub(super) struct Watching {
    look_at: Sender<Seen>,
}

impl Watching {
    /// Sends [`Event::Saved`] when a file in the exercise's folder is no longer as it is now.
    pub(super) fn begin(exercise: &Path, events: Sender<Event>) -> io::Result<Self> {
        let (look_at, told) = mpsc::channel();
        let mut seen = Seen::now(exercise);
        thread::Builder::new().name("saves".to_owned()).spawn(move || {
            for number in 1_u32.. {
                match told.recv_timeout(LOOK) {
                    Ok(another) => seen = another,
                    Err(RecvTimeoutError::Timeout) if number % CLOSE_LOOK > 0 && !seen.is_touched() => {}
                    Err(RecvTimeoutError::Timeout) => {
                        if seen.look().is_some_and(|event| events.send(event).is_err()) {
                            return;
                        }
                    }
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        })?;
        Ok(Self { look_at })
    }

    /// Watches another exercise instead.
    pub(super) fn look_at(&self, exercise: &Path) {
        // Seen here and now: what is saved from now on is a save.
        let _ = self.look_at.send(Seen::now(exercise));
    }
}

/// What was seen last.
struct Seen {
    exercise: PathBuf,
    files: Option<Files>,
    /// How often in a row they couldn't be read.
    missing: u32,
}

impl Seen {
    fn now(exercise: &Path) -> Self {
        Self { exercise: exercise.to_owned(), files: Files::now(exercise).ok(), missing: 0 }
    }

    /// Whether a quick look shows that something has happened.
    fn is_touched(&self) -> bool {
        self.files.as_ref().is_none_or(Files::are_touched)
    }

    /// What has happened since the last look.
    fn look(&mut self) -> Option<Event> {
        let Ok(now) = Files::now(&self.exercise) else {
            // Many an editor moves the old file away before the new one is there.
            self.missing += 1;
            let file = self.exercise.join("src").join("lib.rs");
            return (self.missing == PATIENCE).then(|| Event::Unreadable(file.display().to_string()));
        };
        self.missing = 0;
        if self.files.as_ref() == Some(&now) {
            return None;
        }
        self.files = Some(now);
        Some(Event::Saved)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::SystemTime;

    use super::*;

    fn exercise() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        fs::write(folder.path().join("Cargo.toml"), "").unwrap();
        let file = folder.path().join("src").join("lib.rs");
        fs::write(&file, "a").unwrap();
        (folder, file)
    }

    /// Gives `file` a time, so that no test depends on the disk's.
    fn at(file: &Path, seconds: u64) {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        fs::File::options().write(true).open(file).unwrap().set_modified(time).unwrap();
    }

    #[test]
    fn every_way_to_save_is_seen_once() {
        let (folder, file) = exercise();
        at(&file, 1);
        let mut seen = Seen::now(folder.path());
        assert_eq!(seen.look(), None);
        let mut saved = |way: &str| {
            assert_eq!(seen.look(), Some(Event::Saved), "{way}");
            assert_eq!(seen.look(), None, "{way}, once");
        };
        fs::write(&file, "b").unwrap();
        at(&file, 1);
        saved("in place, with the same length and the same time");
        at(&file, 2);
        saved("the same text");
        let new = folder.path().join("src").join(".lib.rs.swp");
        fs::write(&new, "c").unwrap();
        at(&new, 2);
        fs::rename(&new, &file).unwrap();
        saved("by rename, with the same time");
        fs::write(file.with_file_name("rooms.rs"), "").unwrap();
        saved("a module");
        fs::create_dir(file.with_file_name("deep")).unwrap();
        fs::write(file.with_file_name("deep").join("mod.rs"), "").unwrap();
        saved("a module in a folder");
        fs::remove_file(file.with_file_name("rooms.rs")).unwrap();
        saved("a module that is gone");
        fs::write(folder.path().join("Cargo.toml"), "[dependencies]").unwrap();
        saved("the manifest");
    }

    #[test]
    fn what_an_editor_keeps_beside_the_file_is_no_save() {
        let (folder, file) = exercise();
        let mut seen = Seen::now(folder.path());
        for name in ["lib.rs~", ".lib.rs.swp", "4913", "#lib.rs#"] {
            fs::write(file.with_file_name(name), "x").unwrap();
        }
        fs::read(&file).unwrap();
        assert_eq!(seen.look(), None);
    }

    #[test]
    fn a_file_that_is_being_replaced_is_waited_for_and_one_that_stays_away_is_told_once() {
        let (folder, file) = exercise();
        let mut seen = Seen::now(folder.path());
        fs::rename(&file, file.with_file_name("lib.rs~")).unwrap();
        assert_eq!(seen.look(), None);
        fs::write(&file, "new").unwrap();
        assert_eq!(seen.look(), Some(Event::Saved));

        fs::remove_file(&file).unwrap();
        let told: Vec<_> = (0..3 * PATIENCE).filter_map(|_| seen.look()).collect();
        assert_eq!(told, [Event::Unreadable(file.display().to_string())]);
        fs::write(&file, "newer").unwrap();
        assert_eq!(seen.look(), Some(Event::Saved));
    }

    #[test]
    fn saves_are_told_until_another_exercise_is_watched() {
        let ((one, first), (two, second)) = (exercise(), exercise());
        let (events, happened) = mpsc::channel();
        let watching = Watching::begin(one.path(), events).unwrap();
        fs::write(&first, "saved").unwrap();
        let long = Duration::from_mins(1);
        assert_eq!(happened.recv_timeout(long), Ok(Event::Saved));
        watching.look_at(two.path());
        fs::write(&first, "saved again").unwrap();
        // What is sent before is handled before: from here on the second one is watched, or its save was seen then.
        while happened.recv_timeout(LOOK * 4).is_ok() {}
        fs::write(&second, "saved").unwrap();
        assert_eq!(happened.recv_timeout(long), Ok(Event::Saved));
    }
}
