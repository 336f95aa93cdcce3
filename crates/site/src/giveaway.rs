//! A page must not show what its own exercise asks for. The exercise's card does, behind a fold.

use std::fs;
use std::path::Path;

use grader::Exercise;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use crate::defect::Defects;
use crate::include;
use crate::page::{Page, line_at};

/// A line shorter than this, without its spaces, gives nothing away.
const SHORTEST: usize = 12;

/// Adds the lines of the solutions that `page` shows. `file` is the page's, from `root`.
pub(crate) fn check(
    root: &Path,
    file: &Path,
    page: Page<'_>,
    exercises: &[&Exercise],
    defects: &mut Defects,
) {
    if exercises.is_empty() {
        return;
    }
    let shown = shown_code(root, file, page.markdown);
    for exercise in exercises {
        for wanted in asked_for(exercise) {
            let normal = normalised(&wanted);
            let Some((line, _)) = shown.iter().find(|(_, code)| normalised(code).contains(&normal)) else {
                continue;
            };
            defects.add(
                file,
                *line,
                format!(
                    "this shows what the exercise `{}` asks for: `{wanted}`. Show the idea on Node, the types, or a \
                     neighbouring case. The exercise's card has the solution",
                    exercise.name
                ),
            );
        }
    }
}

/// The lines of an exercise's solution that its starter doesn't have, without those that say little.
fn asked_for(exercise: &Exercise) -> Vec<String> {
    let read = |name: &str| fs::read_to_string(exercise.solution_dir().join(name)).unwrap_or_default();
    // A starter writes `_text` for what it doesn't use yet.
    let plain = |line: &str| normalised(line).replace('_', "");
    let starter: Vec<_> = read("starter.rs").lines().map(plain).collect();
    let says_little = |line: &str| {
        let words = ["use ", "pub fn ", "fn ", "async fn ", "#[", "mod "];
        normalised(line).len() < SHORTEST || words.iter().any(|word| line.starts_with(word))
    };
    include::strip_anchors(&read("solution.rs"))
        .lines()
        .map(|line| without_comment(line).trim().to_owned())
        .filter(|line| !says_little(line) && !starter.contains(&plain(line)))
        .collect()
}

/// The code on a page that could be Rust, each piece with its line: blocks marked as Rust, with what they include, and code
/// in the text and in our own blocks.
fn shown_code(root: &Path, file: &Path, markdown: &str) -> Vec<(usize, String)> {
    let mut shown = Vec::new();
    let mut block: Option<(usize, String, bool)> = None;
    for (event, range) in Parser::new(markdown).into_offset_iter() {
        let line = line_at(markdown, range.start);
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let is_rust = info.split([',', ' ']).next() == Some("rust");
                block = Some((line, String::new(), is_rust));
            }
            Event::End(TagEnd::CodeBlock) => {
                let Some((line, text, is_rust)) = block.take() else { continue };
                if is_rust {
                    shown.push((line, include::expand_all(root, file, &text)));
                } else {
                    let in_backticks = text.split('`').skip(1).step_by(2);
                    shown.extend(in_backticks.map(|code| (line, code.replace("\\\"", "\""))));
                }
            }
            Event::Text(text) => {
                if let Some((_, body, _)) = &mut block {
                    body.push_str(&text);
                }
            }
            Event::Code(code) => shown.push((line, code.into_string())),
            _ => {}
        }
    }
    shown
}

fn without_comment(line: &str) -> &str {
    let start = line.match_indices("//").find(|(at, _)| !line[..*at].ends_with(':'));
    start.map_or(line, |(at, _)| &line[..at])
}

/// Code without comments and spaces, and without the semicolon at its end.
fn normalised(code: &str) -> String {
    let code: String = code.lines().map(without_comment).collect();
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    code.trim_end_matches(';').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_found_in_blocks_and_in_the_text() {
        let markdown = "Say `a.b(1)`.\n\n```rust\nx();\n```\n\n```js\ny();\n```\n\n```choices\nwhy = \"`z(\\\"1\\\")` is\"\n```\n";
        let shown = shown_code(Path::new(""), Path::new("a.md"), markdown);
        let code: Vec<_> = shown.iter().map(|(line, code)| (*line, code.trim())).collect();
        assert_eq!(code, [(1, "a.b(1)"), (3, "x();"), (11, "z(\"1\")")]);
    }

    #[test]
    fn spaces_and_comments_don_t_count() {
        assert_eq!(normalised("a . b( 1 ) ; // c"), "a.b(1)");
        assert_eq!(normalised("get(\"http://x\")\n  .await;"), "get(\"http://x\").await");
    }
}
