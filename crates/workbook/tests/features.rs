//! `cargo run`, `cargo test` and `cargo test -p NAME` compile each library with the same features, or else cargo compiles it
//! again for each of them, and with it all that stands on it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// The libraries that one command compiles, and their features: `cargo tree`'s words for each.
fn compiled(package: &str, kinds: &str) -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .current_dir(grader::root())
        .args([
            "tree",
            "--locked",
            "--prefix=none",
            "--format={p}|{f}",
            "--edges",
            kinds,
            "--package",
            package,
        ])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut compiled: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        // What stands behind the features says that this was written before.
        let line = line.trim_end_matches(" (*)");
        let Some((library, features)) = line.split_once('|') else { panic!("`cargo tree` says {line}") };
        // A library may be compiled for a build script, too, and then with other features.
        compiled.entry(library.to_owned()).or_default().insert(features.to_owned());
    }
    compiled
}

#[test]
fn an_exercise_takes_the_libraries_that_the_tool_has_compiled() {
    let tool = compiled("workbook", "normal,build");
    let tests = compiled("workbook", "normal,build,dev");
    for (package, kinds) in [
        ("hello", "normal,build,dev"),
        ("health", "normal,build,dev"),
        ("after-a-crash", "normal,build,dev"),
        ("two-nodes", "normal,build,dev"),
        ("kit", "normal,build"),
        ("large-kit", "normal,build"),
        ("solutions", "normal,build"),
    ] {
        for (library, features) in compiled(package, kinds) {
            for others in [&tool, &tests] {
                let Some(others) = others.get(&library) else { continue };
                assert!(
                    !features.is_disjoint(others),
                    "{library} is compiled twice: crates/same-features should ask for the features of both\n\
                     for {package}: {features:?}\nfor the tool: {others:?}",
                );
            }
        }
    }
}
