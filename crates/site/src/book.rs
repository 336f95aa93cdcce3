//! The book as a folder of HTML. It is made in a temporary folder, which then takes the old one's place: if the book
//! can't be made, the last good one stays where it is.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, anyhow, bail};
use grader::Exercise;
use mdbook_driver::MDBook;
use mdbook_driver::book::Book;
use mdbook_driver::config::{Config, HtmlConfig};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::blocks::Stage;
use crate::defect::Defects;
use crate::edition::Edition;
use crate::page::Page;
use crate::pages::{self, RenderedPages, Sources};
use crate::play_cache::PlayCache;
use crate::{edition, exercise_list, links_out, mdbook_warnings, numbers, part, recordings, summary};

/// What the preprocessor is called in `book.toml`.
pub const PREPROCESSOR: &str = "workbook";

/// The folder of the stages' recordings, in the built book.
pub const STAGES: &str = "stages";

/// What a served page loads when the reader wants to work in it: from the book's theme, to the top of the built book.
const LOADED_LATER: [&str; 2] = ["work.js", "work.css"];

/// The folder of the chapters for those who teach.
pub(crate) const TEACHING: &str = "teach";

/// What the book is built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A folder that any browser can open. What a stage can show is played in advance.
    Static,
    /// The same for students: without what is for the teacher, and without the solutions in the exercises' cards.
    Student,
    /// Our own server. It plays on demand, and tells the page when to reload.
    Served,
}

/// Builds the book into `out`. Returns the exercises it was made from.
///
/// # Errors
/// With [`Defects`], if it has any; `out` is then as it was.
pub fn build(root: &Path, out: &Path, target: Target, plays: &PlayCache) -> Result<Vec<Exercise>> {
    let config = Config::from_disk(root.join("book.toml")).context("book.toml can't be read")?;
    // mdBook would go on without the whole section, theme and all.
    config.get::<HtmlConfig>("output.html").context("book.toml: its [output.html] can't be read")?;
    let exercises = grader::exercises(root)?;
    let edition = if target == Target::Student { Edition::Students } else { Edition::Everyone };
    let sources = Sources { root, src: &config.book.src, exercises: &exercises, plays };
    let rendered = render_all(sources, edition)?;

    let out = std::path::absolute(out)?;
    refuse_what_is_no_book(&out)?;
    let beside = out.parent().ok_or_else(|| anyhow!("{} can't be a book's folder", out.display()))?;
    fs::create_dir_all(beside).with_context(|| format!("{} can't be made", beside.display()))?;
    let temporary = tempfile::Builder::new()
        .prefix(".book-")
        .tempdir_in(beside)
        .with_context(|| format!("nothing can be written to {}", beside.display()))?;
    let stages = write_html(root, config, temporary.path(), target, rendered, &exercises)?;
    if target != Target::Served {
        write_recordings(&temporary.path().join(STAGES), &stages, &exercises, plays)?;
    }
    put_in_place(temporary, &out).with_context(|| {
        format!("the new book can't take the place of {}. Is a program using a file in it?", out.display())
    })?;
    Ok(exercises)
}

/// Checks the whole book, also the pages that mdBook can't find.
///
/// # Errors
/// With all its defects.
pub fn check(sources: Sources<'_>) -> Result<(), Defects> {
    render_all(sources, Edition::Everyone).map(|_| ())
}

/// Renders the pages that the table of contents lists.
fn render_all(sources: Sources<'_>, edition: Edition) -> Result<RenderedPages, Defects> {
    let mut defects = Defects::default();
    links_out::check(sources.root, sources.src, &mut defects);
    let contents = summary::contents(sources.root, sources.src, &mut defects);
    part::check_links(sources.src, &contents, &mut defects);
    let mut pages = contents.pages;
    if edition == Edition::Students {
        pages.retain(|(path, markdown)| !Page { path, markdown }.is_for_teachers());
        for (_, markdown) in &mut pages {
            *markdown = edition::for_students(markdown);
        }
    }
    let pages: Vec<_> = pages.iter().map(|(path, markdown)| Page { path, markdown }).collect();
    pages::render(sources, &pages, edition, defects)
}

