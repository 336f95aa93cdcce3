//! The build script of every exercise: `exercises/build.rs`. Compiled as cargo would, and run over folders that a learner
//! has broken.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fs};

use tempfile::TempDir;

crate::tests![
    exercises_as_shipped_are_fine,
    what_changes_no_meaning_is_fine,
    an_exercise_that_would_not_be_graded_is_an_error,
];

/// What the script prints for a folder. Errors are lines that begin with `cargo::error=`.
fn check(folder: &Path) -> Vec<String> {
    static SCRIPT: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, script) = SCRIPT.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let script = dir.path().join("build-script").with_extension(env::consts::EXE_EXTENSION);
        let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let source = grader::root().join("exercises/build.rs");
        let status =
            Command::new(rustc).arg("--edition=2024").arg(source).arg("-o").arg(&script).status().unwrap();
        assert!(status.success());
        (dir, script)
    });
    let output = Command::new(script).env("CARGO_MANIFEST_DIR", folder).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.strip_prefix("cargo::error=")).map(ToOwned::to_owned).collect()
}

/// The folders of the exercises.
fn shipped() -> Vec<PathBuf> {
    let exercises = grader::exercises(&grader::root()).unwrap();
    exercises.into_iter().map(|exercise| exercise.dir).collect()
}

/// A copy of an exercise, as `chat/mine`, with `old` replaced by `new` in one of its files.
fn edited(file: &str, old: &str, new: &str) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("chat").join("mine");
    fs::create_dir_all(&folder).unwrap();
    for name in ["grade.rs", "Cargo.toml"] {
        let text = fs::read_to_string(shipped()[0].join(name)).unwrap();
        let text = if name == file {
            assert!(text.contains(old), "{old} in {text}");
            text.replace(old, new)
        } else {
            text
        };
        fs::write(folder.join(name), text).unwrap();
    }
    (dir, folder)
}

fn exercises_as_shipped_are_fine() {
    assert!(!shipped().is_empty());
    for folder in shipped() {
        assert_eq!(check(&folder), [""; 0], "{}", folder.display());
    }
}

fn what_changes_no_meaning_is_fine() {
    for (file, old, new) in [
        ("grade.rs", "\n", "\r\n"),
        ("grade.rs", ";", ";  "),
        ("grade.rs", "test_program::main!(exercise::server)", "client_grader::main!(exercise::client)"),
        ("Cargo.toml", "\n", "\r\n"),
        ("Cargo.toml", "harness = false", "  harness = false # Ours."),
        ("Cargo.toml", "[dependencies]", "[dependencies]\nserde.workspace = true"),
    ] {
        let (_dir, folder) = edited(file, old, new);
        assert_eq!(check(&folder), [""; 0], "{file}: {old:?} → {new:?}");
    }
}

fn an_exercise_that_would_not_be_graded_is_an_error() {
    for (file, old, new, problem) in [
        ("grade.rs", "test_program::main!(exercise::server);", "fn main() {}", "isn't as it was shipped"),
        ("grade.rs", "exercise::server", "|_| ()", "isn't as it was shipped"),
        ("grade.rs", "exercise::server", "exercise::client", "isn't as it was shipped"),
        ("Cargo.toml", "harness = false\n", "", "has no line `harness = false` in its section [lib]"),
        ("Cargo.toml", "harness = false", "harness = true", "has no line `harness = false`"),
        ("Cargo.toml", "harness = false", "# harness = false", "has no line `harness = false`"),
        ("Cargo.toml", "harness = false", "[package.metadata]\nharness = false", "has no line `harness"),
        ("Cargo.toml", "path = \"grade.rs\"", "path = \"src/lib.rs\"", "has no line `path = \"grade.rs\"`"),
        ("Cargo.toml", "[lib]", "[other]", "has no line `path = \"grade.rs\"`"),
    ] {
        let (_dir, folder) = edited(file, old, new);
        let errors = check(&folder);
        let restore = format!("git restore exercises/chat/mine/{file}");
        assert!(
            errors.len() == 1 && errors[0].contains(problem) && errors[0].ends_with(&restore),
            "{file}: {old:?} → {new:?}: {errors:?}"
        );
    }
    for file in ["grade.rs", "Cargo.toml"] {
        let (_dir, folder) = edited(file, "", "");
        fs::write(folder.join(file), "").unwrap();
        assert_eq!(check(&folder).len(), 1, "{file} emptied");
        fs::remove_file(folder.join(file)).unwrap();
        assert_eq!(check(&folder).len(), 1, "{file} deleted");
    }
}
