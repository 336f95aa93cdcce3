//! `list`, `next` and `hint`: where the learner is.

use super::Folder;
use crate::commands::where_you_were;
use crate::course::Course;
use crate::exit::Exit;
use crate::terminal::Terminal;

/// One passed, one begun, one passed before and changed since.
fn under_way() -> Folder {
    let folder = Folder::new();
    for name in ["talk/greet", "talk/echo", "rooms/join"] {
        folder.write(&format!("exercises/{name}/src/lib.rs"), "pub fn server() { emit(); }\n");
    }
    folder.pass("join");
    folder.write("exercises/rooms/join/src/lib.rs", "pub fn server() { emit_more(); }\n");
    folder.pass("greet");
    folder
}

#[test]
fn nothing_is_done_at_first() {
    insta::assert_snapshot!("list_at_first", Folder::new().run("list").out);
    insta::assert_snapshot!("next_at_first", Folder::new().run("next").out);
}

#[test]
fn all_that_was_done_is_listed() {
    let folder = under_way();
    insta::assert_snapshot!("list_under_way", folder.run("list").out);
    insta::assert_snapshot!("list_narrow", folder.run_in("list", 40, None).out);
    insta::assert_snapshot!("list_json", folder.run("list --json").out);
    for width in [30, 40, 60, 80, 100] {
        let list = folder.run_in("list", width, None).out;
        let rows = list.lines().filter(|line| line.contains("greet") || line.contains("echo"));
        assert!(rows.filter(|row| !row.contains("cargo")).all(|row| row.chars().count() <= width), "{list}");
    }
}

#[test]
fn next_goes_on_and_then_to_the_one_after_it() {
    let folder = under_way();
    insta::assert_snapshot!("next_under_way", folder.run("next").out);
    let next = |folder: &Folder| {
        folder.run("next").out.lines().nth(1).unwrap().split(' ').next().unwrap().to_owned()
    };
    // Greet passed: the further step is for later.
    assert_eq!(next(&folder), "echo");
    // Whoever was somewhere goes on there.
    folder.store().update(|progress| progress.last = Some("join".into())).unwrap();
    assert!(folder.run("next").out.contains("It passed, and you changed it since."));
    folder.store().update(|progress| progress.last = Some("greet-all".into())).unwrap();
    assert_eq!(next(&folder), "greet-all");
    assert!(folder.run("next").out.contains("You were here. Go on."));
    // What was left out comes last, and then the further steps.
    folder.pass("join");
    assert_eq!(next(&folder), "echo");
    folder.pass("echo");
    assert_eq!(next(&folder), "greet-all");
    assert!(folder.run_in("next", 100, None).out.contains("This is one, for those who want more."));
    folder.pass("greet-all");
    let all = folder.run("next");
    assert!(all.out.contains("You've solved all exercises."), "{}", all.out);
    assert!(folder.run("list").out.ends_with("\nYou've solved them all.\n"));
}

#[test]
fn the_book_says_where_you_were() {
    let said = |folder: &Folder| {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut terminal = Terminal::test(&mut out, &mut err, 80, None);
        where_you_were(&Course::read(folder.path()).unwrap(), &mut terminal)
    };
    let folder = Folder::new();
    let first = "Next: edit exercises/talk/greet/src/lib.rs and run\n\n    cargo workbook check greet";
    assert_eq!(said(&folder), first);
    folder.run("hint greet");
    assert_eq!(said(&folder), format!("You were at greet (as shipped). {first}"));
    folder.pass("greet");
    assert!(
        said(&folder).starts_with("You were at greet (passed). Next: edit exercises/talk/echo/src/lib.rs")
    );
}

#[test]
fn a_hint_more_each_time() {
    let folder = Folder::new();
    let hints = ["hint greet", "hint", "hint hallo", "hint greet", "hint greet --all"]
        .map(|line| folder.run(line).out);
    insta::assert_snapshot!("hints", hints.concat());
    assert_eq!(folder.store().read().unwrap().0.work("greet").hints, 3);
    assert_eq!(folder.run("hint --all echo").exit, Exit::Done);
    assert_eq!(folder.store().read().unwrap().0.last.as_deref(), Some("echo"));
}

#[test]
fn no_such_exercise() {
    let folder = Folder::new();
    for command in ["hint", "check", "diff", "solution", "reset", "undo"] {
        let (sentence, is_name) = folder.error(&format!("{command} ehco"));
        assert!(is_name, "{command}");
        assert_eq!(
            sentence,
            "There is no exercise `ehco`. Did you mean `echo`? All exercises: cargo workbook list"
        );
    }
    let (sentence, _) = folder.error("check typescript");
    assert_eq!(sentence, "There is no exercise `typescript`. All exercises: cargo workbook list");
}

#[test]
fn damaged_progress_is_told_of_and_nothing_else_fails() {
    let folder = Folder::new();
    folder.write(".workbook/progress.json", "{");
    let list = folder.run("list");
    assert!(list.err.starts_with("Your progress couldn't be read: "), "{}", list.err);
    assert!(list.err.contains(".workbook/progress.damaged-1.json"), "{}", list.err);
    assert_eq!(list.out, Folder::new().run("list").out);
    assert_eq!(folder.run("list").err, "");

    let newer = r#"{"version":99}"#;
    folder.write(".workbook/progress.json", newer);
    for line in ["list", "next", "hint greet", "solution greet --yes", "reset greet"] {
        let ran = folder.run(line);
        assert!(ran.err.starts_with("A newer workbook has written "), "{line}: {}", ran.err);
        assert_eq!(ran.exit, Exit::Done, "{line}");
    }
    assert_eq!(folder.read(".workbook/progress.json"), newer);
}
