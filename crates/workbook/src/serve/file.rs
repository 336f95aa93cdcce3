//! The learner's file, as the page's editor reads and saves it: the exercise's own `src/lib.rs`, and no other. A request
//! gives the exercise's name, never a path; and where a link stands on the way to the file, nothing is read or written.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;
use grader::{Exercise, checksum};
use serde::Serialize;

use super::app::ApiError;

/// The longest file that the editor takes, in bytes. The longest solution has seven thousand.
pub(super) const MOST: usize = 256 * 1024;

/// Held by whoever saves.
static SAVING: Mutex<()> = Mutex::new(());

/// The learner's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct LearnerFile {
    /// Where it is, from the workspace's folder.
    pub(super) file: String,
    /// What is in it. Its lines end as an editor in a page has them, whatever they end with on the disk.
    pub(super) text: String,
    /// Its checksum. What is saved says which one it is based on. `None`: there is no file.
    pub(super) version: Option<String>,
}

/// Reads the exercise's file.
pub(super) fn read(exercise: &Exercise) -> Result<LearnerFile, ApiError> {
    Ok(shown(exercise, on_disk(exercise)?.as_deref()))
}

/// Saves `text` as the exercise's file, if that is still the one with the checksum `base`. Returns what is then on the disk.
pub(super) fn save(exercise: &Exercise, text: &str, base: Option<&str>) -> Result<LearnerFile, ApiError> {
    if text.len() > MOST {
        return Err(too_large(exercise));
    }
    // Two pages may save at once: what one has looked at, the other must not change before it has written.
    let _alone = SAVING.lock().unwrap_or_else(PoisonError::into_inner);
    let old = on_disk(exercise)?;
    let disk = shown(exercise, old.as_deref());
    let text = with_plain_ends(text);
    // Whoever saves the same as another has no conflict.
    if disk.version.is_some() && disk.text == text {
        return Ok(disk);
    }
    if disk.version.as_deref() != base {
        let sentence = format!(
            "{} has changed on the disk since you opened it here. Nothing was written. Choose which one to keep.",
            disk.file
        );
        let error = ApiError::new(StatusCode::CONFLICT, sentence).kind("conflict");
        return Err(ApiError { disk: Some(Box::new(disk)), ..error });
    }
    let text = if old.is_some_and(|old| old.contains("\r\n")) { text.replace('\n', "\r\n") } else { text };
    write(exercise, &text).map_err(|error| failed(exercise, "written", &error))?;
    Ok(shown(exercise, Some(&text)))
}

fn shown(exercise: &Exercise, text: Option<&str>) -> LearnerFile {
    LearnerFile {
        file: name(exercise),
        text: text.map(with_plain_ends).unwrap_or_default(),
        version: text.map(|text| checksum(&with_plain_ends(text))),
    }
}

/// rustc takes both kinds of line ends for one.
pub(super) fn with_plain_ends(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// What is on the disk. `None`: there is no such file.
fn on_disk(exercise: &Exercise) -> Result<Option<String>, ApiError> {
    let file = file_of(exercise)?;
    match fs::metadata(&file) {
        Ok(about) if about.len() > MOST as u64 => return Err(too_large(exercise)),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        _ => {}
    }
    match fs::read_to_string(&file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(exercise, "read", &error)),
    }
}

/// Writes beside the file and then takes its place: whoever reads it sees the old text or the new one, never a part.
fn write(exercise: &Exercise, text: &str) -> io::Result<()> {
    let folder = exercise.dir.join("src");
    let file = folder.join("lib.rs");
    let permissions = match fs::metadata(&file) {
        Ok(about) if about.permissions().readonly() => {
            return Err(io::Error::new(ErrorKind::PermissionDenied, "it is read-only"));
        }
        Ok(about) => Some(about.permissions()),
        Err(_) => None,
    };
    // Not `.rs`: nobody takes it for a file of the learner's.
    let mut new = tempfile::Builder::new();
    new.prefix(".lib-").suffix(".tmp");
    #[cfg(unix)]
    if permissions.is_none() {
        use std::os::unix::fs::PermissionsExt;
        new.permissions(fs::Permissions::from_mode(0o644));
    }
    let mut new = new.tempfile_in(&folder)?;
    new.write_all(text.as_bytes())?;
    if let Some(permissions) = permissions {
        new.as_file().set_permissions(permissions)?;
    }
    new.as_file().sync_all()?;
    new.persist(&file).map_err(|error| error.error)?;
    Ok(())
}

