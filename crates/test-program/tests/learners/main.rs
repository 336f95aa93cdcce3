//! What a learner gets to read, whatever the learner's code does to its process.
//!
//! This program is two things. Started by cargo, it runs the tests. They start it again with `LEARNER` in the
//! environment: then it is an exercise's test program, over the server of that name in `learner.rs`.

mod arguments;
mod build_script;
mod crashes;
mod fixture;
#[cfg(target_os = "linux")]
mod golden;
mod learner;
mod leftovers;
mod output;
mod queue;
mod runs;
#[cfg(unix)]
mod serving;
mod tampering;
mod verdicts;

use std::env;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

/// Most of the tests wait for a process that waits.
const THREADS: usize = 8;

type Test = (&'static str, fn());

fn main() -> ExitCode {
    if let Ok(name) = env::var("LEARNER") {
        return learner::main(&name);
    }
    let tests = [
        arguments::TESTS,
        build_script::TESTS,
        crashes::TESTS,
        leftovers::TESTS,
        output::TESTS,
        runs::TESTS,
        #[cfg(unix)]
        serving::TESTS,
        tampering::TESTS,
        verdicts::TESTS,
    ];
    let trial = |&(name, test): &Test| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    };
    let trials = tests.into_iter().flatten().map(trial);
    #[cfg(target_os = "linux")]
    let trials = trials.chain(golden::trials());
    let trials = trials.collect();
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(THREADS);
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A module's tests, each under its name.
macro_rules! tests {
    ($($(#[$cfg:meta])* $test:ident),* $(,)?) => {
        pub(crate) const TESTS: &[crate::Test] =
            &[$($(#[$cfg])* (concat!(module_path!(), "::", stringify!($test)), $test)),*];
    };
}
use tests;
