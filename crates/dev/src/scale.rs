//! `cargo dev scale`: what a further exercise costs, in time, disk and files.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use grader::Exercise;

use crate::clone::Clone;

/// The sections of `exercise.toml` that a page of the book would have to tell of.
const VERDICTS: [&str; 3] = ["verdict = \"right\"", "verdict = \"half\"", "verdict = \"wrong\""];

/// What `cargo test` costs in a clone.
struct Cost {
    cold: Duration,
    warm: Duration,
    target: u64,
    files: usize,
}

/// Adds `count` copies of the real exercises to a clone, and prints what each of them costs.
pub(crate) fn scale(root: &Path, count: usize) -> Result<()> {
    ensure!(count > 0, "add at least one exercise");
    let before = cost(&Clone::at(root, "HEAD")?)?;
    let clone = Clone::at(root, "HEAD")?;
    let names = add(&clone, count)?;
    let after = cost(&clone)?;

    let each = |before: f64, after: f64| (after - before) / count as f64;
    let seconds = |f: fn(&Cost) -> Duration| each(f(&before).as_secs_f64(), f(&after).as_secs_f64());
    println!("| what a further exercise costs ({count} added to {}) | |", grader::exercises(root)?.len());
    println!("| --- | --- |");
    println!("| of a cold `cargo test` | {:.2} s |", seconds(|cost| cost.cold));
    println!("| of a warm `cargo test` | {:.2} s |", seconds(|cost| cost.warm));
    println!("| of the target folder | {:.1} MB |", each(before.target as f64, after.target as f64) / 1e6);
    println!("| files in exercises/ and solutions/ | {:.1} |", each(before.files as f64, after.files as f64));

    // What a learner compiles, exercise by exercise.
    let some = &names[..names.len().min(5)];
    let first = &grader::exercises(root)?.first().context("there are exercises")?.name.clone();
    // What they share is compiled with the first.
    clone.time_test(&["-p", first])?;
    let (mut cold, target) = (Duration::ZERO, clone.target_size()?);
    for name in some {
        cold += clone.time_test(&["-p", name])?;
    }
    let each = (clone.target_size()? - target) as f64 / some.len() as f64 / 1e6;
    let seconds = cold.as_secs_f64() / some.len() as f64;
    println!("| its own first `cargo test -p NAME` | {seconds:.2} s, {each:.1} MB |");
    Ok(())
}

fn cost(clone: &Clone) -> Result<Cost> {
    let cold = clone.time_all_tests()?;
    let mut warm: Vec<_> = (0..3).map(|_| clone.time_all_tests()).collect::<Result<_>>()?;
    warm.sort();
    let files = files(&clone.root.join("exercises"))? + files(&clone.root.join("solutions"))?;
    Ok(Cost { cold, warm: warm[1], target: clone.target_size()?, files })
}

/// Adds copies of the exercises under other names. Returns the names.
fn add(clone: &Clone, count: usize) -> Result<Vec<String>> {
    // A client's solution would have to be listed, too: see `client-grader`.
    let all = grader::exercises(&clone.root)?;
    let exercises: Vec<_> = all.into_iter().filter(|exercise| !exercise.is_client()).collect();
    let mut names = Vec::new();
    let mut readme = fs::read_to_string(clone.root.join("README.md"))?;
    for (i, exercise) in exercises.iter().cycle().take(count).enumerate() {
        let name = format!("{}-{}", exercise.name, i / exercises.len() + 2);
        copy(exercise, &name)?;
        readme.extend(["\n    cargo test -p ", &name, " \n"]);
        names.push(name);
    }
    fs::write(clone.root.join("README.md"), readme)?;
    // A new package's line in Cargo.lock.
    let output = clone.cargo().args(["metadata", "--format-version=1", "--offline"]).output()?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    Ok(names)
}

fn copy(exercise: &Exercise, name: &str) -> Result<()> {
    for dir in [exercise.dir.clone(), exercise.solution_dir()] {
        let to = dir.with_file_name(name);
        let mut folders = vec![dir.clone()];
        while let Some(folder) = folders.pop() {
            let to = to.join(folder.strip_prefix(&dir)?);
            fs::create_dir_all(&to)?;
            for entry in fs::read_dir(&folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let mut text = fs::read_to_string(&path)?;
                if path.ends_with("Cargo.toml") {
                    text =
                        text.replace(&format!("name = \"{}\"", exercise.name), &format!("name = \"{name}\""));
                }
                if path.ends_with("exercise.toml") {
                    for verdict in VERDICTS {
                        text = text.replace(verdict, "verdict = \"slip\"");
                    }
                }
                fs::write(to.join(path.file_name().unwrap_or_default()), text)?;
            }
        }
    }
    Ok(())
}

fn files(folder: &Path) -> Result<usize> {
    let mut count = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        count += if entry.file_type()?.is_dir() { files(&entry.path())? } else { 1 };
    }
    Ok(count)
}
