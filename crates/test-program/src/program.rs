//! An exercise's test program: plays the scenes over the learner's server, grades them, and writes what came of it.

use std::env;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use grader::{
    Exercise, Expected, LEARNER, Mistakes, NotServed, Played, Player, Report, WORKERS, grade, hold_promises,
    served_own,
};
use harness::{Options, Server, play_with};
use scenario::{Scene, Transcript};
use server_program::{serve, serve_worker_plays};

use crate::args::Args;

/// libtest's exit code for a test that failed.
const FAILED: u8 = 101;

/// How long, in wall-clock time, a play with a client may take: on a slow machine, too.
pub const CLIENT_TIMEOUT: Duration = Duration::from_mins(1);

/// The test program of the exercise in the folder `dir`: what [`main!`](crate::main!) makes.
pub fn test_program(dir: &str, server: &Server) -> ExitCode {
    let play = |scene: &Scene, options| play_with(scene, server, options).map_err(|error| error.to_string());
    program(dir, play, Some(server))
}

/// The same for an exercise that is a client: `play` plays a scene over the learner's client, or says why it can't.
pub fn test_program_of_client(
    dir: &str,
    play: impl Fn(&Scene, Options) -> Result<Transcript, String>,
) -> ExitCode {
    program(dir, play, None)
}

fn program(
    dir: &str,
    play: impl Fn(&Scene, Options) -> Result<Transcript, String>,
    server: Option<&Server>,
) -> ExitCode {
    let args = match Args::parse(env::args().skip(1)) {
        Ok(args) => args,
        Err(error) => {
            eprintln!("\nerror: {error}\n");
            return ExitCode::from(FAILED);
        }
    };
    if args.worker {
        serve_worker_plays(|_, scene, options| play(scene, options));
    }
    // A client is played over real TCP, and its player looks itself whether it holds its thread.
    let timeout = args.timeout.or(server.is_none().then_some(CLIENT_TIMEOUT));
    let result = if args.serve {
        serve_learner(Path::new(dir), &args, server)
    } else {
        run(Path::new(dir), &args, timeout)
    };
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
fn serve_learner(
    dir: &Path,
    args: &Args,
    server: Option<&Server>,
) -> Result<bool, Box<dyn std::error::Error>> {
    let exercise = Exercise::read(dir)?;
    let Some(server) = server else { return Err(NotServed(exercise.name).into()) };
    serve(server, &served_own(&exercise), args.port)?;
    Ok(true)
}

/// Returns whether all that was asked for passed.
fn run(dir: &Path, args: &Args, timeout: Option<Duration>) -> Result<bool, Box<dyn std::error::Error>> {
    let exercise = Exercise::read(dir)?;
    // Only a diagnosis needs this: without it there is none.
    let source = fs::read_to_string(exercise.source_file()).unwrap_or_default();
    let report = Report::new(&exercise, &source, args.everything);
    if args.help {
        report.help().print();
        return Ok(true);
    }
    if let Some(number) = args.hint {
        report.hint(number)?.print();
        return Ok(true);
    }
    let (scenes, others): (Vec<_>, Vec<_>) =
        exercise.all_scenes().cloned().partition(|scene| args.wants(&exercise.test_name(&scene.name)));
    // Those made from a seed aren't counted: nobody lists them.
    let left_out = others.iter().filter(|scene| !exercise.is_random(scene)).count();
    if args.list {
        for scene in scenes.iter().filter(|scene| !exercise.is_random(scene)) {
            println!("{}: test", exercise.test_name(&scene.name));
        }
        return Ok(true);
    }
    let is_chosen = |run: &str| args.wants(&exercise.test_name(run));
    let runs = exercise.runs.iter().flat_map(|runs| runs.runs());
    if scenes.is_empty() && !runs.into_iter().any(|run| is_chosen(&run.scene.name)) {
        report.nothing_run(&args.filters).print();
        return Ok(false);
    }

    let expected = match Expected::read(&exercise.expected_file()) {
        Ok(expected) => expected,
        Err(error) => {
            let sentence = format!("{}/expected.snap {}", exercise.path(), error.problem);
            report.not_graded(sentence, scenes.len(), left_out).print();
            return Ok(false);
        }
    };
    let mut player = Player::new(env::current_exe()?).workers(WORKERS);
    if let Some(timeout) = timeout {
        player = player.timeout(timeout);
    }
    let mut played = player.play_all(LEARNER, &scenes)?;
    // Only a diagnosis needs these: without them there is none.
    let mistakes = Mistakes::read(&exercise.mistakes_file()).unwrap_or_default();
    let mut verdict = grade(&exercise, &scenes, &played, &source, &expected, &mistakes);
    if verdict.failed() > 0 && !others.is_empty() && !played.iter().any(Played::timed_out) {
        // A mistake is named only by how it plays in every scene.
        played.extend(player.play_all(LEARNER, &others)?);
        let all = [scenes, others].concat();
        verdict.diagnosis = grade(&exercise, &all, &played, &source, &expected, &mistakes).diagnosis;
    }
    hold_promises(&exercise, &mut player, &mut verdict, is_chosen)?;
    report.verdict(&verdict, left_out).print();
    Ok(verdict.failed() == 0)
}
