//! A plain `mdbook build`, without our tool in front: it runs the command that book.toml names, and makes the same book.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use mdbook_driver::MDBook;

/// The recordings that it writes beside the pages. Those that weren't there before are removed at the end.
struct Recordings {
    folder: PathBuf,
    before: BTreeSet<OsString>,
    had_folder: bool,
}

impl Recordings {
    fn in_folder(folder: PathBuf) -> Self {
        let mut recordings = Self { had_folder: folder.exists(), folder, before: BTreeSet::new() };
        recordings.before = recordings.names();
        recordings
    }

    fn names(&self) -> BTreeSet<OsString> {
        fs::read_dir(&self.folder).into_iter().flatten().map(|entry| entry.unwrap().file_name()).collect()
    }
}

impl Drop for Recordings {
    fn drop(&mut self) {
        for new in self.names().difference(&self.before) {
            let _ = fs::remove_file(self.folder.join(new));
        }
        if !self.had_folder {
            let _ = fs::remove_dir(&self.folder);
        }
    }
}

#[test]
#[ignore = "it plays every recording, which takes a quarter of a minute: .ci/run runs it"]
fn a_plain_mdbook_build_makes_the_same_book() {
    let root = grader::root();
    let _recordings = Recordings::in_folder(root.join("book/stages"));
    let out = tempfile::tempdir().unwrap();
    let mut book = MDBook::load(&root).unwrap();
    book.config.build.build_dir = out.path().join("book");
    book.build().unwrap_or_else(|error| panic!("{error:#}"));

    let page = fs::read_to_string(out.path().join("book/chat/broadcast.html")).unwrap();
    assert!(page.contains("<ol class=\"steps\""), "a diagram is drawn");
    assert!(!page.contains("language-transcript"), "no block is left");
    // The page names the recordings of its stage, from the book's root.
    let named = page.split("stages/").nth(1).and_then(|rest| rest.split(".js").next()).unwrap();
    let script = fs::read_to_string(out.path().join(format!("book/stages/{named}.js"))).unwrap();
    assert!(script.contains(&format!("workbook.addRecordings(\"{named}\", {{")), "{named}");
}

#[test]
fn blocks_are_drawn_for_html_only() {
    let supports = |renderer: &str| {
        let mut tool = Command::new(env!("CARGO_BIN_EXE_workbook"));
        tool.args(["preprocess", "supports", renderer]).output().unwrap()
    };
    assert!(supports("html").status.success());
    let other = supports("epub");
    assert!(!other.status.success());
    let said = String::from_utf8_lossy(&other.stderr);
    assert_eq!(said.trim_end(), "error: the blocks are drawn in HTML, not for `epub`");
}
