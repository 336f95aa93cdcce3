//! What is told of the file: kindly, with what to do.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::VERSION;

/// Something the learner should hear of, once. The work goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The file was damaged. It was set aside, and a new one was begun.
    SetAside {
        /// Where the damaged file is now, from the workspace's folder.
        to: String,
        /// What is wrong with it, in a few words.
        why: String,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::SetAside { to, why } = self;
        write!(
            f,
            "Your progress couldn't be read: the file {why}. It is kept as {to}, and a new one was begun. Your code is as it \
             was. To count again what passes: cargo workbook check all"
        )
    }
}

/// Why the progress can't be read or kept.
#[derive(Debug)]
pub enum ProgressError {
    /// A newer workbook has written the file. It is left alone.
    Newer {
        /// The file.
        file: PathBuf,
        /// The version that it has.
        version: u64,
    },
    /// The file is there, and can't be read.
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The file is damaged, and can't be set aside.
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong with it, in a few words.
        why: String,
        /// Why it can't be set aside.
        error: io::Error,
    },
    /// The file can't be written. What was kept before is still there.
    Unwritable {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl fmt::Display for ProgressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newer { file, version } => write!(
                f,
                "A newer workbook has written {} (version {version}; this one knows {VERSION}). Nothing was changed. Update \
                 this copy of the workbook, or move the file away to begin again",
                file.display()
            ),
            Self::Unreadable { file, error } => {
                write!(
                    f,
                    "Your progress can't be read: {}: {error}. Make the file readable, or move it away",
                    file.display()
                )
            }
            Self::Damaged { file, why, error } => write!(
                f,
                "Your progress can't be read: {} {why}. It can't be set aside either ({error}). Move it away to begin again",
                file.display()
            ),
            Self::Unwritable { file, error } => write!(
                f,
                "Your progress can't be kept: {} can't be written ({error}). What was kept before is still there. Make the \
                 folder writable; verdicts don't depend on it",
                file.display()
            ),
        }
    }
}

impl std::error::Error for ProgressError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Newer { .. } => None,
            Self::Unreadable { error, .. } | Self::Damaged { error, .. } | Self::Unwritable { error, .. } => {
                Some(error)
            }
        }
    }
}
