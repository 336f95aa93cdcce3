//! An exercise's test program, and the two ways to it.

use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use grader::{Exercise, Player, WORKERS, served_own};

use crate::cargo::{Built, cargo};
use crate::diagnostics::{self, Diagnostic};
use crate::kept::{self, Inputs};
use crate::kit::Kit;
use crate::wanted;

/// Builds test programs. It keeps what it has learnt, so use one for all.
pub struct Builder {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    /// The kits by their names; or why there is none, which is found out once.
    kits: Mutex<BTreeMap<&'static str, Result<Kit, String>>>,
}

/// A test program that was built.
#[derive(Debug, Clone)]
pub struct Program {
    /// The program.
    pub path: PathBuf,
    /// The environment that it needs.
    pub env: Vec<(String, String)>,
    /// The compiler's warnings.
    pub warnings: Vec<Diagnostic>,
    /// Why it was not built in the fast way, as a sentence; `None`: it was.
    pub fell_back: Option<String>,
}

/// A test program that is as it would be built now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Where it is, in a folder of its own.
    pub folder: PathBuf,
    /// A checksum of what it was made from: the learner's code, and the libraries.
    pub made_from: String,
}

impl Program {
    /// A player for the server in the program.
    pub fn player(&self) -> Player {
        let player = Player::new(&self.path).workers(WORKERS);
        self.env.iter().fold(player, |player, (name, value)| player.env(name, value))
    }
}

/// Why a test program was not built.
#[derive(Debug)]
pub enum BuildError {
    /// The learner's code doesn't compile: what the compiler says, errors first.
    DoesNotCompile(Vec<Diagnostic>),
    /// Something else, as a sentence.
    Failed(String),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DoesNotCompile(said) => {
                let said: Vec<_> = said.iter().map(ToString::to_string).collect();
                f.write_str(said.concat().trim_end())
            }
            Self::Failed(sentence) => f.write_str(sentence),
        }
    }
}

impl std::error::Error for BuildError {}

/// Why the fast way did not lead to a program.
enum FastError {
    /// The learner's code doesn't compile. Cargo would say the same.
    DoesNotCompile(Vec<Diagnostic>),
    /// It can't be had: why, as a sentence. Cargo may still succeed.
    Unavailable(String),
    /// The kit no longer fits what it was built from, or another program has just forgotten it: why, as a sentence. A
    /// new one may.
    Stale(String),
}

