//! `dev new`: the folders of a new exercise, and its line in the catalogue.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

/// What is written: the file, and its template.
const FILES: [(&str, &str); 7] = [
    ("exercises/{part}/{name}/Cargo.toml", include_str!("templates/exercise.Cargo.toml")),
    ("exercises/{part}/{name}/exercise.toml", include_str!("templates/exercise.toml")),
    ("exercises/{part}/{name}/src/lib.rs", include_str!("templates/starter.rs")),
    ("exercises/{part}/{name}/tests/grade.rs", include_str!("templates/grade.rs")),
    ("solutions/{part}/{name}/Cargo.toml", include_str!("templates/solution.Cargo.toml")),
    ("solutions/{part}/{name}/src/lib.rs", include_str!("templates/answer.rs")),
    ("solutions/{part}/{name}/src/wrong.rs", include_str!("templates/wrong.rs")),
];

const CATALOGUE: &str = "crates/catalogue/Cargo.toml";
const SOLUTIONS: &str = "crates/catalogue/src/solutions.rs";

/// Makes the exercise `PART/NAME`. Nothing is overwritten; if the name will not do, nothing is written.
pub(super) fn new(root: &Path, name: &str) -> Result<()> {
    let (part, name) = name.split_once('/').context("name it PART/NAME, as `rooms/leave-room`")?;
    for word in [part, name] {
        check_word(word)?;
    }
    let filled = |text: &str| {
        let library = name.replace('-', "_");
        text.replace("{part}", part).replace("{name}", name).replace("{library}", &library)
    };

    let lock = fs::read_to_string(root.join("Cargo.lock")).unwrap_or_default();
    ensure!(
        !lock.contains(&format!("\nname = \"{name}\"\n")),
        "there is a package called `{name}` already, ours or a library's: find another name"
    );
    let catalogue = with_line(
        &read(root, CATALOGUE)?,
        "-solution = {",
        &filled("{name}-solution = { path = \"../../solutions/{part}/{name}\" }"),
    )
    .with_context(|| format!("{CATALOGUE} has no line of a solution to stand behind"))?;
    let solutions =
        with_line(&read(root, SOLUTIONS)?, "\" => ", &filled("    \"{part}/{name}\" => {library},"))
            .with_context(|| format!("{SOLUTIONS} has no line of a solution to stand behind"))?;

    for (file, template) in FILES {
        let file = root.join(filled(file));
        ensure!(!file.exists(), "{} is there already", file.display());
        fs::create_dir_all(file.parent().context("a file has a folder")?)?;
        fs::write(&file, filled(template))
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    fs::write(root.join(CATALOGUE), catalogue)?;
    fs::write(root.join(SOLUTIONS), solutions)?;

    println!(
        "{}",
        filled(
            "Made exercises/{part}/{name} and solutions/{part}/{name}, and listed them in the catalogue.

Next:
  1. Write them: exercise.toml, the starter, the scenes in tests/grade.rs; the answer and the wrong answers.
  2. cargo run -- dev accept {name}    keeps what they play as. Read the transcripts: are they what you mean?
  3. cargo test -p catalogue           proves the exercise, or tells what is missing.
  4. Write the page book/{part}/{name}.md, list it in book/SUMMARY.md, and `cargo run` tells what it lacks."
        )
    );
    Ok(())
}

/// A package's name, and a folder's on any system.
fn check_word(word: &str) -> Result<()> {
    let starts_well = word.starts_with(|c: char| c.is_ascii_lowercase());
    let rest = word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !starts_well || !rest || word.ends_with('-') {
        bail!("`{word}` will not do: use lower-case letters, digits and hyphens, a letter first");
    }
    Ok(())
}

fn read(root: &Path, file: &str) -> Result<String> {
    fs::read_to_string(root.join(file)).with_context(|| format!("{file} cannot be read"))
}

/// `text` with `line` added behind the last line that contains `mark`.
fn with_line(text: &str, mark: &str, line: &str) -> Option<String> {
    let mut lines: Vec<_> = text.lines().collect();
    let last = lines.iter().rposition(|line| line.contains(mark))?;
    lines.insert(last + 1, line);
    Some(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_added_behind_its_like() {
        assert_eq!(
            with_line("a = 1\nb = 2\nc\n", " = ", "x = 3").as_deref(),
            Some("a = 1\nb = 2\nx = 3\nc\n")
        );
        assert_eq!(with_line("c\n", " = ", "x = 3"), None);
    }

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
    fn a_new_exercise_leaves_no_blank_unfilled_and_is_listed() {
        let root = tempfile::tempdir().unwrap();
        for (file, text) in [
            (CATALOGUE, "x-solution = { path = \"x\" }\n"),
            (SOLUTIONS, "    \"p/x\" => x,\n"),
            ("Cargo.lock", "\nname = \"taken\"\n"),
        ] {
            let file = root.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        new(root.path(), "rooms/leave-room").unwrap();
        for (file, _) in FILES {
            let file = root.path().join(file.replace("{part}", "rooms").replace("{name}", "leave-room"));
            let text = fs::read_to_string(&file).unwrap();
            assert!(!["{part}", "{name}", "{library}"].iter().any(|blank| text.contains(blank)), "{text}");
        }
        let solutions = read(root.path(), SOLUTIONS).unwrap();
        assert!(solutions.ends_with("    \"rooms/leave-room\" => leave_room,\n"), "{solutions}");

        let again = new(root.path(), "rooms/leave-room").unwrap_err().to_string();
        assert!(again.ends_with("is there already"), "{again}");
        let taken = new(root.path(), "rooms/taken").unwrap_err().to_string();
        assert!(taken.starts_with("there is a package called `taken` already"), "{taken}");
    }
}
