//! What is proved of an exercise, be it a server or a client. `proofs.rs` here and in `crates/client-grader` do it.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use grader::{
    Behaviour, Diagnosis, Exercise, Expected, ExpectedRandom, Mistakes, NODE, Played, Player, Recorded, Runs,
    SOLUTION, STARTER, Verdict, grade_with, tampered, verdict_lines,
};
use libtest_mimic::{Failed, Trial};
use scenario::{Breach, Scene, Transcript};

use crate::played;

/// What a proof comes to.
pub(crate) type Proved = Result<(), Failed>;

/// An exercise, and its solution, starter and known mistakes as code.
pub(crate) struct Proof {
    exercise: Exercise,
    /// The names of the known mistakes that there is code for.
    coded: Vec<String>,
    players: Arc<Players>,
    /// What each of them plays all scenes as. Each is played once, though several proofs ask for it.
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

/// As many players as play at a time: one for each thread, whatever exercise they are of.
pub(crate) struct Players {
    program: PathBuf,
    make: fn(&Path) -> Player,
    idle: Mutex<Vec<Player>>,
    known: played::Played,
}

impl Players {
    /// Players of this program, each made so.
    pub(crate) fn new(make: fn(&Path) -> Player) -> std::io::Result<Self> {
        let program = std::env::current_exe()?;
        Ok(Self { known: played::Played::of(&program)?, program, make, idle: Mutex::default() })
    }

