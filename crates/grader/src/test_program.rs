//! An exercise's test program: plays the scenes over the learner's server, grades them, and writes what came of it.

use std::env;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use harness::Server;

use crate::args::Args;
use crate::player::Player;
use crate::report::Report;
use crate::serve::{ServeOptions, serve};
use crate::snapshot::{Expected, Mistakes};
use crate::verdict::grade;
use crate::{Exercise, LEARNER, worker};

/// libtest's exit code for a test that failed.
const FAILED: u8 = 101;

/// The test program of the exercise in the folder `dir`: what [`main!`](crate::main!) makes.
pub fn test_program(dir: &str, server: &Server) -> ExitCode {
    let args = match Args::parse(env::args().skip(1)) {
        Ok(args) => args,
        Err(error) => {
            eprintln!("\nerror: {error}\n");
            return ExitCode::from(FAILED);
        }
    };
    if args.worker {
        worker::serve(|_| Some(server.clone()));
    }
    let result =
        if args.serve { serve_learner(Path::new(dir), &args, server) } else { run(Path::new(dir), &args) };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(FAILED),
        Err(error) => {
            eprintln!("\nerror: {error}\n");
            ExitCode::from(FAILED)
        }
    }
}

/// Serves the learner's server until Ctrl+C.
fn serve_learner(dir: &Path, args: &Args, server: &Server) -> Result<bool, Box<dyn std::error::Error>> {
    let exercise = Exercise::read(dir)?;
    let served = format!("your server ({}/src/lib.rs)", exercise.path());
    let options = ServeOptions { port: args.port, ..ServeOptions::default() };
    serve(&exercise, server, &served, &options)?;
    Ok(true)
}

/// Returns whether all that was asked for passed.
fn run(dir: &Path, args: &Args) -> Result<bool, Box<dyn std::error::Error>> {
    let exercise = Exercise::read(dir)?;
    let report = Report::new();
    if let Some(number) = args.hint {
        return report.hint(&exercise, number).map(|()| true).map_err(Into::into);
    }
    let scenes: Vec<_> = exercise.all_scenes().filter(|scene| args.wants(&scene.name)).cloned().collect();
    // Those made from a seed aren't counted: nobody lists them.
    let left_out = exercise.scenes.iter().filter(|scene| !args.wants(&scene.name)).count();
    if args.list {
        for scene in scenes.iter().filter(|scene| !exercise.is_random(scene)) {
            println!("{}: test", scene.name);
        }
        return Ok(true);
    }
    report.heading(&exercise);
    if scenes.is_empty() {
        report.nothing_run(&exercise);
        return Ok(false);
    }

    let expected = match Expected::read(&exercise.expected_file()) {
        Ok(expected) => expected,
        Err(error) => {
            report.tampered(&exercise, &[format!("{}/expected.snap {}", exercise.path(), error.problem)]);
            report.result(0, scenes.len(), left_out);
            return Ok(false);
        }
    };
    let mut player = Player::new(env::current_exe()?);
    if let Some(timeout) = args.timeout {
        player = player.timeout(timeout);
    }
    let played = player.play_all(LEARNER, &scenes)?;
    // Only a diagnosis needs these: without them there is none.
    let source = fs::read_to_string(exercise.source_file()).unwrap_or_default();
    let mistakes = Mistakes::read(&exercise.mistakes_file()).unwrap_or_default();
    let verdict = grade(&exercise, &scenes, &played, &source, &expected, &mistakes);
    report.verdict(&exercise, &verdict);
    report.result(verdict.passed(), verdict.failed(), left_out);
    Ok(verdict.failed() == 0)
}
