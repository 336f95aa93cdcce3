//! Watching the files that the book is made from, and the learner's own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, SystemTime};

use notify_debouncer_mini::notify::{self, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use notify_debouncer_mini::{Config, DebounceEventResult, Debouncer, new_debouncer_opt};

use crate::output::out;

/// How long no file changes before the book is rebuilt: an editor writes a file in several goes.
const DEBOUNCE: Duration = Duration::from_millis(150);

/// How often files are looked at on a disk that does not tell of changes.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// Where the book's sources are, beside `book.toml`.
const FOLDERS: [&str; 3] = ["book", "exercises", "solutions"];

/// The files that the book is made from, as they were at some time. Some systems tell of a file that was only read:
/// without a comparison, building the book would be a reason to build it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FileStamps {
    book: BTreeMap<PathBuf, Stamp>,
    /// The learner's files, by exercise.
    exercises: BTreeMap<String, BTreeMap<PathBuf, Stamp>>,
    /// The learner's progress, which other programs change, too: all of it, as two changes may come in one tick of the clock.
    progress: Option<Vec<u8>>,
}

/// Its length, and when it was changed.
type Stamp = (u64, Option<SystemTime>);

/// What has changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changed {
    /// A file that the book is made from.
    pub(super) book: bool,
    /// One of the book's own servers: it has to be compiled again.
    pub(super) server: bool,
    /// These exercises: the learner has saved.
    pub(super) exercises: Vec<String>,
    /// The learner's progress.
    pub(super) progress: bool,
}

impl FileStamps {
    /// The files as they are now.
    pub(super) fn now(root: &Path) -> Self {
        let mut seen = Self::default();
        seen.look(root, &root.join("book.toml"));
        for folder in FOLDERS {
            seen.look(root, &root.join(folder));
        }
        seen.progress = fs::read(root.join(progress::FOLDER).join(progress::FILE)).ok();
        seen
    }

    /// Takes the files as they are now. Returns what has changed.
    fn look_again(&mut self, root: &Path) -> Changed {
        let now = Self::now(root);
        // A file that was removed is news, too.
        let names: BTreeSet<_> = now.exercises.keys().chain(self.exercises.keys()).collect();
        let saved = names.into_iter().filter(|&name| self.exercises.get(name) != now.exercises.get(name));
        let exercises = saved.cloned().collect();
        let server = now.servers(root).ne(self.servers(root));
        let progress = now.progress != self.progress;
        let changed = Changed { book: now.book != self.book, server, exercises, progress };
        *self = now;
        changed
    }

    /// Those of the book's files that are compiled into its servers' program.
    fn servers(&self, root: &Path) -> impl Iterator<Item = (&PathBuf, &Stamp)> {
        let solutions = root.join("solutions");
        let is_server =
            move |path: &Path| path.starts_with(&solutions) && path.extension().is_some_and(|it| it == "rs");
        self.book.iter().filter(move |(path, _)| is_server(path))
    }

    fn look(&mut self, root: &Path, path: &Path) {
        if let Ok(entries) = fs::read_dir(path) {
            for entry in entries.flatten() {
                self.look(root, &entry.path());
            }
            return;
        }
        let Ok(about) = fs::metadata(path) else { return };
        let stamp = (about.len(), about.modified().ok());
        if is_source(root, path) {
            self.book.insert(path.to_owned(), stamp);
        } else if let Some(exercise) = learner_of(root, path) {
            self.exercises.entry(exercise).or_default().insert(path.to_owned(), stamp);
        }
    }
}

