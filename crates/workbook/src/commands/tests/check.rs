//! `check`, over real exercises: a copy of `hello` and of `broadcast`.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use builder::Builder;
use grader::Exercise;
use progress::Standing;
use serde_json::Value;

use super::{Folder, Ran};
use crate::check::{Checker, Outcome, Stage};
use crate::cli::CheckOptions;
use crate::commands::check::check_with;
use crate::course::Course;
use crate::exit::Exit;
use crate::source::Source;
use crate::terminal::Terminal;

const FILE: &str = "exercises/chat/hello/src/lib.rs";
const OTHER: &str = "exercises/chat/broadcast/src/lib.rs";

/// The two exercises as they were shipped.
fn folder() -> Folder {
    folder_of(&["hello", "broadcast"])
}

/// Exercises of the first chapter as they were shipped.
fn folder_of(names: &[&str]) -> Folder {
    let folder = Folder(tempfile::tempdir().unwrap());
    for name in names {
        for within in ["exercises/chat", "solutions/chat"] {
            let dir = format!("{within}/{name}");
            for entry in fs::read_dir(grader::root().join(&dir)).unwrap().map(Result::unwrap) {
                if let Ok(text) = fs::read_to_string(entry.path()) {
                    folder.write(&format!("{dir}/{}", entry.file_name().to_str().unwrap()), &text);
                }
            }
        }
        let starter = folder.read(&format!("solutions/chat/{name}/starter.rs"));
        folder.write(&format!("exercises/chat/{name}/src/lib.rs"), &starter);
    }
    folder
}

/// The target folder of the workspace that this test is in.
fn target() -> PathBuf {
    env::current_exe().unwrap().ancestors().nth(3).unwrap().into()
}

/// Builds with the kit of the workspace that this test is in.
fn checker(folder: &Folder) -> Checker {
    let builder = Builder::with_target(grader::root(), target());
    Checker { builder, ..Checker::new(folder.path(), folder.store()) }
}

fn check(folder: &Folder, name: Option<&str>, json: bool) -> Ran {
    console::set_colors_enabled(false);
    let course = Course::read(folder.path()).unwrap();
    let options = CheckOptions { name: name.map(str::to_owned), json };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut terminal = Terminal::test(&mut out, &mut err, 80, None);
    let exit = check_with(&course, &checker(folder), &options, &mut terminal).unwrap();
    drop(terminal);
    Ran { out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap(), exit }
}

/// What the exercise's test program writes, but with the tool's commands. It is what `grade.rs` and cargo make: cargo itself
/// would build the exercise of this workspace, and not the copy.
fn test_program(folder: &Folder) -> String {
    let dir = folder.path().join("exercises/chat/hello");
    let main = folder.path().join("main.rs");
    let text = format!(
        "#[path = {:?}]\npub mod exercise;\n\nfn main() -> std::process::ExitCode {{\n    \
         test_program::test_program({:?}, &test_program::Server::new(exercise::server))\n}}\n",
        dir.join("src/lib.rs"),
        dir,
    );
    fs::write(&main, text).unwrap();
    let program = folder.path().join("hello").with_extension(env::consts::EXE_EXTENSION);
    let mut rustc = Command::new("rustc");
    rustc.current_dir(grader::root()).args(["--edition=2024", "--crate-name=hello"]).arg(main);
    rustc.arg("-o").arg(&program);
    for (name, library) in libraries() {
        rustc.arg("-L").arg(library.parent().unwrap());
        rustc.arg("--extern").arg(format!("{name}={}", library.display()));
    }
    let built = rustc.output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let output = Command::new(program).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains("cargo workbook"), "cargo test needs no tool: {text}");
    let of_tool = [
        ("cargo test -p hello -- --hint", "cargo workbook hint hello"),
        ("cargo run -- try hello", "cargo workbook try hello"),
        ("cargo test -p broadcast (", "cargo workbook check broadcast ("),
    ];
    of_tool.iter().fold(text, |text, (cargo, tool)| text.replace(cargo, tool))
}

