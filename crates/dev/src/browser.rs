//! The tests in `e2e`, over the book of a clone.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::clone::Clone;

/// Runs tests in a browser over the book of a clone, in which all that they need is compiled, too. cargo takes a library in a
/// target folder for new if it is newer than the source, and doesn't ask of which workspace.
pub(crate) struct Browser<'a> {
    clone: &'a Clone,
    /// The folder with the tests, and with what they need.
    tests: PathBuf,
}

impl<'a> Browser<'a> {
    /// Tests the book of `clone` with the tests of the workspace in `root`.
    pub(crate) fn over(clone: &'a Clone, root: &Path) -> Result<Self> {
        let tests = root.join("e2e");
        ensure!(tests.join("node_modules").is_dir(), "run `npm ci` in {} first", tests.display());
        let built = clone
            .cargo()
            .args(["build", "--quiet", "--package", "workbook"])
            .status()
            .context("cargo can't be run")?;
        ensure!(built.success(), "the tool can't be built");
        Ok(Self { clone, tests })
    }

    /// Builds the static book.
    pub(crate) fn build(&self) -> Result<()> {
        let mut build = self.clone.cargo();
        build.args(["run", "--quiet", "--", "build", "--out"]).arg(self.book());
        let built = build.stdout(Stdio::null()).status().context("cargo can't be run")?;
        ensure!(built.success(), "the book can't be built");
        Ok(())
    }

    /// The test that `test` names, as `FILE: TEST`.
    pub(crate) fn test(&self, test: &str) -> Result<Command> {
        let (file, name) = test.split_once(": ").with_context(|| format!("{test:?} isn't FILE: TEST"))?;
        let mut node = Command::new("node");
        node.current_dir(&self.tests)
            .arg("--test")
            .arg(format!("--test-name-pattern={}", pattern(name)))
            .arg(file);
        node.env("BOOK_DIR", self.book()).env_remove("BOOK_URL").env("WORKBOOK_SOURCE", &self.clone.root);
        // The tests start `debug/workbook` in here.
        node.env("CARGO_TARGET_DIR", self.clone.root.join("target"));
        node.stdout(Stdio::null()).stderr(Stdio::null());
        Ok(node)
    }

    fn book(&self) -> PathBuf {
        self.clone.root.join("target").join("book")
    }
}

/// A pattern for these words and no others.
fn pattern(words: &str) -> String {
    words.chars().fold(String::new(), |mut pattern, it| {
        if r".*+?^${}()|[]\/".contains(it) {
            pattern.push('\\');
        }
        pattern.push(it);
        pattern
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_pattern() {
        assert_eq!(pattern("it's (so)? “Where am I”"), r"it's \(so\)\? “Where am I”");
    }
}