/// Renders the pages of a book that mdBook has read. Returns the stages on them.
///
/// # Errors
/// With all its defects.
pub fn preprocess(sources: Sources<'_>, book: &mut Book) -> Result<Vec<Stage>, Defects> {
    let pages: Vec<_> = book
        .chapters()
        .filter_map(|it| Some(Page { path: it.source_path.as_deref()?, markdown: &it.content }))
        .collect();
    let rendered = pages::render(sources, &pages, Edition::Everyone, Defects::default())?;
    replace_pages(book, &rendered);
    numbers::number(book, sources.exercises);
    Ok(rendered.stages)
}

fn replace_pages(book: &mut Book, rendered: &RenderedPages) {
    book.for_each_chapter_mut(|chapter| {
        let page = chapter.source_path.as_ref().and_then(|path| rendered.pages.get(path));
        if let Some(page) = page {
            chapter.content.clone_from(page);
        }
    });
}

/// Writes the recordings of `stages` into `folder`, a script each. They are played on all cores.
///
/// # Errors
/// If something can't be played, or a file can't be written.
pub fn write_recordings(
    folder: &Path,
    stages: &[Stage],
    exercises: &[Exercise],
    plays: &PlayCache,
) -> Result<()> {
    if stages.is_empty() {
        return Ok(());
    }
    fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
    write_if_changed(&folder.join("exercises.js"), &exercise_list::script(exercises))?;
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(None);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, Into::into) {
            scope.spawn(|| {
                while let Some(stage) = stages.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(error) = write_recording(folder, stage, exercises, plays) {
                        *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    }
                }
            });
        }
    });
    failed.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}

fn write_recording(folder: &Path, stage: &Stage, exercises: &[Exercise], plays: &PlayCache) -> Result<()> {
    let exercise = exercises.iter().find(|exercise| exercise.name == stage.exercise);
    let exercise = exercise.with_context(|| format!("there is no exercise `{}`", stage.exercise))?;
    let script = recordings::script(stage, exercise, plays.player()).map_err(|error| anyhow!(error))?;
    write_if_changed(&folder.join(format!("{}.js", stage.id)), &script)
}

fn write_if_changed(file: &Path, script: &str) -> Result<()> {
    // A file that is the same is left alone: `mdbook serve` watches it, and would build the book again and again.
    if fs::read_to_string(file).is_ok_and(|old| old == script) {
        return Ok(());
    }
    fs::write(file, script).with_context(|| format!("{} can't be written", file.display()))
}

/// Lets mdBook make a folder of HTML of the pages. Returns the stages on them.
fn write_html(
    root: &Path,
    mut config: Config,
    into: &Path,
    target: Target,
    rendered: RenderedPages,
    exercises: &[Exercise],
) -> Result<Vec<Stage>> {
    into.clone_into(&mut config.build.build_dir);
    config.build.create_missing = false;
    if target == Target::Served {
        let mut scripts = vec![PathBuf::from("book/theme/served.js")];
        scripts.extend(config.get::<Vec<PathBuf>>("output.html.additional-js")?.unwrap_or_default());
        config.set("output.html.additional-js", scripts)?;
    }
    let src = config.book.src.clone();
    let stages = rendered.stages.clone();
    let mut book = MDBook::load_with_config(root, config)?;
    let exercises = exercises.to_vec();
    book.with_preprocessor(InProcess { rendered, exercises, for_students: target == Target::Student });
    let (built, warnings) = mdbook_warnings::collect(|| book.build());
    built?;
    if !warnings.is_empty() {
        bail!("mdBook warns of mistakes on the pages. Fix them:\n{}", warnings.join("\n"));
    }
    // What a plain `mdbook build` has left beside the pages, and mdBook has copied.
    let _ = fs::remove_dir_all(into.join(STAGES));
    if target == Target::Student {
        // Its pages are left out, its folder isn't.
        let _ = fs::remove_dir_all(into.join(TEACHING));
    }
    // mdBook copies all files beside the pages. Of the theme, it has used what it needs, and what a served page loads when
    // the reader asks for it stands at the top.
    let theme = into.join("theme");
    if target == Target::Served {
        for file in LOADED_LATER {
            let from = root.join(&src).join("theme").join(file);
            if from.exists() {
                fs::copy(&from, into.join(file))
                    .with_context(|| format!("{} can't be copied", from.display()))?;
            }
        }
    }
    if root.join(src).join("theme").is_dir() && theme.is_dir() {
        fs::remove_dir_all(&theme)?;
    }
    Ok(stages)
}

