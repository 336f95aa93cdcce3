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

    let solutions: Vec<_> = names.iter().map(|name| format!("{name}-solution")).collect();
    println!("The answers: kept and sealed.");
    test(root, &solutions, &[])?;
    println!("The exercises as shipped: kept.");
    test(root, names, &["--keep-starter"])?;
    println!("The wrong answers: kept.");
    test(root, &["catalogue".to_owned()], &["each_wrong_answer_plays_as_it_is_kept"])?;
    println!("Look at what changed (`git diff`), and prove it: cargo test -p catalogue");
    Ok(())
}

/// Runs the packages' tests so that insta writes what it sees, and what the scene is called now, changed or not.
fn test(root: &Path, packages: &[String], args: &[&str]) -> Result<()> {
    let mut command = cargo(root);
    command.args(["test", "--quiet", "--no-fail-fast"]);
    for package in packages {
        command.args(["--package", package]);
    }
    // Of the catalogue only what keeps: the proofs have a program of their own.
    if packages.iter().any(|package| package == "catalogue") {
        command.args(["--test", "kept"]);
    }
    command.arg("--").args(args).env("INSTA_UPDATE", "force").env("INSTA_OUTPUT", "none");
    let output = command.output().context("cargo cannot be run")?;
    ensure!(
        output.status.success(),
        "this did not go through:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}
