//! The form of a question's page: which parts it has, in which order, and what must stand in them.

use std::path::Path;

use crate::ask::Kind;
use crate::defect::Defects;
use crate::page::Parts;

/// The parts of a question's page, in this order, each with the block that must stand in it.
pub const PARTS: [(&str, Option<&str>); 8] = [
    ("Predict first", Some("choices")),
    ("The short answer", None),
    ("See it happen", Some("stage")),
    ("The long answer", None),
    ("Answers you will hear", Some("answers")),
    ("Exercise", Some("exercise")),
    ("Check yourself", Some("choices")),
    ("For the teacher", Some("teacher")),
];

/// Notes which parts are missing, too many, or out of order, and which lack their block.
pub(crate) fn check(file: &Path, page: &Parts, defects: &mut Defects) {
    let place = |text: &str| PARTS.iter().position(|(name, _)| *name == text);
    let all = PARTS.map(|(name, _)| name).join(" · ");
    let mut seen: Vec<usize> = Vec::new();
    for heading in &page.headings {
        let text = &heading.text;
        match place(text) {
            None => defects.add(
                file,
                heading.line,
                format!(
                    "“{text}” is not a part of a question's page; make it a heading of the third level (###). The \
                     parts are: {all}"
                ),
            ),
            Some(part) if seen.contains(&part) => {
                defects.add(file, heading.line, format!("“{text}” stands here a second time; join the two"));
            }
            Some(part) => {
                if let Some(later) = seen.iter().max().filter(|later| **later > part) {
                    let later = PARTS[*later].0;
                    defects.add(
                        file,
                        heading.line,
                        format!("“{text}” comes after “{later}”; move it before. The order is: {all}"),
                    );
                }
                seen.push(part);
            }
        }
    }
    for (part, (name, block)) in PARTS.iter().enumerate() {
        let Some(heading) = page.headings.iter().find(|heading| heading.text == *name) else {
            // Where it should have come: at the next part that is there, or at the end.
            let next = page.headings.iter().find(|heading| place(&heading.text).is_some_and(|it| it > part));
            let line = next.map_or(page.lines, |heading| heading.line);
            defects.add(
                file,
                line,
                format!("the part “{name}” is missing; add `## {name}` before this line"),
            );
            continue;
        };
        let Some(block) = block else { continue };
        let end = page.headings.iter().map(|other| other.line).filter(|line| *line > heading.line).min();
        let within = heading.line..end.unwrap_or(usize::MAX);
        let wanted = Kind::of(block);
        if !page.blocks.iter().any(|it| Some(it.kind) == wanted && within.contains(&it.line)) {
            defects.add(
                file,
                heading.line,
                format!("“{name}” has no `{block}` block; every question's page has one there"),
            );
        }
    }
}
