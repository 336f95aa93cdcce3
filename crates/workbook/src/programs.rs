//! Other programs, as a shell would find them.

use std::env;
use std::path::{Path, PathBuf};

/// The program of that name on the PATH; or the one at that path. On Windows also `NAME.exe`, `NAME.cmd` and `NAME.bat`:
/// VS Code is one of those.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    if name.contains(['/', '\\']) {
        return in_folder(Path::new(""), name);
    }
    env::split_paths(&env::var_os("PATH")?).find_map(|folder| in_folder(&folder, name))
}

fn in_folder(folder: &Path, name: &str) -> Option<PathBuf> {
    let endings = if cfg!(windows) { &[".exe", ".cmd", ".bat", ""][..] } else { &[""] };
    endings.iter().map(|ending| folder.join(format!("{name}{ending}"))).find(|path| is_program(path))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_and_a_file_that_is_none_is_not() {
        let cargo = find("cargo").expect("cargo runs this test");
        assert_eq!(find(&cargo.display().to_string()), Some(cargo));
        assert_eq!(find("no-such-program-anywhere"), None);
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        if cfg!(unix) {
            assert_eq!(find(&manifest.display().to_string()), None);
        }
    }
}
