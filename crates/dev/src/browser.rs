//! The tests in `e2e`, over the book of another folder.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// Runs tests in a browser over the book of one workspace.
pub(crate) struct Browser {
    /// The workbook's tool, in the target folder that this program is in, too.
    tool: PathBuf,
    /// The workspace whose book is tested.
    source: PathBuf,
    /// The folder with the tests, and with what they need.
    tests: PathBuf,
}

impl Browser {
    /// Tests the book in `source` with the tests of the workspace in `root`.
    pub(crate) fn over(source: &Path, root: &Path) -> Result<Self> {
        let tests = root.join("e2e");
        ensure!(tests.join("node_modules").is_dir(), "run `npm ci` in {} first", tests.display());
        let built = builder::cargo(root).args(["build", "--quiet", "--package", "workbook"]).status();
        ensure!(built.context("cargo can't be run")?.success(), "the tool can't be built");
        let this = std::env::current_exe().context("this program can't be found")?;
        let tool = this.with_file_name(format!("workbook{}", std::env::consts::EXE_SUFFIX));
        Ok(Self { tool, source: source.to_owned(), tests })
    }

    /// Builds the static book.
    pub(crate) fn build(&self) -> Result<()> {
        let mut build = Command::new(&self.tool);
        build.args(["build", "--out"]).arg(self.book()).arg("--root").arg(&self.source);
        self.share_target(&mut build);
        let built = build.stdout(Stdio::null()).status().context("the tool can't be run")?;
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
        node.env("BOOK_DIR", self.book()).env_remove("BOOK_URL").env("WORKBOOK_SOURCE", &self.source);
        // The tests start `debug/workbook` in here.
        self.share_target(&mut node);
        node.stdout(Stdio::null()).stderr(Stdio::null());
        Ok(node)
    }

    /// What is compiled for the other workspace, such as the book's servers, finds the libraries in the tool's target
    /// folder.
    fn share_target(&self, command: &mut Command) {
        if let Some(target) = self.tool.ancestors().nth(2) {
            command.env("CARGO_TARGET_DIR", target);
        }
    }

    fn book(&self) -> PathBuf {
        self.source.join("target").join("book")
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
