//! Every scene of every exercise again, over real TCP, with `rust_socketio` clients. Every known mistake is told from the
//! solution there, too.

mod connection;
mod faulty_servers;
mod plan;
mod run;
mod trials;

use std::process::ExitCode;

use libtest_mimic::Arguments;

/// How many tests run at a time. They wait more than they work.
const THREADS: usize = 4;

fn main() -> ExitCode {
    let mut args = Arguments::from_args();
    args.test_threads.get_or_insert(THREADS);
    let trials = match trials::all(&grader::root()) {
        Ok(trials) => trials,
        Err(error) => {
            eprintln!("error: {error:#}");
            return ExitCode::from(101);
        }
    };
    if !args.list && !args.quiet {
        let asked_for = trials.iter().filter(|(trial, _)| !args.is_filtered_out(trial));
        for note in asked_for.filter_map(|(_, note)| note.as_ref()) {
            eprintln!("in part: {note}");
        }
    }
    libtest_mimic::run(&args, trials.into_iter().map(|(trial, _)| trial).collect()).exit_code()
}