/// Calls `changed` when files are no longer as they were `seen`, as long as what it returns is alive.
pub(super) fn watch(
    root: &Path,
    poll: bool,
    mut seen: FileStamps,
    mut changed: impl FnMut(Changed) + Send + 'static,
) -> Box<dyn Send> {
    let (sender, receiver) = mpsc::channel();
    let sources = root.to_owned();
    let told = move |events: DebounceEventResult| {
        // To look is to open folders, and some systems tell of that too. An error is a reason to look.
        if events.map_or(true, |events| events.iter().any(|event| !event.path.is_dir())) {
            let _ = sender.send(());
        }
    };
    let thread = thread::Builder::new().name("watch".to_owned());
    let watching = thread.spawn(move || {
        while receiver.recv().is_ok() {
            // What came meanwhile is in the same version.
            while receiver.try_recv().is_ok() {}
            let news = seen.look_again(&sources);
            if news != Changed::default() {
                changed(news);
            }
        }
    });
    if let Err(error) = watching {
        out!("Changed files can't be watched ({error}). Start again to see them.");
        return Box::new(());
    }
    if !poll && !is_wsl_mount(root) {
        match start::<RecommendedWatcher>(root, told.clone()) {
            Ok(watching) => return Box::new(watching),
            Err(error) => out!("The system doesn't report changed files ({error})."),
        }
    }
    out!("The workbook looks for changed files every second.");
    match start::<PollWatcher>(root, told) {
        Ok(watching) => Box::new(watching),
        Err(error) => {
            out!("Changed files can't be watched ({error}). Start again to see them.");
            Box::new(())
        }
    }
}

fn start<W: Watcher>(
    root: &Path,
    told: impl Fn(DebounceEventResult) + Send + 'static,
) -> notify::Result<Debouncer<W>> {
    let config = Config::default()
        .with_timeout(DEBOUNCE)
        .with_notify_config(notify::Config::default().with_poll_interval(POLL_INTERVAL));
    let mut debouncer = new_debouncer_opt::<_, W>(config, told)?;
    let watcher = debouncer.watcher();
    for folder in FOLDERS {
        watcher.watch(&root.join(folder), RecursiveMode::Recursive)?;
    }
    let progress = root.join(progress::FOLDER);
    if progress.is_dir() {
        watcher.watch(&progress, RecursiveMode::NonRecursive)?;
    }
    // The folder, for `book.toml`'s sake: many an editor writes a new file and gives it the old one's name, and who
    // watches a file watches the old one.
    watcher.watch(root, RecursiveMode::NonRecursive)?;
    Ok(debouncer)
}

/// Whether the book is made from the file at `path`.
fn is_source(root: &Path, path: &Path) -> bool {
    let Ok(path) = path.strip_prefix(root) else { return false };
    let extension = path.extension().unwrap_or_default();
    let name = path.file_name().unwrap_or_default();
    match path.iter().next().and_then(|first| first.to_str()) {
        // What a plain `mdbook build` leaves there is not a source.
        Some("book") => path.iter().nth(1).is_none_or(|second| second != site::STAGES),
        Some("book.toml") => true,
        Some("exercises") => extension == "toml" && name != "Cargo.toml",
        Some("solutions") => extension == "rs" || extension == "mjs",
        _ => false,
    }
}

/// The exercise whose learner's file is at `path`: `exercises/CHAPTER/NAME/src/…`.
fn learner_of(root: &Path, path: &Path) -> Option<String> {
    let parts: Vec<_> = path.strip_prefix(root).ok()?.iter().map(|part| part.to_str()).collect();
    match parts[..] {
        [Some("exercises"), Some(_), Some(name), Some("src"), ..] if path.extension()? == "rs" => {
            Some(name.to_owned())
        }
        _ => None,
    }
}

