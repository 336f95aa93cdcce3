//! Every exercise is proved three ways: as shipped it fails for its intended reason, its solution passes, and each known
//! mistake fails and is recognised by its name. And what is kept is what is played: insta asserts it.
//!
//! After a change: `cargo insta test --review -p solutions`, or `INSTA_UPDATE=always cargo test -p solutions` and
//! `git diff`.

mod played;
mod proof;

use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use grader::{Cheatsheet, Effects, Exercise, Player, Recorded};
use libtest_mimic::{Arguments, Trial};
use scenario::{Scene, Transcript};

use crate::played::Played;
use crate::proof::{Players, Proof, Proved, assert_snapshot};

fn main() -> ExitCode {
    // The servers are played in a process of their own, as a learner's is: a mistake may block, and print what it likes.
    if std::env::args().any(|arg| arg == "--worker") {
        server_program::serve_worker(solutions::server);
    }
    let exercises = match grader::exercises(&grader::root()) {
        Ok(exercises) => exercises,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut arguments = Arguments::from_args();
    // A thread waits while its player plays, and the player while its thread reads.
    arguments.test_threads.get_or_insert(2 * thread::available_parallelism().map_or(1, usize::from));
    if let Some(sentence) = meant_for_the_learner(&arguments, &exercises) {
        println!("{sentence}");
        // libtest's code for a failure: cargo adds no more than a line.
        return ExitCode::from(101);
    }
    let players = match Players::new(|program| Player::new(program)) {
        Ok(players) => Arc::new(players),
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut trials = vec![Trial::test("every solution has an exercise", {
        let exercises = exercises.clone();
        move || every_solution_has_an_exercise(&exercises)
    })];
    trials.push(Trial::test("the name of an exercise alone proves nothing", {
        let name = exercises.first().map_or_else(String::new, |exercise| exercise.name.clone());
        move || a_name_alone_proves_nothing(&name)
    }));
    trials.push(Trial::test(
        "what a server has played is kept, its listed scenes and its runs",
        plays_are_kept,
    ));
    trials.push(Trial::test("cheatsheet: rust.snap is what its entries play as", cheatsheet_is_kept));
    // Those that are clients are proved where their grader is.
    for exercise in exercises.into_iter().filter(|exercise| !exercise.is_client()) {
        let name = exercise.name.clone();
        let Some(solution) = solutions::find(&name) else {
            let missing = format!("{}/solution.rs is missing", exercise.solution_path());
            trials.push(Trial::test(format!("{name}: it has a solution"), move || Err(missing.into())));
            continue;
        };
        let coded = solution.mistakes.iter().map(|(name, _)| (*name).to_owned()).collect();
        trials.extend(Arc::new(Proof::new(exercise, coded, &players)).trials());
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// `cargo test broadcast`, without `-p`, would prove our solution and say "ok" to somebody whose own server it never saw.
fn meant_for_the_learner(arguments: &Arguments, exercises: &[Exercise]) -> Option<String> {
    let name = arguments.filter.as_ref().filter(|_| !arguments.list)?;
    let exercise = exercises.iter().find(|exercise| exercise.name == *name)?;
    let proofs = if exercise.is_client() { "client-grader" } else { "solutions" };
    Some(format!(
        "\n`{name}` is an exercise. Nothing was run: this doesn't grade your code.\n\n  your code     cargo test -p {name}\n  \
         our solution  cargo test -p {proofs} {name}:\n"
    ))
}

fn a_name_alone_proves_nothing(name: &str) -> Proved {
    let output = std::process::Command::new(std::env::current_exe()?).arg(name).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    if output.status.success() || !text.contains(&format!("cargo test -p {name}\n")) {
        return Err(format!("`cargo test {name}` says:\n{text}").into());
    }
    Ok(())
}

/// Else each proof would play again, the next time, what another has played.
fn plays_are_kept() -> Proved {
    let known = Played::of(&std::env::current_exe()?)?;
    let lists = ["one", "run-1"].map(|name| [Scene::new(name, "A test").connect(["ada"])]);
    let plays =
        ["ada", "bob"].map(|name| [Transcript { clients: vec![name.into()], ..Transcript::default() }]);
    let server = "test/no-such-server";
    for (scenes, transcripts) in lists.iter().zip(&plays) {
        known.keep(server, scenes, transcripts);
    }
    for (scenes, transcripts) in lists.iter().zip(&plays) {
        if known.find(server, scenes).is_none_or(|found| found != transcripts) {
            return Err(format!("`{}` would be played again", scenes[0].name).into());
        }
    }
    if known.find(server, &lists[0].clone().map(|scene| scene.wait(1))).is_some() {
        return Err("a scene that has changed wouldn't be played again".into());
    }
    Ok(())
}

fn every_solution_has_an_exercise(exercises: &[Exercise]) -> Proved {
    for solution in solutions::all() {
        let found = exercises.iter().any(|it| (&*it.chapter, &*it.name) == (solution.chapter, solution.name));
        if !found {
            return Err(format!("solutions/{}/{} has no exercise", solution.chapter, solution.name).into());
        }
    }
    Ok(())
}

fn cheatsheet_is_kept() -> Proved {
    let cheatsheet = Cheatsheet::read(&grader::root()).map_err(|error| error.to_string())?;
    let mut recorded = Recorded::default();
    for (name, server) in solutions::cheatsheet::all() {
        let played = harness::play(&cheatsheet.scene, &server).map_err(|error| error.to_string())?;
        let scene = cheatsheet.scene.name.clone();
        recorded.servers.push((name.to_owned(), vec![(scene, Effects::of(&played))]));
    }
    assert_snapshot("rust", &cheatsheet.dir, "The emit cheatsheet in Rust", &recorded.contents());
    Ok(())
}
