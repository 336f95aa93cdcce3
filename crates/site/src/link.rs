//! Links within the book. mdBook ignores one that leads nowhere.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use crate::defect::{Defects, to_slash};
use crate::page::{Page, ParsedPage};

/// Adds the links of a page that lead to no page and no file of the book. `known` are the pages, from `src`, and `src` is
/// the pages' folder, from `root`.
pub(crate) fn check(
    (root, src): (&Path, &Path),
    page: Page<'_>,
    parsed: &ParsedPage,
    known: &HashSet<String>,
    defects: &mut Defects,
) {
    for link in &parsed.links {
        let Some(to) = in_book(&link.to) else { continue };
        let Some(target) = resolved(page.path, to) else {
            defects.add(&src.join(page.path), link.line, format!("the link to `{to}` leads out of the book. Link to a page of the book, or to an address on the web"));
            continue;
        };
        let name = to_slash(&target);
        let is_page = target.extension().is_some_and(|extension| extension == "md" || extension == "html");
        let found = if is_page {
            known.contains(&to_slash(&target.with_extension("md"))) || name == "print.html"
        } else {
            root.join(src).join(&target).exists()
        };
        if !found {
            defects.add(
                &src.join(page.path),
                link.line,
                format!("the link to `{to}` leads nowhere: there is no `{name}`. A chapter that is a draft has no page"),
            );
        }
    }
}

/// The path in a link. `None` if it leads elsewhere, or to a place on its own page.
fn in_book(link: &str) -> Option<&str> {
    let path = link.split(['#', '?']).next().unwrap_or_default();
    let elsewhere =
        path.is_empty() || path.contains("://") || path.starts_with("mailto:") || path.starts_with('/');
    (!elsewhere).then_some(path)
}

/// The page or the file of the book that a link on the page at `from` leads to. `None` if it leads elsewhere.
pub(crate) fn target(from: &Path, to: &str) -> Option<PathBuf> {
    resolved(from, in_book(to)?)
}

/// `to` as it is seen from the page at `from`: `chat/a.md` and `../b.md` give `b.md`.
fn resolved(from: &Path, to: &str) -> Option<PathBuf> {
    let mut target = from.parent().unwrap_or(Path::new("")).to_owned();
    for part in Path::new(to).components() {
        match part {
            Component::Normal(name) => target.push(name),
            Component::ParentDir => target.pop().then_some(())?,
            _ => {}
        }
    }
    Some(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_seen_from_its_page() {
        let seen = |from: &str, to: &str| resolved(Path::new(from), to).map(|path| to_slash(&path));
        assert_eq!(seen("chat/a.md", "../b.md").as_deref(), Some("b.md"));
        assert_eq!(seen("chat/a.md", "./c.md").as_deref(), Some("chat/c.md"));
        assert_eq!(seen("a.md", "chat/c.md").as_deref(), Some("chat/c.md"));
        assert_eq!(seen("a.md", "../README.md"), None);
    }
}
