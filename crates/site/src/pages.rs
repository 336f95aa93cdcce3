//! All pages at once: checked, and rendered to Markdown with what their blocks ask for.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use grader::Exercise;

use crate::all_claims::ClaimIds;
use crate::blocks::{Block, PageQuestion, Stage};
use crate::check::Checker;
use crate::defect::{Defects, to_slash};
use crate::directive::{Directive, Kind};
use crate::edition::Edition;
use crate::page::{self, Page, ParsedPage};
use crate::play_cache::PlayCache;
use crate::{all_claims, draw, edition, giveaway, glossary, include, link, page_structure, part, timetable};

/// Where the book is and what it is made from.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The workspace's folder.
    pub root: &'a Path,
    /// The pages' folder, from there.
    pub src: &'a Path,
    /// The exercises.
    pub exercises: &'a [Exercise],
    /// Where the plays come from.
    pub plays: &'a PlayCache,
}

/// The pages, rendered.
#[derive(Debug, Default)]
pub(crate) struct RenderedPages {
    /// The Markdown of each page, by its file from the book's folder.
    pub(crate) pages: HashMap<PathBuf, String>,
    /// The stages on them.
    pub(crate) stages: Vec<Stage>,
}

/// Checks the pages and renders them. `defects` are those known before. Of the students' edition, `pages` are as they get
/// them.
///
/// # Errors
/// With everything that is wrong.
pub(crate) fn render(
    sources: Sources<'_>,
    pages: &[Page<'_>],
    edition: Edition,
    mut defects: Defects,
) -> Result<RenderedPages, Defects> {
    let Sources { root, src, exercises, plays } = sources;
    // A link takes no line: what is found below is found at the line that the author wrote.
    let linked = glossary::link(src, pages, &mut defects);
    let pages = pages.iter().zip(&linked).map(|(page, markdown)| Page { markdown, ..*page });
    let pages = &pages.collect::<Vec<_>>()[..];
    let known = pages.iter().map(|page| to_slash(page.path)).collect();
    exercises_have_pages(sources, pages, &known, &mut defects);

    let parsed: Vec<_> = pages.iter().map(|page| page::parse(page.markdown)).collect();
    let all_claims = all_claims::of_all_pages(exercises, pages, &parsed);
    let teaching = timetable::collect(src, pages, &parsed, exercises, &mut defects);
    let mut checker =
        Checker { root, exercises, plays, teaching, stages: HashMap::new(), all_claims, defects };
    let questions: Vec<_> = pages.iter().zip(&parsed).filter_map(|(page, it)| question(*page, it)).collect();
    let mut rendered = RenderedPages::default();
    for (page, parsed) in pages.iter().zip(&parsed) {
        let file = src.join(page.path);
        include::check(root, &file, *page, &mut checker.defects);
        link::check((root, src), *page, parsed, &known, &mut checker.defects);
        let name = to_slash(page.path);
        edition::check(&file, *page, &mut checker.defects);
        if edition == Edition::Everyone {
            part::check_minutes(src, *page, &checker.teaching, exercises, &mut checker.defects);
        }
        if page.is_question(exercises) && edition == Edition::Everyone {
            page_structure::check(&file, parsed, &mut checker.defects);
            checker.check_claims_covered(&file, &name, &parsed.blocks);
        }
        let own: Vec<_> = exercises.iter().filter(|exercise| exercise.page == name).collect();
        giveaway::check(root, &file, *page, &own, &mut checker.defects);
        let mut markdown = String::with_capacity(page.markdown.len() * 2);
        let mut end = 0;
        let mut claim_ids = ClaimIds::default();
        for fenced in &parsed.blocks {
            let Some(mut block) = checker.block(&name, &file, fenced) else { continue };
            match &mut block {
                Block::OwnWords(it) => it.all.clone_from(&questions),
                Block::Claims(claims) => claims.iter_mut().for_each(|it| it.id = claim_ids.id_of(&it.text)),
                _ => {}
            }
            if edition == Edition::Students {
                edition::close_solution(&mut block);
            }
            markdown.push_str(&include::expand(root, &file, &page.markdown[end..fenced.range.start]));
            markdown.push_str(&as_markdown(&draw::block(&block)));
            end = fenced.range.end;
            if let Block::Stage(stage) = block {
                rendered.stages.push(stage);
            }
        }
        markdown.push_str(&include::expand(root, &file, &page.markdown[end..]));
        rendered.pages.insert(page.path.to_owned(), markdown);
    }
    checker.defects.into_result()?;
    Ok(rendered)
}

/// What a page asks to be answered in one's own words, if it does.
fn question(page: Page<'_>, parsed: &ParsedPage) -> Option<PageQuestion> {
    let block = parsed.blocks.iter().find(|block| block.kind == Kind::OwnWords)?;
    let Ok(Directive::OwnWords(it)) = block.kind.read(&block.body) else { return None };
    let question = draw::plain(it.question.as_ref());
    Some(PageQuestion { page: to_slash(page.path), title: parsed.title.clone(), question })
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

/// Adds the exercises whose page is missing, and the questions' pages that no exercise names.
fn exercises_have_pages(
    sources: Sources<'_>,
    pages: &[Page<'_>],
    known: &HashSet<String>,
    defects: &mut Defects,
) {
    let Sources { src, exercises, .. } = sources;
    for exercise in exercises.iter().filter(|exercise| !known.contains(&exercise.page)) {
        let (page, book) = (&exercise.page, to_slash(src));
        defects.add(
            &PathBuf::from(exercise.path()).join("exercise.toml"),
            line_of(&exercise.dir.join("exercise.toml"), "page"),
            format!("its page `{page}` is missing. Write it in {book}/ and list it in {book}/SUMMARY.md"),
        );
    }
    for page in pages.iter().filter(|page| page.is_question(exercises)) {
        let path = to_slash(page.path);
        if !exercises.iter().any(|exercise| exercise.page == path) {
            defects.add(
                &src.join(page.path),
                1,
                format!(
                    "no exercise names this question's page. Write `page = \"{path}\"` in an exercise.toml, or make the \
                     chapter a draft in SUMMARY.md: `[Title]()`"
                ),
            );
        }
    }
}

/// The line of a TOML file that sets `key`.
fn line_of(file: &Path, key: &str) -> Option<usize> {
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
