//! Included files. mdBook ignores one that is missing, and a missing anchor. Here both are defects.

use std::fs;
use std::path::Path;

use crate::defect::{Defects, to_slash};
use crate::page::Page;

/// Adds what is wrong with the `{{#include …}}`s of a page. `file` is the page's, from `root`.
pub(crate) fn check(root: &Path, file: &Path, page: Page<'_>, defects: &mut Defects) {
    for (i, line) in page.markdown.lines().enumerate() {
        for directive in directives(line) {
            if let Err(what) = check_one(root, file, directive) {
                defects.add(file, i + 1, what);
            }
        }
    }
}

/// What stands between `{{#` and `}}`, but for those that a backslash makes plain text.
fn directives(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("{{#")
        .filter(|(at, _)| !line[..*at].ends_with('\\'))
        .filter_map(|(at, open)| line[at + open.len()..].split("}}").next())
}

fn check_one(root: &Path, file: &Path, directive: &str) -> Result<(), String> {
    let mut words = directive.split_whitespace();
    let (Some(verb), target) = (words.next(), words.next()) else { return Ok(()) };
    match verb {
        "title" => return Ok(()),
        "include" | "rustdoc_include" | "playground" => {}
        _ => {
            return Err(format!(
                "mdBook knows no `{{{{#{verb} …}}}}`. Write `include`, or a backslash before it if it is plain text"
            ));
        }
    }
    let Some(target) = target else {
        return Err(format!(
            "`{{{{#{verb}}}}}` names no file. Write the file's path, from this page's folder"
        ));
    };
    let (path, place) = target.split_once(':').unwrap_or((target, ""));
    let folder = root.join(file);
    let included = folder.parent().unwrap_or(root).join(path);
    let text = fs::read_to_string(&included).map_err(|_| {
        format!("the included file `{path}` can't be read. The path starts in this page's folder, {}", {
            to_slash(file.parent().unwrap_or(Path::new("")))
        })
    })?;
    check_place(&text, place).map_err(|what| format!("`{path}` {what}"))
}

fn check_place(text: &str, place: &str) -> Result<(), String> {
    let first = place.split(':').next().unwrap_or_default();
    if first.is_empty() {
        return Ok(());
    }
    if let Ok(line) = first.parse::<usize>() {
        let lines = text.lines().count();
        return if line <= lines {
            Ok(())
        } else {
            Err(format!(
                "has {lines} lines, so it has no line {line}. Use an anchor: it moves with its lines"
            ))
        };
    }
    let mut lines = text.lines().skip_while(|line| mark(line, "ANCHOR:") != Some(first));
    if lines.next().is_none() {
        return Err(format!(
            "has no anchor `{first}`. Put `ANCHOR: {first}` and `ANCHOR_END: {first}` in comments around the lines"
        ));
    }
    let mut empty = true;
    for line in lines {
        if mark(line, "ANCHOR_END:") == Some(first) {
            return if empty {
                Err(format!("has nothing in its anchor `{first}`. Put lines in it"))
            } else {
                Ok(())
            };
        }
        empty &= line.trim().is_empty();
    }
    Err(format!("never ends its anchor `{first}`. Put `ANCHOR_END: {first}` in a comment after the lines"))
}

/// The page's Markdown with the anchored lines that it includes, moved to the margin. mdBook would indent them as they are
/// in their file. All other includes are left to mdBook. `file` is the page's, from `root`.
pub(crate) fn expand(root: &Path, file: &Path, markdown: &str) -> String {
    let mut expanded = String::with_capacity(markdown.len());
    for line in markdown.split_inclusive('\n') {
        let included = line.trim().strip_prefix("{{#include ").and_then(|rest| rest.strip_suffix("}}"));
        let lines = included.and_then(|target| anchored(root, file, target.trim()));
        expanded.push_str(&lines.unwrap_or_else(|| line.to_owned()));
    }
    expanded
}

