//! What is kept is never lost, and what can't be read is told.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use progress::{Notice, Passed, Progress, ProgressError, Standing, Store};
use tempfile::TempDir;

fn store() -> (TempDir, Store) {
    let root = tempfile::tempdir().unwrap();
    let store = Store::at(root.path());
    (root, store)
}

/// A store whose file has these bytes.
fn with(bytes: &[u8]) -> (TempDir, Store) {
    let (root, store) = store();
    fs::create_dir(store.folder()).unwrap();
    fs::write(file(root.path()), bytes).unwrap();
    (root, store)
}

fn file(root: &Path) -> std::path::PathBuf {
    root.join(".workbook/progress.json")
}

#[test]
fn what_is_written_is_read() {
    let (root, store) = store();
    assert_eq!(store.read().unwrap(), (Progress::default(), vec![]));
    assert!(!store.folder().exists(), "to read is no reason to write");
    let checks = store
        .update(|progress| {
            progress.last = Some("broadcast".into());
            let work = progress.work_mut("broadcast");
            work.checks += 1;
            work.passed = Some(Passed { source: "0a".into(), at: 7 });
            progress.page.insert("guess".into(), serde_json::json!({ "ada": [1, "x"] }));
            progress.work("broadcast").checks
        })
        .unwrap();
    assert_eq!(checks, 1);
    let (progress, notices) = Store::at(root.path()).read().unwrap();
    assert_eq!(notices, []);
    assert_eq!(progress.last.as_deref(), Some("broadcast"));
    let work = progress.work("broadcast");
    assert_eq!(work.standing("0a"), Standing::Passed);
    assert_eq!(work.standing("0b"), Standing::ChangedSince);
    assert_eq!(progress.work("hello").standing("0a"), Standing::NotYet);
    assert_eq!(progress.page["guess"]["ada"][1], "x");
    // The format: whoever changes it must raise the version, and read the older ones.
    let text = fs::read_to_string(file(root.path())).unwrap();
    let expected = r#"{
  "version": 1,
  "last": "broadcast",
  "exercises": {
    "broadcast": {
      "passed": {
        "source": "0a",
        "at": 7
      },
      "checks": 1,
      "hints": 0,
      "solution_seen": false
    }
  },
  "page": {
    "guess": {
      "ada": [
        1,
        "x"
      ]
    }
  }
}
"#;
    assert_eq!(text, expected);
    // Nothing else is left behind but the lock.
    let mut left: Vec<_> = fs::read_dir(store.folder())
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["progress.json", "progress.lock"]);
}