impl Builder {
    /// A builder for the workspace in the folder `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
        Self::with_target(root, target)
    }

    /// A builder for the workspace in the folder `root`, with cargo's target folder elsewhere.
    pub fn with_target(root: impl Into<PathBuf>, target: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), target: target.into(), kits: Mutex::default() }
    }

    /// Builds the test program of `exercise`: in the fast way, or else with cargo.
    ///
    /// # Errors
    /// If it doesn't compile, or the compiler can't be run.
    pub fn build(&self, exercise: &Exercise) -> Result<Program, BuildError> {
        self.build_for(exercise, None)
    }

    /// Builds the test program of `exercise`, until `stop` is set because nobody waits any more. Then the compiler is ended.
    /// The kit is built to its end all the same: it isn't about the learner's code, and the next build needs it.
    ///
    /// # Errors
    /// If it doesn't compile, or the compiler can't be run, or nobody waits.
    pub fn build_until(&self, exercise: &Exercise, stop: &AtomicBool) -> Result<Program, BuildError> {
        self.build_for(exercise, Some(stop))
    }

    fn build_for(&self, exercise: &Exercise, stop: Option<&AtomicBool>) -> Result<Program, BuildError> {
        let fast = match self.build_fast(exercise, stop) {
            Err(FastError::Stale(_)) if !stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) => {
                self.kits.lock().unwrap_or_else(PoisonError::into_inner).clear();
                self.build_fast(exercise, stop)
            }
            other => other,
        };
        let fell_back = match fast {
            Ok(program) => return Ok(program),
            Err(FastError::DoesNotCompile(said)) => return Err(BuildError::DoesNotCompile(said)),
            Err(FastError::Unavailable(why) | FastError::Stale(why)) => why,
        };
        self.cargo_build(exercise, stop).map(|program| Program { fell_back: Some(fell_back), ..program })
    }

    /// Whether the libraries of `exercise` are built. If not, its first build takes a while.
    pub fn is_ready_for(&self, exercise: &Exercise) -> bool {
        let mut kits = self.kits.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(package) = self.kit_for(exercise) {
            if !kits.contains_key(package)
                && let Some(kit) = Kit::find(&self.root, &self.target, package)
            {
                kits.insert(package, Ok(kit));
            }
            match kits.get(package) {
                None => return false,
                Some(Ok(_)) => return true,
                Some(Err(_)) => {}
            }
        }
        // Then cargo builds it, and keeps it here.
        let built = format!("{}-", exercise.name.replace('-', "_"));
        let entries = fs::read_dir(self.target.join("debug").join("deps"));
        let mut names = entries.into_iter().flatten().flatten().map(|entry| entry.file_name());
        names.any(|name| name.to_string_lossy().starts_with(&built))
    }

    /// The test program of `exercise`, if it was built in the fast way from what is there now. Builds nothing.
    pub fn kept(&self, exercise: &Exercise) -> Option<Kept> {
        if !self.is_ready_for(exercise) {
            return None;
        }
        let kit = self.kit(exercise).ok()?;
        let files = Files::of(&kit, exercise);
        let inputs = Inputs::now(&files.main, &exercise.dir.join("src"), kit.library())?;
        // `main.rs` may be another's: of an exercise that has moved.
        let is_its = fs::read_to_string(&files.main).is_ok_and(|main| main == main_rs(&kit, exercise));
        (is_its && files.program.exists() && inputs.said(&files.folder).is_some())
            .then(|| Kept { made_from: inputs.to_string(), folder: files.folder })
    }

    /// Builds the test program with cargo.
    ///
    /// # Errors
    /// If it doesn't compile, or cargo can't be run.
    pub fn build_with_cargo(&self, exercise: &Exercise) -> Result<Program, BuildError> {
        self.cargo_build(exercise, None)
    }

    fn cargo_build(&self, exercise: &Exercise, stop: Option<&AtomicBool>) -> Result<Program, BuildError> {
        let mut cargo = cargo(&self.root);
        cargo
            .args([
                "test",
                "--quiet",
                "--package",
                &exercise.name,
                "--lib",
                "--no-run",
                "--message-format=json",
            ])
            .arg("--target-dir")
            .arg(&self.target)
            .env("CARGO_TERM_COLOR", "never");
        let output = wanted::output(cargo, stop).map_err(|error| {
            BuildError::Failed(format!("cargo can't be run ({error}). Is it on the PATH?"))
        })?;
        let built = Built::read(&output);
        let (errors, warnings): (Vec<_>, Vec<_>) =
            built.diagnostics.into_iter().partition(Diagnostic::is_error);
        if output.status.success() {
            let path = built.artifacts.into_iter().rev().find_map(|artifact| artifact.executable);
            let path = path.ok_or_else(|| {
                BuildError::Failed(format!("cargo built no test program for `{}`", exercise.name))
            })?;
            return Ok(Program { path, env: Vec::new(), warnings, fell_back: None });
        }
        if errors.is_empty() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(BuildError::Failed(format!(
                "cargo can't build `{}`: {}",
                exercise.name,
                said.trim()
            )));
        }
        Err(BuildError::DoesNotCompile([errors, warnings].concat()))
    }

    fn kit_for(&self, exercise: &Exercise) -> Result<&'static str, String> {
        Kit::package_for(&self.root, &exercise.dir.join("Cargo.toml"))
    }

    fn kit(&self, exercise: &Exercise) -> Result<Kit, String> {
        let package = self.kit_for(exercise)?;
        let mut kits = self.kits.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Kit::find_or_build(&self.root, &self.target, package);
        kits.entry(package).or_insert_with(new).clone()
    }

    fn build_fast(&self, exercise: &Exercise, stop: Option<&AtomicBool>) -> Result<Program, FastError> {
        let kit = self.kit(exercise).map_err(FastError::Unavailable)?;
        let Files { folder, main, program: path } = Files::of(&kit, exercise);
        let failed = |error: std::io::Error| FastError::Stale(format!("{}: {error}", folder.display()));
        fs::create_dir_all(&folder).map_err(failed)?;
        // Two builds of one exercise, in this process or in another, must not write the same files.
        let lock = fs::File::create(folder.join("lock")).map_err(failed)?;
        lock.lock().map_err(failed)?;
        write_if_changed(&main, &main_rs(&kit, exercise)).map_err(failed)?;
        let src = exercise.dir.join("src");
        let inputs = Inputs::now(&main, &src, kit.library());
        if path.exists()
            && let Some(said) = inputs.as_ref().and_then(|inputs| inputs.said(&folder))
        {
            let warnings = diagnostics::of_rustc(said.as_bytes());
            return Ok(Program { path, env: vec![kit.library_path()], warnings, fell_back: None });
        }
        kept::forget(&folder);
        let dep_info = folder.join("program.d");
        let mut rustc = kit.rustc();
        rustc
            .current_dir(&self.root)
            .arg(&main)
            .args(["--crate-type=bin", "--crate-name", &exercise.name.replace('-', "_")])
            .arg(format!("--emit=link,dep-info={}", dep_info.display()))
            .arg("-o")
            .arg(&path)
            .arg("-C")
            .arg(format!("incremental={}", folder.join("incremental").display()));
        let output = wanted::output(rustc, stop)
            .map_err(|error| FastError::Unavailable(format!("rustc can't be run: {error}")))?;
        let said = diagnostics::of_rustc(&output.stderr);
        let (errors, warnings): (Vec<_>, Vec<_>) = said.into_iter().partition(Diagnostic::is_error);
        if output.status.success() {
            // Not if it was saved meanwhile: nobody knows which one was built.
            if let Some(inputs) =
                inputs.filter(|before| Inputs::now(&main, &src, kit.library()).as_ref() == Some(before))
            {
                inputs.keep(&folder, &output.stderr, &dep_info);
            }
            return Ok(Program { path, env: vec![kit.library_path()], warnings, fell_back: None });
        }
        // An error in the learner's own file is the learner's. Any other is about the kit: it may be out of date.
        if errors.iter().any(|error| is_in(error, &exercise.source_file())) {
            return Err(FastError::DoesNotCompile([errors, warnings].concat()));
        }
        kit.forget();
        let first = errors.first().map_or_else(
            || String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            |error| error.rendered.trim().to_owned(),
        );
        Err(FastError::Stale(format!("the kit can't be linked: {first}")))
    }
}

