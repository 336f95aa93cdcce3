//! The crates' layering is drawn once, in CONTRIBUTING.md, and this holds the crates against the drawing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

type Layers = BTreeMap<String, BTreeSet<String>>;

/// The lines `name → others   what it is` of the drawing.
fn drawn() -> Layers {
    let text = fs::read_to_string(grader::root().join("CONTRIBUTING.md")).unwrap();
    let lines = text.lines().filter_map(|line| line.split_once(" → "));
    lines
        .filter(|(name, _)| !name.contains('`'))
        .map(|(name, rest)| {
            let others = rest.split("  ").next().unwrap_or_default();
            (name.trim().to_owned(), others.split_whitespace().map(str::to_owned).collect())
        })
        .collect()
}

/// What the crates' manifests say: dependencies on each other, those of tests left out.
fn actual() -> Layers {
    let root = grader::root();
    let read = |file: &str| -> toml::Table {
        toml::from_str(&fs::read_to_string(root.join(file)).unwrap()).unwrap()
    };
    let workspace = read("Cargo.toml");
    let ours = |name: &String| {
        let dependency = &workspace["workspace"]["dependencies"][name.as_str()];
        dependency.get("path").is_some()
    };
    let crates = fs::read_dir(root.join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let crates = crates.filter(|dir| dir.join("Cargo.toml").exists());
    let names = crates.map(|dir| format!("crates/{}", dir.file_name().unwrap().to_str().unwrap()));
    names
        .chain(["solutions".to_owned()])
        .map(|dir| {
            let manifest = read(&format!("{dir}/Cargo.toml"));
            let name = manifest["package"]["name"].as_str().unwrap().to_owned();
            let dependencies = manifest["dependencies"].as_table().unwrap();
            (name, dependencies.keys().filter(|name| ours(name)).cloned().collect())
        })
        .collect()
}

#[test]
fn the_crates_depend_on_each_other_as_drawn() {
    assert_eq!(actual(), drawn(), "left: the manifests; right: the drawing in CONTRIBUTING.md");
}
