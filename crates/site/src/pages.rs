//! All pages at once: checked, and written anew with what their blocks ask for.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use catalogue::Entry;

use crate::blocks::{Block, Stage};
use crate::check::Checker;
use crate::defect::{Defects, shown};
use crate::page::{self, Page};
use crate::plays::Plays;
use crate::{draw, form, include, kept, link};

/// Where the book is and what it is made from.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The workspace's folder.
    pub root: &'a Path,
    /// The pages' folder, from there.
    pub src: &'a Path,
    /// The exercises.
    pub entries: &'a [Entry],
    /// Plays that were played before.
    pub plays: &'a Plays,
}

/// The pages, made.
#[derive(Debug)]
pub struct Made {
    /// The Markdown of each page, in the order in which they were given.
    pub pages: Vec<String>,
    /// The stages on them.
    pub stages: Vec<Stage>,
}

/// Checks the pages and makes them. `defects` are those known before.
///
/// # Errors
/// With everything that is wrong.
pub fn make(sources: Sources<'_>, pages: &[Page<'_>], defects: Defects) -> Result<Made, Defects> {
    let Sources { root, src, entries, plays } = sources;
    let mut checker = Checker { root, entries, plays, stages: HashMap::new(), defects };
    kept::check(root, entries, plays, &mut checker.defects);
    let there = pages.iter().map(|page| shown(page.path)).collect();
    exercises_have_pages(sources, pages, &there, &mut checker.defects);

    let mut made = Made { pages: Vec::new(), stages: Vec::new() };
    for page in pages {
        let file = src.join(page.path);
        include::check(root, &file, *page, &mut checker.defects);
        let parts = page::parts(page.markdown);
        link::check((root, src), *page, &parts, &there, &mut checker.defects);
        if page.is_question() {
            form::check(&file, &parts, &mut checker.defects);
            checker.all_told(&file, &shown(page.path), &parts.blocks);
        }
        let mut markdown = String::with_capacity(page.markdown.len() * 2);
        let mut end = 0;
        for fenced in &parts.blocks {
            let Some(block) = checker.block(&file, fenced) else { continue };
            markdown.push_str(&include::expand(root, &file, &page.markdown[end..fenced.range.start]));
            markdown.push_str(&as_markdown(&draw::block(&block)));
            end = fenced.range.end;
            if let Block::Stage(stage) = block {
                made.stages.push(stage);
            }
        }
        markdown.push_str(&include::expand(root, &file, &page.markdown[end..]));
        made.pages.push(markdown);
    }
    checker.defects.none_or()?;
    Ok(made)
}

/// HTML as it can stand in Markdown: no empty line, which would end it, and nothing that mdBook takes for an include.
fn as_markdown(html: &str) -> String {
    let mut markdown = String::with_capacity(html.len() + 4);
    markdown.push_str("\n\n");
    for line in html.replace("{{#", "&#123;{#").lines() {
        markdown.push_str(if line.trim().is_empty() { "&#10;" } else { line });
        markdown.push('\n');
    }
    markdown.push('\n');
    markdown
}

/// Notes the exercises whose page is missing, and the questions' pages that no exercise names.
fn exercises_have_pages(
    sources: Sources<'_>,
    pages: &[Page<'_>],
    there: &HashSet<String>,
    defects: &mut Defects,
) {
    let Sources { root, src, entries, .. } = sources;
    for Entry { exercise, dir, .. } in entries {
        if !there.contains(&exercise.page) {
            let file = dir.join("exercise.toml");
            defects.add(
                file.strip_prefix(root).unwrap_or(&file),
                line_of(&file, "page"),
                format!(
                    "its page `{}` is missing; write it in {}/ and list it in {}/SUMMARY.md",
                    exercise.page,
                    shown(src),
                    shown(src)
                ),
            );
        }
    }
    for page in pages.iter().filter(|page| page.is_question()) {
        if !entries.iter().any(|entry| entry.exercise.page == shown(page.path)) {
            defects.add(
                &src.join(page.path),
                1,
                format!(
                    "no exercise names this question's page; say `page = \"{}\"` in an exercise.toml, or make the \
                     chapter a draft in SUMMARY.md: `[Title]()`",
                    shown(page.path)
                ),
            );
        }
    }
}

/// The line of a TOML file that sets `key`.
fn line_of(file: &PathBuf, key: &str) -> Option<usize> {
    let text = std::fs::read_to_string(file).ok()?;
    let sets = |line: &str| line.split_once('=').is_some_and(|(before, _)| before.trim() == key);
    Some(text.lines().position(sets)? + 1)
}

#[cfg(test)]
mod tests {
    use super::as_markdown;

    #[test]
    fn drawn_html_stays_one_block() {
        assert_eq!(
            as_markdown("<pre>a\n\n  \nb {{#include x}}</pre>"),
            "\n\n<pre>a\n&#10;\n&#10;\nb &#123;{#include x}}</pre>\n\n"
        );
    }
}