/// The exercise's file, if it is where it should be.
fn file_of(exercise: &Exercise) -> Result<PathBuf, ApiError> {
    let folder = exercise.dir.join("src");
    let file = folder.join("lib.rs");
    let real = || {
        let root = fs::canonicalize(exercise.root()).ok()?;
        let here = [&*exercise.chapter, &*exercise.name, "src"];
        let expected = here.iter().fold(root.join("exercises"), |path, part| path.join(part));
        (fs::canonicalize(&folder).ok()? == expected).then_some(())
    };
    let is_link = |file: &PathBuf| match fs::symlink_metadata(file) {
        Ok(about) => !about.is_file(),
        Err(error) => error.kind() != ErrorKind::NotFound,
    };
    if real().is_none() || is_link(&file) {
        let sentence = format!(
            "{} isn't an ordinary file in the exercise's own folder. The page reads and writes no other. Put a file in its \
             place, or use your editor.",
            name(exercise)
        );
        return Err(ApiError::new(StatusCode::FORBIDDEN, sentence));
    }
    Ok(file)
}

fn name(exercise: &Exercise) -> String {
    format!("{}/src/lib.rs", exercise.path())
}

fn too_large(exercise: &Exercise) -> ApiError {
    let sentence = format!(
        "{} is too large for this page: {} KiB is the most. Use your editor.",
        name(exercise),
        MOST / 1024
    );
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, sentence)
}