/// What the test program of `hello` is linked with.
fn libraries() -> Vec<(String, PathBuf)> {
    let mut cargo = builder::cargo(&grader::root());
    cargo.args(["build", "--quiet", "--package", "test-program", "--message-format=json", "--target-dir"]);
    let built = cargo.arg(target()).output().unwrap();
    let messages = String::from_utf8(built.stdout).unwrap();
    let messages = messages.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let library = |message: Value| {
        let name = message["target"]["name"].as_str()?.replace('-', "_");
        let file = message["filenames"][0].as_str()?;
        ["test_program", "socketioxide"].contains(&name.as_str()).then(|| (name, file.into()))
    };
    messages.filter_map(library).collect()
}

#[test]
fn the_verdict_is_that_of_the_test_program_and_is_kept() {
    let folder = folder();
    let solution = folder.read("solutions/chat/hello/solution.rs");
    let standing = |folder: &Folder| {
        let course = Course::read(folder.path()).unwrap();
        let source = Source::read(course.find("hello").unwrap()).checksum;
        folder.store().read().unwrap().0.work("hello").standing(&source)
    };
    let shipped = check(&folder, None, false);
    assert_eq!((shipped.exit, &shipped.out), (Exit::NotYet, &test_program(&folder)));
    assert!(shipped.out.contains("This is the exercise as it was shipped."), "{}", shipped.out);
    assert!(shipped.err.starts_with("Building hello …"), "{}", shipped.err);
    assert_eq!(standing(&folder), Standing::NotYet);

    folder.write(FILE, &solution);
    let solved = check(&folder, Some("hello"), false);
    assert_eq!((solved.exit, &solved.out), (Exit::Done, &test_program(&folder)));
    assert_eq!(standing(&folder), Standing::Passed);

    // What is changed isn't what passed. Nor is a file beside it.
    folder.write(FILE, &format!("{solution}// Changed.\n"));
    assert_eq!(standing(&folder), Standing::ChangedSince);
    folder.write(FILE, &solution.replace('\n', "\r\n"));
    assert_eq!(standing(&folder), Standing::Passed, "line ends are no code");
    folder.write("exercises/chat/hello/src/rooms.rs", "");
    assert_eq!(standing(&folder), Standing::ChangedSince);
    let (progress, _) = folder.store().read().unwrap();
    assert_eq!((progress.last.as_deref(), progress.work("hello").checks), (Some("hello"), 2));
}

#[test]
fn a_save_during_the_check_makes_it_no_pass() {
    let folder = folder();
    let solution = folder.read("solutions/chat/hello/solution.rs");
    folder.write(FILE, &solution);
    let course = Course::read(folder.path()).unwrap();
    let hello = &Exercise::read(&course.find("hello").unwrap().dir).unwrap();
    for at in [Stage::Building, Stage::Playing] {
        folder.write(FILE, &solution);
        let mut save = |stage| {
            if stage == at || (stage == Stage::FirstBuild && at == Stage::Building) {
                folder.write(FILE, &format!("{solution}// {stage:?}\n"));
            }
        };
        let checked = checker(&folder).check(hello, &mut save).unwrap();
        let Outcome::Graded(graded) = &checked.outcome else { panic!("{:?}", checked.outcome) };
        assert!(graded.passed() && checked.saved_meanwhile && !checked.passed(), "{at:?}");
        assert_eq!(folder.store().read().unwrap().0.work("hello").passed, None);
    }
}

#[test]
fn code_that_does_not_compile_is_told_with_its_place() {
    let folder = folder();
    folder.write(FILE, &folder.read("solutions/chat/hello/solution.rs").replace("socket.emit", "sock.emit"));
    let ran = check(&folder, Some("hello"), false);
    assert_eq!(ran.exit, Exit::DoesNotCompile);
    assert!(ran.out.starts_with("error[E0425]: cannot find value `sock` in this scope\n"), "{}", ran.out);
    assert!(ran.out.contains(&format!("--> {FILE}:")), "{}", ran.out);
    assert!(ran.out.ends_with(&format!("\nYour server doesn't compile. Fix {FILE}.\n")), "{}", ran.out);
    assert_eq!(folder.store().read().unwrap().0.work("hello").checks, 1);

    let json: serde_json::Value = serde_json::from_str(&check(&folder, Some("hello"), true).out).unwrap();
    assert_eq!(json["outcome"], "does-not-compile");
    assert_eq!((&json["compiler"][0]["file"], &json["compiler"][0]["code"]), (&FILE.into(), &"E0425".into()));
}

