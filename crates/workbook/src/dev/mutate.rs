//! `dev mutate`: breaks the code in many small ways, and tells which of them no test notices.
//!
//! The mutations are a list, `mutations.toml`, one or more for each promise: what a tool would make up at random takes
//! hours on a laptop, and most of it says nothing about a promise.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use grader::Child;
use serde::Deserialize;

use super::clone::Clone;

/// How long the tests may take over broken code: it may never end.
const TIMEOUT: Duration = Duration::from_mins(3);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutations {
    #[serde(rename = "mutation")]
    mutations: Vec<Mutation>,
}

/// One way to break the code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutation {
    /// The promise that it breaks.
    promise: String,
    /// The file, from the workspace's folder.
    file: String,
    /// The code that is broken: it must stand once in the file.
    from: String,
    /// What takes its place.
    to: String,
    /// The arguments of the `cargo test` that has to fail.
    test: String,
}

/// What came of a mutation.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// A test failed, as it should.
    Noticed,
    /// All tests pass.
    Survived,
    /// The broken code doesn't compile: the mutation says nothing.
    DoesNotCompile,
    /// The tests don't end.
    TimedOut,
}

/// Tries all mutations whose promise or file contains `filter`.
pub(super) fn mutate(root: &Path, filter: Option<&str>) -> Result<()> {
    let mutations: Mutations = toml::from_str(include_str!("mutations.toml")).context("mutations.toml")?;
    let chosen = |it: &&Mutation| filter.is_none_or(|f| it.promise.contains(f) || it.file.contains(f));
    let mutations: Vec<_> = mutations.mutations.iter().filter(chosen).collect();
    ensure!(!mutations.is_empty(), "no mutation has that in its promise or its file");
    let clone = Clone::at(root, "HEAD")?;
    let mut tests: Vec<_> = mutations.iter().map(|mutation| mutation.test.as_str()).collect();
    tests.sort_unstable();
    tests.dedup();
    for test in tests {
        ensure!(
            run(&clone, test)? == Outcome::Survived,
            "`cargo test {test}` fails before anything is broken"
        );
    }
    let mut failed = 0;
    for mutation in &mutations {
        let file = clone.root.join(&mutation.file);
        let code = fs::read_to_string(&file).with_context(|| mutation.file.clone())?;
        ensure!(
            code.matches(&mutation.from).count() == 1,
            "{} has `{}` not once: the mutation is out of date",
            mutation.file,
            mutation.from
        );
        fs::write(&file, code.replace(&mutation.from, &mutation.to))?;
        let outcome = run(&clone, &mutation.test);
        fs::write(&file, &code)?;
        let (sign, word) = match outcome? {
            Outcome::Noticed => ("✓", "noticed"),
            Outcome::TimedOut => ("✓", "noticed: the tests don't end"),
            Outcome::Survived => ("✗", "NOT NOTICED"),
            Outcome::DoesNotCompile => ("✗", "DOES NOT COMPILE"),
        };
        failed += usize::from(sign == "✗");
        println!("{sign} {}: {word} ({})", mutation.promise, mutation.file);
    }
    println!("\n{} mutations, {failed} of them not noticed", mutations.len());
    if failed > 0 {
        bail!("{failed} promises can be broken without a test noticing");
    }
    Ok(())
}

fn run(clone: &Clone, test: &str) -> Result<Outcome> {
    let cargo = |args: &[&str]| {
        let mut cargo = clone.cargo();
        cargo.args(args).args(test.split_whitespace()).stdout(Stdio::null()).stderr(Stdio::null());
        // One small change after another: what the profile forgoes for a first build pays here.
        cargo.env("CARGO_INCREMENTAL", "1");
        cargo
    };
    if !cargo(&["test", "--quiet", "--no-run"]).status()?.success() {
        return Ok(Outcome::DoesNotCompile);
    }
    // Broken code may leave anything running: what the tests have started ends with them.
    let mut tests = Child::start(cargo(&["test", "--quiet"]))?;
    let start = Instant::now();
    loop {
        if let Some(status) = tests.try_wait()? {
            return Ok(if status.success() { Outcome::Survived } else { Outcome::Noticed });
        }
        if start.elapsed() > TIMEOUT {
            return Ok(Outcome::TimedOut);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code that a mutation breaks may have been rewritten since.
    #[test]
    fn every_mutation_can_be_made() {
        let Mutations { mutations } = toml::from_str(include_str!("mutations.toml")).unwrap();
        let root = grader::root();
        for Mutation { promise, file, from, to, test } in mutations {
            let code = fs::read_to_string(root.join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            assert_eq!(code.matches(&from).count(), 1, "{promise}: {file} should have `{from}` once");
            assert!(from != to && test.starts_with("-p "), "{promise}");
        }
    }
}
