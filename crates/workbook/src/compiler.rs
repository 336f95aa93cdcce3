//! What the compiler says, as a learner reads it.

use std::path::{MAIN_SEPARATOR, Path};

use builder::Diagnostic;

/// A message with the advice on it, and its paths as one sees them in an editor: from the workspace's folder.
pub(crate) fn says(root: &Path, diagnostic: &Diagnostic) -> String {
    without_root(root, diagnostic.to_string().trim_end())
}

/// The compiler's words, with paths from the workspace's folder.
pub(crate) fn without_root(root: &Path, said: &str) -> String {
    said.replace(&format!("{}{MAIN_SEPARATOR}", root.display()), "")
}