/// The preprocessor, without a process of its own. It has the pages already.
struct InProcess {
    rendered: RenderedPages,
    exercises: Vec<Exercise>,
    for_students: bool,
}

impl Preprocessor for InProcess {
    fn name(&self) -> &'static str {
        PREPROCESSOR
    }

    fn run(&self, _: &PreprocessorContext, mut book: Book) -> Result<Book> {
        if self.for_students {
            edition::leave_out_teaching(&mut book);
        }
        for chapter in book.chapters() {
            let path = chapter.source_path.as_ref().filter(|path| !self.rendered.pages.contains_key(*path));
            if let Some(path) = path {
                bail!(
                    "SUMMARY.md lists `{}` in a way that only mdBook reads. Write it as the others",
                    path.display()
                );
            }
        }
        replace_pages(&mut book, &self.rendered);
        numbers::number(&mut book, &self.exercises);
        Ok(book)
    }
}

/// What is at `out` will be deleted, so it must be a book.
fn refuse_what_is_no_book(out: &Path) -> Result<()> {
    let empty = match fs::read_dir(out) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == ErrorKind::NotFound => true,
        Err(error) => bail!("{} can't be a book's folder: {error}", out.display()),
    };
    // mdBook writes both.
    if empty || (out.join("index.html").exists() && out.join(".nojekyll").exists()) {
        return Ok(());
    }
    bail!(
        "{} isn't empty, and it isn't a book that was built before: all its files would be lost. Name another folder.",
        out.display()
    )
}

