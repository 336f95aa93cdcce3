//! Grading: an exercise's test program. Plays the scenes over the learner's server, compares with the kept transcripts,
//! and says what it found.

mod player;
mod report;
mod seal;
mod verdict;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use socketioxide::SocketIo;

pub use self::player::{Played, play_apart};
use self::report::Report;
pub use self::seal::{Broken, broken, is_as_shipped};
pub use self::verdict::{DiffLine, KnownWrong, ReadLog, Scored, Side, compare, graded_text, recognise};
use crate::{Exercise, Kept, STARTER, Scene};

/// What an exercise is graded by. Made by [`grade!`](crate::grade!).
pub struct Grading {
    /// The folder of the crate that is tested: the exercise, or its solution.
    pub crate_dir: &'static str,
    /// The server that is graded.
    pub server: fn(&SocketIo),
    /// The scenes it is graded by.
    pub scenes: Vec<Scene>,
    /// How log lines are read, where the log is graded.
    pub read_log: Option<ReadLog>,
    /// insta's assertion, made in the test's own file.
    pub assert_snapshot: fn(name: &str, text: &str),
}

/// Makes an exercise's test program: `main` and all.
///
/// ```ignore
/// stage::grade! {
///     server: broadcast::server,
///     scenes: [Scene::new("alone", "Ada is alone").enter(["ada"]).emit("ada", "say", "hi")],
/// }
/// ```
///
/// Where the log is graded, `logs: read` names the function that reads a line for its meaning.
#[macro_export]
macro_rules! grade {
    (server: $server:expr, scenes: [$($scene:expr),* $(,)?] $(, logs: $read_log:expr)? $(,)?) => {
        fn main() -> std::process::ExitCode {
            #[allow(unused_mut, unused_assignments)]
            let mut read_log: Option<$crate::grade::ReadLog> = None;
            $(read_log = Some($read_log);)?
            $crate::grade::main(&$crate::grade::Grading {
                crate_dir: env!("CARGO_MANIFEST_DIR"),
                server: $server,
                scenes: vec![$($scene),*],
                read_log,
                assert_snapshot: |name, text| $crate::insta::assert_snapshot!(name, text),
            })
        }
    };
}

/// The folders of an exercise and its solution, from the folder of either.
struct Folders {
    exercise: PathBuf,
    solution: PathBuf,
    is_solution: bool,
}

impl Folders {
    /// `crate_dir` is `ROOT/exercises/PART/NAME` or `ROOT/solutions/PART/NAME`.
    fn of(crate_dir: &Path) -> Option<Self> {
        let name = crate_dir.file_name()?;
        let part = crate_dir.parent()?.file_name()?;
        let kind = crate_dir.ancestors().nth(2)?;
        let root = kind.parent()?;
        Some(Self {
            exercise: root.join("exercises").join(part).join(name),
            solution: root.join("solutions").join(part).join(name),
            is_solution: kind.file_name()? == "solutions",
        })
    }

    fn kept(&self) -> PathBuf {
        self.exercise.join("tests").join("snapshots")
    }
}

/// The folder of the transcripts kept of an exercise's wrong answers, in its solution's folder. Those of one wrong
/// answer are in a folder of its name.
pub fn wrong_dir(solution_dir: &Path) -> PathBuf {
    solution_dir.join("wrong")
}

/// The test program.
pub fn main(grading: &Grading) -> ExitCode {
    if player::is_player() {
        player::perform(grading.server);
        return ExitCode::SUCCESS;
    }
    match run(grading) {
        Ok(true) => ExitCode::SUCCESS,
        // libtest's own.
        Ok(false) => ExitCode::from(101),
        Err(error) => {
            eprintln!("\nerror: {error}\n");
            ExitCode::from(101)
        }
    }
}

type Error = Box<dyn std::error::Error>;

/// Whether all that was asked for passed.
fn run(grading: &Grading) -> Result<bool, Error> {
    let folders = Folders::of(Path::new(grading.crate_dir))
        .ok_or_else(|| format!("{} is not the folder of an exercise", grading.crate_dir))?;
    let exercise = Exercise::read(&folders.exercise)?;
    let asked = Asked::from(env::args().skip(1));
    let report = Report::new();

    if let Some(number) = asked.hint {
        report.hint(&exercise, number);
        return Ok(true);
    }
    let scenes: Vec<_> = grading.scenes.iter().filter(|scene| asked.wants(&scene.name)).cloned().collect();
    if asked.list {
        for scene in scenes.iter().filter(|_| !asked.ignored) {
            println!("{}: test", scene.name);
        }
        return Ok(true);
    }
    if exercise.logs != grading.read_log.is_some() {
        let file = folders.exercise.join("exercise.toml");
        return Err(format!(
            "{}: `logs` and tests/grade.rs disagree on whether the log is graded",
            file.display()
        )
        .into());
    }

    let played = play_apart(&env::current_exe()?, &scenes)?;
    if asked.keep_starter {
        keep(grading, &scenes, &played, &wrong_dir(&folders.solution).join(STARTER))?;
        return Ok(true);
    }
    if updating() && folders.is_solution {
        keep(grading, &scenes, &played, &folders.kept())?;
        seal::seal(&folders.exercise)?;
    }

    report.heading(&exercise, folders.is_solution);
    let mut broken = seal::broken(&folders.exercise);
    let kept = Kept::read_all(&folders.kept())?;
    if broken.is_empty() {
        let graded: Vec<_> = grading.scenes.iter().map(|scene| scene.name.as_str()).collect();
        let kept: Vec<_> = kept.iter().map(|kept| kept.scene.name.as_str()).collect();
        broken = seal::unmatched(&graded, &kept);
    }
    let is_whole = broken.is_empty();
    let graded = Graded { grading, folders: &folders, exercise: &exercise, kept: &kept, is_whole };
    let passed = graded.tell(&report, &scenes, &played);
    if !is_whole {
        report.broken(&exercise, &broken);
    }
    let failed = scenes.len() - passed + broken.len();
    report.result(passed, failed, grading.scenes.len() - scenes.len());
    Ok(failed == 0)
}

