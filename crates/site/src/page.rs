//! A page's Markdown, taken apart: its headings, its blocks and its included files, each with its line.

use std::ops::Range;
use std::path::Path;

use grader::Exercise;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::defect::to_slash;
use crate::directive::Kind;

/// What the pages' Markdown can have beside the common.
pub(crate) const OPTIONS: Options =
    Options::ENABLE_TABLES.union(Options::ENABLE_FOOTNOTES).union(Options::ENABLE_STRIKETHROUGH);

/// A page as it was written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page<'a> {
    /// Its file, from the book's folder: `chat/broadcast.md`.
    pub(crate) path: &'a Path,
    /// Its text.
    pub(crate) markdown: &'a str,
}

impl Page<'_> {
    /// Whether the page is about one of the questions, and so has all the sections of such a page. Those pages lie in a
    /// folder, one for each part of the book, with two others: `index.md`, which opens the part, and the page of its
    /// capstone, whose exercise has no question with a number.
    pub(crate) fn is_question(&self, exercises: &[Exercise]) -> bool {
        let in_folder = self.path.parent().is_some_and(|folder| !folder.as_os_str().is_empty());
        if !in_folder
            || self.is_for_teachers()
            || self.path.file_name().is_some_and(|name| name == "index.md")
        {
            return false;
        }
        let path = to_slash(self.path);
        let mut own = exercises.iter().filter(|exercise| exercise.page == path).peekable();
        own.peek().is_none() || own.any(Exercise::has_question)
    }

    /// Whether the page is about teaching the book.
    pub(crate) fn is_for_teachers(&self) -> bool {
        self.path.starts_with(crate::book::TEACHING)
    }
}

/// What a page is made of.
#[derive(Debug, Default)]
pub(crate) struct ParsedPage {
    /// Its title: the first heading of the first level.
    pub(crate) title: String,
    /// The headings of the second level.
    pub(crate) headings: Vec<Heading>,
    /// The fenced blocks that are directives.
    pub(crate) blocks: Vec<Fenced>,
    /// Where it links to.
    pub(crate) links: Vec<Link>,
    /// The page's number of lines.
    pub(crate) lines: usize,
}

/// A link, or an image.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) to: String,
    pub(crate) line: usize,
}

/// A heading of the second level.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Heading {
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// A fenced block that is a directive.
#[derive(Debug)]
pub(crate) struct Fenced {
    pub(crate) kind: Kind,
    /// The line of its fence.
    pub(crate) line: usize,
    /// Where it stands in the page.
    pub(crate) range: Range<usize>,
    /// The TOML between its fences.
    pub(crate) body: String,
    /// Whether it stands on its own, and not in a list or a quotation.
    pub(crate) at_top: bool,
}

impl Fenced {
    /// The page's line at `offset` in the body.
    pub(crate) fn line_at(&self, offset: usize) -> usize {
        let before = self.body.get(..offset).unwrap_or(&self.body);
        self.line + line_at(before, before.len())
    }
}

/// Parses a page.
pub(crate) fn parse(markdown: &str) -> ParsedPage {
    let mut parsed = ParsedPage { lines: markdown.lines().count().max(1), ..ParsedPage::default() };
    let mut depth = 0_usize;
    let mut heading: Option<Heading> = None;
    let mut in_block = false;
    let mut in_title = false;
    let line = |range: &Range<usize>| line_at(markdown, range.start);
    for (event, range) in Parser::new_ext(markdown, OPTIONS).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) => {
                in_title = parsed.title.is_empty();
                depth += 1;
            }
            Event::End(TagEnd::Heading(HeadingLevel::H1)) => {
                in_title = false;
                depth -= 1;
            }
            Event::Start(Tag::Heading { level: HeadingLevel::H2, .. }) => {
                heading = Some(Heading { text: String::new(), line: line(&range) });
                depth += 1;
            }
            Event::End(TagEnd::Heading(HeadingLevel::H2)) => {
                parsed.headings.extend(heading.take());
                depth -= 1;
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let language = info.split([',', ' ']).next().unwrap_or_default();
                if let Some(kind) = Kind::of(language) {
                    let line = line(&range);
                    let at_top = depth == 0;
                    parsed.blocks.push(Fenced { kind, line, range, body: String::new(), at_top });
                    in_block = true;
                }
                depth += 1;
            }
            Event::End(TagEnd::CodeBlock) => {
                in_block = false;
                depth -= 1;
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                parsed.links.push(Link { to: dest_url.into_string(), line: line(&range) });
                depth += 1;
            }
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::Text(text) | Event::Code(text) => {
                if in_title {
                    parsed.title.push_str(&text);
                } else if let Some(heading) = &mut heading {
                    heading.text.push_str(&text);
                } else if let (true, Some(block)) = (in_block, parsed.blocks.last_mut()) {
                    block.body.push_str(&text);
                }
            }
            _ => {}
        }
    }
    parsed
}

/// The line, counted from 1, of the place `offset` in a text.
pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    1 + text[..offset].matches('\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_headings_keep_their_lines() {
        let parsed = parse(
            "# Title\n\n## The `short` answer\n\ntext\n\n```teacher\nminutes = 20\n```\n\n- a list\n  ```stage\n  x = 1\n  ```\n",
        );
        assert_eq!(parsed.title, "Title");
        assert_eq!(parsed.headings, [Heading { text: "The short answer".to_owned(), line: 3 }]);
        let [teacher, stage] = &parsed.blocks[..] else { panic!("two blocks") };
        assert_eq!((teacher.kind, teacher.line, teacher.body.as_str()), (Kind::Teacher, 7, "minutes = 20\n"));
        assert!(teacher.at_top);
        assert_eq!(teacher.line_at(0), 8);
        assert_eq!((stage.line, stage.body.as_str(), stage.at_top), (12, "x = 1\n", false));
    }

    #[test]
    fn other_code_is_left_alone() {
        assert!(parse("```rust\nfn main() {}\n```\n\n    stage\n").blocks.is_empty());
    }
}
