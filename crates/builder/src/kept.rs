//! Whether the program that a build has left is the one that another would make: then there is no need to.
//!
//! By contents, not by times: an editor may bring an older file back, and a pass is a claim about what was built.

use std::fmt;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Where it is kept what the program was made from.
const FILE: &str = "built.json";

/// More than any exercise has. It needn't be known whether a folder full of data is as it was.
const MOST_BYTES: u64 = 4_000_000;

/// What a program is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Inputs {
    files: Vec<PathBuf>,
    checksum: u64,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    checksum: u64,
    /// What the compiler said.
    said: String,
}

impl fmt::Display for Inputs {
    /// As a checksum.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.checksum)
    }
}

impl Inputs {
    /// Those of a program: its `main`, all files in the learner's folder `src`, and the library that it's linked with.
    /// `None`: they can't be known.
    pub(crate) fn now(main: &Path, src: &Path, library: &Path) -> Option<Self> {
        let mut files = vec![main.to_owned()];
        collect(src, &mut files)?;
        files.sort();
        let (mut hasher, mut bytes) = (DefaultHasher::new(), 0);
        for file in &files {
            bytes += fs::metadata(file).ok()?.len();
            if bytes > MOST_BYTES {
                return None;
            }
            (file, fs::read(file).ok()?).hash(&mut hasher);
        }
        // It's large, and nobody edits it.
        let library = fs::metadata(library).ok()?;
        (library.len(), library.modified().ok()?).hash(&mut hasher);
        Some(Self { files, checksum: hasher.finish() })
    }

    /// What the compiler said when it made the program in `folder` from these. `None`: it was made from others.
    pub(crate) fn said(&self, folder: &Path) -> Option<String> {
        let kept: Kept = serde_json::from_slice(&fs::read(folder.join(FILE)).ok()?).ok()?;
        (kept.checksum == self.checksum).then_some(kept.said)
    }

    /// Keeps that the program in `folder` was made from these, if `dep_info` names no other file.
    pub(crate) fn keep(&self, folder: &Path, said: &[u8], dep_info: &Path) {
        let Ok(dependencies) = fs::read_to_string(dep_info) else { return };
        if !self.are_all(&dependencies) {
            return;
        }
        let kept = Kept { checksum: self.checksum, said: String::from_utf8_lossy(said).into_owned() };
        // Without it, the program is built again the next time.
        let _ = serde_json::to_string(&kept).map(|text| fs::write(folder.join(FILE), text));
    }

    /// Whether a file of dependencies, as rustc writes it for make, names none but these.
    fn are_all(&self, dependencies: &str) -> bool {
        // Each file has a line without dependencies. A variable of the environment has a comment.
        let mut named = dependencies.lines().filter_map(|line| line.strip_suffix(':')).peekable();
        let known = |name: &str| self.files.iter().any(|file| file == Path::new(&name.replace("\\ ", " ")));
        named.peek().is_some() && !dependencies.contains("# env-dep:") && named.all(known)
    }
}

/// Forgets what the program in `folder` was made from: another is about to take its place.
pub(crate) fn forget(folder: &Path) {
    let _ = fs::remove_file(folder.join(FILE));
}

/// All files in a folder and in those within it. `None`: they can't be known.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Option<()> {
    for entry in fs::read_dir(folder).ok()? {
        let entry = entry.ok()?;
        match entry.file_type().ok()? {
            kind if kind.is_dir() => collect(&entry.path(), files)?,
            kind if kind.is_file() => files.push(entry.path()),
            // A link may lead anywhere.
            _ => return None,
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_kept_as_long_as_nothing_that_it_is_made_from_changes() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        fs::create_dir(file("src")).unwrap();
        for name in ["main.rs", "src/lib.rs", "library"] {
            fs::write(file(name), "a").unwrap();
        }
        let now = || Inputs::now(&file("main.rs"), &file("src"), &file("library")).unwrap();
        let dep_info = |more: &str| {
            let named = |name: &str| file(name).display().to_string().replace(' ', "\\ ");
            let (main, lib) = (named("main.rs"), named("src/lib.rs"));
            fs::write(file("program.d"), format!("p: {main} {lib}\n\n{main}:\n{lib}:\n{more}")).unwrap();
        };
        assert_eq!(now().said(folder.path()), None, "nothing was built");
        dep_info("");
        now().keep(folder.path(), b"a warning", &file("program.d"));
        assert_eq!(now().said(folder.path()).as_deref(), Some("a warning"));

        for (name, text) in [("src/lib.rs", "b"), ("main.rs", "b"), ("library", "bb"), ("src/new.rs", "")] {
            let before = fs::read(file(name)).ok();
            fs::write(file(name), text).unwrap();
            assert_eq!(now().said(folder.path()), None, "{name}");
            match before {
                // The library's time counts, too.
                Some(_) if name == "library" => now().keep(folder.path(), b"a warning", &file("program.d")),
                Some(before) => fs::write(file(name), before).unwrap(),
                None => fs::remove_file(file(name)).unwrap(),
            }
            assert!(now().said(folder.path()).is_some(), "{name} is back");
        }
        forget(folder.path());
        assert_eq!(now().said(folder.path()), None);

        // What isn't in these files may change unseen.
        for other in [Some("/elsewhere/data.txt:\n"), Some("# env-dep:HOME=/root\n"), None] {
            other.map_or_else(|| fs::write(file("program.d"), "").unwrap(), dep_info);
            now().keep(folder.path(), b"", &file("program.d"));
            assert_eq!(now().said(folder.path()), None, "{other:?}");
        }
    }
}
