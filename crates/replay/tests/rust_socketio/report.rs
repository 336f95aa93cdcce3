//! Doing the jobs, several at a time, and telling how they went in the words of `cargo test`.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use anyhow::Result;

use crate::jobs::{Job, Kind, Proved};

/// How many jobs are done at a time. They wait more than they work.
const AT_A_TIME: usize = 4;

/// What the command line asks for, of what `cargo test` passes on.
#[derive(Default)]
pub(crate) struct Asked {
    filters: Vec<String>,
    exact: bool,
    list: bool,
    ignored: bool,
}

impl Asked {
    pub(crate) fn from_args(mut args: impl Iterator<Item = String>) -> Self {
        let mut asked = Self::default();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--exact" => asked.exact = true,
                "--list" => asked.list = true,
                "--ignored" => asked.ignored = true,
                // Known to libtest, with a value, and of no meaning here.
                "--test-threads" | "--format" | "--color" | "--skip" | "-Z" => drop(args.next()),
                flag if flag.starts_with('-') => {}
                _ => asked.filters.push(arg),
            }
        }
        asked
    }

    fn wants(&self, name: &str) -> bool {
        let fits = |filter: &String| if self.exact { name == filter } else { name.contains(filter.as_str()) };
        !self.ignored && (self.filters.is_empty() || self.filters.iter().any(fits))
    }
}

/// Does the jobs that are asked for. Whether all went well is the exit code.
pub(crate) fn run(jobs: Vec<Job>, asked: &Asked) -> ExitCode {
    let (jobs, others): (Vec<_>, Vec<_>) = jobs.into_iter().partition(|job| asked.wants(&job.name));
    if asked.list {
        for job in &jobs {
            println!("{}: test", job.name);
        }
        return ExitCode::SUCCESS;
    }
    let began = Instant::now();
    println!("\nreplaying over TCP with rust_socketio: {} tests", jobs.len());
    let mut tally = Tally::default();
    let (next, (done, outcomes)) = (AtomicUsize::new(0), mpsc::channel());
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            let (done, jobs, next) = (done.clone(), &jobs, &next);
            scope.spawn(move || {
                while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if done.send((job, (job.prove)())).is_err() {
                        break;
                    }
                }
            });
        }
        drop(done);
        for (job, outcome) in outcomes {
            tally.add(job, outcome);
        }
    });
    tally.tell(others.len(), began)
}

#[derive(Default)]
struct Tally {
    scenes: usize,
    exercises: BTreeSet<String>,
    wrong: usize,
    own: usize,
    in_part: Vec<String>,
    failed: Vec<String>,
    passed: usize,
}

impl Tally {
    fn add(&mut self, job: &Job, outcome: Result<Proved>) {
        let name = &job.name;
        match outcome {
            Ok(proved) => {
                self.passed += 1;
                match (job.kind, &proved) {
                    (Kind::Kept, _) => {
                        self.scenes += 1;
                        self.exercises.extend(name.split('/').next().map(ToOwned::to_owned));
                    }
                    (Kind::Wrong, Proved::Whole) => self.wrong += 1,
                    (Kind::Wrong, Proved::InPart(_)) => {}
                    (Kind::Own, _) => self.own += 1,
                }
                match proved {
                    Proved::Whole => println!("test {name} ... ok"),
                    Proved::InPart(why) => {
                        println!("test {name} ... ok, in part: {why}");
                        if job.kind != Kind::Own {
                            self.in_part.push(name.clone());
                        }
                    }
                }
            }
            Err(error) => {
                println!("test {name} ... FAILED\n{error:#}\n");
                self.failed.push(name.clone());
            }
        }
    }

    fn tell(&self, filtered: usize, began: Instant) -> ExitCode {
        println!(
            "\nreplayed over TCP with rust_socketio: {} scenes, {} exercises; {} wrong answers told apart; \
             {} checks of its own; in part: {}",
            self.scenes,
            self.exercises.len(),
            self.wrong,
            self.own,
            if self.in_part.is_empty() { "none".to_owned() } else { self.in_part.join(", ") },
        );
        if !self.failed.is_empty() {
            println!("\nfailures:");
            for name in &self.failed {
                println!("    {name}");
            }
        }
        let result = if self.failed.is_empty() { "ok" } else { "FAILED" };
        println!(
            "\ntest result: {result}. {} passed; {} failed; 0 ignored; 0 measured; {filtered} filtered out; \
             finished in {:.2}s\n",
            self.passed,
            self.failed.len(),
            began.elapsed().as_secs_f64(),
        );
        // libtest's own.
        if self.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(101) }
    }
}
