//! `cargo dev new`: the folders of a new exercise, filled with a small one that works.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

/// What is written: the file, and its template.
const FILES: [(&str, &str); 9] = [
    ("exercises/{chapter}/{name}/Cargo.toml", include_str!("templates/Cargo.toml.txt")),
    ("exercises/{chapter}/{name}/exercise.toml", include_str!("templates/exercise.toml")),
    ("exercises/{chapter}/{name}/scenes.toml", include_str!("templates/scenes.toml")),
    ("exercises/{chapter}/{name}/grade.rs", include_str!("templates/grade.rs")),
    ("exercises/{chapter}/{name}/src/lib.rs", include_str!("templates/starter.rs")),
    ("solutions/{chapter}/{name}/starter.rs", include_str!("templates/starter.rs")),
    ("solutions/{chapter}/{name}/solution.rs", include_str!("templates/solution.rs")),
    ("solutions/{chapter}/{name}/mistakes.rs", include_str!("templates/mistakes.rs")),
    ("solutions/{chapter}/{name}/node.mjs", include_str!("templates/node.mjs")),
];

/// Makes the exercise `CHAPTER/NAME`. Nothing is overwritten. If the name can't be used, nothing is written.
pub(crate) fn new(root: &Path, name: &str) -> Result<()> {
    let (chapter, name) = name.split_once('/').context("name it CHAPTER/NAME, as `rooms/leave-room`")?;
    for word in [chapter, name] {
        check_word(word)?;
    }
    let fill = |text: &str| text.replace("{chapter}", chapter).replace("{name}", name);
    let lock = fs::read_to_string(root.join("Cargo.lock")).unwrap_or_default();
    ensure!(
        !lock.contains(&format!("\nname = \"{name}\"\n")),
        "there is already a package named `{name}`, ours or a library's. Find another name"
    );
    for (file, template) in FILES {
        let file = root.join(fill(file));
        ensure!(!file.exists(), "{} is already there", file.display());
        fs::create_dir_all(file.parent().context("a file has a folder")?)?;
        fs::write(&file, fill(template)).with_context(|| format!("{} can't be written", file.display()))?;
    }
    println!(
        "{}",
        fill(
            "Made exercises/{chapter}/{name} and solutions/{chapter}/{name}.

Next:
  1. Write it: exercise.toml, scenes.toml, the starter (the same text in src/lib.rs and in the solution's starter.rs),
     solution.rs, mistakes.rs, node.mjs. Add a line for it to the README.
  2. INSTA_UPDATE=always cargo test -p solutions {name}:
     keeps what it plays as. Read expected.snap: is that what you mean? The test tells what is missing.
  3. Write the page book/{chapter}/{name}.md and list it in book/SUMMARY.md. `cargo run` tells what it lacks."
        )
    );
    Ok(())
}

/// A package's name, and a folder's on any system.
fn check_word(word: &str) -> Result<()> {
    let starts_well = word.starts_with(|c: char| c.is_ascii_lowercase());
    let rest = word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !starts_well || !rest || word.ends_with('-') {
        bail!("`{word}` can't be used. Use lower-case letters, digits and hyphens, a letter first");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_that_cargo_and_any_disk_take() {
        for good in ["rooms", "leave-room", "a1"] {
            assert!(check_word(good).is_ok(), "{good}");
        }
        for bad in ["", "Rooms", "1a", "-a", "a-", "a_b", "..", "a/b", "ä"] {
            assert!(check_word(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_new_exercise_can_be_read_and_leaves_no_blank_unfilled() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("Cargo.lock"), "\nname = \"taken\"\n").unwrap();
        new(root.path(), "rooms/leave-room").unwrap();
        for (file, _) in FILES {
            let file = file.replace("{chapter}", "rooms").replace("{name}", "leave-room");
            let text = fs::read_to_string(root.path().join(file)).unwrap();
            assert!(!["{chapter}", "{name}"].iter().any(|blank| text.contains(blank)), "{text}");
        }
        let exercise = grader::Exercise::read(&root.path().join("exercises/rooms/leave-room")).unwrap();
        assert_eq!((exercise.chapter.as_str(), exercise.name.as_str()), ("rooms", "leave-room"));
        let same = |file: &Path| fs::read_to_string(file).unwrap();
        assert_eq!(same(&exercise.source_file()), same(&exercise.starter_file()));

        let again = new(root.path(), "rooms/leave-room").unwrap_err().to_string();
        assert!(again.ends_with("is already there"), "{again}");
        let taken = new(root.path(), "rooms/taken").unwrap_err().to_string();
        assert!(taken.starts_with("there is already a package named `taken`"), "{taken}");
    }
}