    fn play(&self, server: &str, scenes: &[Scene]) -> Result<Vec<Transcript>, String> {
        if let Some(transcripts) = self.known.find(server, scenes) {
            return Ok(transcripts);
        }
        let mut player = lock(&self.idle).pop().unwrap_or_else(|| (self.make)(&self.program));
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

/// Of a mistake's play of a longer scene than this only a digest is kept, as of a random one: no page shows it. What is kept
/// whole is also what the book shows while its servers are being compiled.
const READABLE: usize = 16;

/// In so many runs each promise should be broken by some mistake. All mistakes play the first few first: that's mostly enough.
const SOME_RUNS: [usize; 3] = [5, 15, 50];

impl Proof {
    pub(crate) fn new(exercise: Exercise, coded: Vec<String>, players: &Arc<Players>) -> Self {
        let (plays, kept, players) = (Mutex::default(), OnceLock::new(), Arc::clone(players));
        Self { exercise, coded, players, plays, kept }
    }

    pub(crate) fn trials(self: Arc<Self>) -> Vec<Trial> {
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
        ];
        if !self.exercise.is_client() {
            trials.push(trial("node.snap is of its servers and scenes".into(), Self::node_is_recorded));
        }
        if self.exercise.runs.is_some() {
            trials
                .push(trial("the solution keeps its promises in every run".into(), Self::promises_are_kept));
            trials.push(trial("a known mistake breaks each of them".into(), Self::promises_can_be_broken));
        }
        trials.extend(self.exercise.mistakes.iter().map(|mistake| {
            let (proof, mistake) = (Arc::clone(&self), mistake.name.clone());
            Trial::test(format!("{name}: the mistake {mistake} fails, under its name"), move || {
                proof.mistake_fails(&mistake)
            })
        }));
        trials
    }

    /// Plays all scenes with the server or client of that name.
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

    /// Grades the one of that name as the grader would, if it were written in `source`.
    fn grade(&self, server: &str, source: &str) -> Result<Verdict, Failed> {
        let Kept { expected, mistakes, tampered } = self.kept()?;
        if let Some(sentence) = tampered.first() {
            return Err(sentence.into());
        }
        let played = |(scene, transcript): &(Scene, Transcript)| {
            (scene.clone(), Played { transcript: transcript.clone(), ..Played::default() })
        };
        let (scenes, played): (Vec<_>, Vec<_>) = self.play(server)?.iter().map(played).unzip();
        Ok(grade_with(&self.exercise, &scenes, &played, source, (expected, mistakes), Vec::new()))
    }

    fn is_complete(&self) -> Proved {
        let exercise = &self.exercise;
        if exercise.scenes.len() < 3 {
            return Err(format!("it has {} scenes, and needs three", exercise.scenes.len()).into());
        }
        // What comes in which order to a client is the server's matter: no random scene could say it.
        let has_random = exercise.is_client() || !exercise.random.is_empty();
        if exercise.scene("long-evening").is_none() || !has_random {
            let path = exercise.path();
            return Err(format!(
                "{path}/scenes.toml needs a `long-evening` and a [random]: see CONTRIBUTING.md"
            )
            .into());
        }
        if exercise.mistakes.is_empty() {
            return Err("it has no known mistake".into());
        }
        let coded: BTreeSet<_> = self.coded.iter().map(String::as_str).collect();
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

    fn promises_are_kept(&self) -> Proved {
        let Some(runs) = &self.exercise.runs else { return Ok(()) };
        let scenes = scenes_of(runs);
        for scene in &scenes {
            scene.check().map_err(|error| format!("{}, {error}", scene.name))?;
        }
        let played = self.play_named(SOLUTION, &scenes)?;
        match played.iter().find_map(|(name, played)| Some((name, runs.fault(played)?.0))) {
            None => Ok(()),
            Some((run, sentences)) => Err(format!("{run}: {}", sentences.join(" ")).into()),
        }
    }

    /// Else a promise may hold because nothing in the runs could break it.
    fn promises_can_be_broken(&self) -> Proved {
        let Some(runs) = &self.exercise.runs else { return Ok(()) };
        let scenes = scenes_of(runs);
        let (mut unbroken, mut done) = (runs.keeps.clone(), 0);
        for most in SOME_RUNS {
            let most = most.min(scenes.len());
            for server in self.coded.iter().map(String::as_str).chain([STARTER]) {
                let played = self.play_named(server, &scenes[done..most])?;
                unbroken.retain(|promise| {
                    played.iter().all(|(_, transcript)| Breach::find(transcript, &[*promise]).is_none())
                });
                if unbroken.is_empty() {
                    return Ok(());
                }
            }
            done = most;
        }
        Err(format!("no known mistake breaks this in the first {done} runs: {}", unbroken[0]).into())
    }

    /// Plays these scenes with the server of that name. Each play stands beside its scene's name.
    fn play_named(&self, server: &str, scenes: &[Scene]) -> Result<Vec<(String, Transcript)>, String> {
        let played = self.players.play(&format!("{}/{server}", self.exercise.name), scenes)?;
        Ok(scenes.iter().map(|scene| scene.name.clone()).zip(played).collect())
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
    fn is_printed(&self, mistake: &str, verdict: &Verdict, source: &str) -> Proved {
        let lines = verdict_lines(&self.exercise, verdict, source, 0);
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
    fn fits_one_screen(&self, verdict: &Verdict, source: &str) -> Proved {
        // Without a name, too: then facts take its place.
        let fact =
            "This is a fact about the learner's code, in more words than one line can hold.".to_owned();
        let unnamed = Verdict { diagnosis: Diagnosis::Facts(vec![fact; 2]), ..verdict.clone() };
        for verdict in [verdict, &unnamed] {
            let lines = verdict_lines(&self.exercise, verdict, source, 0);
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
            if exercise.scenes_on_node().filter(played).count() != scenes.len() {
                return Err(format!(
                    "node.snap has a scene of `{server}` that isn't in scenes.toml. {record}"
                )
                .into());
            }
            if let Some(scene) = exercise.scenes_on_node().find(|scene| !played(scene)) {
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
pub(crate) fn assert_snapshot(name: &str, folder: &Path, about: &str, contents: &str) {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(about);
    settings.bind(|| insta::assert_snapshot!(name, contents));
}

fn scenes_of(runs: &Runs) -> Vec<Scene> {
    runs.runs().into_iter().map(|run| run.scene).collect()
}

fn read(file: &Path) -> Result<String, Failed> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(text.replace("\r\n", "\n"))
}

/// The code of the function that is the mistake `name`.
fn function<'a>(code: &'a str, name: &str) -> Result<&'a str, Failed> {
    let head = format!("fn {}(", name.replace('-', "_"));
    let heads = [format!("pub {head}"), format!("pub async {head}")];
    let start = heads.iter().find_map(|head| code.find(head));
    let start = start.ok_or_else(|| format!("mistakes.rs has no `pub {head}…`"))?;
    let ends = ["{}\n", "\n}\n"].into_iter().filter_map(|end| code[start..].find(end));
    let end = ends.min().map_or(code.len(), |end| start + end);
    Ok(&code[start..end])
}
