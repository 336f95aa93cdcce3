//! The book's words. `glossary.md` is a list of them, each with its meaning. Where a page introduces one, in italics, it
//! becomes a link to there.
//!
//! `*frame*` is a word of the list. `_not_` is emphasis, and left alone. So are italics with a capital letter, a quotation
//! mark or a question mark, which are titles, labels and questions: unless they are in the list.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::check::to_root;
use crate::defect::{Defects, to_slash};
use crate::page::{OPTIONS, Page, line_at};

/// The page with the words.
const PAGE: &str = "glossary.md";

/// More words than this are a sentence.
const LONGEST: usize = 4;

/// The list is a definition list. The other pages have none, but may have one.
const WITH_DEFINITIONS: Options = OPTIONS.union(Options::ENABLE_DEFINITION_LIST);

/// A word of the list.
struct Term {
    /// Its names: the word, and what else it is called.
    names: Vec<String>,
    /// The id that mdBook gives it.
    id: String,
    line: usize,
}

/// The Markdown of all pages, with links to the list. Adds what is in italics and not in the list, and what is in the list
/// and nowhere else. Without a list, nothing is changed.
pub(crate) fn link(src: &Path, pages: &[Page<'_>], defects: &mut Defects) -> Vec<String> {
    let Some(list) = pages.iter().find(|page| to_slash(page.path) == PAGE) else {
        return pages.iter().map(|page| page.markdown.to_owned()).collect();
    };
    let terms = terms(list.markdown);
    let others = || pages.iter().filter(|page| page.path != list.path);
    let texts: Vec<_> = others().map(|page| page.markdown.to_lowercase()).collect();
    let mut seen = HashSet::new();
    for term in &terms {
        let name = &term.names[0];
        if let Some(twice) = term.names.iter().find(|name| !seen.insert(name.to_lowercase())) {
            defects.add(&src.join(PAGE), term.line, format!("`{twice}` is in the list twice. Leave one out"));
        }
        if !texts.iter().any(|text| term.names.iter().any(|name| has_word(text, &name.to_lowercase()))) {
            let what = format!("no page uses the word `{name}`. Leave it out, or use it");
            defects.add(&src.join(PAGE), term.line, what);
        }
    }
    let linked = |page: &Page<'_>| {
        if page.path == list.path { page.markdown.to_owned() } else { link_page(src, *page, &terms, defects) }
    };
    pages.iter().map(linked).collect()
}

/// The words of the list, which is written as a definition list: `word, other name` and a line that begins with a colon.
fn terms(markdown: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut title: Option<String> = None;
    for (event, range) in Parser::new_ext(markdown, WITH_DEFINITIONS).into_offset_iter() {
        match event {
            Event::Start(Tag::DefinitionListTitle) => title = Some(String::new()),
            Event::End(TagEnd::DefinitionListTitle) => {
                let Some(title) = title.take() else { continue };
                let names = title.split(',').map(|name| name.trim().to_owned()).collect();
                terms.push(Term { names, id: id(&title), line: line_at(markdown, range.start) });
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(title) = &mut title {
                    title.push_str(&text);
                }
            }
            _ => {}
        }
    }
    terms
}

/// The id that mdBook gives to a title.
fn id(title: &str) -> String {
    let kept = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c),
        c if c.is_whitespace() => Some('-'),
        _ => None,
    };
    title.trim().to_lowercase().chars().filter_map(kept).collect()
}

/// The page with a link at the first place where each word stands in italics.
fn link_page(src: &Path, page: Page<'_>, terms: &[Term], defects: &mut Defects) -> String {
    let to_root = to_root(&src.join(page.path));
    let mut linked = String::with_capacity(page.markdown.len() + 512);
    let (mut end, mut done) = (0, HashSet::new());
    for (words, range) in italics(page.markdown) {
        let Some(term) = find(terms, &words) else {
            if is_like_a_term(&words) {
                let what = format!(
                    "`*{words}*` isn't in {PAGE}. Add it there, with its meaning. If it's only emphasis, write `_{words}_`"
                );
                defects.add(&src.join(page.path), line_at(page.markdown, range.start), what);
            }
            continue;
        };
        if done.insert(&term.id) {
            linked.push_str(&page.markdown[end..range.start]);
            let shown = &page.markdown[range.clone()];
            let _ = write!(linked, "[{shown}]({to_root}{PAGE}#{})", term.id);
            end = range.end;
        }
    }
    linked.push_str(&page.markdown[end..]);
    linked
}

