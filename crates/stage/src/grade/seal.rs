//! The seal on an exercise: digests of the files that grade it, so that a change to them does not go unnoticed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use sha2::{Digest, Sha256};

/// The learner's file.
pub(super) const STARTER_FILE: &str = "src/lib.rs";

const SEAL: &str = "tests/seal.toml";
const TESTS: &str = "tests";
const SNAPSHOTS: &str = "tests/snapshots";

/// A file that is not what was shipped.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken {
    /// The file, from the exercise's folder.
    pub file: String,
    /// What is the matter with it.
    pub what: &'static str,
}

/// Compares the files that grade the exercise in `dir` with the seal. The learner's own file is not among them.
pub fn broken(dir: &Path) -> Vec<Broken> {
    let sealed = read(dir);
    let mut broken = Vec::new();
    if sealed.is_empty() {
        broken.push(Broken { file: SEAL.to_owned(), what: "is missing or cannot be read" });
    }
    let present = graded_files(dir);
    for (file, digest) in &sealed {
        if file == STARTER_FILE {
            continue;
        }
        match digest_of(&dir.join(file)) {
            Some(now) if now == *digest => {}
            Some(_) => broken.push(Broken { file: file.clone(), what: "is not as it was shipped" }),
            None => broken.push(Broken { file: file.clone(), what: "is missing" }),
        }
    }
    for file in present {
        if !sealed.contains_key(&file) && !sealed.is_empty() {
            broken.push(Broken { file, what: "was not shipped with the exercise" });
        }
    }
    broken
}

/// Whether the learner's file is still the one that was shipped.
pub fn is_as_shipped(dir: &Path) -> bool {
    let sealed = read(dir).remove(STARTER_FILE);
    sealed.is_some() && sealed == digest_of(&dir.join(STARTER_FILE))
}

/// Seals the exercise in `dir` as it now is.
pub(super) fn seal(dir: &Path) -> io::Result<()> {
    let mut text = String::from(
        "# Digests of the files that grade this exercise, and of the learner's file as shipped. Made by\n\
         # `cargo run -- dev accept`; do not edit.\n",
    );
    let mut files = graded_files(dir);
    files.push(STARTER_FILE.to_owned());
    files.sort();
    for file in files {
        if let Some(digest) = digest_of(&dir.join(&file)) {
            let _ = writeln!(text, "\"{file}\" = \"{digest}\"");
        }
    }
    fs::write(dir.join(SEAL), text)
}

fn read(dir: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(dir.join(SEAL)).unwrap_or_default();
    toml::from_str(&text).unwrap_or_default()
}

/// The files that grade: the scenes and what reads them, and the kept transcripts.
fn graded_files(dir: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for (folder, extension) in [(TESTS, "rs"), (SNAPSHOTS, "snap")] {
        for entry in fs::read_dir(dir.join(folder)).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|e| e == extension) {
                files.push(format!("{folder}/{}", entry.file_name().to_string_lossy()));
            }
        }
    }
    files.sort();
    files
}

/// The digest of a text file. The same on every system: line ends do not count.
fn digest_of(file: &Path) -> Option<String> {
    let text = fs::read_to_string(file).ok()?.replace("\r\n", "\n");
    let mut hex = String::new();
    for byte in Sha256::digest(text.as_bytes()) {
        let _ = write!(hex, "{byte:02x}");
    }
    Some(hex)
}

/// Scenes that are graded but not kept, and kept but not graded.
pub(super) fn unmatched(graded: &[&str], kept: &[&str]) -> Vec<Broken> {
    let broken = |scene: &&str, what| Broken { file: format!("{SNAPSHOTS}/{scene}.snap"), what };
    let missing = graded.iter().filter(|scene| !kept.contains(scene));
    let extra = kept.iter().filter(|scene| !graded.contains(scene));
    missing
        .map(|scene| broken(scene, "is missing: its scene has nothing to be compared with"))
        .chain(extra.map(|scene| broken(scene, "is there, but its scene is not played")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRADE: &str = "tests/grade.rs";

    fn exercise() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join(SNAPSHOTS)).unwrap();
        fs::create_dir_all(dir.path().join("src")).unwrap();
        fs::write(dir.path().join(GRADE), "fn main() {}\n").unwrap();
        fs::write(dir.path().join(STARTER_FILE), "// yours\n").unwrap();
        fs::write(dir.path().join(SNAPSHOTS).join("a.snap"), "a\n").unwrap();
        seal(dir.path()).unwrap();
        dir
    }

    #[test]
    fn what_was_sealed_is_whole() {
        let dir = exercise();
        assert_eq!(broken(dir.path()), []);
        assert!(is_as_shipped(dir.path()));
    }

    #[test]
    fn a_learner_may_change_their_own_file() {
        let dir = exercise();
        fs::write(dir.path().join(STARTER_FILE), "// mine\n").unwrap();
        assert_eq!(broken(dir.path()), []);
        assert!(!is_as_shipped(dir.path()));
    }

    #[test]
    fn line_ends_are_no_change() {
        let dir = exercise();
        fs::write(dir.path().join(GRADE), "fn main() {}\r\n").unwrap();
        assert_eq!(broken(dir.path()), []);
    }

    #[test]
    fn a_change_a_loss_and_an_addition_are_noticed() {
        let dir = exercise();
        fs::write(dir.path().join(GRADE), "fn main() { }\n").unwrap();
        fs::remove_file(dir.path().join(SNAPSHOTS).join("a.snap")).unwrap();
        fs::write(dir.path().join(SNAPSHOTS).join("b.snap"), "b\n").unwrap();
        let broken: Vec<_> = broken(dir.path()).into_iter().map(|b| (b.file, b.what)).collect();
        assert_eq!(
            broken,
            [
                (GRADE.to_owned(), "is not as it was shipped"),
                ("tests/snapshots/a.snap".to_owned(), "is missing"),
                ("tests/snapshots/b.snap".to_owned(), "was not shipped with the exercise"),
            ]
        );
    }

    #[test]
    fn a_missing_seal_is_noticed() {
        let dir = exercise();
        fs::remove_file(dir.path().join(SEAL)).unwrap();
        assert_eq!(
            broken(dir.path()),
            [Broken { file: SEAL.to_owned(), what: "is missing or cannot be read" }]
        );
    }
}
