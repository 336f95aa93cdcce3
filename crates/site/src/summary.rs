//! The table of contents: which pages there are. mdBook stops at the first that is missing; here all are reported.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Parser, Tag};

use crate::defect::{Defects, to_slash};
use crate::page::line_at;

/// What `SUMMARY.md` lists and is there.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// The pages, from the book's folder, with their text.
    pub(crate) pages: Vec<(PathBuf, String)>,
    /// The pages below each heading, as places in `pages`.
    pub(crate) parts: Vec<Range<usize>>,
}

/// Reads the table of contents. `src` is the pages' folder, from `root`.
pub(crate) fn contents(root: &Path, src: &Path, defects: &mut Defects) -> Contents {
    let file = src.join("SUMMARY.md");
    let summary = match fs::read_to_string(root.join(&file)) {
        Ok(summary) => summary,
        Err(error) => {
            defects.add(
                &file,
                None,
                format!("the table of contents can't be read ({error}). It must list every page"),
            );
            return Contents::default();
        }
    };
    let mut pages = Vec::new();
    let mut begins = Vec::new();
    for (event, range) in Parser::new(&summary).into_offset_iter() {
        if let Event::Start(Tag::Heading { .. }) = event {
            begins.push(pages.len());
        }
        let Event::Start(Tag::Link { dest_url, .. }) = event else { continue };
        // A chapter without a page is a draft.
        if dest_url.is_empty() {
            continue;
        }
        let line = line_at(&summary, range.start);
        let path = PathBuf::from(&*dest_url.replace("%20", " "));
        match fs::read_to_string(root.join(src).join(&path)) {
            Ok(text) => pages.push((path, text)),
            Err(error) => defects.add(
                &file,
                line,
                format!(
                    "the page `{}` can't be read ({error}). Write it, or make the chapter a draft: `[Title]()`",
                    to_slash(&path)
                ),
            ),
        }
    }
    let ends = begins.iter().skip(1).copied().chain([pages.len()]);
    let parts = begins.iter().copied().zip(ends).map(|(begin, end)| begin..end).collect();
    Contents { pages, parts }
}
