//! What the disk does with files.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::finding::Finding;
use super::system::{Ran, System};

/// What a first build and the tests need, as the README says, and what they need at the very least to go on.
const ENOUGH: u64 = 3_000_000_000;
const LEAST: u64 = 500_000_000;

/// How far the disk's clock may be from the computer's. Some disks know times to two seconds.
const SKEW: Duration = Duration::from_secs(10);

/// The workbook is newer than this: 1 November 2026, in seconds since 1970.
const MADE: u64 = 1_793_491_200;

/// A snapshot that every copy of the workbook has.
const SNAPSHOT: &str = "exercises/chat/hello/expected.snap";

fn target(system: &dyn System, root: &Path) -> PathBuf {
    system.var("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target))
}

pub(super) fn room(system: &dyn System, root: &Path) -> Finding {
    const WHAT: &str = "disk";
    let target = target(system, root);
    let Some(free) = system.free_space(&target) else {
        return Finding::note(WHAT, "it isn't known how much is free", "The workbook needs about 2 GB");
    };
    let shown = format!("{}.{} GB are free", free / 1_000_000_000, free % 1_000_000_000 / 100_000_000);
    let remedy =
        "Make room; or name a folder on another disk: CARGO_TARGET_DIR. `cargo clean` deletes what was built";
    match free {
        ENOUGH.. => Finding::good(WHAT, shown),
        LEAST.. => Finding::note(WHAT, format!("{shown}, and a first build needs about 2 GB"), remedy),
        _ => Finding::bad(WHAT, format!("{shown}, and the workbook needs about 2 GB"), remedy),
    }
}

/// Whether it is a disk that can be written, and tells of changed files.
pub(super) fn kind(system: &dyn System, root: &Path) -> Finding {
    const WHAT: &str = "folder";
    let target = target(system, root);
    if let Err(error) = system.stamp(root).and_then(|_| system.stamp(&target)) {
        return Finding::bad(
            WHAT,
            format!("nothing can be written in {} ({error})", root.display()),
            "Copy the workbook to a folder of yours",
        );
    }
    let shown = root.display().to_string();
    let wsl =
        system.read(Path::new("/proc/version")).is_some_and(|it| it.to_lowercase().contains("microsoft"));
    if wsl && root.starts_with("/mnt") {
        return Finding::note(
            WHAT,
            format!("{shown} is on a disk of Windows, seen from WSL: builds are slow"),
            "Copy the workbook into your home folder in WSL. Until then use `cargo run -- --poll`; `watch` works as it is",
        );
    }
    if shown.starts_with(r"\\") {
        return Finding::note(
            WHAT,
            format!("{shown} is on a network drive: builds are slow"),
            "Copy it to a disk of your own",
        );
    }
    if ["OneDrive", "Dropbox", "iCloud", "Mobile Documents"].iter().any(|name| shown.contains(name)) {
        return Finding::note(
            WHAT,
            format!("{shown} is synchronized: each build is uploaded"),
            "Move the workbook elsewhere, or set CARGO_TARGET_DIR to a folder that isn't synchronized",
        );
    }
    Finding::good(WHAT, shown)
}

/// The clock, and whether the disk has the same. cargo builds what is newer than the last build.
pub(super) fn clock(system: &dyn System, root: &Path) -> Finding {
    const WHAT: &str = "clock";
    let now = system.now();
    let since = now.duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs();
    if since < MADE {
        return Finding::bad(
            WHAT,
            "your computer's clock is wrong: it is before this workbook was made",
            "Set the clock. With a wrong one, downloads fail and builds repeat",
        );
    }
    if let Ok(stamp) = system.stamp(&target(system, root)) {
        let skew = stamp.duration_since(now).or_else(|_| now.duration_since(stamp)).unwrap_or_default();
        if skew > SKEW {
            return Finding::note(
                WHAT,
                format!("the disk's clock differs from the computer's by {} s", skew.as_secs()),
                "cargo may miss a change, or build without one. Use a disk of this computer, or set the server's clock",
            );
        }
    }
    let file = root.join("Cargo.toml");
    if system.modified(&file).and_then(|time| time.duration_since(now).ok()).is_some_and(|ahead| ahead > SKEW)
    {
        return Finding::note(
            WHAT,
            "the workbook's files are from the future: cargo builds them each time",
            "Set the clock, and unpack or clone the workbook again",
        );
    }
    Finding::good(WHAT, "the disk's and the computer's agree")
}

/// Snapshots and starters are compared as text.
pub(super) fn line_ends(system: &dyn System, root: &Path) -> Finding {
    const WHAT: &str = "line ends";
    let Some(snapshot) = system.read(&root.join(SNAPSHOT)) else {
        let remedy = "`git restore exercises` brings them back; or unpack the whole archive";
        return Finding::bad(WHAT, format!("{SNAPSHOT} isn't there"), remedy);
    };
    let autocrlf = match system.run("git", &["config", "core.autocrlf"]) {
        Ran::Said(value) => value,
        _ => String::new(),
    };
    if snapshot.contains('\r') {
        let remedy = if system.modified(&root.join(".git")).is_some() {
            "git config core.autocrlf false, then, with nothing uncommitted: git rm -rq --cached . and git reset --hard"
        } else {
            "Unpack the archive again, with a program that doesn't change line ends (`tar -xf`)"
        };
        return Finding::bad(WHAT, "the snapshots have Windows' line ends (CR LF)", remedy);
    }
    match autocrlf.as_str() {
        "true" => Finding::good(WHAT, "LF, though git's core.autocrlf is true: .gitattributes sees to it"),
        _ => Finding::good(WHAT, "LF everywhere"),
    }
}
