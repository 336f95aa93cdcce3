//! Where the workspace is.

use std::env;
use std::path::{Path, PathBuf};

/// The workspace's folder: that of the package cargo runs, so that clones can share a target folder. Without cargo it is
/// where this was built, or, if the built tool was moved, the current folder.
pub fn root() -> PathBuf {
    let run = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let built = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root_of(run, built)
}

fn root_of(run: Option<PathBuf>, built: PathBuf) -> PathBuf {
    let root = |dir: PathBuf| dir.ancestors().find(|dir| dir.join("exercises").is_dir()).map(Path::to_owned);
    run.and_then(root).or_else(|| root(built)).unwrap_or_else(|| PathBuf::from("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clone_that_is_run_comes_before_the_one_that_was_built() {
        let (run, built) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for clone in [&run, &built] {
            std::fs::create_dir_all(clone.path().join("exercises")).unwrap();
        }
        let inside = |clone: &tempfile::TempDir| clone.path().join("crates/grader");
        assert_eq!(root_of(Some(inside(&run)), inside(&built)), run.path());
        assert_eq!(root_of(None, inside(&built)), built.path());
        assert_eq!(root_of(Some("/nowhere/at/all".into()), inside(&built)), built.path());
        assert_eq!(root_of(None, "/nowhere/at/all".into()), Path::new("."));
    }
}
