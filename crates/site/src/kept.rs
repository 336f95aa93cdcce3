//! Whether the kept transcripts still tell what the answers do.

use std::fs;
use std::path::Path;

use catalogue::Entry;
use stage::{ANSWER, Kept};

use crate::defect::Defects;
use crate::plays::Plays;

/// Notes each kept transcript that differs from what playing the answer now gives.
pub(crate) fn check(root: &Path, entries: &[Entry], plays: &Plays, defects: &mut Defects) {
    for entry in entries {
        for kept in &entry.kept {
            check_one(root, entry, kept, plays, defects);
        }
    }
}

fn check_one(root: &Path, entry: &Entry, kept: &Kept, plays: &Plays, defects: &mut Defects) {
    let file = entry.dir.join("tests").join("snapshots").join(format!("{}.snap", kept.scene.name));
    let shown = file.strip_prefix(root).unwrap_or(&file);
    let name = &entry.exercise.name;
    let played = match plays.play(entry, ANSWER, &kept.scene.steps) {
        Some(Ok(transcript)) => transcript.to_string(),
        Some(Err(error)) => {
            defects.add(
                shown,
                1,
                format!("its scene cannot be played: {error}. Mend the scene in tests/grade.rs"),
            );
            return;
        }
        None => return,
    };
    let (played, written): (Vec<_>, Vec<_>) = (played.lines().collect(), kept.text.lines().collect());
    let lines = 0..played.len().max(written.len());
    let Some(first) = lines.into_iter().find(|i| played.get(*i) != written.get(*i)) else { return };
    let now = played.get(first).map_or("nothing more", |line| line.trim());
    defects.add(
        shown,
        line_in(&file, kept, first),
        format!(
            "the answer now gives “{now}” here; if that is right, `cargo run -- dev accept {name}` keeps \
             it, else mend solutions/{}/{name}",
            entry.exercise.part
        ),
    );
}

/// The file's line of the text's line `index`: an `.snap` file has a head before its text.
fn line_in(file: &Path, kept: &Kept, index: usize) -> usize {
    let text = fs::read_to_string(file).unwrap_or_default();
    let first = kept.text.lines().next().unwrap_or_default();
    let mut dashes = 0;
    let body = text.lines().position(|line| {
        dashes += usize::from(line == "---");
        dashes >= 2 && line == first
    });
    body.unwrap_or(0) + index + 1
}
