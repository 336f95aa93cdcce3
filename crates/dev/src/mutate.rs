//! `cargo dev mutate`: breaks the code in many small ways, and tells which of them no test notices.
//!
//! The mutations are a list, `mutations.toml`, one or more for each promise: what a tool would make up at random takes
//! hours on a laptop, and most of it says nothing about a promise. `mutations-page.toml` breaks the scripts of the pages, which
//! the tests in a browser have to notice.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use worker::Child;

use crate::browser::Browser;
use crate::clone::Clone;

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
    /// What has to fail: the arguments of a `cargo test`, or a file of `e2e` and a test in it, as `FILE: TEST`.
    test: String,
}

impl Mutations {
    fn read(text: &str) -> Result<Vec<Mutation>> {
        Ok(toml::from_str::<Self>(text)?.mutations)
    }

    fn of_code() -> Result<Vec<Mutation>> {
        Self::read(include_str!("mutations.toml")).context("mutations.toml")
    }

    fn of_page() -> Result<Vec<Mutation>> {
        Self::read(include_str!("mutations-page.toml")).context("mutations-page.toml")
    }
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

/// Tries all mutations of the code whose promise or file contains `filter`.
pub(crate) fn mutate(root: &Path, filter: Option<&str>) -> Result<()> {
    let clone = Clone::at(root, "HEAD")?;
    try_all(&clone, Mutations::of_code()?, filter, || Ok(()), |test| run_cargo(&clone, test))
}

/// Tries those of the pages' scripts.
pub(crate) fn mutate_page(root: &Path, filter: Option<&str>) -> Result<()> {
    let clone = Clone::at(root, "HEAD")?;
    let browser = Browser::over(&clone, root)?;
    try_all(&clone, Mutations::of_page()?, filter, || browser.build(), |test| end_of(browser.test(test)?))
}

/// Tries these mutations. `prepare` is called when the code is another, `run` runs a test over it.
fn try_all(
    clone: &Clone,
    mut mutations: Vec<Mutation>,
    filter: Option<&str>,
    prepare: impl Fn() -> Result<()>,
    run: impl Fn(&str) -> Result<Outcome>,
) -> Result<()> {
    mutations.retain(|it| filter.is_none_or(|f| it.promise.contains(f) || it.file.contains(f)));
    ensure!(!mutations.is_empty(), "no mutation has that in its promise or its file");
    let mut tests: Vec<_> = mutations.iter().map(|mutation| mutation.test.as_str()).collect();
    tests.sort_unstable();
    tests.dedup();
    prepare()?;
    for test in tests {
        ensure!(run(test)? == Outcome::Survived, "`{test}` fails before anything is broken");
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
        let outcome = prepare().and_then(|()| run(&mutation.test));
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

fn run_cargo(clone: &Clone, test: &str) -> Result<Outcome> {
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
    end_of(cargo(&["test", "--quiet"]))
}

/// How these tests end, if they do.
fn end_of(tests: Command) -> Result<Outcome> {
    // Broken code may leave anything running: what the tests have started ends with them.
    let mut tests = Child::start(tests)?;
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
        for mutation in Mutations::of_code().unwrap() {
            assert!(mutation.test.starts_with("-p "), "{}", mutation.promise);
            can_be_made(&mutation);
        }
    }

    #[test]
    fn every_mutation_of_the_pages_can_be_made_and_names_a_test() {
        for mutation in Mutations::of_page().unwrap() {
            let (file, name) = mutation.test.split_once(": ").expect("FILE: TEST");
            let tests = fs::read_to_string(grader::root().join("e2e").join(file)).unwrap();
            assert_eq!(
                tests.matches(&format!("(\"{name}\",")).count(),
                1,
                "{}: {file} has no test {name:?}",
                mutation.promise
            );
            can_be_made(&mutation);
        }
    }

    fn can_be_made(Mutation { promise, file, from, to, .. }: &Mutation) {
        let code =
            fs::read_to_string(grader::root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(code.matches(from).count(), 1, "{promise}: {file} should have `{from}` once");
        assert!(from != to, "{promise}");
    }
}
