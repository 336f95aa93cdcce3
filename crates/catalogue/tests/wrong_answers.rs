//! Each wrong answer fails, is kept as it plays, and is recognised by its name.
//!
//! `INSTA_UPDATE=always` (or `cargo run -- dev accept`) keeps them anew.

use std::collections::BTreeSet;
use std::fs;

use catalogue::{Entry, entries, root};
use stage::ANSWER;
use stage::grade::{
    KnownWrong, ReadLog, Scored, graded_text, known_wrong, recognise, snapshot_settings, wrong_dir,
};

/// How `proof-of-life` reads its log, taken from where it is graded.
#[path = "../../../exercises/chat/proof-of-life/tests/log.rs"]
mod proof_of_life_log;

fn read_log(entry: &Entry) -> Option<ReadLog> {
    match entry.exercise.name.as_str() {
        "proof-of-life" => Some(proof_of_life_log::read),
        name => {
            assert!(!entry.exercise.logs, "{name} grades its log: name here what reads it");
            None
        }
    }
}

/// What `entry`'s server of that name plays as, scene by scene.
fn play_all(entry: &Entry, name: &str) -> Vec<String> {
    let server = entry.server(name).expect("the catalogue has it");
    let play = |scene| stage::play(scene, server).expect("a kept scene can be played").to_string();
    entry.kept.iter().map(|kept| play(&kept.scene)).collect()
}

fn wrong_names(entry: &Entry) -> impl Iterator<Item = &str> {
    entry.servers.iter().map(|(name, _)| name.as_str()).filter(|name| *name != ANSWER)
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
    let mut found = BTreeSet::new();
    for part in fs::read_dir(root().join("exercises")).unwrap() {
        for exercise in fs::read_dir(part.unwrap().path()).unwrap() {
            found.insert(exercise.unwrap().path());
        }
    }
    assert_eq!(found, listed, "left: the folders; right: crates/catalogue/src/solutions.rs");
}

#[test]
fn each_answer_plays_as_it_is_kept() {
    for entry in entries(&root()).unwrap() {
        for (kept, text) in entry.kept.iter().zip(play_all(&entry, ANSWER)) {
            assert_eq!(kept.text, text, "{}: {}", entry.exercise.name, kept.scene.name);
        }
    }
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
        for folder in fs::read_dir(wrong_dir(&entry.solution_dir)).expect("its wrong answers are kept") {
            let folder = folder.unwrap();
            found.insert(folder.file_name().into_string().unwrap());
            let kept = stage::Kept::read_all(&folder.path()).unwrap();
            let kept: BTreeSet<_> = kept.into_iter().map(|kept| kept.scene.name).collect();
            assert_eq!(kept, scenes, "{}", folder.path().display());
        }
        assert_eq!(found, expected, "left: the folders in {}", wrong_dir(&entry.solution_dir).display());
    }
}

#[test]
fn each_wrong_answer_fails_and_is_recognised_by_its_name() {
    let mut recognised = 0;
    for entry in entries(&root()).unwrap() {
        let known = known_wrong(&entry.solution_dir, &entry.exercise);
        let code = fs::read_to_string(entry.solution_dir.join("src").join("wrong.rs")).unwrap();
        for name in wrong_names(&entry) {
            let names = named(&entry, &known, &play_all(&entry, name), &function(&code, name));
            assert_eq!(names, [name], "{}: this is what `{name}` is taken for", entry.exercise.name);
            recognised += 1;
        }
        let names = named(&entry, &known, &play_all(&entry, ANSWER), "");
        assert!(names.is_empty(), "{}: the answer is taken for {names:?}", entry.exercise.name);
    }
    println!("{recognised} wrong answers fail and are recognised");
}

/// What a server that plays like this, written like this, is called.
fn named(entry: &Entry, known: &[KnownWrong], texts: &[String], code: &str) -> Vec<String> {
    let read_log = read_log(entry);
    let yours: Vec<_> = texts.iter().map(|text| graded_text(text, read_log)).collect();
    let expected: Vec<_> = entry.kept.iter().map(|kept| graded_text(&kept.text, read_log)).collect();
    let scored: Vec<_> = entry
        .kept
        .iter()
        .zip(expected.iter().zip(&yours))
        .map(|(kept, (expected, yours))| Scored { scene: &kept.scene.name, expected, yours })
        .collect();
    let names = recognise(known, &entry.exercise, &scored, read_log, false, code);
    names.into_iter().map(ToOwned::to_owned).collect()
}

/// The code of the function that is the wrong answer `name`.
fn function(code: &str, name: &str) -> String {
    let head = format!("pub fn {}(", name.replace('-', "_"));
    let start = code.find(&head).unwrap_or_else(|| panic!("wrong.rs has no `{head}`"));
    let end = code[start..].find("\n}\n").map_or(code.len(), |end| start + end);
    code[start..end].to_owned()
}

/// The exercise as shipped is kept as the wrong answer that it is.
#[test]
fn as_shipped_each_exercise_is_recognised() {
    for entry in entries(&root()).unwrap() {
        let known = known_wrong(&entry.solution_dir, &entry.exercise);
        let starter = known.iter().find(|wrong| wrong.name == stage::STARTER).unwrap();
        let read_log = read_log(&entry);
        let pairs: Vec<_> = entry
            .kept
            .iter()
            .map(|kept| {
                let yours = starter.kept.iter().find(|yours| yours.scene.name == kept.scene.name).unwrap();
                (&kept.scene.name, graded_text(&kept.text, read_log), graded_text(&yours.text, read_log))
            })
            .collect();
        let scored: Vec<_> =
            pairs.iter().map(|(scene, expected, yours)| Scored { scene, expected, yours }).collect();
        let names = recognise(&known, &entry.exercise, &scored, read_log, true, "");
        assert_eq!(names, [stage::STARTER], "{}", entry.exercise.name);
    }
}

#[test]
fn what_grades_is_sealed() {
    for entry in entries(&root()).unwrap() {
        let broken = stage::grade::broken(&entry.dir);
        assert!(broken.is_empty(), "{}: {broken:?}. `cargo run -- dev accept` seals it", entry.exercise.name);
    }
}
