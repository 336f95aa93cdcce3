//! The book as a folder of HTML. It is made in a folder of its own, which then takes the old one's place: a book that
//! cannot be made leaves the last good one where it is.

use std::cell::RefCell;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, anyhow, bail};
use catalogue::Entry;
use mdbook_driver::MDBook;
use mdbook_driver::book::Book;
use mdbook_driver::config::{Config, HtmlConfig};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::blocks::Stage;
use crate::defect::Defects;
use crate::page::Page;
use crate::pages::{self, Sources};
use crate::plays::Plays;
use crate::{mutter, summary, tree};

/// What the preprocessor is called in `book.toml`.
pub const PREPROCESSOR: &str = "workbook";

/// The folder of the stages' trees, in the built book.
pub const STAGES: &str = "stages";

/// Who will read the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// A browser with nothing behind it: the stages' trees are played in advance.
    Alone,
    /// A browser that our own server answers: it plays on demand, and tells the page when to reload.
    Served,
}

/// Builds the book into `out`. Returns the exercises it was made from.
///
/// # Errors
/// With [`Defects`], if it has any; `out` is then as it was.
pub fn build(root: &Path, out: &Path, reader: Reader, plays: &Plays) -> Result<Vec<Entry>> {
    let config = Config::from_disk(root.join("book.toml")).context("book.toml cannot be read")?;
    // mdBook would go on without the whole section, theme and all.
    config.get::<HtmlConfig>("output.html").context("book.toml: its [output.html] cannot be read")?;
    let entries = catalogue::entries(root)?;
    check(root, &config.book.src, &entries, plays)?;

    let out = std::path::absolute(out)?;
    refuse_what_is_no_book(&out)?;
    let beside = out.parent().ok_or_else(|| anyhow!("{} cannot be a book's folder", out.display()))?;
    fs::create_dir_all(beside).with_context(|| format!("{} cannot be made", beside.display()))?;
    let made = tempfile::Builder::new()
        .prefix(".book-")
        .tempdir_in(beside)
        .with_context(|| format!("nothing can be written to {}", beside.display()))?;
    render(root, config, made.path(), reader, &entries, plays)?;
    put_in_place(made, &out).with_context(|| {
        format!("the new book cannot take the place of {}; is a program using a file in it?", out.display())
    })?;
    Ok(entries)
}

/// Checks the whole book, pages that mdBook cannot find included.
///
/// # Errors
/// With all its defects.
pub fn check(root: &Path, src: &Path, entries: &[Entry], plays: &Plays) -> Result<(), Defects> {
    let mut defects = Defects::default();
    let pages = summary::pages(root, src, &mut defects);
    let pages: Vec<_> = pages.iter().map(|(path, markdown)| Page { path, markdown }).collect();
    pages::make(Sources { root, src, entries, plays }, &pages, defects).map(|_| ())
}

/// Makes the pages of a book that mdBook has read: what the preprocessor does. Returns the stages on them.
///
/// # Errors
/// With all its defects.
pub fn preprocess(sources: Sources<'_>, book: &mut Book) -> Result<Vec<Stage>, Defects> {
    let pages: Vec<_> = book
        .chapters()
        .filter_map(|it| Some(Page { path: it.source_path.as_deref()?, markdown: &it.content }))
        .collect();
    let made = pages::make(sources, &pages, Defects::default())?;
    let mut contents = made.pages.into_iter();
    book.for_each_chapter_mut(|chapter| {
        if chapter.source_path.is_some()
            && let Some(content) = contents.next()
        {
            chapter.content = content;
        }
    });
    Ok(made.stages)
}

/// Writes the trees of `stages` into `folder`, one script each. They are played on all cores.
///
/// # Errors
/// If a file cannot be written.
pub fn write_trees(folder: &Path, stages: &[Stage], entries: &[Entry]) -> Result<()> {
    if stages.is_empty() {
        return Ok(());
    }
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(None);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, Into::into) {
            scope.spawn(|| {
                while let Some(stage) = stages.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let entry = entries.iter().find(|entry| entry.exercise.name == stage.exercise);
                    let Some(entry) = entry else { continue };
                    let file = folder.join(format!("{}.js", stage.id));
                    // A file that is the same is left alone: `mdbook serve` watches, and must not go round in circles.
                    let script = tree::script(stage, entry);
                    if fs::read_to_string(&file).is_ok_and(|old| old == script) {
                        continue;
                    }
                    if let Err(error) = fs::write(&file, script) {
                        *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some((file, error));
                    }
                }
            });
        }
    });
    match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some((file, error)) => Err(error).with_context(|| format!("{} cannot be written", file.display())),
        None => Ok(()),
    }
}

