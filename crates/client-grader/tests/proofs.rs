//! Every exercise that is a client is proved three ways, as those that are servers are by `solutions/tests/proofs.rs`: as
//! shipped it fails for its intended reason, its solution passes, and each known mistake fails and is recognised by its
//! name. And what is kept is what is played: insta asserts it.
//!
//! After a change: `INSTA_UPDATE=always cargo test -p client-grader` and `git diff`.

mod behaviour;
mod solutions;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use grader::{
    Behaviour, CLIENT_TIMEOUT, Diagnosis, Exercise, Expected, Mistakes, Played, Player, SOLUTION, STARTER,
    Verdict, grade, verdict_lines,
};
use libtest_mimic::{Arguments, Failed, Trial};

use crate::solutions::Solution;

type Proved = Result<(), Failed>;

fn main() -> ExitCode {
    // They are played in a process of their own, as a learner's is.
    if std::env::args().any(|arg| arg == "--worker") {
        grader::serve_worker_plays(|name, scene, options| {
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
    let mut trials = behaviour::trials();
    let mut all = solutions::all();
    for exercise in exercises {
        let found = all.iter().position(|solution| solution.exercise == exercise.name);
        let Some(at) = found else {
            let missing = format!("crates/client-grader/tests/solutions.rs doesn't list `{}`", exercise.name);
            trials.push(Trial::test(format!("{}: it is listed", exercise.name), move || Err(missing.into())));
            continue;
        };
        let proof = Proof { exercise, solution: all.remove(at), played: OnceLock::new() };
        trials.extend(Arc::new(proof).trials());
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// An exercise and its clients.
struct Proof {
    exercise: Exercise,
    solution: Solution,
    /// What each client plays all scenes as.
    played: OnceLock<Result<Vec<(String, Vec<Played>)>, String>>,
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
        ];
        trials.extend(self.exercise.mistakes.iter().map(|mistake| {
            let (proof, mistake) = (Arc::clone(&self), mistake.name.clone());
            Trial::test(format!("{name}: the mistake {mistake} fails, under its name"), move || {
                proof.mistake_fails(&mistake)
            })
        }));
        trials
    }

    /// What the client of that name plays all scenes as.
    fn play(&self, name: &str) -> Result<&[Played], String> {
        let play = || {
            let program = std::env::current_exe().map_err(|error| error.to_string())?;
            let mut player = Player::new(program).workers(2).timeout(CLIENT_TIMEOUT);
            let play = |(client, _): &(String, _)| {
                let name = format!("{}/{client}", self.exercise.name);
                let played =
                    player.play_all(&name, &self.exercise.scenes).map_err(|error| error.to_string())?;
                Ok((client.clone(), played))
            };
            self.solution.clients.iter().map(play).collect::<Result<Vec<_>, String>>()
        };
        let all = self.played.get_or_init(play).as_ref().map_err(Clone::clone)?;
        let one = all.iter().find(|(client, _)| client == name);
        Ok(&one.ok_or_else(|| format!("solutions.rs has no {name}"))?.1)
    }

    fn grade(&self, name: &str, source: &str) -> Result<Verdict, Failed> {
        let (expected, mistakes) = (self.expected()?, self.mistakes()?);
        let (scenes, played) = (&self.exercise.scenes, self.play(name)?);
        let verdict = grade(&self.exercise, scenes, played, source, &expected, &mistakes);
        match verdict.tampered.first() {
            Some(sentence) => Err(sentence.into()),
            None => Ok(verdict),
        }
    }

    fn is_complete(&self) -> Proved {
        let described: BTreeSet<_> = self.exercise.mistakes.iter().map(|it| it.name.as_str()).collect();
        let names = self.solution.clients.iter().map(|(name, _)| name.as_str());
        let coded: BTreeSet<_> = names.filter(|name| ![SOLUTION, STARTER].contains(name)).collect();
        if coded != described || described.is_empty() {
            return Err(format!("solutions.rs lists {coded:?}, exercise.toml has {described:?}").into());
        }
        if self.exercise.scenes.len() < 3 {
            return Err("it needs three scenes".into());
        }
        let readme = fs::read_to_string(grader::root().join("README.md"))?;
        let command = format!("cargo test -p {} ", self.exercise.name);
        if !readme.contains(&command) {
            return Err(format!("README.md has no line `{command}…`").into());
        }
        Ok(())
    }

    /// In CI every exercise is as it was shipped; a learner's own need not be.
    fn starter_is_pristine(&self) -> Proved {
        let (file, starter) = (self.exercise.source_file(), self.exercise.starter_file());
        if std::env::var_os("CI").is_some() && read(&file)? != read(&starter)? {
            return Err(format!("{} and {} differ", file.display(), starter.display()).into());
        }
        Ok(())
    }

    fn starter_fails(&self) -> Proved {
        let source = read(&self.exercise.starter_file())?;
        let verdict = self.grade(STARTER, &source)?;
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
        if verdict.diagnosis != Diagnosis::Mistake(name.to_owned()) {
            let found = format!("{:?}", verdict.diagnosis);
            return Err(format!("it is taken for {found}. Give it a `code` that only it has").into());
        }
        Ok(())
    }

    /// A terminal has 24 rows and 80 columns: cargo adds a line, and the prompt needs one. The first line is empty.
    fn fits_one_screen(&self, verdict: &Verdict, source: &str) -> Proved {
        let lines = verdict_lines(&self.exercise, verdict, source, 0);
        let columns = lines.iter().map(|line| line.chars().count()).max().unwrap_or_default();
        if lines.len() > 23 || columns > 80 {
            let (rows, text) = (lines.len(), lines.join("\n"));
            return Err(format!("its verdict has {rows} rows and {columns} columns:\n{text}").into());
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
        let played = self.play(SOLUTION)?.iter().map(|played| played.transcript.clone());
        Ok(Expected {
            scenes: self.exercise.scenes.iter().cloned().zip(played).collect(),
            random: Vec::new(),
        })
    }

    /// What the mistakes and the starter play as.
    fn mistakes(&self) -> Result<Mistakes, String> {
        let names = self.solution.clients.iter().map(|(name, _)| name).filter(|name| *name != SOLUTION);
        let behaviours = |name: &String| {
            let scenes = self.exercise.scenes.iter().map(|scene| scene.name.clone());
            let played = self.play(name)?.iter().map(|played| Behaviour::of(&played.transcript));
            Ok((name.clone(), scenes.zip(played).collect()))
        };
        Ok(Mistakes { mistakes: names.map(behaviours).collect::<Result<_, String>>()? })
    }

    fn assert_snapshot(&self, name: &str, folder: &Path, contents: &str) {
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path(folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(format!("{}: {}", self.exercise.question, self.exercise.title));
        settings.bind(|| insta::assert_snapshot!(name, contents));
    }
}

fn read(file: &Path) -> Result<String, Failed> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(text.replace("\r\n", "\n"))
}

/// The code of the function that is the mistake `name`, to its end.
fn function<'a>(code: &'a str, name: &str) -> Result<&'a str, Failed> {
    let head = format!("pub async fn {}(", name.replace('-', "_"));
    let start = code.find(&head).ok_or_else(|| format!("mistakes.rs has no `{head}…`"))?;
    let end = code[start..].find("\n}\n").map_or(code.len(), |end| start + end);
    Ok(&code[start..end])
}
