//! Editions of the book: each is made in a folder of its own, so that a page is never read while it is written, and a
//! second `cargo run` does not write where the first one reads.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use catalogue::Entry;
use site::{Plays, Reader};
use tokio::sync::watch;

use crate::say::{complain, say};

/// The book as it is served now.
#[derive(Debug, Clone)]
pub(super) struct Edition {
    /// Counts the editions.
    pub(super) number: usize,
    /// Its pages.
    pub(super) dir: PathBuf,
    /// The exercises it was made from.
    pub(super) entries: Arc<Vec<Entry>>,
    /// Why the files as they are now make no new edition, if they do not.
    pub(super) defects: Option<String>,
}

/// What makes the editions.
pub(super) struct Press {
    root: PathBuf,
    /// Where they are put.
    folder: PathBuf,
    plays: Plays,
    editions: watch::Sender<Edition>,
}

impl Press {
    /// Makes the first edition, in `folder`.
    pub(super) fn start(root: &Path, folder: &Path) -> Result<(Self, watch::Receiver<Edition>)> {
        let plays = Plays::default();
        let (dir, entries) = print(root, folder, 1, &plays)?;
        let first = Edition { number: 1, dir, entries: Arc::new(entries), defects: None };
        let (editions, receiver) = watch::channel(first);
        Ok((Self { root: root.to_owned(), folder: folder.to_owned(), plays, editions }, receiver))
    }

    /// Makes the next edition, or says why there is none; the last good one then stays.
    pub(super) fn print_anew(&mut self) {
        let began = Instant::now();
        let number = self.editions.borrow().number + 1;
        match print(&self.root, &self.folder, number, &self.plays) {
            Ok((dir, entries)) => {
                say!("The book was made anew in {:.1} s.", began.elapsed().as_secs_f32());
                self.editions.send_replace(Edition {
                    number,
                    dir,
                    entries: Arc::new(entries),
                    defects: None,
                });
                // The one before may still be read by a page that is just loading.
                let _ = fs::remove_dir_all(self.folder.join((number - 2).to_string()));
            }
            Err(error) => {
                let defects = format!("{error:#}");
                complain!("\n{defects}\nThe last good book stays up until that is mended.\n");
                self.editions.send_modify(|edition| edition.defects = Some(defects));
            }
        }
    }
}

fn print(root: &Path, folder: &Path, number: usize, plays: &Plays) -> Result<(PathBuf, Vec<Entry>)> {
    let dir = folder.join(number.to_string());
    let entries = site::build(root, &dir, Reader::Served, plays)?;
    Ok((dir, entries))
}