#[test]
fn all_that_were_begun_are_checked_in_their_order() {
    let folder = folder();
    let nothing = check(&folder, Some("all"), false);
    assert_eq!(nothing.exit, Exit::NotYet);
    assert!(
        nothing.out.starts_with("You haven't begun an exercise yet, so nothing was checked."),
        "{}",
        nothing.out
    );

    let emit = folder
        .read("solutions/chat/broadcast/solution.rs")
        .replace("socket.broadcast().emit(\"said\", &text).await", "socket.emit(\"said\", &text)");
    folder.write(OTHER, &emit);
    let one = check(&folder, Some("all"), false);
    assert!(
        one.out.starts_with("✗ not yet  broadcast  0 of 5 scenes\n\n0 of 1 pass. One isn't begun.\n"),
        "{}",
        one.out
    );

    folder.write(FILE, &folder.read("solutions/chat/hello/solution.rs"));
    let two = check(&folder, Some("all"), false);
    assert_eq!(two.exit, Exit::NotYet);
    let lines = "✓ passed   hello      all 5 scenes\n✗ not yet  broadcast  0 of 5 scenes\n\n1 of 2 pass.\n\nbroadcast · ";
    assert!(two.out.starts_with(lines), "{}", two.out);
    assert!(two.out.contains("✗ FAIL three-people"), "the verdict of the first that fails: {}", two.out);
    assert_eq!(folder.store().read().unwrap().0.last, None, "to check all is to be nowhere else");

    let json: serde_json::Value = serde_json::from_str(&check(&folder, Some("all"), true).out).unwrap();
    assert_eq!((&json["passed"], &json["failed"], &json["not_begun"]), (&1.into(), &1.into(), &0.into()));
    assert_eq!(json["exercises"][1]["scenes"][0]["verdict"], "failed");

    folder.write(OTHER, &folder.read("solutions/chat/broadcast/solution.rs"));
    assert_eq!(check(&folder, Some("all"), false).exit, Exit::Done);
}

#[test]
fn of_all_only_what_has_changed_since_it_passed_is_played() {
    // No other test builds this one: its program stays as it is.
    let folder = folder_of(&["health"]);
    let (file, scenes) = ("exercises/chat/health/src/lib.rs", "exercises/chat/health/scenes.toml");
    let solution = folder.read("solutions/chat/health/solution.rs");
    let (played, as_before) =
        ("✓ passed   health  all ", "✓ passed   health  as before: nothing has changed\n");
    let checked = |what: &str, line: &str| {
        let ran = check(&folder, Some("all"), false);
        assert!(ran.out.starts_with(line), "{what}: {}", ran.out);
    };
    folder.write(file, &solution);
    checked("the first time", played);
    checked("again", as_before);

    folder.write(file, &format!("{solution}// A remark.\n"));
    checked("other code", played);
    folder.write(file, &folder.read("solutions/chat/health/starter.rs").replace("///", "// "));
    checked("code that doesn't pass", "✗ not yet  health");
    folder.write(file, &solution);
    checked("the first code again", played);
    checked("again", as_before);

    folder.write(scenes, &format!("{}\n# A remark.\n", folder.read(scenes)));
    checked("other scenes", played);
    checked("again", as_before);

    fs::remove_file(folder.path().join(progress::FOLDER).join(progress::FILE)).unwrap();
    checked("no pass of this code is kept", played);
}

#[test]
fn a_pass_ends_when_the_same_code_no_longer_passes() {
    let folder = folder();
    folder.write(FILE, &folder.read("solutions/chat/hello/starter.rs"));
    folder.pass("hello");
    assert_eq!(check(&folder, Some("hello"), false).exit, Exit::NotYet);
    assert_eq!(folder.store().read().unwrap().0.work("hello").passed, None);
}

#[test]
fn what_grades_it_must_be_as_it_was_shipped() {
    let folder = folder();
    folder.write(FILE, &folder.read("solutions/chat/hello/solution.rs"));
    fs::remove_file(folder.path().join("exercises/chat/hello/expected.snap")).unwrap();
    let ran = check(&folder, Some("hello"), false);
    assert_eq!((ran.exit, &ran.out), (Exit::NotYet, &test_program(&folder)));
    assert!(ran.out.contains("expected.snap is missing"), "{}", ran.out);
    assert_eq!(folder.store().read().unwrap().0.work("hello").passed, None);
}
