//! Every exercise is proved three ways: as shipped it fails for its intended reason, its solution passes, and each known
//! mistake fails and is recognised by its name. And what is kept is what is played: insta asserts it.
//!
//! After a change: `cargo insta test --review -p solutions`, or `INSTA_UPDATE=always cargo test -p solutions` and
//! `git diff`.

mod played;

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use grader::{
    Behaviour, Cheatsheet, Diagnosis, Effects, Exercise, Expected, ExpectedRandom, Mistakes, NODE, Played,
    Player, Recorded, SOLUTION, STARTER, grade_with, tampered,
};
use libtest_mimic::{Arguments, Failed, Trial};
use scenario::{Scene, Transcript};
use solutions::Solution;

/// An exercise and its servers.
struct Proof {
    exercise: Exercise,
    solution: Solution,
    players: Arc<Players>,
    /// What each server plays all scenes as. Each is played once, though several proofs ask for it.
    plays: Mutex<HashMap<String, Arc<OnceLock<Plays>>>>,
    /// What is kept of it, read once.
    kept: OnceLock<Result<Kept, String>>,
}

/// The listed scenes and those made from a seed, each with its transcript.
type Plays = Result<Arc<Vec<(Scene, Transcript)>>, String>;

/// The kept files that grade an exercise.
struct Kept {
    expected: Expected,
    mistakes: Mistakes,
    tampered: Vec<String>,
}

/// As many players as servers are played at a time: one for each core, whatever exercise they are of.
struct Players {
    program: PathBuf,
    idle: Mutex<Vec<Player>>,
    known: played::Played,
}

impl Players {
    fn new() -> std::io::Result<Self> {
        let program = std::env::current_exe()?;
        Ok(Self { known: played::Played::of(&program)?, program, idle: Mutex::default() })
    }