/// Code with all that it includes, whole files too: to be looked through.
pub(crate) fn expand_all(root: &Path, file: &Path, code: &str) -> String {
    let folder = root.join(file);
    let mut expanded = String::new();
    for line in expand(root, file, code).lines() {
        let target = directives(line).find_map(|directive| directive.split_whitespace().nth(1));
        let path = target.map(|target| target.split_once(':').map_or(target, |(path, _)| path));
        let included = path.and_then(|path| fs::read_to_string(folder.parent()?.join(path)).ok());
        expanded.push_str(&included.unwrap_or_else(|| line.to_owned()));
        expanded.push('\n');
    }
    expanded
}

/// The lines of `target`, which is `PATH:ANCHOR`, if it is such a one.
fn anchored(root: &Path, file: &Path, target: &str) -> Option<String> {
    let (path, anchor) = target.split_once(':')?;
    let text = fs::read_to_string(root.join(file).parent()?.join(path)).ok()?;
    let lines = text.lines().skip_while(|line| mark(line, "ANCHOR:") != Some(anchor)).skip(1);
    let lines = lines.take_while(|line| mark(line, "ANCHOR_END:") != Some(anchor));
    let lines: Vec<_> = lines.filter_map(learner_line).collect();
    if lines.is_empty() {
        return None;
    }
    let written = lines.iter().filter(|line| !line.trim().is_empty());
    let margin = written.map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    Some(lines.iter().map(|line| line.get(margin..).unwrap_or_default().to_owned() + "\n").collect())
}

fn is_mark(line: &str) -> bool {
    line.contains("ANCHOR:") || line.contains("ANCHOR_END:")
}

/// The name after `word`, if the line is such a mark.
fn mark<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let name = line[line.find(word)? + word.len()..].trim_start();
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').unwrap_or(name.len());
    Some(&name[..end])
}

/// A solution's file as a learner would write it.
pub(crate) fn strip_anchors(text: &str) -> String {
    text.lines().filter_map(learner_line).collect::<Vec<_>>().join("\n")
}

/// A line as a learner would write it. `None`: it only marks an anchor. All solutions are modules of one crate, and let
/// each other see what a learner can keep private.
fn learner_line(line: &str) -> Option<String> {
    (!is_mark(line)).then(|| line.replace("pub(super) ", ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a\n// ANCHOR: one\nb\n// ANCHOR_END: one\n// ANCHOR: open\nc\n// ANCHOR: none\n\n// ANCHOR_END: none\n";

    #[test]
    fn an_anchor_must_be_there_and_end_and_hold_something() {
        assert_eq!(check_place(TEXT, "one"), Ok(()));
        assert_eq!(check_place(TEXT, ""), Ok(()));
        assert_eq!(check_place(TEXT, "2:3"), Ok(()));
        for (place, what) in [
            ("two", "no anchor `two`"),
            ("open", "never ends"),
            ("none", "nothing in"),
            ("99", "has 9 lines"),
        ] {
            let error = check_place(TEXT, place).expect_err(place);
            assert!(error.contains(what), "{place}: {error}");
        }
    }

    #[test]
    fn anchored_lines_come_to_the_margin() {
        let folder = tempfile::tempdir().expect("a folder");
        let code = "fn f() {\n    // ANCHOR: a\n    pub(super) if x {\n        // ANCHOR: b\n        y();\n        // ANCHOR_END: b\n\n    }\n    // ANCHOR_END: a\n}\n";
        fs::write(folder.path().join("f.rs"), code).expect("a file that can be written");
        let page = "```rust\n{{#include f.rs:a}}\n```\n{{#include f.rs}}\nsee `{{#include f.rs:a}}`\n";
        assert_eq!(
            expand(folder.path(), Path::new("page.md"), page),
            "```rust\nif x {\n    y();\n\n}\n```\n{{#include f.rs}}\nsee `{{#include f.rs:a}}`\n"
        );
    }

    #[test]
    fn a_backslash_makes_plain_text() {
        assert_eq!(
            directives(r"\{{#include a}} {{#include b.rs:x}}").collect::<Vec<_>>(),
            ["include b.rs:x"]
        );
    }

    #[test]
    fn a_solution_is_shown_as_a_learner_would_write_it() {
        let solution = "a\n\n  // ANCHOR: x\npub(super) async fn b() {}\n  // ANCHOR_END: x\n";
        assert_eq!(strip_anchors(solution), "a\n\nasync fn b() {}");
    }
}
