//! `dev soak`: plays every scene many times on a loaded machine. No play may differ.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use harness::Server;
use scenario::Scene;

/// One scene, to be played over its solution.
struct Job {
    name: String,
    scene: Scene,
    server: Server,
}

/// What came of a job.
struct Outcome {
    name: String,
    different: u32,
    times: Vec<Duration>,
}

/// Plays each scene `plays` times over its solution, while every core is busy, and tells what came of it.
pub(super) fn soak(root: &Path, plays: u32) -> Result<()> {
    let jobs = jobs(root)?;
    let cores = thread::available_parallelism().map_or(2, usize::from);
    println!("{} scenes, {plays} plays each, on {cores} cores, each of them busy with a loop", jobs.len());

    let done = AtomicBool::new(false);
    let outcomes = thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let workers: Vec<_> = (0..cores)
            .map(|worker| {
                let jobs = &jobs;
                scope.spawn(move || {
                    let mine = jobs.iter().skip(worker).step_by(cores);
                    mine.map(|job| play(job, plays)).collect::<Result<Vec<_>>>()
                })
            })
            .collect();
        let outcomes: Vec<_> = workers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        done.store(true, Ordering::Relaxed);
        outcomes
    });

    let (mut different, mut times) = (0, Vec::new());
    for outcome in outcomes {
        for outcome in outcome.map_err(|_| anyhow!("a worker panicked"))?? {
            if outcome.different > 0 {
                println!("✗ {}: {} plays differ", outcome.name, outcome.different);
            }
            different += outcome.different;
            times.extend(outcome.times);
        }
    }
    times.sort();
    let at = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    println!(
        "{} plays, {different} of them different. Under this load one takes {:.1?} (median), {:.1?} (99 of 100).",
        times.len(),
        at(50),
        at(99)
    );
    if different > 0 {
        bail!("equal scenes did not give equal transcripts");
    }
    let quiet = quiet_median(&jobs)?;
    println!("Without the loops, one takes {quiet:.1?} (median).");
    Ok(())
}

fn play(job: &Job, plays: u32) -> Result<Outcome> {
    // The whole transcript, frames and all.
    let first = harness::play(&job.scene, &job.server)?;
    let mut outcome = Outcome { name: job.name.clone(), different: 0, times: Vec::new() };
    for _ in 0..plays {
        let start = Instant::now();
        let transcript = harness::play(&job.scene, &job.server)?;
        outcome.times.push(start.elapsed());
        if transcript != first {
            outcome.different += 1;
        }
    }
    Ok(outcome)
}

/// How long a play takes: the median of a hundred plays of every scene.
pub(super) fn median_play(root: &Path) -> Result<Duration> {
    quiet_median(&jobs(root)?)
}

/// Every scene, with its solution.
fn jobs(root: &Path) -> Result<Vec<Job>> {
    let mut jobs = Vec::new();
    for exercise in grader::exercises(root)? {
        let solution = solutions::find(&exercise.name);
        let solution = solution.with_context(|| format!("{} has no solution", exercise.name))?;
        for scene in exercise.scenes {
            let name = format!("{}/{}", exercise.name, scene.name);
            jobs.push(Job { name, scene, server: solution.solution.clone() });
        }
    }
    Ok(jobs)
}

fn quiet_median(jobs: &[Job]) -> Result<Duration> {
    let mut times = Vec::new();
    for job in jobs {
        times.extend(play(job, 100)?.times);
    }
    times.sort();
    Ok(times.get(times.len() / 2).copied().unwrap_or_default())
}
