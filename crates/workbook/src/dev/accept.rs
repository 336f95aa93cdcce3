//! `dev accept`: keeps what an exercise plays as now.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use super::cargo::cargo;

/// Keeps the transcripts of the named exercises, or of all, and seals them.
pub(super) fn accept(root: &Path, names: &[String]) -> Result<()> {
    let entries = catalogue::entries(root)?;
    let known: Vec<_> = entries.iter().map(|entry| entry.exercise.name.clone()).collect();
    if let Some(name) = names.iter().find(|name| !known.contains(name)) {
        bail!("there is no exercise `{name}`. There are: {}", known.join(", "));
    }
    let names = if names.is_empty() { &known } else { names };

    let packages = |suffix: &str| -> Vec<_> {
        names.iter().flat_map(|name| ["--package".to_owned(), format!("{name}{suffix}")]).collect()
    };
    println!("The answers: kept and sealed.");
    test(root, &packages("-solution"), &[])?;
    println!("The exercises as shipped: kept.");
    test(root, &packages(""), &["--keep-starter"])?;
    println!("The wrong answers: kept.");
    // Of the catalogue only what keeps: the proofs have a program of their own.
    let kept = ["--package", "catalogue", "--test", "kept"].map(str::to_owned);
    test(root, &kept, &["each_wrong_answer_plays_as_it_is_kept"])?;
    println!("Look at what changed (`git diff`), and prove it: cargo test -p catalogue");
    Ok(())
}

/// Runs the tests that `which` names, so that insta writes what it sees, and what the scene is called now, changed or not.
fn test(root: &Path, which: &[String], args: &[&str]) -> Result<()> {
    let mut command = cargo(root);
    command
        .args(["test", "--quiet", "--no-fail-fast"])
        .args(which)
        .arg("--")
        .args(args)
        .env("INSTA_UPDATE", "force")
        .env("INSTA_OUTPUT", "none");
    let output = command.output().context("cargo cannot be run")?;
    ensure!(
        output.status.success(),
        "this did not go through:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}
