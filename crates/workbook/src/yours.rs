//! The learner's own server: compiled when it is asked for, and played in a process of its own.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use catalogue::Entry;
use serde_json::Value;
use stage::Scene;
use stage::grade::{Played, play_apart};

/// Why the learner's server cannot be played.
#[derive(Debug)]
pub(crate) enum YoursError {
    /// It does not compile: what the compiler says.
    DoesNotCompile(String),
    /// Something else, as a sentence.
    Other(String),
}

/// Compiles the learner's server and plays `scene` over it.
pub(crate) fn play(root: &Path, entry: &Entry, scene: &Scene) -> Result<Played, YoursError> {
    let program = compile(root, &entry.exercise.name)?;
    let libraries = library_path(&program);
    let start = || {
        let mut start = Command::new(&program);
        start.env(LIBRARY_PATH, &libraries);
        start
    };
    let played = play_apart(start, std::slice::from_ref(scene));
    let none = || io::Error::other("it ended without a word");
    played.and_then(|played| played.into_iter().next().ok_or_else(none)).map_err(|error| {
        YoursError::Other(format!(
            "Your server could not be played ({error}). `cargo test -p {}` says more.",
            entry.exercise.name
        ))
    })
}

/// Where the system looks for dynamic libraries, beside its own places.
const LIBRARY_PATH: &str = if cfg!(target_os = "macos") {
    "DYLD_FALLBACK_LIBRARY_PATH"
} else if cfg!(windows) {
    "PATH"
} else {
    "LD_LIBRARY_PATH"
};

/// Where the test program finds the stage, and the stage the standard library: what `cargo test` would set.
fn library_path(program: &Path) -> OsString {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let rust = Command::new(rustc).args(["--print", "target-libdir"]).output();
    let rust = rust.map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())).ok();
    let set = env::var_os(LIBRARY_PATH).unwrap_or_default();
    let folders = program.parent().map(Path::to_owned).into_iter().chain(rust).chain(env::split_paths(&set));
    env::join_paths(folders).unwrap_or(set)
}

/// Compiles the exercise's test program, which can play whatever it is told to, and says where it is.
fn compile(root: &Path, name: &str) -> Result<PathBuf, YoursError> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(cargo)
        .current_dir(root)
        .args(["test", "--quiet", "--package", name, "--test", "grade", "--no-run", "--message-format=json"])
        .env("CARGO_TERM_COLOR", "never")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| YoursError::Other(format!("cargo cannot be run ({error}). Is it on the PATH?")))?;
    let messages: Vec<Value> = output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect();
    if output.status.success() {
        let program = messages.iter().rev().find_map(|message| message["executable"].as_str());
        return program.map(PathBuf::from).ok_or_else(|| {
            YoursError::Other(format!(
                "cargo built no test program for `{name}`; its Cargo.toml has a `[[test]]` for it"
            ))
        });
    }
    let errors: Vec<_> = messages
        .iter()
        .filter(|message| message["message"]["level"] == "error")
        .filter_map(|message| message["message"]["rendered"].as_str())
        .collect();
    if errors.is_empty() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(YoursError::Other(format!("cargo could not build `{name}`: {}", said.trim())));
    }
    Err(YoursError::DoesNotCompile(errors.concat()))
}
