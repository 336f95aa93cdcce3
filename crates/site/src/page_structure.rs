//! The structure of a question's page: which sections it has, in which order, and what must be in them.

use std::path::Path;

use crate::defect::Defects;
use crate::directive::Kind;
use crate::page::ParsedPage;
use crate::timetable::FOR_TEACHERS;

/// The sections of a question's page, in this order, each with the block that must be in it.
const SECTIONS: [(&str, Option<&str>); 9] = [
    ("Predict first", Some("choices")),
    ("See it happen", Some("stage")),
    ("The short answer", None),
    ("The long answer", None),
    ("What people say", Some("claims")),
    ("Exercise", Some("exercise")),
    ("Check yourself", Some("choices")),
    ("In your own words", Some("own-words")),
    (FOR_TEACHERS, Some("teacher")),
];

/// Adds which sections are missing, too many, or out of order, and which lack their block.
pub(crate) fn check(file: &Path, page: &ParsedPage, defects: &mut Defects) {
    let place = |text: &str| SECTIONS.iter().position(|(name, _)| *name == text);
    let all = SECTIONS.map(|(name, _)| name).join(" · ");
    let mut seen: Vec<usize> = Vec::new();
    for heading in &page.headings {
        let text = &heading.text;
        match place(text) {
            None => defects.add(
                file,
                heading.line,
                format!(
                    "“{text}” isn't a section of a question's page. Make it a heading of the third level (###). The \
                     sections are: {all}"
                ),
            ),
            Some(section) if seen.contains(&section) => {
                defects.add(file, heading.line, format!("the section “{text}” is already there. Join the two"));
            }
            Some(section) => {
                if let Some(later) = seen.iter().max().filter(|later| **later > section) {
                    let later = SECTIONS[*later].0;
                    defects.add(
                        file,
                        heading.line,
                        format!("“{text}” comes after “{later}”. Move it before. The order is: {all}"),
                    );
                }
                seen.push(section);
            }
        }
    }
    for (section, (name, block)) in SECTIONS.iter().enumerate() {
        let Some(heading) = page.headings.iter().find(|heading| heading.text == *name) else {
            // Where it should have come: at the next part that is there, or at the end.
            let next =
                page.headings.iter().find(|heading| place(&heading.text).is_some_and(|it| it > section));
            let line = next.map_or(page.lines, |heading| heading.line);
            defects.add(
                file,
                line,
                format!("the section “{name}” is missing. Add `## {name}` before this line"),
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
                format!(
                    "the section “{name}” has no `{block}` block. Every question's page must have one there"
                ),
            );
        }
    }
}