#[test]
fn what_is_left_out_is_nothing_done() {
    let (_root, store) = with(br#"{"version":1,"exercises":{"hello":{"hints":2}}}"#);
    let (progress, notices) = store.read().unwrap();
    assert_eq!((progress.work("hello").hints, progress.work("hello").checks), (2, 0));
    assert!(notices.is_empty());
}

#[test]
fn a_damaged_file_is_set_aside_and_told_of_once() {
    let deep = "[".repeat(100_000);
    for (bytes, why) in [
        (&b""[..], "is empty"),
        (b"\0\0\0\0", "isn't whole"),
        (br#"{"version":1,"exercises":{"hel"#, "isn't whole"),
        (b"{\"version\":1,\"last\":\"\xff\"}", "isn't whole"),
        (br#"{"version":1} and more"#, "isn't whole"),
        (deep.as_bytes(), "isn't whole"),
        (b"{}", "doesn't say its version"),
        (b"[1]", "doesn't say its version"),
        (br#"{"version":"1"}"#, "doesn't say its version"),
        (br#"{"version":1,"exercises":[]}"#, "has something else in it"),
        (br#"{"version":1,"exercises":{"hello":{"checks":-1}}}"#, "has something else in it"),
    ] {
        let (root, store) = with(bytes);
        let (progress, notices) = store.read().unwrap();
        assert_eq!(progress, Progress::default());
        let [Notice::SetAside { to, why: said }] = &notices[..] else { panic!("{notices:?}") };
        assert!(said.starts_with(why), "{said}");
        assert_eq!(to, ".workbook/progress.damaged-1.json");
        assert_eq!(fs::read(root.path().join(to)).unwrap(), bytes);
        let sentence = notices[0].to_string();
        assert!(sentence.starts_with("Your progress couldn't be read: the file "), "{sentence}");
        assert!(sentence.contains("Your code is as it was"), "{sentence}");
        assert_eq!(store.read().unwrap(), (Progress::default(), vec![]));
    }
}

#[test]
fn a_damaged_file_that_a_change_finds_is_told_of_by_the_next_read() {
    let (root, store) = with(b"{");
    store.update(|progress| progress.work_mut("hello").checks += 1).unwrap();
    let (progress, notices) = store.read().unwrap();
    assert_eq!((progress.work("hello").checks, notices.len()), (1, 1));
    assert!(store.read().unwrap().1.is_empty());
    // Another one is kept beside the first.
    fs::write(file(root.path()), "}").unwrap();
    let (_, notices) = store.read().unwrap();
    assert!(notices[0].to_string().contains(".workbook/progress.damaged-2.json"), "{notices:?}");
    assert_eq!(fs::read(store.folder().join("progress.damaged-1.json")).unwrap(), b"{");
}

#[test]
fn a_newer_version_is_left_alone() {
    let newer = br#"{"version":2,"exercises":"elsewhere"}"#;
    let (root, store) = with(newer);
    for error in [store.read().unwrap_err(), store.update(|_| ()).unwrap_err()] {
        assert!(matches!(error, ProgressError::Newer { version: 2, .. }), "{error:?}");
        let said = error.to_string();
        assert!(said.starts_with("A newer workbook has written "), "{said}");
        assert!(said.contains("(version 2; this one knows 1). Nothing was changed."), "{said}");
    }
    assert_eq!(fs::read(file(root.path())).unwrap(), newer);
}

#[test]
fn a_renamed_exercise_takes_what_was_done_under_its_former_names() {
    let (root, store) = store();
    store
        .update(|progress| {
            progress.last = Some("greet".into());
            *progress.work_mut("greet") = progress::Work {
                passed: Some(Passed { source: "old".into(), at: 5 }),
                checks: 2,
                hints: 3,
                solution_seen: true,
            };
            progress.work_mut("hello").checks = 1;
            progress.work_mut("other").checks = 9;
        })
        .unwrap();
    let names = [("greet".to_owned(), "hello".to_owned()), ("never".to_owned(), "hello".to_owned())];
    let store = Store::at(root.path()).renamed(names);
    for _ in 0..2 {
        let (progress, _) = store.read().unwrap();
        assert_eq!(progress.last.as_deref(), Some("hello"));
        let work = progress.work("hello");
        assert_eq!((work.checks, work.hints, work.solution_seen), (3, 3, true));
        assert_eq!(work.standing("old"), Standing::Passed);
        assert_eq!(progress.exercises.keys().collect::<Vec<_>>(), ["hello", "other"]);
        // The first change makes it last.
        store.update(|_| ()).unwrap();
    }
    assert_eq!(Store::at(root.path()).read().unwrap().0.work("hello").checks, 3);
}

#[test]
fn of_two_passes_the_later_one_counts() {
    for (former, now, kept) in [(5, 7, "now"), (7, 5, "former")] {
        let (root, store) = store();
        let pass = |source: &str, at| Some(Passed { source: source.to_owned(), at });
        store
            .update(|progress| {
                progress.work_mut("greet").passed = pass("former", former);
                progress.work_mut("hello").passed = pass("now", now);
            })
            .unwrap();
        let store = Store::at(root.path()).renamed([("greet".to_owned(), "hello".to_owned())]);
        assert_eq!(store.read().unwrap().0.work("hello").standing(kept), Standing::Passed);
    }
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let (root, _) = store();
    let store = Store::at(&root.path().join("nowhere"));
    assert_eq!(store.read().unwrap().0, Progress::default());
    let error = store.update(|_| ()).unwrap_err();
    assert!(error.to_string().contains("can't be written"), "{error}");
    assert!(!root.path().join("nowhere").exists());
}

#[test]
fn a_file_where_a_folder_should_be_is_told() {
    let (root, store) = store();
    fs::write(root.path().join(".workbook"), "").unwrap();
    // A system may call it "not there" or "no folder": there is no progress in either case, or a sentence.
    if let Err(error) = store.read() {
        assert!(error.to_string().starts_with("Your progress can't be read: "), "{error}");
    }
    let said = store.update(|_| ()).unwrap_err().to_string();
    assert!(said.starts_with("Your progress can't be kept: "), "{said}");
    assert!(said.contains("verdicts don't depend on it"), "{said}");
}

#[test]
fn a_folder_where_the_file_should_be_is_told() {
    let (root, store) = store();
    fs::create_dir_all(file(root.path())).unwrap();
    let said = store.read().unwrap_err().to_string();
    assert!(said.starts_with("Your progress can't be read: "), "{said}");
    assert!(store.update(|_| ()).is_err());
}

#[test]
#[cfg(unix)]
fn a_read_only_folder_is_told_and_what_is_there_is_read() {
    use std::os::unix::fs::PermissionsExt;

    let mode = |store: &Store, mode| {
        fs::set_permissions(store.folder(), fs::Permissions::from_mode(mode)).unwrap();
    };
    for (bytes, told) in [(&br#"{"version":1,"last":"hello"}"#[..], 0), (b"", 1)] {
        let (_root, store) = with(bytes);
        // To be told of, where it can't be written that it was.
        if told > 0 {
            store.update(|progress| progress.last = Some("hello".to_owned())).unwrap();
        }
        mode(&store, 0o555);
        // The system's administrator writes everywhere.
        let probe = fs::write(store.folder().join("probe"), "");
        if probe.is_err_and(|error| error.kind() == ErrorKind::PermissionDenied) {
            for _ in 0..2 {
                let (progress, notices) = store.read().unwrap();
                assert_eq!((progress.last.as_deref(), notices.len()), (Some("hello"), told));
            }
            let said = store.update(|_| ()).unwrap_err().to_string();
            assert!(said.contains("Make the folder writable"), "{said}");
        }
        mode(&store, 0o755);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_read_only_disk_is_told() {
    // Nobody makes a folder there, not even the administrator.
    let said = Store::at(Path::new("/sys")).update(|_| ()).unwrap_err().to_string();
    assert!(
        said.starts_with("Your progress can't be kept: /sys/.workbook/progress.json can't be written"),
        "{said}"
    );
}