struct Graded<'a> {
    grading: &'a Grading,
    folders: &'a Folders,
    exercise: &'a Exercise,
    kept: &'a [Kept],
    /// Whether what grades is as it was sealed. If not, a verdict is worth little, and a diagnosis nothing.
    is_whole: bool,
}

impl Graded<'_> {
    /// Tells scene by scene what came of it. Returns how many passed.
    fn tell(&self, report: &Report, scenes: &[Scene], played: &[Played]) -> usize {
        let read_log = self.grading.read_log;
        let texts: Vec<_> = played.iter().map(|played| played.transcript.to_string()).collect();
        let yours: Vec<_> = texts.iter().map(|text| graded_text(text, read_log)).collect();
        let expected: Vec<_> = self.kept.iter().map(|kept| graded_text(&kept.text, read_log)).collect();
        let mut scored = Vec::new();
        let mut passed = 0;
        // Whether there is an empty line above: a failure wants one.
        let mut spaced = true;
        for (i, scene) in scenes.iter().enumerate() {
            let kept = self.kept.iter().position(|kept| kept.scene.name == scene.name);
            // Of a scene without a kept transcript the broken seal tells.
            let (Some(played), Some(kept)) = (played.get(i), kept) else {
                report.not_played(&scene.name, &scene.title);
                spaced = false;
                continue;
            };
            if yours[i] == expected[kept] {
                self.assert(scene, &texts[i]);
                report.passed(&scene.name, &scene.title);
                passed += 1;
                spaced = false;
            } else {
                if !spaced {
                    println!();
                }
                report.failed(&scene.name, &scene.title);
                spaced = true;
                self.tell_failure(report, &self.kept[kept].text, played, &texts[i]);
            }
            scored.push(Scored { scene: &scene.name, expected: &expected[kept], yours: &yours[i] });
        }
        if !spaced {
            println!();
        }
        if !self.is_whole {
            return passed;
        }
        if passed == scenes.len() {
            let graded: Vec<_> = self.grading.scenes.iter().map(|scene| scene.name.as_str()).collect();
            match passed {
                0 => report.none_chosen(&graded),
                _ if passed < graded.len() => report.some_passed(passed, graded.len()),
                _ => report.all_passed(self.exercise, passed, self.folders.is_solution),
            }
        } else {
            report.recognised(
                self.exercise,
                &self.recognise(&scored).iter().map(String::as_str).collect::<Vec<_>>(),
            );
            report.what_next(self.exercise);
        }
        passed
    }

    /// `text` is the played transcript's.
    fn tell_failure(&self, report: &Report, expected: &str, played: &Played, text: &str) {
        match &played.transcript.trouble {
            // What others would have heard is not the point.
            Some(trouble) => {
                let mut lines: Vec<_> =
                    text.lines().map(|line| DiffLine { side: Side::Both, text: line.to_owned() }).collect();
                if let Some(last) = lines.last_mut() {
                    last.side = Side::Yours;
                }
                report.comparison(&lines);
                report.trouble(trouble);
            }
            None => report.comparison(&compare(expected, text, self.grading.read_log)),
        }
        report.printed(&played.printed);
    }

    fn recognise(&self, scored: &[Scored<'_>]) -> Vec<String> {
        let source = fs::read_to_string(self.folders.exercise.join(seal::STARTER_FILE)).unwrap_or_default();
        let as_shipped = !self.folders.is_solution && is_as_shipped(&self.folders.exercise);
        let known = known_wrong(&self.folders.solution, self.exercise);
        let names = recognise(&known, self.exercise, scored, self.grading.read_log, as_shipped, &source);
        names.into_iter().map(ToOwned::to_owned).collect()
    }

    /// What passed, insta has passed too.
    fn assert(&self, scene: &Scene, text: &str) {
        let mut settings = snapshot_settings(scene, &self.folders.kept());
        settings.set_comparator(Box::new(WhatCounts(self.grading.read_log)));
        settings.bind(|| (self.grading.assert_snapshot)(&scene.name, text));
    }
}

