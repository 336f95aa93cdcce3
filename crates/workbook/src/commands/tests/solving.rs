//! `diff`, `solution`, `reset` and `undo`: the learner's file and the workbook's.

use super::Folder;
use crate::exit::Exit;

const FILE: &str = "exercises/talk/greet/src/lib.rs";
const OWN: &str = "//! Learn greet.\n\npub fn server() {\n    emit_to_all();\n}\n";

#[test]
fn whoever_has_not_passed_is_asked_before_the_solution_is_shown() {
    for command in ["solution greet", "diff greet"] {
        let folder = Folder::new();
        folder.write(FILE, OWN);
        let seen = || folder.store().read().unwrap().0.work("greet").solution_seen;

        let nobody = folder.run(command);
        assert_eq!((nobody.out.as_str(), nobody.exit), ("", Exit::NotYet));
        assert_eq!(
            nobody.err,
            "You haven't passed greet yet, and 3 hints are left. Nothing was shown. To see the solution all the same, add \
             --yes.\n"
        );
        for no in ["n\n", "\n", "", "what?\n"] {
            let ran = folder.run_in(command, 80, Some(no));
            assert_eq!((ran.out.as_str(), ran.exit), ("", Exit::Done), "{no:?}");
            assert_eq!(
                ran.err,
                "You haven't passed greet yet, and 3 hints are left. Show the solution? [y/N] Nothing was shown. A hint: \
                 cargo workbook hint greet\n"
            );
        }
        assert!(!seen());
        let yes = folder.run_in(command, 80, Some("y\n"));
        assert!(yes.out.contains("emit();") && seen(), "{}", yes.out);
        // Once seen, it isn't asked for again.
        assert_eq!(folder.run(command).out, yes.out);
    }
}

#[test]
fn nobody_is_asked_who_has_passed_or_says_yes() {
    for command in ["solution", "diff"] {
        let folder = Folder::new();
        folder.write(FILE, OWN);
        let yes = folder.run(&format!("{command} greet --yes"));
        assert_eq!((yes.err.as_str(), yes.exit), ("", Exit::Done));
        let folder = Folder::new();
        folder.write(FILE, OWN);
        folder.pass("greet");
        // It's where the learner was: it needs no name.
        assert_eq!(folder.run(command).out, yes.out);
    }
}

#[test]
fn the_solution_is_shown_alone_and_beside_ones_own() {
    let folder = Folder::new();
    insta::assert_snapshot!("solution", folder.run("solution greet --yes").out);
    folder.write(FILE, OWN);
    insta::assert_snapshot!("diff", folder.run("diff greet --yes").out);
    folder.write(FILE, &folder.read("solutions/talk/greet/solution.rs").replace('\n', "\r\n"));
    assert_eq!(folder.run("diff greet --yes").out, "Your code is the solution, letter by letter.\n");
}

#[test]
fn a_reset_can_be_undone_and_that_can_too() {
    let folder = Folder::new();
    let starter = folder.read(FILE);
    assert_eq!(folder.run("reset greet").out, format!("{FILE} is as it was shipped. Nothing was changed.\n"));

    folder.write(FILE, OWN);
    folder.pass("greet");
    let reset = folder.run("reset greet");
    assert_eq!(
        reset.out,
        format!(
            "{FILE} is as it was shipped again. Your code is in .workbook/backups/greet-1.rs.\nTo bring it back: cargo \
             workbook undo greet\n"
        )
    );
    assert_eq!(folder.read(FILE), starter);
    assert_eq!(folder.read(".workbook/backups/greet-1.rs"), OWN);
    assert!(folder.run("list").out.contains("~ changed    greet"));

    let undo = folder.run("undo greet");
    assert_eq!(
        undo.out,
        format!(
            "{FILE} is your code of .workbook/backups/greet-1.rs again.\nWhat was there is in \
             .workbook/backups/greet-2.rs. To change your mind: cargo workbook undo greet\n"
        )
    );
    assert_eq!(folder.read(FILE), OWN);
    assert!(folder.run("list").out.contains("✓ passed     greet"), "it's the code that passed");
    assert!(!folder.path().join(".workbook/backups/greet-1.rs").exists(), "it's in its place");
    let again = folder.run("undo greet").out;
    assert!(
        again.starts_with(&format!("{FILE} is as it was shipped again.\nWhat was there is in ")),
        "{again}"
    );
    assert_eq!(folder.read(FILE), starter);
    let own = folder.run("undo greet").out;
    assert!(own.starts_with(&format!("{FILE} is your code of ")), "{own}");
    assert_eq!(folder.read(FILE), OWN);
}