fn failed(exercise: &Exercise, what: &str, error: &io::Error) -> ApiError {
    let sentence = format!(
        "{} can't be {what} ({error}). Look at the file, or use your editor. What you wrote here is still here.",
        name(exercise)
    );
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, sentence)
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    /// An exercise with `text` as its file, in a workspace of its own.
    fn exercise(text: &str) -> (tempfile::TempDir, Exercise) {
        let root = tempfile::tempdir().unwrap();
        let about = "title = 't'\nquestion = 'q'\norder = 1\npage = 'p'\ntask = 't'\nminutes = 1\nhints = ['h']\n\
                     starter = { why = 'w' }\nmistake = []\n";
        let scenes = "[[scene]]\nname = 's'\ntitle = 't'\nsteps = [{ connect = { clients = ['ada'] } }]\n";
        let dir = root.path().join("exercises/chat/x");
        fs::create_dir_all(dir.join("src")).unwrap();
        for (file, text) in [("exercise.toml", about), ("scenes.toml", scenes), ("src/lib.rs", text)] {
            fs::write(dir.join(file), text).unwrap();
        }
        let exercise = Exercise::read(&dir).unwrap();
        (root, exercise)
    }

    fn on_disk(exercise: &Exercise) -> String {
        fs::read_to_string(exercise.source_file()).unwrap()
    }

    #[test]
    fn what_is_saved_is_on_the_disk_and_nothing_is_left_beside_it() {
        let (_root, exercise) = exercise("old");
        let old = read(&exercise).unwrap();
        assert_eq!((old.file.as_str(), old.text.as_str()), ("exercises/chat/x/src/lib.rs", "old"));
        let new = save(&exercise, "new", old.version.as_deref()).unwrap();
        assert_eq!(on_disk(&exercise), "new");
        assert_eq!(new, read(&exercise).unwrap());
        assert_ne!(new.version, old.version);
        assert_eq!(fs::read_dir(exercise.dir.join("src")).unwrap().count(), 1);
    }

    #[test]
    fn what_has_changed_meanwhile_is_refused_and_shown() {
        let (_root, exercise) = exercise("old");
        let old = read(&exercise).unwrap();
        fs::write(exercise.source_file(), "theirs").unwrap();
        let error = save(&exercise, "mine", old.version.as_deref()).unwrap_err();
        assert_eq!((error.status, error.kind), (StatusCode::CONFLICT, Some("conflict")));
        assert_eq!(on_disk(&exercise), "theirs");
        let disk = error.disk.unwrap();
        assert_eq!(disk.text, "theirs");
        assert!(save(&exercise, "theirs", old.version.as_deref()).is_ok(), "both say the same");
        save(&exercise, "mine", disk.version.as_deref()).unwrap();
        assert_eq!(on_disk(&exercise), "mine");

        fs::remove_file(exercise.source_file()).unwrap();
        let error = save(&exercise, "mine again", disk.version.as_deref()).unwrap_err();
        assert_eq!(error.disk.unwrap().version, None);
        save(&exercise, "mine again", None).unwrap();
        assert_eq!(on_disk(&exercise), "mine again");
        assert!(save(&exercise, "x", None).is_err(), "there is a file now");
    }

    #[test]
    fn of_two_who_save_at_once_one_is_told_of_the_other() {
        let (_root, exercise) = exercise("old");
        let base = read(&exercise).unwrap().version;
        let all = 8;
        let together = Barrier::new(all);
        let saved: Vec<_> = std::thread::scope(|threads| {
            let save_one = |number: usize| {
                together.wait();
                save(&exercise, &format!("{number}"), base.as_deref())
            };
            let started: Vec<_> = (0..all).map(|number| threads.spawn(move || save_one(number))).collect();
            started.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let (written, refused): (Vec<_>, Vec<_>) = saved.into_iter().partition(Result::is_ok);
        assert_eq!((written.len(), refused.len()), (1, all - 1));
        let on_disk = on_disk(&exercise);
        assert_eq!(written[0].as_ref().unwrap().text, on_disk);
        for error in refused {
            assert_eq!(error.unwrap_err().disk.unwrap().text, on_disk);
        }
    }

    #[test]
    fn lines_end_as_they_did() {
        let (_root, exercise) = exercise("a\r\nb\r\n");
        let old = read(&exercise).unwrap();
        assert_eq!(old.text, "a\nb\n");
        let new = save(&exercise, "a\nc\n", old.version.as_deref()).unwrap();
        assert_eq!(on_disk(&exercise), "a\r\nc\r\n");
        assert_eq!(new, read(&exercise).unwrap());
    }

    #[test]
    fn what_is_no_text_or_too_much_is_left_alone() {
        let (_root, exercise) = exercise("");
        let status = |result: Result<LearnerFile, ApiError>| result.unwrap_err().status;
        let long = "x".repeat(MOST + 1);
        assert_eq!(status(save(&exercise, &long, None)), StatusCode::PAYLOAD_TOO_LARGE);
        fs::write(exercise.source_file(), &long).unwrap();
        assert_eq!(status(read(&exercise)), StatusCode::PAYLOAD_TOO_LARGE);
        fs::write(exercise.source_file(), [0xff, 0xfe]).unwrap();
        let error = save(&exercise, "x", None).unwrap_err();
        assert!(error.error.contains("can't be read"), "{}", error.error);
        assert_eq!(fs::read(exercise.source_file()).unwrap(), [0xff, 0xfe]);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_stay_and_a_file_that_is_read_only_stays_too() {
        use std::os::unix::fs::PermissionsExt;
        let (_root, exercise) = exercise("old");
        let mode = || fs::metadata(exercise.source_file()).unwrap().permissions().mode() & 0o777;
        for bits in [0o640, 0o600, 0o664] {
            fs::set_permissions(exercise.source_file(), fs::Permissions::from_mode(bits)).unwrap();
            let base = read(&exercise).unwrap().version;
            save(&exercise, &format!("{bits}"), base.as_deref()).unwrap();
            assert_eq!(mode(), bits);
        }
        fs::set_permissions(exercise.source_file(), fs::Permissions::from_mode(0o444)).unwrap();
        let base = read(&exercise).unwrap().version;
        let error = save(&exercise, "new", base.as_deref()).unwrap_err();
        assert!(error.error.contains("read-only"), "{}", error.error);
        assert_eq!(on_disk(&exercise), format!("{}", 0o664));
        fs::remove_file(exercise.source_file()).unwrap();
        save(&exercise, "new", None).unwrap();
        assert_eq!(mode(), 0o644);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_neither_read_nor_written() {
        use std::os::unix::fs::symlink;
        let (root, exercise) = exercise("old");
        let secret = root.path().join("secret");
        fs::create_dir(&secret).unwrap();
        fs::write(secret.join("lib.rs"), "secret").unwrap();
        let refused = || {
            assert_eq!(read(&exercise).unwrap_err().status, StatusCode::FORBIDDEN);
            assert_eq!(save(&exercise, "mine", None).unwrap_err().status, StatusCode::FORBIDDEN);
            assert_eq!(fs::read_to_string(secret.join("lib.rs")).unwrap(), "secret");
        };
        // The file, also one that leads nowhere.
        for target in [secret.join("lib.rs"), root.path().join("nowhere")] {
            fs::remove_file(exercise.source_file()).unwrap();
            symlink(&target, exercise.source_file()).unwrap();
            refused();
            assert!(!root.path().join("nowhere").exists());
        }
        // Its folder, and the exercise's.
        fs::remove_dir_all(exercise.dir.join("src")).unwrap();
        symlink(&secret, exercise.dir.join("src")).unwrap();
        refused();
        let elsewhere = root.path().join("elsewhere");
        fs::remove_file(exercise.dir.join("src")).unwrap();
        fs::rename(&exercise.dir, &elsewhere).unwrap();
        fs::create_dir(elsewhere.join("src")).unwrap();
        fs::write(elsewhere.join("src/lib.rs"), "old").unwrap();
        symlink(&elsewhere, &exercise.dir).unwrap();
        refused();
        assert_eq!(fs::read_to_string(elsewhere.join("src/lib.rs")).unwrap(), "old");
    }
}