/// insta's comparison, of what counts.
#[derive(Clone)]
struct WhatCounts(Option<ReadLog>);

impl insta::comparator::Comparator for WhatCounts {
    fn matches(&self, reference: &insta::Snapshot, test: &insta::Snapshot) -> bool {
        let text = |snapshot: &insta::Snapshot| {
            let text = snapshot.as_text().map(ToString::to_string).unwrap_or_default();
            graded_text(text.trim_end(), self.0)
        };
        text(reference) == text(test)
    }

    fn dyn_clone(&self) -> Box<dyn insta::comparator::Comparator> {
        Box::new(self.clone())
    }
}

/// The wrong answers of an exercise, as they are kept; the exercise as shipped is one of them. One whose transcripts
/// cannot be read is not known: recognising is a kindness, and never in the way of the verdict.
pub fn known_wrong(solution_dir: &Path, exercise: &Exercise) -> Vec<KnownWrong> {
    let names = std::iter::once(STARTER).chain(exercise.wrong.iter().map(|wrong| wrong.name.as_str()));
    names
        .map(|name| KnownWrong {
            name: name.to_owned(),
            kept: Kept::read_all(&wrong_dir(solution_dir).join(name)).unwrap_or_default(),
        })
        .collect()
}

/// insta's settings for a kept transcript: where it is, and the scene as data beside it.
pub fn snapshot_settings(scene: &Scene, folder: &Path) -> insta::Settings {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(&scene.title);
    settings.set_info(scene);
    settings
}

/// Whether the kept transcripts are to be written anew.
fn updating() -> bool {
    env::var("INSTA_UPDATE").is_ok_and(|value| value == "always" || value == "force")
}

fn keep(grading: &Grading, scenes: &[Scene], played: &[Played], folder: &Path) -> Result<(), Error> {
    for (scene, played) in scenes.iter().zip(played) {
        let text = played.transcript.to_string();
        snapshot_settings(scene, folder).bind(|| (grading.assert_snapshot)(&scene.name, &text));
    }
    // A scene that is no longer played leaves nothing behind.
    for kept in Kept::read_all(folder)? {
        if !grading.scenes.iter().any(|scene| scene.name == kept.scene.name) {
            fs::remove_file(folder.join(format!("{}.snap", kept.scene.name)))?;
        }
    }
    Ok(())
}

/// What the command line asks for: libtest's words, as far as they mean something here, and `--hint`.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag of the command line.
struct Asked {
    filters: Vec<String>,
    exact: bool,
    list: bool,
    ignored: bool,
    hint: Option<usize>,
    keep_starter: bool,
}

impl Asked {
    fn from(args: impl Iterator<Item = String>) -> Self {
        let mut asked = Self::default();
        let mut args = args.peekable();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--exact" => asked.exact = true,
                "--list" => asked.list = true,
                "--ignored" => asked.ignored = true,
                "--keep-starter" => asked.keep_starter = true,
                "--hint" => {
                    let number = args.peek().and_then(|number| number.parse().ok());
                    if number.is_some() {
                        args.next();
                    }
                    asked.hint = Some(number.unwrap_or(1));
                }
                // Options with a value that follows.
                "--format" | "--test-threads" | "--color" | "--skip" | "--logfile" => {
                    args.next();
                }
                other if other.starts_with('-') => {}
                filter => asked.filters.push(filter.to_owned()),
            }
        }
        asked
    }

    fn wants(&self, scene: &str) -> bool {
        let matches =
            |filter: &String| if self.exact { scene == filter } else { scene.contains(filter.as_str()) };
        self.filters.is_empty() || self.filters.iter().any(matches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(args: &[&str]) -> Asked {
        Asked::from(args.iter().map(ToString::to_string))
    }

    #[test]
    fn filters_choose_scenes_as_in_libtest() {
        assert!(asked(&[]).wants("three-people"));
        assert!(asked(&["three"]).wants("three-people"));
        assert!(!asked(&["two"]).wants("three-people"));
        assert!(!asked(&["three", "--exact"]).wants("three-people"));
        assert!(
            asked(&["--format", "terse", "--exact", "three-people", "--nocapture"]).wants("three-people")
        );
    }

    #[test]
    fn hints_are_counted_from_one() {
        assert_eq!(asked(&["--hint"]).hint, Some(1));
        assert_eq!(asked(&["--hint", "2"]).hint, Some(2));
        assert_eq!(asked(&[]).hint, None);
    }

    #[test]
    fn both_crates_lead_to_the_same_folders() {
        let exercise = Folders::of(Path::new("w/exercises/chat/broadcast")).unwrap();
        let solution = Folders::of(Path::new("w/solutions/chat/broadcast")).unwrap();
        assert_eq!(exercise.exercise, solution.exercise);
        assert_eq!(exercise.solution, Path::new("w/solutions/chat/broadcast"));
        assert!(solution.is_solution && !exercise.is_solution);
    }
}
