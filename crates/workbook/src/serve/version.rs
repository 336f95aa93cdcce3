//! The versions of the book: each is built in its own folder, so that a page is never read while it is written, and a
//! second `cargo run` does not write where the first one reads.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use grader::Exercise;
use site::{PlayCache, Player, Target};
use tokio::sync::watch;

use crate::output::{err, out};

/// The book as it is served now.
#[derive(Debug, Clone)]
pub(super) struct BookVersion {
    /// Counts the versions.
    pub(super) number: usize,
    /// Its pages.
    pub(super) dir: PathBuf,
    /// The exercises it was made from.
    pub(super) exercises: Arc<Vec<Exercise>>,
    /// Why the files as they are now make no new version, if they don't.
    pub(super) defects: Option<String>,
}

/// Builds the versions.
pub(super) struct BookBuilder {
    root: PathBuf,
    /// Where they are put.
    folder: PathBuf,
    plays: PlayCache,
    versions: watch::Sender<BookVersion>,
}

impl BookBuilder {
    /// Builds the first version, in `folder`.
    pub(super) fn start(
        root: &Path,
        folder: &Path,
        players: impl Player + Send + 'static,
    ) -> Result<(Self, watch::Receiver<BookVersion>)> {
        let plays = PlayCache::new(players);
        let (dir, exercises) = build(root, folder, 1, &plays)?;
        let first = BookVersion { number: 1, dir, exercises: Arc::new(exercises), defects: None };
        let (versions, receiver) = watch::channel(first);
        Ok((Self { root: root.to_owned(), folder: folder.to_owned(), plays, versions }, receiver))
    }

    /// Builds the next version with plays of its own: the servers have changed.
    pub(super) fn rebuild_with(&mut self, players: impl Player + Send + 'static) {
        self.plays = PlayCache::new(players);
        self.rebuild();
    }

    /// Builds the next version, or says why it can't; the last good one then stays.
    pub(super) fn rebuild(&mut self) {
        let began = Instant::now();
        let number = self.versions.borrow().number + 1;
        match build(&self.root, &self.folder, number, &self.plays) {
            Ok((dir, exercises)) => {
                out!("Rebuilt in {:.1} s.", began.elapsed().as_secs_f32());
                self.versions.send_replace(BookVersion {
                    number,
                    dir,
                    exercises: Arc::new(exercises),
                    defects: None,
                });
                // The one before may still be read by a page that is just loading.
                let _ = fs::remove_dir_all(self.folder.join((number - 2).to_string()));
            }
            Err(error) => {
                let defects = format!("{error:#}");
                err!("\n{defects}\nThe last good version is served until you fix this.\n");
                self.versions.send_modify(|version| version.defects = Some(defects));
            }
        }
    }
}

fn build(root: &Path, folder: &Path, number: usize, plays: &PlayCache) -> Result<(PathBuf, Vec<Exercise>)> {
    let dir = folder.join(number.to_string());
    let exercises = site::build(root, &dir, Target::Served, plays)?;
    Ok((dir, exercises))
}

#[cfg(test)]
mod tests {
    use scenario::{Scene, Transcript};

    use super::*;

    /// Its pages show no plays.
    struct Nobody;

    impl Player for Nobody {
        fn play(&self, _: &str, _: &str, _: &Scene) -> Result<Transcript, String> {
            Err("nobody plays".to_owned())
        }
    }

    #[test]
    fn two_versions_are_kept_and_a_defect_keeps_the_last_good_one() {
        let (root, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let write = |file: &str, text: &str| {
            let file = root.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        write("book.toml", "[book]\ntitle = \"x\"\nsrc = \"book\"\n");
        write("book/SUMMARY.md", "# Summary\n\n- [Front](index.md)\n");
        write("book/theme/served.js", "");
        write("book/index.md", "# Front\n");
        let (mut builder, versions) = BookBuilder::start(root.path(), folder.path(), Nobody).unwrap();
        let kept = || {
            let mut kept: Vec<_> =
                fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            kept.sort();
            kept
        };
        assert_eq!(kept(), ["1"]);
        for _ in 0..3 {
            builder.rebuild();
        }
        // A page that is just loading may still read the one before.
        assert_eq!(kept(), ["3", "4"]);
        assert_eq!(versions.borrow().number, 4);

        fs::remove_file(root.path().join("book/index.md")).unwrap();
        builder.rebuild();
        let version = versions.borrow().clone();
        assert_eq!((version.number, version.dir), (4, folder.path().join("4")));
        assert!(version.defects.unwrap().contains("book/SUMMARY.md:3: the page `index.md` can't be read"));
        assert_eq!(kept(), ["3", "4"]);

        write("book/index.md", "# Front again\n");
        builder.rebuild();
        assert_eq!((versions.borrow().number, versions.borrow().defects.clone()), (5, None));
    }
}