/// The files of an exercise's program, beside the kit.
struct Files {
    folder: PathBuf,
    main: PathBuf,
    program: PathBuf,
}

impl Files {
    fn of(kit: &Kit, exercise: &Exercise) -> Self {
        let folder = kit.folder().join(&exercise.name);
        let program = folder.join("program").with_extension(env::consts::EXE_EXTENSION);
        Self { main: folder.join("main.rs"), program, folder }
    }
}

/// Whether a diagnostic is about `file`, or about a file beside it: a learner's own module.
fn is_in(diagnostic: &Diagnostic, file: &Path) -> bool {
    let folder = file.parent().unwrap_or(file);
    diagnostic.place.as_ref().is_some_and(|(place, _)| Path::new(place).starts_with(folder))
}

/// The learner's file as a module, and a `main` that has it played and served. It doesn't grade: whoever builds it does.
fn main_rs(kit: &Kit, exercise: &Exercise) -> String {
    format!(
        "extern crate {} as _;\n\n#[path = {:?}]\npub mod exercise;\n\nfn main() -> std::process::ExitCode {{\n    \
         server_program::program(&server_program::Server::new(exercise::server), {:?})\n}}\n",
        kit.crate_name(),
        exercise.source_file().display().to_string(),
        served_own(exercise).to_json().unwrap_or_default(),
    )
}

/// A file that is the same keeps its time.
fn write_if_changed(file: &Path, text: &str) -> std::io::Result<()> {
    if fs::read_to_string(file).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(file, text)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn an_error_in_the_learner_s_own_files_is_the_learner_s() {
        let file = Path::new("/w/exercises/chat/x/src/lib.rs");
        let at = |place: Option<&str>| Diagnostic {
            level: "error".into(),
            code: None,
            rendered: "error".into(),
            place: place.map(|place| (place.into(), 1)),
            advice: None,
        };
        for own in ["/w/exercises/chat/x/src/lib.rs", "/w/exercises/chat/x/src/rooms.rs"] {
            assert!(is_in(&at(Some(own)), file), "{own}");
        }
        for other in [Some("/w/target/workbook/kit/x/main.rs"), Some("/w/exercises/chat/y/src/lib.rs"), None]
        {
            assert!(!is_in(&at(other), file), "{other:?}");
        }
    }

    #[test]
    fn a_file_that_is_the_same_keeps_its_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("main.rs");
        fs::write(&path, "a").unwrap();
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        fs::File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
        let modified = || fs::metadata(&path).unwrap().modified().unwrap();
        write_if_changed(&path, "a").unwrap();
        assert_eq!(modified(), long_ago);
        write_if_changed(&path, "b").unwrap();
        assert_ne!(modified(), long_ago);
        assert_eq!(fs::read_to_string(&path).unwrap(), "b");
    }
}