/// Windows' disks under WSL take a watch and then say nothing.
fn is_wsl_mount(root: &Path) -> bool {
    root.starts_with("/mnt")
        && fs::read_to_string("/proc/version")
            .is_ok_and(|version| version.to_lowercase().contains("microsoft"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_book_is_made_from_counts() {
        let counts = |path: &str| is_source(Path::new("/w"), &Path::new("/w").join(path));
        for path in [
            "book/chat/broadcast.md",
            "book/theme/workbook.css",
            "book.toml",
            "exercises/chat/broadcast/exercise.toml",
            "exercises/chat/broadcast/scenes.toml",
            "solutions/chat/broadcast/solution.rs",
        ] {
            assert!(counts(path), "{path}");
        }
        for path in
            ["target/x", "exercises/chat/broadcast/src/lib.rs", "book/stages/x.js", "Cargo.lock", "../book/a"]
        {
            assert!(!counts(path), "{path}");
        }
    }

    #[test]
    fn a_file_that_is_only_read_is_no_change() {
        let root = tempfile::tempdir().unwrap();
        let chapter = root.path().join("book/chat");
        fs::create_dir_all(&chapter).unwrap();
        let page = chapter.join("a.md");
        fs::write(&page, "a").unwrap();
        let mut seen = FileStamps::now(root.path());
        fs::read(&page).unwrap();
        fs::write(root.path().join("Cargo.lock"), "not a source").unwrap();
        let book = |book| Changed { book, ..Changed::default() };
        assert_eq!(seen.look_again(root.path()), book(false));
        fs::write(&page, "longer").unwrap();
        assert_eq!(seen.look_again(root.path()), book(true));
        assert_eq!(seen.look_again(root.path()), book(false), "once");
        fs::remove_file(&page).unwrap();
        assert_eq!(seen.look_again(root.path()), book(true));
    }

    #[test]
    fn a_learner_s_save_names_the_exercise_and_is_no_reason_to_rebuild() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("exercises/chat/broadcast/src");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("lib.rs"), "a").unwrap();
        let mut seen = FileStamps::now(root.path());
        fs::write(folder.join("lib.rs~"), "an editor's").unwrap();
        assert_eq!(seen.look_again(root.path()), Changed::default());
        for file in ["lib.rs", "rooms.rs"] {
            fs::write(folder.join(file), "longer").unwrap();
            let saved = Changed { exercises: vec!["broadcast".to_owned()], ..Changed::default() };
            assert_eq!(seen.look_again(root.path()), saved, "{file}");
        }
        fs::remove_dir_all(&folder).unwrap();
        let removed = Changed { exercises: vec!["broadcast".to_owned()], ..Changed::default() };
        assert_eq!(seen.look_again(root.path()), removed);
        assert_eq!(seen.look_again(root.path()), Changed::default(), "once");
    }

    #[test]
    fn progress_that_another_program_has_made_is_seen() {
        let root = tempfile::tempdir().unwrap();
        let mut seen = FileStamps::now(root.path());
        let store = progress::Store::at(root.path());
        for checks in 1..3 {
            store.update(|progress| progress.work_mut("broadcast").checks = 10 * checks).unwrap();
            let made = Changed { progress: true, ..Changed::default() };
            assert_eq!(seen.look_again(root.path()), made);
            assert_eq!(seen.look_again(root.path()), Changed::default(), "once");
        }
    }

    #[test]
    fn a_solution_that_is_saved_is_a_server_of_the_program() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("solutions/chat/broadcast");
        fs::create_dir_all(&folder).unwrap();
        let mut seen = FileStamps::now(root.path());
        for (file, server) in [("solution.rs", true), ("node.mjs", false)] {
            fs::write(folder.join(file), "new").unwrap();
            let changed = Changed { book: true, server, ..Changed::default() };
            assert_eq!(seen.look_again(root.path()), changed, "{file}");
        }
    }

    #[test]
    fn a_file_that_another_takes_the_place_of_is_still_watched() {
        let root = tempfile::tempdir().unwrap();
        for folder in FOLDERS {
            fs::create_dir(root.path().join(folder)).unwrap();
        }
        let file = root.path().join("book.toml");
        fs::write(&file, "").unwrap();
        let (changed, changes) = mpsc::channel();
        let seen = FileStamps::now(root.path());
        let _watching = watch(root.path(), false, seen, move |_| changed.send(()).unwrap_or_default());
        for text in ["a", "ab", "abc"] {
            let new = root.path().join("new");
            fs::write(&new, text).unwrap();
            fs::rename(&new, &file).unwrap();
            changes.recv_timeout(Duration::from_secs(20)).unwrap_or_else(|_| panic!("{text} was not seen"));
        }
    }
}