/// Lets the new folder take the place of `out`.
fn put_in_place(new: tempfile::TempDir, out: &Path) -> Result<()> {
    let new = new.keep();
    if !out.exists() {
        return Ok(fs::rename(&new, out)?);
    }
    let old = new.with_extension("old");
    let swapped = fs::rename(out, &old).and_then(|()| {
        fs::rename(&new, out).inspect_err(|_| {
            let _ = fs::rename(&old, out);
        })
    });
    match swapped {
        Ok(()) => {
            let _ = fs::remove_dir_all(&old);
            Ok(())
        }
        Err(error) => {
            let _ = fs::remove_dir_all(&new);
            Err(error.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_book_is_ever_deleted() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path();
        assert!(refuse_what_is_no_book(&out.join("new")).is_ok());
        assert!(refuse_what_is_no_book(out).is_ok());
        fs::write(out.join("index.html"), "my own").expect("a file that can be written");
        let said = refuse_what_is_no_book(out).expect_err("somebody's folder").to_string();
        assert!(said.contains("all its files would be lost"), "{said}");
        assert!(refuse_what_is_no_book(&out.join("index.html")).is_err());
        fs::write(out.join(".nojekyll"), "").expect("a file that can be written");
        assert!(refuse_what_is_no_book(out).is_ok());
    }

    /// Plays nothing.
    struct Nobody;

    impl crate::Player for Nobody {
        fn play(&self, _: &str, _: &str, _: &scenario::Scene) -> Result<scenario::Transcript, String> {
            Err("nothing is played".to_owned())
        }
    }

    /// A workspace with a book of one page.
    fn workspace() -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a folder");
        for (file, text) in [
            (
                "book.toml",
                "[book]\ntitle = \"x\"\nsrc = \"book\"\n[output.html]\nadditional-js = [\"mine.js\"]\n",
            ),
            ("mine.js", "// Mine."),
            ("book/SUMMARY.md", "# Summary\n\n- [Front](index.md)\n"),
            ("book/index.md", "# Front\n\nWelcome.\n"),
            ("book/picture.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
            ("book/stages/old.js", "// Of a plain `mdbook build`."),
            ("book/theme/served.js", "// Reloads."),
        ] {
            let file = root.path().join(file);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder that can be made");
            fs::write(file, text).expect("a file that can be written");
        }
        root
    }

    #[test]
    fn a_served_book_has_one_script_more() {
        let root = workspace();
        let page = |target| {
            let out = root.path().join("target/book");
            build(root.path(), &out, target, &PlayCache::new(Nobody)).expect("a good book");
            assert!(out.join("picture.svg").exists());
            for left_out in ["theme", STAGES] {
                assert!(!out.join(left_out).exists(), "{left_out}");
            }
            fs::read_to_string(out.join("index.html")).expect("the page")
        };
        let (of_folder, served) = (page(Target::Static), page(Target::Served));
        // mdBook adds a hash to their names.
        let scripts = |page: &str| {
            ["mine", "served"].map(|name| {
                page.contains(&format!("src=\"{name}")) || page.contains(&format!("src=\"book/theme/{name}"))
            })
        };
        assert_eq!(scripts(&of_folder), [true, false], "{of_folder}");
        assert_eq!(scripts(&served), [true, true], "{served}");
    }

    #[test]
    fn the_students_book_lacks_what_is_for_the_teacher() {
        let root = workspace();
        for (file, text) in [
            (
                "book/SUMMARY.md",
                "# Summary\n\n- [Front](index.md)\n\n# To teach it\n\n- [Guide](teach/index.md)\n- [More](teach/more.md)\n",
            ),
            (
                "book/index.md",
                "# Front\n\nWelcome.\n\n<!-- teacher -->\n\nThe [guide](teach/index.md).\n\n<!-- /teacher -->\n\n## For the teacher\n\nNotes.\n",
            ),
            ("book/teach/index.md", "# Guide\n\nNotes, and [more](more.md).\n"),
            ("book/teach/more.md", "# More\n\nNotes.\n"),
        ] {
            let file = root.path().join(file);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder that can be made");
            fs::write(file, text).expect("a file that can be written");
        }
        let has = |target| {
            let out = root.path().join("target/book");
            build(root.path(), &out, target, &PlayCache::new(Nobody)).expect("a good book");
            let all = ["index.html", "print.html"]
                .map(|page| fs::read_to_string(out.join(page)).expect("the page"))
                .concat();
            let contents = fs::read_dir(&out).expect("the book").flatten();
            let toc = contents.filter(|entry| entry.file_name().to_string_lossy().starts_with("toc"));
            let toc: String =
                toc.map(|entry| fs::read_to_string(entry.path()).expect("the contents")).collect();
            assert!(all.contains("Welcome."));
            (
                all.contains("Notes."),
                all.contains("guide"),
                out.join("teach").exists(),
                toc.contains("To teach it"),
            )
        };
        assert_eq!(has(Target::Static), (true, true, true, true));
        assert_eq!(has(Target::Student), (false, false, false, false));
    }

    #[test]
    fn a_book_that_can_t_be_made_leaves_the_last_good_one() {
        let root = workspace();
        let (out, plays) = (root.path().join("target/book"), PlayCache::new(Nobody));
        let build = || build(root.path(), &out, Target::Static, &plays);
        build().expect("a good book");
        let page = root.path().join("book/index.md");
        for (text, problem) in [
            ("# Front\n\n```exercise\nname = \"x\"\n```\n", "there is no exercise `x`"),
            ("# Front\n\n<div>\n", "mdBook warns of mistakes on the pages"),
        ] {
            fs::write(&page, text).expect("a file that can be written");
            let said = build().expect_err("it has a defect").to_string();
            assert!(said.contains(problem), "{said}");
            let kept = fs::read_to_string(out.join("index.html")).expect("the last good one");
            assert!(kept.contains("Welcome."), "{kept}");
            assert_eq!(fs::read_dir(root.path().join("target")).expect("a folder").count(), 1);
        }
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
