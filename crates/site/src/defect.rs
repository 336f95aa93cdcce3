//! What is wrong with the book, where, and what to do about it.

use std::fmt;
use std::path::{Path, PathBuf};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Defect {
    /// The file, from the workspace's folder.
    pub file: PathBuf,
    /// The line, counted from 1, where there is one to point at.
    pub line: Option<usize>,
    /// What is wrong, and in a second sentence what to do about it.
    pub what: String,
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", to_slash(&self.file))?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// All that is wrong: never only the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Defects(pub Vec<Defect>);

impl Defects {
    /// Adds a defect.
    pub fn add(&mut self, file: &Path, line: impl Into<Option<usize>>, what: impl Into<String>) {
        self.0.push(Defect { file: file.to_owned(), line: line.into(), what: what.into() });
    }

    /// `Ok` if there are none. Otherwise all of them, in the order of files and lines, each once.
    pub fn into_result(mut self) -> Result<(), Self> {
        self.0.sort();
        self.0.dedup();
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for Defects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for defect in &self.0 {
            writeln!(f, "{defect}")?;
        }
        match self.0.len() {
            1 => write!(f, "The book has 1 defect."),
            many => write!(f, "The book has {many} defects."),
        }
    }
}

impl std::error::Error for Defects {}

/// A path with `/` on every system, so that a message is the same everywhere.
pub(crate) fn to_slash(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defects_come_in_the_order_of_files_and_lines_each_once() {
        let mut defects = Defects::default();
        for (file, line) in
            [("b.md", Some(1)), ("a.md", Some(10)), ("a.md", Some(9)), ("a.md", None), ("b.md", Some(1))]
        {
            defects.add(Path::new(file), line, "x");
        }
        let said = defects.into_result().expect_err("there are some").to_string();
        assert_eq!(said, "a.md: x\na.md:9: x\na.md:10: x\nb.md:1: x\nThe book has 4 defects.");
        assert_eq!(Defects::default().into_result(), Ok(()));
    }
}