    fn play(&self, server: &str, scenes: &[Scene]) -> Result<Vec<Transcript>, String> {
        if let Some(transcripts) = self.known.find(server, scenes) {
            return Ok(transcripts);
        }
        let mut player = lock(&self.idle).pop().unwrap_or_else(|| Player::new(&self.program));
        let played = player.play_all(server, scenes);
        lock(&self.idle).push(player);
        let transcripts: Vec<_> =
            played.map_err(|error| error.to_string())?.into_iter().map(|it| it.transcript).collect();
        self.known.keep(server, scenes, &transcripts);
        Ok(transcripts)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Of a mistake's play of a longer scene than this only a digest is kept, as of a random one: nobody reads it. What is kept
/// whole is also what the book shows while its servers are being compiled.
const READABLE: usize = 8;

type Proved = Result<(), Failed>;

fn main() -> ExitCode {
    // The servers are played in a process of their own, as a learner's is: a mistake may block, and print what it likes.
    if std::env::args().any(|arg| arg == "--worker") {
        grader::serve_worker(solutions::server);
    }
    let exercises = match grader::exercises(&grader::root()) {
        Ok(exercises) => exercises,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let arguments = Arguments::from_args();
    if let Some(sentence) = meant_for_the_learner(&arguments, &exercises) {
        println!("{sentence}");
        // libtest's code for a failure: cargo adds no more than a line.
        return ExitCode::from(101);
    }
    let players = match Players::new() {
        Ok(players) => Arc::new(players),
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut trials = vec![Trial::test("every solution has an exercise", {
        let exercises = exercises.clone();
        move || every_solution_has_an_exercise(&exercises)
    })];
    trials.push(Trial::test("the name of an exercise alone proves nothing", {
        let name = exercises.first().map_or_else(String::new, |exercise| exercise.name.clone());
        move || a_name_alone_proves_nothing(&name)
    }));
    trials.push(Trial::test("cheatsheet: rust.snap is what its entries play as", cheatsheet_is_kept));
    // Those that are clients are proved where their grader is.
    for exercise in exercises.into_iter().filter(|exercise| !exercise.is_client()) {
        let name = exercise.name.clone();
        let Some(solution) = solutions::find(&name) else {
            let missing = format!("{}/solution.rs is missing", exercise.solution_path());
            trials.push(Trial::test(format!("{name}: it has a solution"), move || Err(missing.into())));
            continue;
        };
        let (plays, kept, players) = (Mutex::default(), OnceLock::new(), Arc::clone(&players));
        trials.extend(Arc::new(Proof { exercise, solution, players, plays, kept }).trials());
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// `cargo test broadcast`, without `-p`, would prove our solution and say "ok" to somebody whose own server it never saw.
fn meant_for_the_learner(arguments: &Arguments, exercises: &[Exercise]) -> Option<String> {
    let name = arguments.filter.as_ref().filter(|_| !arguments.list)?;
    let exercise = exercises.iter().find(|exercise| exercise.name == *name)?;
    let proofs = if exercise.is_client() { "client-grader" } else { "solutions" };
    Some(format!(
        "\n`{name}` is an exercise. Nothing was run: this doesn't grade your code.\n\n  your code     cargo test -p {name}\n  \
         our solution  cargo test -p {proofs} {name}:\n"
    ))
}

fn a_name_alone_proves_nothing(name: &str) -> Proved {
    let output = std::process::Command::new(std::env::current_exe()?).arg(name).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    if output.status.success() || !text.contains(&format!("cargo test -p {name}\n")) {
        return Err(format!("`cargo test {name}` says:\n{text}").into());
    }
    Ok(())
}

fn every_solution_has_an_exercise(exercises: &[Exercise]) -> Proved {
    for solution in solutions::all() {
        let found = exercises.iter().any(|it| (&*it.chapter, &*it.name) == (solution.chapter, solution.name));
        if !found {
            return Err(format!("solutions/{}/{} has no exercise", solution.chapter, solution.name).into());
        }
    }
    Ok(())
}

fn cheatsheet_is_kept() -> Proved {
    let cheatsheet = Cheatsheet::read(&grader::root()).map_err(|error| error.to_string())?;
    let mut recorded = Recorded::default();
    for (name, server) in solutions::cheatsheet::all() {
        let played = harness::play(&cheatsheet.scene, &server).map_err(|error| error.to_string())?;
        let scene = cheatsheet.scene.name.clone();
        recorded.servers.push((name.to_owned(), vec![(scene, Effects::of(&played))]));
    }
    assert_snapshot("rust", &cheatsheet.dir, "The emit cheatsheet in Rust", &recorded.contents());
    Ok(())
}

impl Proof {
    fn trials(self: Arc<Self>) -> Vec<Trial> {
        let name = &self.exercise.name;
        let trial = |what: String, prove: fn(&Self) -> Proved| {
            let proof = Arc::clone(&self);
            Trial::test(format!("{name}: {what}"), move || prove(&proof))
        };
        let mut trials = vec![
            trial("its description is complete".into(), Self::is_complete),
            trial("the starter is kept as it was shipped".into(), Self::starter_is_pristine),
            trial("the starter fails, for its reason".into(), Self::starter_fails),
            trial("the solution passes".into(), Self::solution_passes),
            trial("expected.snap is what the solution plays as".into(), Self::expected_is_kept),
            trial("mistakes.snap is what the mistakes play as".into(), Self::mistakes_are_kept),
            trial("node.snap is of its servers and scenes".into(), Self::node_is_recorded),
        ];
        trials.extend(self.exercise.mistakes.iter().map(|mistake| {
            let (proof, mistake) = (Arc::clone(&self), mistake.name.clone());
            Trial::test(format!("{name}: the mistake {mistake} fails, under its name"), move || {
                proof.mistake_fails(&mistake)
            })
        }));
        trials
    }

    /// Plays all scenes over the server of that name.
    fn play(&self, server: &str) -> Plays {
        let plays = Arc::clone(lock(&self.plays).entry(server.to_owned()).or_default());
        let play = || {
            let scenes: Vec<_> = self.exercise.all_scenes().cloned().collect();
            let played = self.players.play(&format!("{}/{server}", self.exercise.name), &scenes)?;
            Ok(Arc::new(scenes.into_iter().zip(played).collect()))
        };
        plays.get_or_init(play).clone()
    }

    fn kept(&self) -> Result<&Kept, String> {
        let read = || {
            let (expected, mistakes) = if std::env::var_os("INSTA_UPDATE").is_some() {
                // The files are being written: what will stand in them.
                (self.expected()?, self.mistakes()?)
            } else {
                let expected = Expected::read(&self.exercise.expected_file());
                let mistakes = Mistakes::read(&self.exercise.mistakes_file());
                (expected.map_err(|error| error.to_string())?, mistakes.map_err(|error| error.to_string())?)
            };
            let tampered = tampered(&self.exercise, &expected, &mistakes);
            Ok(Kept { expected, mistakes, tampered })
        };
        self.kept.get_or_init(read).as_ref().map_err(Clone::clone)
    }

    /// Grades the server of that name as the grader would, if it were written in `source`.
    fn grade(&self, server: &str, source: &str) -> Result<grader::Verdict, Failed> {
        let Kept { expected, mistakes, tampered } = self.kept()?;
        if let Some(sentence) = tampered.first() {
            return Err(sentence.into());
        }
        let played = |(scene, transcript): &(Scene, Transcript)| {
            (
                scene.clone(),
                Played { transcript: transcript.clone(), output: String::new(), ..Played::default() },
            )
        };
        let (scenes, played): (Vec<_>, Vec<_>) = self.play(server)?.iter().map(played).unzip();
        Ok(grade_with(&self.exercise, &scenes, &played, source, (expected, mistakes), Vec::new()))
    }

    fn is_complete(&self) -> Proved {
        let exercise = &self.exercise;
        if exercise.scenes.len() < 3 {
            return Err(format!("it has {} scenes, and needs three", exercise.scenes.len()).into());
        }
        if exercise.scene("long-evening").is_none() || exercise.random.is_empty() {
            let path = exercise.path();
            return Err(format!(
                "{path}/scenes.toml needs a `long-evening` and a [random]: see CONTRIBUTING.md"
            )
            .into());
        }
        if exercise.mistakes.is_empty() {
            return Err("it has no known mistake".into());
        }
        let coded: BTreeSet<_> = self.solution.mistakes.iter().map(|(name, _)| *name).collect();
        let described: BTreeSet<_> = exercise.mistakes.iter().map(|mistake| mistake.name.as_str()).collect();
        if coded != described {
            let path = exercise.path();
            return Err(format!("mistakes.rs has {coded:?}, {path}/exercise.toml has {described:?}").into());
        }
        let readme = fs::read_to_string(grader::root().join("README.md"))?;
        let command = format!("cargo test -p {} ", exercise.name);
        if !readme.contains(&command) {
            return Err(format!("README.md has no line `{command}…`").into());
        }
        Ok(())
    }

    /// In CI every exercise is as it was shipped; a learner's own need not be.
    fn starter_is_pristine(&self) -> Proved {
        let (file, starter) = (self.exercise.source_file(), self.exercise.starter_file());
        if std::env::var_os("CI").is_some() && read(&file)? != read(&starter)? {
            let (path, solution) = (self.exercise.path(), self.exercise.solution_path());
            return Err(format!(
                "{path}/src/lib.rs and {solution}/starter.rs differ: copy the one that is right"
            )
            .into());
        }
        Ok(())
    }

    fn starter_fails(&self) -> Proved {
        let source = read(&self.exercise.starter_file())?;
        let verdict = self.grade(STARTER, &source)?;
        if verdict.failed() == 0 {
            return Err("it passes: there is nothing to do".into());
        }
        self.fits_one_screen(&verdict, &source)?;
        match verdict.diagnosis {
            Diagnosis::AsShipped => Ok(()),
            other => Err(format!("it isn't recognised as shipped, but as {other:?}").into()),
        }
    }

    fn solution_passes(&self) -> Proved {
        let verdict = self.grade(SOLUTION, "")?;
        if verdict.failed() > 0 {
            return Err(format!("{} of its scenes fail", verdict.failed()).into());
        }
        Ok(())
    }

    fn mistake_fails(&self, name: &str) -> Proved {
        let code = read(&self.exercise.solution_dir().join("mistakes.rs"))?;
        let source = function(&code, name)?;
        let verdict = self.grade(name, source)?;
        if verdict.failed() == 0 {
            return Err("it passes".into());
        }
        self.fits_one_screen(&verdict, source)?;
        self.is_printed(name, &verdict, source)?;
        if verdict.diagnosis != Diagnosis::Mistake(name.to_owned()) {
            let found = format!("{:?}", verdict.diagnosis);
            return Err(format!("it is taken for {found}. Give it a `code` that only it has").into());
        }
        Ok(())
    }

    /// Where the README or the book prints the verdict on this mistake, it's the real one, without its frame.
    fn is_printed(&self, mistake: &str, verdict: &grader::Verdict, source: &str) -> Proved {
        let lines = grader::verdict_lines(&self.exercise, verdict, source, 0);
        let lines = lines.iter().skip_while(|line| !line.starts_with('✗'));
        let lines: Vec<_> = lines.take_while(|line| !line.starts_with("  your code")).cloned().collect();
        let real = lines.join("\n");
        for file in ["README.md", "book/how-this-works.md"] {
            let text = read(&grader::root().join(file))?;
            let blocks = text.split("```text\n✗ FAIL").skip(1).filter_map(|rest| rest.split("```").next());
            let command = format!("cargo test -p {} ", self.exercise.name);
            let mut of_this =
                blocks.filter(|it| it.contains(&command) && it.contains(&format!("({mistake})")));
            if of_this.any(|block| format!("✗ FAIL{}", block.trim_end()) != real.trim_end()) {
                return Err(format!("{file} shows another verdict. It should be:\n\n{real}").into());
            }
        }
        Ok(())
    }

    /// A terminal has 24 rows and 80 columns: cargo adds a line, and the prompt needs one. The first line is empty.
    fn fits_one_screen(&self, verdict: &grader::Verdict, source: &str) -> Proved {
        // Without a name, too: then facts take its place.
        let fact =
            "This is a fact about the learner's server, in more words than one line can hold.".to_owned();
        let unnamed = grader::Verdict { diagnosis: Diagnosis::Facts(vec![fact; 2]), ..verdict.clone() };
        for verdict in [verdict, &unnamed] {
            let lines = grader::verdict_lines(&self.exercise, verdict, source, 0);
            let columns = lines.iter().map(|line| line.chars().count()).max().unwrap_or_default();
            if lines.len() > 23 || columns > 80 {
                let text = lines.join("\n");
                let rows = lines.len();
                return Err(format!("its verdict has {rows} rows and {columns} columns:\n{text}").into());
            }
        }
        Ok(())
    }

    /// That it is what Node does can only be seen with Node: e2e/replay.mjs does that.
    fn node_is_recorded(&self) -> Proved {
        let exercise = &self.exercise;
        let recorded = Recorded::read(&exercise.node_file()).map_err(|error| error.to_string())?;
        let record = format!("Record it: `cd e2e && node replay.mjs --update {}`", exercise.name);
        for (server, scenes) in &recorded.servers {
            let mistake = server.strip_prefix(NODE).and_then(|rest| rest.strip_prefix(':'));
            if server != NODE && mistake.and_then(|name| exercise.mistake(name)).is_none() {
                return Err(format!("node.snap has `{server}`, which is no known mistake on Node").into());
            }
            let played = |scene: &&Scene| recorded.transcript(server, scene).is_some();
            if exercise.short_scenes().filter(played).count() != scenes.len() {
                return Err(format!(
                    "node.snap has a scene of `{server}` that isn't in scenes.toml. {record}"
                )
                .into());
            }
            if let Some(scene) = exercise.short_scenes().find(|scene| !played(scene)) {
                return Err(
                    format!("node.snap has no play of `{}` by `{server}`. {record}", scene.name).into()
                );
            }
        }
        Ok(())
    }

    fn expected_is_kept(&self) -> Proved {
        self.assert_snapshot("expected", &self.exercise.dir, &self.expected()?.contents());
        Ok(())
    }

    fn mistakes_are_kept(&self) -> Proved {
        self.assert_snapshot("mistakes", &self.exercise.solution_dir(), &self.mistakes()?.contents());
        Ok(())
    }

    /// What the solution plays as.
    fn expected(&self) -> Result<Expected, String> {
        let played = self.play(SOLUTION)?;
        let (random, scenes): (Vec<_>, Vec<_>) =
            played.iter().cloned().partition(|(scene, _)| self.exercise.is_random(scene));
        let random = random.iter().map(|(scene, transcript)| ExpectedRandom::of(scene, transcript)).collect();
        Ok(Expected { scenes, random })
    }

    /// What the mistakes and the starter play as.
    fn mistakes(&self) -> Result<Mistakes, String> {
        let names = std::iter::once(STARTER).chain(self.exercise.mistakes.iter().map(|it| it.name.as_str()));
        let behaviour = |(scene, transcript): &(Scene, Transcript)| {
            let behaviour = if self.exercise.is_random(scene) || scene.steps.len() > READABLE {
                Behaviour::digest_of(transcript, &self.exercise.log_rules)
            } else {
                Behaviour::of(transcript)
            };
            (scene.name.clone(), behaviour)
        };
        let mistakes =
            names.map(|name| Ok((name.to_owned(), self.play(name)?.iter().map(behaviour).collect())));
        Ok(Mistakes { mistakes: mistakes.collect::<Result<_, String>>()? })
    }

    fn assert_snapshot(&self, name: &str, folder: &Path, contents: &str) {
        let about = format!("{}: {}", self.exercise.question, self.exercise.title);
        assert_snapshot(name, folder, &about, contents);
    }
}

/// insta's assertion: it panics where what is kept differs.
fn assert_snapshot(name: &str, folder: &Path, about: &str, contents: &str) {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(about);
    settings.bind(|| insta::assert_snapshot!(name, contents));
}

fn read(file: &Path) -> Result<String, Failed> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(text.replace("\r\n", "\n"))
}

/// The code of the function that is the mistake `name`.
fn function<'a>(code: &'a str, name: &str) -> Result<&'a str, Failed> {
    let head = format!("pub fn {}(", name.replace('-', "_"));
    let start = code.find(&head).ok_or_else(|| format!("mistakes.rs has no `{head}…`"))?;
    let ends = ["{}\n", "\n}\n"].into_iter().filter_map(|end| code[start..].find(end));
    let end = ends.min().map_or(code.len(), |end| start + end);
    Ok(&code[start..end])
}
