//! Copies of the learner's file, made before something else takes its place: `.workbook/backups/NAME-1.rs`, …

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;

use progress::{FOLDER, Store};

/// The folder, from [`FOLDER`].
const BACKUPS: &str = "backups";

/// The backups of one exercise.
pub(super) struct Backups<'a> {
    folder: PathBuf,
    name: &'a str,
}

impl<'a> Backups<'a> {
    /// Those of the exercise `name`.
    pub(super) fn of(store: &Store, name: &'a str) -> Self {
        Self { folder: store.folder().join(BACKUPS), name }
    }

    /// Keeps a copy. It's on the disk when this returns. Returns its number.
    pub(super) fn keep(&self, code: &[u8]) -> io::Result<u32> {
        fs::create_dir_all(&self.folder)?;
        let mut number = self.last().map_or(1, |last| last + 1);
        loop {
            // Another program may keep one, too.
            match File::create_new(self.path(number)) {
                Ok(mut file) => {
                    file.write_all(code)?;
                    file.sync_all()?;
                    return Ok(number);
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// The number of the last one.
    pub(super) fn last(&self) -> Option<u32> {
        self.numbers().into_iter().max()
    }

    /// The numbers of all.
    pub(super) fn numbers(&self) -> Vec<u32> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let number = |name: &str| {
            let number = name.strip_prefix(self.name)?.strip_prefix('-')?.strip_suffix(".rs")?;
            number.parse().ok()
        };
        entries.filter_map(|entry| number(entry.file_name().to_str()?)).collect()
    }

    pub(super) fn path(&self, number: u32) -> PathBuf {
        self.folder.join(format!("{}-{number}.rs", self.name))
    }

    /// Where it is, from the workspace's folder, with `/` on every system.
    pub(super) fn shown(&self, number: u32) -> String {
        format!("{FOLDER}/{BACKUPS}/{}-{number}.rs", self.name)
    }
}
