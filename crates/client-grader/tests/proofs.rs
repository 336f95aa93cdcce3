//! Every exercise that is a client is proved as those that are servers are: as shipped it fails for its intended reason,
//! its solution passes, and each known mistake fails and is recognised by its name. And what is kept is what is played:
//! insta asserts it.
//!
//! After a change: `INSTA_UPDATE=always cargo test -p client-grader` and `git diff`.

mod behaviour;
#[path = "../../../solutions/tests/played.rs"]
mod played;
#[path = "../../../solutions/tests/proof.rs"]
mod proof;
mod solutions;

use std::process::ExitCode;
use std::sync::Arc;

use grader::{Exercise, Player, SOLUTION, STARTER};
use libtest_mimic::{Arguments, Trial};
use test_program::CLIENT_TIMEOUT;

use crate::proof::{Players, Proof};

fn main() -> ExitCode {
    // They are played in a process of their own, as a learner's is.
    if std::env::args().any(|arg| arg == "--worker") {
        server_program::serve_worker_plays(|name, scene, options| {
            let client = behaviour::find(name).or_else(|| solutions::find(name));
            let client = client.ok_or_else(|| format!("there is no client `{name}`"))?;
            client_grader::played(scene, &client, options)
        });
    }
    let exercises = match grader::exercises(&grader::root()) {
        Ok(exercises) => exercises.into_iter().filter(Exercise::is_client),
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let players = match Players::new(|program| Player::new(program).timeout(CLIENT_TIMEOUT)) {
        Ok(players) => Arc::new(players),
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut trials = behaviour::trials();
    let mut all = solutions::all();
    for exercise in exercises {
        let found = all.iter().position(|solution| solution.exercise == exercise.name);
        let Some(at) = found else {
            let missing = format!("crates/client-grader/tests/solutions.rs doesn't list `{}`", exercise.name);
            trials.push(Trial::test(format!("{}: it is listed", exercise.name), move || Err(missing.into())));
            continue;
        };
        let names = all.remove(at).clients.into_iter().map(|(name, _)| name);
        let coded = names.filter(|name| ![SOLUTION, STARTER].contains(&name.as_str())).collect();
        trials.extend(Arc::new(Proof::new(exercise, coded, &players)).trials());
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