fn render(
    root: &Path,
    mut config: Config,
    into: &Path,
    reader: Reader,
    entries: &[Entry],
    plays: &Plays,
) -> Result<()> {
    into.clone_into(&mut config.build.build_dir);
    config.build.create_missing = false;
    if reader == Reader::Served {
        let mut scripts = vec![PathBuf::from("book/theme/served.js")];
        scripts.extend(config.get::<Vec<PathBuf>>("output.html.additional-js")?.unwrap_or_default());
        config.set("output.html.additional-js", scripts)?;
    }
    let src = config.book.src.clone();
    let stages = Rc::default();
    let mut book = MDBook::load_with_config(root, config)?;
    // mdBook keeps what it is given for as long as it likes, so it is given copies.
    book.with_preprocessor(InProcess {
        entries: entries.to_vec(),
        plays: plays.clone(),
        stages: Rc::clone(&stages),
    });
    let (built, complaints) = mutter::heard(|| book.build());
    built?;
    if !complaints.is_empty() {
        bail!("mdBook finds fault with the pages; mend them:\n{}", complaints.join("\n"));
    }
    // What a plain `mdbook build` has left beside the pages, and mdBook has copied.
    let _ = fs::remove_dir_all(into.join(STAGES));
    if reader == Reader::Alone {
        write_trees(&into.join(STAGES), &stages.borrow(), entries)?;
    }
    // mdBook copies whatever lies beside the pages; of the theme, it has used what it needs.
    let theme = into.join("theme");
    if root.join(src).join("theme").is_dir() && theme.is_dir() {
        fs::remove_dir_all(&theme)?;
    }
    Ok(())
}

/// The preprocessor, without a process of its own.
struct InProcess {
    entries: Vec<Entry>,
    plays: Plays,
    stages: Rc<RefCell<Vec<Stage>>>,
}

impl Preprocessor for InProcess {
    fn name(&self) -> &'static str {
        PREPROCESSOR
    }

    fn run(&self, ctx: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let sources = Sources {
            root: &ctx.root,
            src: &ctx.config.book.src,
            entries: &self.entries,
            plays: &self.plays,
        };
        *self.stages.borrow_mut() = preprocess(sources, &mut book)?;
        Ok(book)
    }
}

/// What is at `out` will be thrown away. It had better be a book.
fn refuse_what_is_no_book(out: &Path) -> Result<()> {
    let empty = match fs::read_dir(out) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == ErrorKind::NotFound => true,
        Err(error) => bail!("{} cannot be a book's folder: {error}", out.display()),
    };
    // mdBook writes both.
    if empty || (out.join("index.html").exists() && out.join(".nojekyll").exists()) {
        return Ok(());
    }
    bail!(
        "{} is not empty, and not a book made before: all in it would be lost. Name another folder.",
        out.display()
    )
}

/// Lets the folder `made` take the place of `out`.
fn put_in_place(made: tempfile::TempDir, out: &Path) -> Result<()> {
    let made = made.keep();
    if !out.exists() {
        return Ok(fs::rename(&made, out)?);
    }
    let old = made.with_extension("old");
    let swapped = fs::rename(out, &old).and_then(|()| {
        fs::rename(&made, out).inspect_err(|_| {
            let _ = fs::rename(&old, out);
        })
    });
    match swapped {
        Ok(()) => {
            let _ = fs::remove_dir_all(&old);
            Ok(())
        }
        Err(error) => {
            let _ = fs::remove_dir_all(&made);
            Err(error.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_book_is_ever_thrown_away() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path();
        assert!(refuse_what_is_no_book(&out.join("new")).is_ok());
        assert!(refuse_what_is_no_book(out).is_ok());
        fs::write(out.join("index.html"), "my own").expect("a file that can be written");
        let said = refuse_what_is_no_book(out).expect_err("somebody's folder").to_string();
        assert!(said.contains("all in it would be lost"), "{said}");
        assert!(refuse_what_is_no_book(&out.join("index.html")).is_err());
        fs::write(out.join(".nojekyll"), "").expect("a file that can be written");
        assert!(refuse_what_is_no_book(out).is_ok());
    }

    #[test]
    fn a_new_book_takes_the_old_one_s_place_and_leaves_nothing_beside() {
        let beside = tempfile::tempdir().expect("a folder");
        let out = beside.path().join("book");
        for text in ["old", "new"] {
            let made = tempfile::tempdir_in(beside.path()).expect("a folder");
            fs::write(made.path().join("index.html"), text).expect("a file that can be written");
            put_in_place(made, &out).expect("a place");
        }
        assert_eq!(fs::read_to_string(out.join("index.html")).expect("the book"), "new");
        assert_eq!(fs::read_dir(beside.path()).expect("the folder").count(), 1);
    }
}
