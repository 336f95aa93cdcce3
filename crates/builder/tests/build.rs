//! Both ways to a test program.
//!
//! The learner's own exercises are left alone: the fast way is tried over an exercise in a folder of its own.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use builder::{BuildError, Builder, Program};
use grader::{Exercise, LEARNER, is_as_shipped};
use scenario::Scene;
use tempfile::TempDir;

const NAME: &str = "broadcast";

/// The tests share a kit, which one of them damages.
static KIT: Mutex<()> = Mutex::new(());

/// The exercise as it was shipped, in a folder of its own.
fn copy() -> (TempDir, Exercise) {
    let folder = tempfile::tempdir().unwrap();
    let ours = Exercise::read(&grader::root().join("exercises/chat").join(NAME)).unwrap();
    for (from, to) in [(ours.dir.clone(), "exercises"), (ours.solution_dir(), "solutions")] {
        let to = folder.path().join(to).join("chat").join(NAME);
        fs::create_dir_all(to.join("src")).unwrap();
        for entry in fs::read_dir(&from).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
    let exercise_dir = folder.path().join("exercises/chat").join(NAME);
    let exercise = Exercise { dir: exercise_dir, ..ours };
    fs::copy(exercise.starter_file(), exercise.source_file()).unwrap();
    (folder, exercise)
}

fn solution(exercise: &Exercise) -> String {
    fs::read_to_string(exercise.solution_dir().join("solution.rs")).unwrap()
}

fn write(exercise: &Exercise, code: &str) {
    fs::write(exercise.source_file(), code).unwrap();
}

fn builder() -> Builder {
    // Cargo's own folder for a test's files is `tmp` in the target folder, wherever that is.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    Builder::with_target(grader::root(), target)
}

/// What comes of Ada saying hi to Bob.
fn hears(program: &Program) -> Vec<String> {
    let scene = Scene::new("s", "s").connect(["ada", "bob"]).emit("ada", "say", "hi");
    program.player().play(LEARNER, &scene).unwrap().transcript.steps[1].lines()
}

#[test]
fn the_fast_way_builds_what_was_saved() {
    let _alone = KIT.lock().unwrap_or_else(PoisonError::into_inner);
    let (_folder, exercise) = copy();
    let builder = builder();
    let program = builder.build(&exercise).unwrap();
    assert_eq!(hears(&program), ["ada hears nothing", "bob hears nothing"]);
    // Elsewhere the fast way may not be there, and cargo would have built the learner's own exercise.
    if !cfg!(target_os = "linux") && program.fell_back.is_some() {
        return;
    }
    assert_eq!(program.fell_back, None);

    write(&exercise, &solution(&exercise));
    let program = builder.build(&exercise).unwrap();
    assert_eq!(hears(&program), ["ada hears nothing", r#"bob hears said "hi""#]);

    // An error is the learner's, and is told with its place.
    write(&exercise, &solution(&exercise).replace("&text", "&txt"));
    let Err(BuildError::DoesNotCompile(said)) = builder.build(&exercise) else { panic!("it compiles") };
    assert_eq!(said[0].code.as_deref(), Some("E0425"), "{said:?}");
    let (file, line) = said[0].place.clone().unwrap();
    assert!(file.ends_with("src/lib.rs") && line > 1, "{file}:{line}");

    // What everybody meets once comes with advice.
    for (old, new, advice) in [
        (
            "async |socket: SocketRef, Data::<String>(text)|",
            "async |Data::<String>(text)|",
            "Add `socket: SocketRef`",
        ),
        ("Data::<String>(text)|", "text: String|", "can't call this handler"),
    ] {
        write(&exercise, &solution(&exercise).replace(old, new));
        let Err(error) = builder.build(&exercise) else { panic!("it compiles") };
        assert!(error.to_string().contains(advice), "{error}");
    }
    write(&exercise, &solution(&exercise).replace(".await.ok()", ""));
    let warnings = builder.build(&exercise).unwrap().warnings;
    assert!(warnings[0].to_string().contains("→ Nothing is sent here."), "{warnings:?}");

    // A warning comes with the program.
    write(&exercise, &format!("{}\nfn unused() {{}}\n", solution(&exercise)));
    let program = builder.build(&exercise).unwrap();
    assert!(program.warnings[0].rendered.contains("`unused` is never used"), "{:?}", program.warnings);
}

#[test]
#[cfg(target_os = "linux")]
fn a_kit_that_no_longer_fits_is_built_again() {
    let _alone = KIT.lock().unwrap_or_else(PoisonError::into_inner);
    let (_folder, exercise) = copy();
    let builder = builder();
    let program = builder.build(&exercise).unwrap();
    assert_eq!(program.fell_back, None, "no kit to damage");
    let kit = program.path.ancestors().nth(2).unwrap().to_owned();
    let library = fs::read_dir(&kit).unwrap().map(|entry| entry.unwrap().path());
    let library = library.into_iter().find(|file| file.extension().is_some_and(|it| it == "so")).unwrap();
    fs::write(&library, "not a library").unwrap();
    let program = builder.build(&exercise).unwrap();
    assert_eq!(program.fell_back, None);
    assert_eq!(hears(&program), ["ada hears nothing", "bob hears nothing"]);
}

#[test]
fn a_dependency_that_the_kit_lacks_makes_it_fall_back_to_cargo_and_say_so() {
    let _alone = KIT.lock().unwrap_or_else(PoisonError::into_inner);
    let (_folder, exercise) = copy();
    let manifest = exercise.dir.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("[dependencies]\n", "[dependencies]\nrand.workspace = true\n"))
        .unwrap();
    let built = builder().build(&exercise);
    // cargo builds the package of that name in our workspace: the learner's own.
    let ours = Exercise::read(&grader::root().join("exercises/chat").join(NAME)).unwrap();
    let read = |file| fs::read_to_string(file).unwrap();
    match built {
        Ok(program) => {
            let why = "it depends on `rand`, which the kit doesn't have";
            assert_eq!(program.fell_back.as_deref(), Some(why));
            if is_as_shipped(&read(ours.source_file()), &read(ours.starter_file())) {
                assert_eq!(hears(&program), ["ada hears nothing", "bob hears nothing"]);
            }
        }
        Err(BuildError::DoesNotCompile(said)) => assert!(!said.is_empty()),
        Err(error) => panic!("{error}"),
    }
}
