//! `cargo dev soak`: plays every scene many times on a loaded machine. No play may differ.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};
use grader::{Exercise, Player, SOLUTION};
use players::Players;
use scenario::{Scene, Transcript};

/// So many plays of a solution are one play of each known mistake: there are many more of these, and some take their whole
/// time.
const SOLUTION_PLAYS: u32 = 10;

/// One scene, to be played over its solution.
struct Job {
    /// `EXERCISE/SCENE`.
    name: String,
    /// `EXERCISE/solution`.
    server: String,
    scene: Scene,
}

/// What came of a job.
struct Outcome {
    name: String,
    different: u32,
    times: Vec<Duration>,
}

/// Plays each scene `plays` times over its solution, and some times over each known mistake, while every core is busy. Tells
/// what came of it.
pub(crate) fn soak(root: &Path, plays: u32) -> Result<()> {
    let (jobs, program) = (jobs(root)?, players::program(root)?);
    let players = Players::of(program.clone());
    let cores = cores();
    println!("{} scenes, {plays} plays each, on {cores} cores, each of them busy with a loop", jobs.len());
    let outcomes = under_load(&jobs, |job| play(&players, job, plays))?;
    let mut different = tell_different(&outcomes);
    let mut times: Vec<_> = outcomes.into_iter().flat_map(|outcome| outcome.times).collect();
    times.sort();
    let at = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    println!(
        "{} plays, {different} of them different. Under this load one takes {:.1?} (median), {:.1?} (99 of 100).",
        times.len(),
        at(50),
        at(99)
    );

    let mistakes = mistakes(root)?;
    let rounds = plays.div_ceil(SOLUTION_PLAYS);
    println!("{} known mistakes, each of them played again {rounds} times", mistakes.len());
    let outcomes = under_load(&mistakes, |mistake| play_mistake(mistake, &program, rounds))?;
    let differing = tell_different(&outcomes);
    println!("{differing} of their plays are different.");
    different += differing;

    if different > 0 {
        bail!("equal scenes did not give equal transcripts");
    }
    let quiet = quiet_median(&players, &jobs, 10)?;
    println!("Without the loops, one takes {quiet:.1?} (median).");
    Ok(())
}

fn cores() -> usize {
    thread::available_parallelism().map_or(2, usize::from)
}

/// Does all jobs, as many at a time as there are cores, while each core is also busy with a loop.
fn under_load<J: Sync>(jobs: &[J], work: impl Fn(&J) -> Result<Outcome> + Sync) -> Result<Vec<Outcome>> {
    let (cores, done) = (cores(), AtomicBool::new(false));
    let outcomes: Vec<_> = thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let workers: Vec<_> = (0..cores)
            .map(|worker| {
                let work = &work;
                scope.spawn(move || {
                    jobs.iter().skip(worker).step_by(cores).map(work).collect::<Result<Vec<_>>>()
                })
            })
            .collect();
        let outcomes = workers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        done.store(true, Ordering::Relaxed);
        outcomes
    });
    let mut all = Vec::new();
    for outcomes in outcomes {
        all.extend(outcomes.map_err(|_| anyhow!("a worker panicked"))??);
    }
    Ok(all)
}

/// How many plays differ. Each job with such plays is told.
fn tell_different(outcomes: &[Outcome]) -> u32 {
    for outcome in outcomes.iter().filter(|outcome| outcome.different > 0) {
        println!("✗ {}: {} plays differ", outcome.name, outcome.different);
    }
    outcomes.iter().map(|outcome| outcome.different).sum()
}

/// A known mistake, by its exercise and its name, with all scenes: a mistake is named only if all of them play as it does.
fn mistakes(root: &Path) -> Result<Vec<(String, Vec<Scene>)>> {
    let named = |exercise: &Exercise| {
        let scenes: Vec<_> = exercise.all_scenes().cloned().collect();
        let names = exercise.mistakes.iter().map(|mistake| format!("{}/{}", exercise.name, mistake.name));
        names.map(|name| (name, scenes.clone())).collect::<Vec<_>>()
    };
    Ok(servers(root)?.iter().flat_map(named).collect())
}

/// Plays a mistake as the grader does, in a process of its own: it may block.
fn play_mistake((name, scenes): &(String, Vec<Scene>), program: &PathBuf, rounds: u32) -> Result<Outcome> {
    let mut player = Player::new(program);
    let mut play = || -> io::Result<Vec<Transcript>> {
        Ok(player.play_all(name, scenes)?.into_iter().map(|played| played.transcript).collect())
    };
    let first = play()?;
    let mut outcome = Outcome { name: name.clone(), different: 0, times: Vec::new() };
    for _ in 0..rounds {
        let start = Instant::now();
        let transcripts = play()?;
        outcome.times.push(start.elapsed());
        let scene_differs = transcripts.iter().zip(&first).position(|(one, other)| one != other);
        if let Some(scene) = scene_differs.and_then(|number| scenes.get(number)) {
            outcome.name = format!("{name}, in {}", scene.name);
            outcome.different += 1;
        } else if transcripts.len() != first.len() {
            outcome.different += 1;
        }
    }
    Ok(outcome)
}

fn play(players: &Players, job: &Job, plays: u32) -> Result<Outcome> {
    // The whole transcript, frames and all.
    let first = players.played(&job.server, &job.scene)?.transcript;
    let mut outcome = Outcome { name: job.name.clone(), different: 0, times: Vec::new() };
    for _ in 0..plays {
        let played = players.played(&job.server, &job.scene)?;
        outcome.times.push(played.time);
        if played.transcript != first {
            outcome.different += 1;
        }
    }
    Ok(outcome)
}

/// How long a play takes: the median of a hundred plays of every scene.
pub(crate) fn median_play(root: &Path) -> Result<Duration> {
    quiet_median(&Players::build(root)?, &jobs(root)?, 100)
}

/// The exercises that are servers. `cargo test -p client-grader` plays the others.
fn servers(root: &Path) -> Result<Vec<Exercise>> {
    Ok(grader::exercises(root)?.into_iter().filter(|exercise| !exercise.is_client()).collect())
}

/// Every scene, with its solution.
fn jobs(root: &Path) -> Result<Vec<Job>> {
    let mut jobs = Vec::new();
    for exercise in servers(root)? {
        let server = format!("{}/{SOLUTION}", exercise.name);
        for scene in exercise.scenes {
            jobs.push(Job {
                name: format!("{}/{}", exercise.name, scene.name),
                server: server.clone(),
                scene,
            });
        }
    }
    Ok(jobs)
}

fn quiet_median(players: &Players, jobs: &[Job], plays: u32) -> Result<Duration> {
    let mut times = Vec::new();
    for job in jobs {
        times.extend(play(players, job, plays)?.times);
    }
    times.sort();
    Ok(times.get(times.len() / 2).copied().unwrap_or_default())
}
