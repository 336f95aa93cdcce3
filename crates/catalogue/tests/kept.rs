//! The catalogue is whole: every exercise is in it, and what is kept of each is what it plays as now.
//!
//! `cargo run -- dev accept NAME` keeps an exercise's transcripts anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use catalogue::{Entry, entries, root};
use stage::ANSWER;
use stage::grade::{snapshot_settings, wrong_dir};

/// What `entry`'s server of that name plays as, scene by scene.
fn play_all(entry: &Entry, name: &str) -> Vec<String> {
    let server = entry.server(name).expect("the catalogue has it");
    let play = |scene| stage::play(scene, server).expect("a kept scene can be played").to_string();
    entry.kept.iter().map(|kept| play(&kept.scene)).collect()
}

fn wrong_names(entry: &Entry) -> impl Iterator<Item = &str> {
    entry.servers.iter().map(|(name, _)| name.as_str()).filter(|name| *name != ANSWER)
}

/// The folders in a folder. A file among them is the system's own doing, a `.DS_Store` for one.
fn folders(within: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(within).unwrap_or_else(|error| panic!("{}: {error}", within.display()));
    entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect()
}

#[test]
fn every_exercise_has_three_scenes_and_a_wrong_answer_at_least() {
    for entry in entries(&root()).unwrap() {
        let name = &entry.exercise.name;
        assert!(entry.kept.len() >= 3, "{name} has {} scenes: give it three", entry.kept.len());
        assert!(wrong_names(&entry).count() > 0, "{name} has no wrong answer");
    }
}

#[test]
fn every_folder_with_an_exercise_is_in_the_catalogue() {
    let listed: BTreeSet<_> = entries(&root()).unwrap().into_iter().map(|entry| entry.dir).collect();
    let parts = folders(&root().join("exercises"));
    let found: BTreeSet<_> = parts.iter().flat_map(|part| folders(part)).collect();
    assert_eq!(found, listed, "left: the folders; right: crates/catalogue/src/solutions.rs");
}

#[test]
fn each_wrong_answer_plays_as_it_is_kept() {
    for entry in entries(&root()).unwrap() {
        for name in wrong_names(&entry) {
            let folder = wrong_dir(&entry.solution_dir).join(name);
            for (kept, text) in entry.kept.iter().zip(play_all(&entry, name)) {
                let scene = &kept.scene;
                snapshot_settings(scene, &folder).bind(|| insta::assert_snapshot!(scene.name.as_str(), text));
            }
        }
    }
}

#[test]
fn nothing_else_is_kept_of_wrong_answers() {
    for entry in entries(&root()).unwrap() {
        let mut expected = BTreeSet::from([stage::STARTER.to_owned()]);
        expected.extend(wrong_names(&entry).map(ToOwned::to_owned));
        let scenes: BTreeSet<_> = entry.kept.iter().map(|kept| kept.scene.name.clone()).collect();
        let mut found = BTreeSet::new();
        for folder in folders(&wrong_dir(&entry.solution_dir)) {
            found.insert(folder.file_name().unwrap().to_str().unwrap().to_owned());
            let kept = stage::Kept::read_all(&folder).unwrap();
            let kept: BTreeSet<_> = kept.into_iter().map(|kept| kept.scene.name).collect();
            assert_eq!(kept, scenes, "{}", folder.display());
        }
        assert_eq!(found, expected, "left: the folders in {}", wrong_dir(&entry.solution_dir).display());
    }
}

#[test]
fn what_grades_is_sealed() {
    for entry in entries(&root()).unwrap() {
        let broken = stage::grade::broken(&entry.dir);
        assert!(broken.is_empty(), "{}: {broken:?}. `cargo run -- dev accept` seals it", entry.exercise.name);
    }
}

#[test]
fn the_readme_names_every_exercise() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for entry in entries(&root()).unwrap() {
        let command = format!("cargo test -p {} ", entry.exercise.name);
        assert!(readme.contains(&command), "README.md has no line `{command}…`");
    }
}
