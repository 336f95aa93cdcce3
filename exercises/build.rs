//! The build script of every exercise: checks that `cargo test -p NAME` really grades, and has it linked fast.
//!
//! A `grade.rs` with an empty `main`, or a `Cargo.toml` without its `harness` line, would make `cargo test -p NAME` pass
//! without having graded anything.

use std::env;
use std::fs;
use std::path::Path;

/// What `grade.rs` says: the last line is one of [`GRADERS`].
const GRADE: &str = r#"//! Grades `src/lib.rs` by the scenes in `scenes.toml`. This file is the same in every exercise.

#[path = "src/lib.rs"]
pub mod exercise;

#[cfg(test)]
"#;

/// What grades a server, and what grades a client. The learner's file must have the function.
const GRADERS: [&str; 2] =
    ["test_program::main!(exercise::server);", "client_grader::main!(exercise::client);"];

/// The lines that `Cargo.toml` must have in its section `[lib]`.
const LIB: [&str; 2] = [r#"path = "grade.rs""#, "harness = false"];

fn main() {
    println!("cargo::rerun-if-changed=grade.rs");
    println!("cargo::rerun-if-changed=Cargo.toml");
    link_fast();

    let folder = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let exercise = exercise(Path::new(&folder));
    let read = |file: &str| fs::read_to_string(Path::new(&folder).join(file)).unwrap_or_default();

    let grade = read("grade.rs");
    if !GRADERS.iter().any(|grader| lines(&grade) == lines(&format!("{GRADE}{grader}"))) {
        println!(
            "cargo::error=exercises/{exercise}/grade.rs isn't as it was shipped, so nothing can be graded. \
             Restore it: git restore exercises/{exercise}/grade.rs"
        );
    }
    if let Some(line) = missing(&read("Cargo.toml")) {
        println!(
            "cargo::error=exercises/{exercise}/Cargo.toml has no line `{line}` in its section [lib], so nothing can be graded. \
             Restore it: git restore exercises/{exercise}/Cargo.toml"
        );
    }
}

/// Has the test program linked in four fifths of the time: a learner waits for that at each save.
///
/// Only by linkers that are known to understand it, those for Linux with glibc.
fn link_fast() {
    let is = |key: &str, value: &str| env::var(key).is_ok_and(|it| it == value);
    if !(is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu")) {
        return;
    }
    for argument in [
        // To find what is never called takes longer than to write it.
        "-Wl,--no-gc-sections",
        // Names of functions are for backtraces, and a verdict shows none.
        "-Wl,--strip-all",
        // An address that is fixed needn't be found again when the program starts.
        "-no-pie",
    ] {
        println!("cargo::rustc-link-arg={argument}");
    }
}

/// The exercise's folder as it is named in the repository: `chat/broadcast`.
fn exercise(folder: &Path) -> String {
    let names: Vec<_> = folder.iter().map(|name| name.to_string_lossy()).collect();
    names[names.len().saturating_sub(2)..].join("/")
}

/// The lines of a text, without line endings and trailing white space.
fn lines(text: &str) -> Vec<&str> {
    text.trim_end().lines().map(str::trim_end).collect()
}

/// The first of the lines [`LIB`] that the section `[lib]` lacks. A comment may follow a line.
fn missing(cargo_toml: &str) -> Option<&'static str> {
    let section: Vec<_> = cargo_toml
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .skip_while(|line| *line != "[lib]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .collect();
    LIB.into_iter().find(|wanted| !section.contains(wanted))
}
