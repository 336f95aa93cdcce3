//! The archive for laptops without a network: what is in it is committed, and cargo needs nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs a program that should succeed. Returns what it says.
#[track_caller]
fn run(program: &str, folder: &Path, args: &[&str]) -> String {
    let output = Command::new(program).current_dir(folder).args(args).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {args:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn offline(root: &Path, out: &Path) -> Output {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_workbook"));
    tool.args(["offline", "--root"]).arg(root).arg("--out").arg(out).output().unwrap()
}

/// Makes the archive of `root` and unpacks it.
#[track_caller]
fn unpacked(root: &Path, folder: &Path) -> PathBuf {
    let archive = folder.join("a.tar.gz");
    let made = offline(root, &archive);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    run("tar", folder, &["-xf", "a.tar.gz"]);
    folder.join("socketio-workbook")
}

/// cargo as on a laptop that has never had a network.
fn cargo(folder: &Path, home: &Path, args: &[&str]) -> Output {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(folder).args(args).env("CARGO_HOME", home).env_remove("CARGO_TARGET_DIR");
    cargo.output().unwrap()
}

#[test]
fn the_archive_has_what_is_committed_and_no_more() {
    let (root, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let root = root.path();
    let write = |file: &str, text: &str| {
        let file = root.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    };
    write("Cargo.toml", "[package]\nname = \"x\"\nedition = \"2024\"\n");
    write("Cargo.lock", "version = 4\n\n[[package]]\nname = \"x\"\nversion = \"0.0.0\"\n");
    write("src/lib.rs", "// As shipped.\n");
    write(".gitignore", "/target/\n");
    write(".cargo/config.toml", "[alias]\nsay = \"version\"\n");
    let outside = offline(root, &folder.path().join("a.tar.gz"));
    assert!(!outside.status.success());
    let said = String::from_utf8_lossy(&outside.stderr);
    assert!(said.contains("Run this in a clone of the repository"), "{said}");

    run("git", root, &["init", "--quiet"]);
    run("git", root, &["add", "."]);
    let who = ["-c", "user.name=x", "-c", "user.email=x@example.com"];
    run("git", root, &[&who[..], &["commit", "--quiet", "-m", "x"]].concat());
    write("src/lib.rs", "// Solved by the teacher.\n");
    let there = unpacked(root, folder.path());
    assert_eq!(fs::read_to_string(there.join("src/lib.rs")).unwrap().trim_end(), "// As shipped.");
    assert_eq!(run("git", &there, &["status", "--porcelain"]), "");
    assert_eq!(run("git", &there, &["remote"]), "");
    let home = tempfile::tempdir().unwrap();
    let built = cargo(&there, home.path(), &["metadata", "--locked", "--format-version", "1"]);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let alias = cargo(&there, home.path(), &["say"]);
    assert!(alias.status.success(), "{}", String::from_utf8_lossy(&alias.stderr));
    // Nothing is left beside the archive.
    assert_eq!(fs::read_dir(root.join("target")).unwrap().count(), 0);
}

#[test]
#[ignore = "it packs all libraries, which takes a minute and a network: .ci/run runs it"]
fn cargo_finds_every_library_in_the_archive() {
    let (folder, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let there = unpacked(&grader::root(), folder.path());
    // It reads the source of each library, for every system. The archive says that there is no network.
    let fetched = cargo(&there, home.path(), &["fetch", "--locked"]);
    assert!(fetched.status.success(), "{}", String::from_utf8_lossy(&fetched.stderr));
    let library = fs::read_dir(there.join("vendor")).unwrap().next().unwrap().unwrap().path();
    fs::remove_dir_all(&library).unwrap();
    let missing = cargo(&there, home.path(), &["fetch", "--locked"]);
    assert!(!missing.status.success(), "{} isn't needed", library.display());
}
