//! `dev soak`: plays every kept scene many times on a loaded machine. Not one play may differ.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};
use catalogue::Server;
use stage::{ANSWER, Kept};

/// One scene, to be played over one server.
struct Job {
    name: String,
    kept: Kept,
    server: Server,
}

/// What came of a job.
struct Outcome {
    name: String,
    different: u32,
    times: Vec<Duration>,
}

/// Plays each kept scene `plays` times over the answer, with every processor busy besides, and tells what came of it.
pub(super) fn soak(root: &Path, plays: u32) -> Result<()> {
    let jobs = jobs(root)?;
    let cores = thread::available_parallelism().map_or(2, usize::from);
    println!("{} scenes, {plays} plays each, on {cores} cores, each with a busy loop besides", jobs.len());

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
    println!("On the machine as it is, one takes {quiet:.1?} (median).");
    Ok(())
}

fn play(job: &Job, plays: u32) -> Result<Outcome> {
    let first = bytes(job)?;
    let mut outcome = Outcome { name: job.name.clone(), different: 0, times: Vec::new() };
    for _ in 0..plays {
        let start = Instant::now();
        let transcript = stage::play(&job.kept.scene, job.server)?;
        outcome.times.push(start.elapsed());
        if transcript.to_string() != job.kept.text || serde_json::to_vec(&transcript)? != first {
            outcome.different += 1;
        }
    }
    Ok(outcome)
}

/// The whole transcript, frames and all.
fn bytes(job: &Job) -> Result<Vec<u8>> {
    Ok(serde_json::to_vec(&stage::play(&job.kept.scene, job.server)?)?)
}

/// How long a play takes, the middle of a hundred plays of every scene.
pub(super) fn median_play(root: &Path) -> Result<Duration> {
    quiet_median(&jobs(root)?)
}

/// Every kept scene, over its answer.
fn jobs(root: &Path) -> Result<Vec<Job>> {
    let mut jobs = Vec::new();
    for entry in catalogue::entries(root)? {
        let server = entry.server(ANSWER).ok_or_else(|| anyhow!("{} has no answer", entry.exercise.name))?;
        for kept in &entry.kept {
            let name = format!("{}/{}", entry.exercise.name, kept.scene.name);
            jobs.push(Job { name, kept: kept.clone(), server });
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
