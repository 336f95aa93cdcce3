//! A clean clone of the workspace, to be measured or broken.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// A clone in a temporary folder, with its own target folder.
pub(crate) struct Clone {
    _folder: TempDir,
    pub(crate) root: PathBuf,
}

impl Clone {
    /// Clones what is committed in `root`, at `commit`.
    pub(crate) fn at(root: &Path, commit: &str) -> Result<Self> {
        let folder = tempfile::tempdir().context("there is no room for a clone")?;
        let clone = folder.path().join("clone");
        let git = |dir: &Path, args: &[&str]| -> Result<()> {
            let output =
                Command::new("git").current_dir(dir).args(args).output().context("git can't be run")?;
            ensure!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
            Ok(())
        };
        let (from, to) = (root.to_string_lossy(), clone.to_string_lossy());
        git(folder.path(), &["clone", "--quiet", &from, &to])?;
        git(&clone, &["checkout", "--quiet", commit])?;
        Ok(Self { _folder: folder, root: clone })
    }

    /// cargo in this clone, with the clone's own target folder.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = builder::cargo(&self.root);
        // This program may itself run under a cargo with another target folder, or for another package.
        cargo.env_remove("CARGO_TARGET_DIR").env_remove("CARGO_MANIFEST_DIR");
        cargo
    }

    /// How long `cargo test` with `args` takes, whatever its verdict.
    pub(crate) fn time_test(&self, args: &[&str]) -> Result<Duration> {
        Ok(self.test(args)?.0)
    }

    /// How long the whole `cargo test` takes. It has to pass: one that fails ends early.
    pub(crate) fn time_all_tests(&self) -> Result<Duration> {
        let (time, output) = self.test(&[])?;
        let text = String::from_utf8_lossy(&output.stdout);
        ensure!(output.status.success(), "`cargo test` fails in the clone:\n{text}");
        Ok(time)
    }

    fn test(&self, args: &[&str]) -> Result<(Duration, Output)> {
        let start = Instant::now();
        let output =
            self.cargo().args(["test", "--quiet"]).args(args).output().context("cargo can't be run")?;
        let time = start.elapsed();
        let text = String::from_utf8_lossy(&output.stdout);
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(text.contains("test result:"), "`cargo test {args:?}` gave no verdict:\n{text}{said}");
        Ok((time, output))
    }

    /// How many bytes the target folder takes.
    pub(crate) fn target_size(&self) -> Result<u64> {
        size_of(&self.root.join("target"))
    }
}

/// How many bytes the files in a folder take. A file with two names counts once.
fn size_of(folder: &Path) -> Result<u64> {
    let mut seen = std::collections::HashSet::new();
    let mut size = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let about = entry.metadata()?;
            if about.is_dir() {
                folders.push(entry.path());
            } else if seen.insert(identity(&entry.path(), &about)) {
                size += about.len();
            }
        }
    }
    Ok(size)
}

/// What two names of one file have in common.
#[cfg(unix)]
fn identity(_: &Path, about: &std::fs::Metadata) -> (PathBuf, u64) {
    use std::os::unix::fs::MetadataExt;
    (PathBuf::new(), about.ino())
}

/// What two names of one file have in common: here that isn't known.
#[cfg(not(unix))]
fn identity(path: &Path, _: &std::fs::Metadata) -> (PathBuf, u64) {
    (path.to_owned(), 0)
}
