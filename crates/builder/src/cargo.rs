//! Running cargo.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde::Deserialize;

use crate::diagnostics::{Diagnostic, Message};

/// cargo, in the folder `dir`: the one that started this program, if one did.
pub fn cargo(dir: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(dir).stdin(Stdio::null());
    cargo
}

/// What a cargo command with `--message-format=json` made and said.
#[derive(Default)]
pub(crate) struct Built {
    /// The artifacts, in the order in which they were made.
    pub(crate) artifacts: Vec<Artifact>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// What cargo compiled from one target.
#[derive(Deserialize)]
pub(crate) struct Artifact {
    pub(crate) target: Target,
    pub(crate) filenames: Vec<PathBuf>,
    pub(crate) executable: Option<PathBuf>,
}

#[derive(Deserialize)]
pub(crate) struct Target {
    /// The target's name, with hyphens or without.
    pub(crate) name: String,
}

/// Source: <https://doc.rust-lang.org/cargo/reference/external-tools.html#json-messages>
#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum CargoMessage {
    CompilerArtifact(Artifact),
    CompilerMessage {
        message: Message,
    },
    #[serde(other)]
    Other,
}

impl Built {
    /// Reads the messages on cargo's standard output.
    pub(crate) fn read(output: &Output) -> Self {
        let mut built = Self::default();
        for line in output.stdout.split(|byte| *byte == b'\n') {
            match serde_json::from_slice(line) {
                Ok(CargoMessage::CompilerArtifact(artifact)) => built.artifacts.push(artifact),
                Ok(CargoMessage::CompilerMessage { message }) => {
                    built.diagnostics.extend(message.diagnostic());
                }
                Ok(CargoMessage::Other) | Err(_) => {}
            }
        }
        built
    }
}

#[cfg(test)]
mod tests {
    use std::process::ExitStatus;

    use super::*;

    #[test]
    fn artifacts_and_messages_are_read() {
        let stdout = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"a"},"filenames":["/t/liba.rlib"],"executable":null}"#,
            "\n",
            r#"{"reason":"compiler-message","message":{"level":"warning","code":null,"rendered":"w","spans":[]}}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
            "\n"
        );
        let output = Output { status: ExitStatus::default(), stdout: stdout.into(), stderr: Vec::new() };
        let built = Built::read(&output);
        assert_eq!(built.artifacts.len(), 1);
        assert_eq!(built.artifacts[0].filenames, [PathBuf::from("/t/liba.rlib")]);
        assert_eq!(built.diagnostics.len(), 1);
    }
}