/// What stands between single stars, outside links and headings, and without code in it.
fn italics(markdown: &str) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    let mut open: Option<(String, Range<usize>, bool)> = None;
    let mut within = 0_usize;
    for (event, range) in Parser::new_ext(markdown, WITH_DEFINITIONS).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Heading { .. }) => within += 1,
            Event::End(TagEnd::Link | TagEnd::Image | TagEnd::Heading(_)) => within -= 1,
            Event::Start(Tag::Emphasis) if within == 0 && markdown[range.clone()].starts_with('*') => {
                open = Some((String::new(), range, true));
            }
            Event::End(TagEnd::Emphasis) => {
                if let Some((words, range, true)) = open.take() {
                    found.push((words, range));
                }
            }
            Event::Text(text) => {
                if let Some((words, ..)) = &mut open {
                    words.push_str(&text);
                }
            }
            Event::SoftBreak => {
                if let Some((words, ..)) = &mut open {
                    words.push(' ');
                }
            }
            _ => {
                if let Some((.., is_plain)) = &mut open {
                    *is_plain = false;
                }
            }
        }
    }
    found
}

/// The term of that name. Several of it have an `s` at the end. Capitals count: *Rooms* is the title of a part.
fn find<'t>(terms: &'t [Term], words: &str) -> Option<&'t Term> {
    let one = words.strip_suffix('s').unwrap_or(words);
    let is = |name: &String| [words, one].contains(&name.as_str());
    terms.iter().find(|term| term.names.iter().any(is))
}

fn is_like_a_term(words: &str) -> bool {
    words.split(' ').count() <= LONGEST
        && words.chars().all(|c| c.is_lowercase() || matches!(c, ' ' | '-' | '\'' | '’'))
}

/// Whether the word stands in the text, which is in small letters: on its own, or with an `s`, `ed` or `ing` at its end.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after: String = text[at + word.len()..].chars().take_while(|c| c.is_alphanumeric()).collect();
        !before.is_some_and(char::is_alphanumeric) && ["", "s", "ed", "ing"].contains(&after.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str =
        "# Words\n\nframe\n: A piece of text.\n\nacknowledgement, ack\n: The reply.\n\nEngine.IO\n: Below.\n";

    fn linked(path: &str, markdown: &str) -> (String, Vec<String>) {
        let pages = [
            Page { path: Path::new(PAGE), markdown: LIST },
            Page { path: Path::new(path), markdown },
            Page { path: Path::new("all.md"), markdown: "The frames are acked by Engine.IO." },
        ];
        let mut defects = Defects::default();
        let mut texts = link(Path::new("book"), &pages, &mut defects);
        assert_eq!(texts[0], LIST);
        (texts.swap_remove(1), defects.0.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_first_italics_of_a_word_become_a_link() {
        let (text, defects) =
            linked("chat/a.md", "# *frame*\n\n*Frames* are *frames*: *frame*. An *ack*, of *Engine.IO*.\n");
        assert_eq!(
            text,
            "# *frame*\n\n*Frames* are [*frames*](../glossary.md#frame): *frame*. An \
             [*ack*](../glossary.md#acknowledgement-ack), of [*Engine.IO*](../glossary.md#engineio).\n"
        );
        assert_eq!(defects, [""; 0]);
        assert_eq!(linked("a.md", "A *frame*.").0, "A [*frame*](glossary.md#frame).");
    }

    #[test]
    fn what_is_no_word_of_the_list_is_left_alone() {
        let text = "_frame_, **frame**, [a *frame*](b.md), `*frame*`, *Just show me*, *`frame`*, *who has it?*\n\n\
                    ```toml\nx = \"*frame*\"\n```\n";
        assert_eq!(linked("a.md", text), (text.to_owned(), Vec::new()));
    }

    #[test]
    fn italics_that_are_not_in_the_list_are_a_defect() {
        let (_, defects) = linked("a.md", "A frame.\n\nA *room* is.\n");
        assert_eq!(
            defects,
            [
                "book/a.md:3: `*room*` isn't in glossary.md. Add it there, with its meaning. If it's only emphasis, write \
                 `_room_`"
            ]
        );
    }

    #[test]
    fn a_word_that_no_page_uses_is_a_defect() {
        let pages = [
            Page { path: Path::new(PAGE), markdown: LIST },
            Page { path: Path::new("a.md"), markdown: "Framework, hack." },
        ];
        let mut defects = Defects::default();
        link(Path::new("book"), &pages, &mut defects);
        let said: Vec<_> = defects.0.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 3, "{said:?}");
        assert_eq!(said[0], "book/glossary.md:3: no page uses the word `frame`. Leave it out, or use it");
    }

    #[test]
    fn a_word_is_in_the_list_once() {
        let list = format!("{LIST}\nframe\n: Again.\n");
        let pages = [
            Page { path: Path::new(PAGE), markdown: &list },
            Page { path: Path::new("a.md"), markdown: "A frame, an ack, Engine.IO." },
        ];
        let mut defects = Defects::default();
        link(Path::new("book"), &pages, &mut defects);
        let said: Vec<_> = defects.0.iter().map(ToString::to_string).collect();
        assert_eq!(said, ["book/glossary.md:12: `frame` is in the list twice. Leave one out"]);
    }
}
