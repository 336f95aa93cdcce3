//! The program with the book's own servers.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use crate::cargo::{Built, cargo};
use crate::program::Builder;
use crate::wanted;

/// Its name.
const PROGRAM: &str = "book-servers";

impl Builder {
    /// Builds the program with the book's servers: the solutions, the starters and the known mistakes. The first time it
    /// takes as long as a third of the tool. If `stop` is set, the compiler is ended. Without a `stop` it gets the terminal's
    /// Ctrl+C, as any program that is started there.
    ///
    /// # Errors
    /// With a sentence, if it can't be built.
    pub fn book_servers(&self, stop: Option<&AtomicBool>) -> Result<PathBuf, String> {
        let mut cargo = cargo(&self.root);
        // As `cargo run` chooses packages, so that nothing is compiled twice.
        cargo
            .args(["build", "--quiet", "--bin", PROGRAM, "--message-format=json-render-diagnostics"])
            .arg("--target-dir")
            .arg(&self.target);
        let output = wanted::output(cargo, stop).map_err(|error| format!("cargo can't be run: {error}"))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("cargo can't build the book's servers: {}", said.trim()));
        }
        let built = Built::read(&output).artifacts.into_iter().rev().find_map(|artifact| artifact.executable);
        built.ok_or_else(|| "cargo built no program with the book's servers".to_owned())
    }

    /// Whether that program was ever built: then to build it again is quick, most often.
    pub fn has_book_servers(&self) -> bool {
        self.target.join("debug").join(PROGRAM).with_extension(std::env::consts::EXE_EXTENSION).exists()
    }
}
