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
    let played = play_apart(&program, std::slice::from_ref(scene));
    let none = || io::Error::other("it ended without a word");
    played.and_then(|played| played.into_iter().next().ok_or_else(none)).map_err(|error| {
        YoursError::Other(format!(
            "Your server could not be played ({error}). `cargo test -p {}` says more.",
            entry.exercise.name
        ))
    })
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
