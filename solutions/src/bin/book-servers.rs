//! The book's servers as a program of their own: it plays them, as a worker, or serves one on a real port.
//!
//! They are many and take long to compile. The tool doesn't link them: it opens the book first, and has them compiled then.

use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<_> = env::args().skip(1).collect();
    if args.first().is_some_and(|arg| arg == "--worker") {
        server_program::serve_worker(solutions::server);
    }
    match serve(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves the server `EXERCISE/SERVER`, at the port that may follow.
fn serve(args: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let [name, port @ ..] = args else {
        return Err("this is for the workbook's own use. Run: cargo run -- try NAME --solution".into());
    };
    let port = port.first().map(|port| port.parse()).transpose()?;
    let (exercise, server) = name.split_once('/').ok_or("it takes EXERCISE/SERVER")?;
    let play = solutions::server(name).ok_or_else(|| format!("there is no server `{name}`"))?;
    let exercises = grader::exercises(&grader::root())?;
    let exercise = exercises.iter().find(|it| it.name == exercise).ok_or("there is no such exercise")?;
    let called = match server {
        grader::SOLUTION => "the solution".to_owned(),
        mistake => format!("the known mistake {mistake}"),
    };
    server_program::serve(&play, &grader::served(exercise, &called), port)?;
    Ok(())
}