#[test]
fn without_a_name_it_is_the_exercise_where_one_is_and_that_is_said() {
    let folder = Folder::new();
    folder.write("exercises/talk/echo/src/lib.rs", OWN);
    folder.run("hint echo");
    let starter = folder.read("solutions/talk/echo/starter.rs");
    let reset = folder.run("reset").out;
    assert!(reset.starts_with("You're at echo.\nexercises/talk/echo/src/lib.rs is as it was "), "{reset}");
    assert_eq!(folder.read("exercises/talk/echo/src/lib.rs"), starter);
    let undo = folder.run("undo").out;
    assert!(undo.starts_with("You're at echo.\nexercises/talk/echo/src/lib.rs is your code "), "{undo}");
    assert_eq!(folder.read("exercises/talk/echo/src/lib.rs"), OWN);
}

#[test]
fn older_backups_are_kept_and_named() {
    let folder = Folder::new();
    folder.write(FILE, "first");
    folder.run("reset greet");
    folder.write(FILE, "second");
    folder.run("reset greet");
    let undo = folder.run("undo greet");
    assert_eq!(folder.read(FILE), "second");
    assert!(undo.out.ends_with("Older ones: .workbook/backups/greet-1.rs\n"), "{}", undo.out);
    // Of another exercise, whose name begins alike.
    folder.write("exercises/talk/greet-all/src/lib.rs", "other");
    folder.run("reset greet-all");
    folder.run("undo greet");
    assert_eq!(folder.read(".workbook/backups/greet-1.rs"), "first");
    assert_eq!(folder.read(".workbook/backups/greet-all-1.rs"), "other");
}

#[test]
fn a_file_that_is_missing_comes_back() {
    let folder = Folder::new();
    let starter = folder.read(FILE);
    std::fs::remove_dir_all(folder.path().join("exercises/talk/greet/src")).unwrap();
    assert_eq!(folder.run("reset greet").out, format!("{FILE} is as it was shipped again.\n"));
    assert_eq!(folder.read(FILE), starter);
    let nothing = folder.run("undo greet");
    assert_eq!(nothing.exit, Exit::Failed);
    assert_eq!(nothing.err, "There is no backup of greet: `reset` makes one. Nothing was changed.\n");
}

#[test]
fn without_a_backup_nothing_is_changed() {
    let folder = Folder::new();
    folder.write(FILE, OWN);
    // Nothing can be written into what is no folder.
    folder.write(".workbook/backups", "");
    let (sentence, _) = folder.error("reset greet");
    assert!(sentence.starts_with("no backup can be made, so nothing was changed: "), "{sentence}");
    assert_eq!(folder.read(FILE), OWN);
    std::fs::remove_file(folder.path().join("solutions/talk/greet/starter.rs")).unwrap();
    let (sentence, _) = folder.error("reset greet");
    assert!(
        sentence.contains("starter.rs can't be read. `git restore solutions/talk/greet` brings it back"),
        "{sentence}"
    );
}

#[test]
fn all_are_reset_at_once() {
    let folder = Folder::new();
    let nothing = "All exercises are as they were shipped. Nothing was changed.\n";
    assert_eq!(folder.run("reset all").out, nothing);
    folder.write(FILE, OWN);
    folder.write("exercises/rooms/join/src/lib.rs", "mine");
    insta::assert_snapshot!("reset_all", folder.run("reset all").out);
    assert_eq!(folder.run("reset all").out, nothing);
    folder.run("undo join");
    assert_eq!(folder.read("exercises/rooms/join/src/lib.rs"), "mine");
}
