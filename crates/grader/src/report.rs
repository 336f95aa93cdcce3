//! The verdict in words: what fits one screen, with the first failing scene in full.

use std::fmt::Write as _;

use console::Style;
use scenario::text::list;
use scenario::{Difference, ServerEvent, Transcript};

use crate::code::Code;
use crate::diagnosis::Diagnosis;
use crate::exercise::{Heading, headings};
use crate::page::{Page, shorten};
use crate::player::Played;
use crate::scene_view::SceneView;
use crate::verdict::{SceneVerdict, Verdict};
use crate::{Calls, Exercise, Kind, Stage};

/// How many lines of what a server printed are shown after a pass, if not all are asked for.
const MOST_OUTPUT: usize = 6;

/// How many lines a failing scene should have.
const GOOD_SCENE: usize = 6;

/// The least that it gets, whatever else there is to say.
const LEAST_SCENE: usize = 4;

/// The least that a run gets.
const LEAST_RUN: usize = 18;

/// The verdict as a learner reads it in a window of 24 rows and 80 columns, line by line. `source` is the learner's code,
/// `filtered` the number of scenes that were not asked for.
pub fn verdict_lines(exercise: &Exercise, verdict: &Verdict, source: &str, filtered: usize) -> Vec<String> {
    let mut report = Report::new(exercise, source, false);
    report.page = Page::default();
    let lines = report.verdict(verdict, filtered).lines;
    // Colours begin with an escape character, and end with an `m`.
    let plain = |line: &String| {
        let mut pieces = line.split('\u{1b}');
        let first = pieces.next().unwrap_or_default();
        let rest = pieces.map(|piece| piece.split_once('m').map_or("", |(_, text)| text));
        std::iter::once(first).chain(rest).collect()
    };
    lines.iter().map(plain).collect()
}

/// The verdict on all scenes of an exercise, as `cargo test` writes it to standard output: in its width and, if it is a
/// terminal, in colours. `source` is the learner's code, `calls` the commands that it names.
pub fn verdict_page(exercise: &Exercise, verdict: &Verdict, source: &str, calls: Calls) -> Page {
    Report { calls, ..Report::new(exercise, source, false) }.verdict(verdict, 0)
}

/// The same where nothing can be compared: `why` is a sentence, without its full stop.
pub fn not_graded_page(exercise: &Exercise, why: &str) -> Page {
    Report::new(exercise, "", false).not_graded(why.to_owned(), exercise.all_scenes().count(), 0)
}

/// The line of the learner's code to look at after a failure, if one is likely. `source` is the code.
pub fn line_to_look_at(exercise: &Exercise, verdict: &Verdict, source: &str) -> Option<usize> {
    let (_, played, difference) = first_failure(verdict)?;
    line(exercise, source, &verdict.diagnosis, &played.transcript, difference)
}

fn line(
    exercise: &Exercise,
    source: &str,
    diagnosis: &Diagnosis,
    played: &Transcript,
    difference: &Difference,
) -> Option<usize> {
    let code = Code::of(source);
    let first = difference.steps.iter().position(|step| !step.is_empty())?;
    let panic =
        played.steps.get(first).into_iter().flat_map(|step| &step.server).find_map(|event| match event {
            ServerEvent::Panic { at, .. } | ServerEvent::ClientPanic { at, .. } => {
                at.strip_prefix("src/lib.rs:")?.parse().ok()
            }
            _ => None,
        });
    let of_mistake = || match diagnosis {
        Diagnosis::Mistake(name) => {
            exercise.mistake(name)?.code.iter().find_map(|snippet| code.find(snippet))
        }
        _ => None,
    };
    let of_handler = || code.find(&format!(".on(\"{}\"", difference.steps[first].step.event()?));
    panic.or_else(of_mistake).or_else(of_handler).or_else(|| code.find(exercise.kind.function()))
}

/// Writes what a learner reads.
pub struct Report<'e> {
    exercise: &'e Exercise,
    /// The learner's code.
    source: &'e str,
    /// Whether everything is shown: each scene as it was played, and all that the server printed.
    everything: bool,
    /// The commands that are named.
    calls: Calls,
    page: Page,
    bold: Style,
    good: Style,
    bad: Style,
    faint: Style,
}

impl<'e> Report<'e> {
    /// Writes about `exercise`. `source` is the learner's code; `everything` asks for each scene as it was played, and for
    /// all that the server printed.
    pub fn new(exercise: &'e Exercise, source: &'e str, everything: bool) -> Self {
        Self {
            exercise,
            source,
            everything,
            calls: Calls::default(),
            page: Page::for_terminal(),
            bold: Style::new().bold(),
            good: Style::new().green().bold(),
            bad: Style::new().red().bold(),
            faint: Style::new().dim(),
        }
    }

    fn noun(&self) -> &'static str {
        self.exercise.kind.noun()
    }

    fn heading(&self) -> Page {
        let Exercise { name, question, title, .. } = self.exercise;
        let mut page = self.page.another();
        page.blank();
        page.text("", &format!("{} · {question} · {title}", self.bold.apply_to(name)));
        page
    }

    /// The verdict on all scenes that were played, what is known of the server, and where to look next. `filtered` is
    /// the number of scenes that were not asked for.
    pub fn verdict(&self, verdict: &Verdict, filtered: usize) -> Page {
        let mut page = self.heading();
        if self.everything {
            self.all_scenes(&mut page, verdict);
        }
        if let Some(stage) = verdict.stage(self.exercise) {
            self.stage(&mut page, stage);
        }
        let passing: Vec<_> = of(verdict, |one| matches!(one, SceneVerdict::Passed(_)));
        let mut names =
            if passing.len() > 9 { format!("{} scenes", passing.len()) } else { passing.join(", ") };
        let only_random = first_failure(verdict).is_none_or(|(scene, ..)| self.exercise.is_random(scene));
        if verdict.random_passed > 0 && only_random {
            let scenes = if verdict.random_passed == 1 { "scene" } else { "scenes" };
            let _ = write!(names, " and {} short {scenes} made from a seed", verdict.random_passed);
        }
        if !passing.is_empty() {
            page.text("", &format!("{} {names}", self.good.apply_to("✓ pass")));
        }
        if verdict.runs_kept > 0 {
            let runs = if verdict.runs_kept == 1 { "run" } else { "runs" };
            let what = format!("what is promised, in {} {runs} made from a seed", verdict.runs_kept);
            page.text("", &format!("{} {what}", self.good.apply_to("✓ kept")));
        }
        if let Some(times) = verdict.cost.sent_for_each() {
            let delivered = verdict.cost.delivered;
            page.text(
                "  ",
                &format!("{delivered} messages were delivered, each sent {times:.1} times on average"),
            );
        }
        if !verdict.tampered.is_empty() {
            page.blank();
            page.append(self.tampered(&verdict.tampered));
        } else if verdict.failed() > 0 {
            self.failed(&mut page, verdict, filtered);
            return page;
        } else {
            self.passed(&mut page, verdict);
        }
        page.append(self.result(verdict.passed(), verdict.failed(), verdict.later, filtered));
        page
    }

    /// The stage that stands, and those that come after it.
    fn stage(&self, page: &mut Page, stage: usize) {
        let title = self.exercise.stage_title(stage);
        let later: Vec<_> = self.exercise.stages[stage + 1..].iter().map(|later| &*later.name).collect();
        let not_yet = match &*later {
            [] => String::new(),
            later => format!(" Not yet: {}.", later.join(", ")),
        };
        page.text("", &format!("{}.{not_yet}", self.bold.apply_to(title)));
    }

    fn failed(&self, page: &mut Page, verdict: &Verdict, filtered: usize) {
        let Some((scene, played, difference)) = first_failure(verdict) else { return };
        let path = self.exercise.path();
        let view = SceneView {
            played: &played.transcript,
            difference,
            rules: &self.exercise.log_rules,
            path: &path,
        };
        let mut end = self.page.another();
        end.blank();
        self.diagnosis(&mut end, &verdict.diagnosis);
        self.what_next(&mut end, &verdict.diagnosis, &played.transcript, difference);
        end.append(self.result(verdict.passed(), verdict.failed(), verdict.later, filtered));
        let title = format!("{} {}: {}", self.bad.apply_to("✗ FAIL"), scene.name, scene.title);
        page.text("", &title);
        if self.everything {
            page.append(view.whole(page));
            self.others(page, verdict, &scene.name, usize::MAX);
            page.append(end);
            return;
        }
        // The scene comes first. Where it has too little room, less is shown of what the server printed, and then less of the
        // others.
        let mut rows = 0;
        let mut middle = self.page.another();
        for (output, others) in [(6, 4), (3, 4), (1, 4), (1, 2)] {
            middle.lines.clear();
            let lines: Vec<_> = played.output.lines().map(ToOwned::to_owned).collect();
            let heading = format!("Your {} printed:", self.noun());
            self.printed(&mut middle, &heading, &scene.name, &lines, output);
            self.others(&mut middle, verdict, &scene.name, others);
            rows = self.page.rows.saturating_sub(page.lines.len() + middle.lines.len() + end.lines.len());
            if rows >= GOOD_SCENE {
                break;
            }
        }
        // Nobody has read a run: it is told from its beginning.
        let least = if self.exercise.scene(&scene.name).is_some() { LEAST_SCENE } else { LEAST_RUN };
        page.append(view.fit(page, rows.max(least)));
        page.append(middle);
        page.append(end);
    }

    /// The other scenes that failed, and those that were not played.
    fn others(&self, page: &mut Page, verdict: &Verdict, first: &str, most: usize) {
        let mut failing = of(verdict, |one| matches!(one, SceneVerdict::Failed { .. }));
        failing.retain(|name| *name != first);
        let shown = if failing.len() > most { most - 1 } else { failing.len() };
        let column = failing.iter().take(shown).map(|name| name.len()).max().unwrap_or_default();
        for name in failing.iter().take(shown) {
            let gap = " ".repeat(column - name.len());
            let command = self.command(&self.scene_argument(name));
            page.text("", &format!("{} {name}{gap}   {command}", self.bad.apply_to("✗ FAIL")));
        }
        if failing.len() > shown {
            let more = failing.len() - shown;
            page.text("", &format!("{} {more} more scenes", self.bad.apply_to("✗ FAIL")));
        }
        let not_played = of(verdict, |one| matches!(one, SceneVerdict::NotPlayed));
        if !not_played.is_empty() {
            page.text("", &format!("{} {}", self.faint.apply_to("· not run:"), not_played.join(", ")));
        }
    }

    /// The argument that chooses this scene, and no other.
    fn scene_argument(&self, name: &str) -> String {
        let chosen = |scene: &&scenario::Scene| self.exercise.test_name(&scene.name).contains(name);
        let alone = self.exercise.all_scenes().filter(chosen).count() == 1;
        if alone { name.to_owned() } else { format!("{name} -- --exact") }
    }

    /// The command that shows everything about a scene.
    fn whole_scene(&self, name: &str) -> String {
        let argument = self.scene_argument(name);
        let flag = if argument.contains(" -- ") { "--nocapture" } else { "-- --nocapture" };
        self.command(&format!("{argument} {flag}"))
    }

    fn command(&self, arguments: &str) -> String {
        format!("cargo test -p {} {arguments}", self.exercise.name)
    }

    /// Each scene as it was played, with everything that the server printed.
    fn all_scenes(&self, page: &mut Page, verdict: &Verdict) {
        for (scene, one) in &verdict.scenes {
            let (SceneVerdict::Passed(played) | SceneVerdict::Failed { played, .. }) = one else { continue };
            page.blank();
            page.text("", &format!("{}: {}", self.bold.apply_to(&scene.name), scene.title));
            for line in played.transcript.lines() {
                page.text(if line.starts_with("  ") { "    " } else { "  " }, &line);
            }
            if !played.output.is_empty() {
                page.text("  ", &format!("Your {} printed:", self.noun()));
                for line in played.output.lines() {
                    page.lines.push(format!("    {}", self.faint.apply_to(line)));
                }
            }
        }
        page.blank();
    }

    /// Some of what the server printed, and the command that shows all.
    fn printed(&self, page: &mut Page, heading: &str, scene: &str, lines: &[String], most: usize) {
        if lines.is_empty() {
            return;
        }
        let count = lines.len();
        let shown = if count > most { most.saturating_sub(1) } else { count };
        if shown == 0 {
            page.text(
                "  ",
                &format!("Your {} printed {count} lines: {}", self.noun(), self.whole_scene(scene)),
            );
            return;
        }
        page.text("  ", heading);
        for line in lines.iter().take(shown) {
            page.lines.push(format!("    {}", self.faint.apply_to(shorten(line))));
        }
        if count > shown {
            let all = self.whole_scene(scene);
            page.styled("    … ", &format!("{} more lines: {all}", count - shown), &self.faint);
        }
    }

    /// Which known mistake it is, or what else can be said.
    fn diagnosis(&self, page: &mut Page, diagnosis: &Diagnosis) {
        let sentences = diagnosis.sentences(self.exercise);
        if sentences.is_empty() {
            return;
        }
        for (i, sentence) in sentences.iter().enumerate() {
            match diagnosis {
                Diagnosis::Mistake(name) if i == 0 => {
                    page.styled("", &format!("{sentence} ({name})"), &self.bold);
                }
                Diagnosis::Facts(_) => page.styled("", sentence, &self.bold),
                _ if i == 0 => page.styled("", sentence, &self.bold),
                _ => page.text("  ", sentence),
            }
        }
        page.blank();
    }

    /// Where to look next.
    fn what_next(
        &self,
        page: &mut Page,
        diagnosis: &Diagnosis,
        played: &Transcript,
        difference: &Difference,
    ) {
        let Exercise { question, page: book_page, .. } = self.exercise;
        let line = line(self.exercise, self.source, diagnosis, played, difference)
            .map(|line| format!(":{line}"))
            .unwrap_or_default();
        page.entry("your code", 13, &format!("{}/src/lib.rs{line}", self.exercise.path()));
        page.entry("the page", 13, &format!("{question}: book/{book_page} (`cargo run` serves it)"));
        page.entry("a hint", 13, &self.calls.hint(&self.exercise.name));
    }

    fn passed(&self, page: &mut Page, verdict: &Verdict) {
        let (passed, all) = (verdict.passed(), self.exercise.scenes.len());
        self.said(page, verdict);
        page.blank();
        if passed < all {
            let what = format!("{passed} of {all} scenes pass. The others were not run.");
            page.styled("", &what, &self.good);
            page.blank();
            return;
        }
        let stages = match self.exercise.stages.len() {
            0 => String::new(),
            stages => format!(", in all {stages} stages"),
        };
        page.styled("", &format!("All {all} scenes pass{stages}."), &self.good);
        if !self.exercise.look.is_empty() {
            page.text("  ", &self.exercise.look);
        }
        page.entry("a solution", 14, &format!("{}/solution.rs", self.exercise.solution_path()));
        if !self.exercise.is_client() {
            page.entry("try it", 14, &self.calls.try_it(&self.exercise.name));
        }
        let later = self.later();
        let shown = |it: &Heading| format!("{} ({}: {})", self.calls.check(&it.name), it.question, it.title);
        let more = later.iter().find(|exercise| exercise.after.as_ref() == Some(&self.exercise.name));
        if let Some(more) = more {
            page.entry("more of it", 14, &shown(more));
        }
        let next = later.iter().find(|exercise| exercise.after.is_none());
        page.entry("next", 14, &next.map_or_else(|| "That was the last exercise.".to_owned(), shown));
        page.blank();
    }

    /// What the server logged and printed in a scene that passed. A panic that failed no scene must be seen all the same.
    fn said(&self, page: &mut Page, verdict: &Verdict) {
        let played = verdict.scenes.iter().filter_map(|(scene, one)| match one {
            SceneVerdict::Passed(played) => Some((scene, played)),
            _ => None,
        });
        let played: Vec<_> = played.collect();
        let panicked = played.iter().find(|(_, played)| played.thread_panicked());
        let any = || played.iter().find(|(_, played)| !output_of(played).is_empty());
        if let Some((scene, one)) = panicked.or_else(any)
            && !self.everything
        {
            page.blank();
            let heading = format!("In the scene `{}` your {} logged and printed:", scene.name, self.noun());
            self.printed(page, &heading, &scene.name, &output_of(one), MOST_OUTPUT);
        }
        if panicked.is_some() {
            page.blank();
            page.styled(
                "",
                "A thread that your code started has panicked. No client notices, so the scene passes. Fix it all the same.",
                &self.bad,
            );
        }
    }

    /// The exercises that go on from this one or come after it, in their order.
    fn later(&self) -> Vec<Heading> {
        let here = (self.exercise.order, &self.exercise.name);
        headings(self.exercise.root()).into_iter().filter(|other| (other.order, &other.name) > here).collect()
    }

    /// No scene was chosen: none has a name with one of `filters` in it.
    pub fn nothing_run(&self, filters: &[String]) -> Page {
        let mut page = self.heading();
        let scenes: Vec<_> = self.exercise.scenes.iter().map(|scene| scene.name.as_str()).collect();
        page.blank();
        let names = match filters {
            [] => "No scene is chosen.".to_owned(),
            [one] => format!("There is no scene named `{one}`."),
            several => format!("There is no scene with one of these names: {}.", several.join(", ")),
        };
        page.text("", &format!("{names} Nothing was run. There are {}.", list(&scenes)));
        let stages: Vec<_> = self.exercise.stages.iter().map(Stage::slug).collect();
        if !stages.is_empty() {
            page.text("", &format!("The stages are {}.", list(&stages)));
        }
        if let Some(word) =
            filters.iter().find(|word| ["hint", "help"].contains(&word.trim_start_matches('-')))
        {
            let option = self.command(&format!("-- --{}", word.trim_start_matches('-')));
            page.text("", &format!("Did you mean `{option}`?"));
        }
        page.blank();
        page.append(self.result(0, 0, 0, scenes.len()));
        page
    }

    /// A hint, and how to get the next.
    ///
    /// # Errors
    /// If there is no hint of that number: with a sentence that says so.
    pub fn hint(&self, number: usize) -> Result<Page, String> {
        let Exercise { name, hints, .. } = self.exercise;
        let all = hints.len();
        let hint = number.checked_sub(1).and_then(|number| hints.get(number));
        let hint =
            hint.ok_or_else(|| format!("There is no hint {number} for {name}. Its hints are 1 to {all}."))?;
        let mut page = self.page.another();
        page.blank();
        page.text("", &format!("{} {number} of {all}", self.bold.apply_to("Hint")));
        page.text("  ", hint);
        page.blank();
        let next = self.command(&format!("-- --hint {}", number + 1));
        let last = match (all - number, all) {
            (0, _) => {
                format!("That was the last hint. A solution: {}/solution.rs", self.exercise.solution_path())
            }
            (1, 3..) => format!("The last hint gives the line away: {next}"),
            _ => format!("Another one: {next}"),
        };
        page.text("  ", &last);
        page.blank();
        Ok(page)
    }

    /// What can be said on the command line.
    pub fn help(&self) -> Page {
        let Exercise { task, scenes, stages, .. } = self.exercise;
        let mut page = self.heading();
        page.text("  ", task);
        page.blank();
        let scene = scenes.first().map_or("SCENE", |scene| scene.name.as_str());
        let stage = stages.first().map(|stage| (stage.slug(), "plays the scenes of a stage"));
        let (all, prints) = match self.exercise.kind {
            Kind::Server => ("plays all scenes over your server", "your server prints"),
            Kind::Client => ("plays all scenes with your client", "your client prints"),
        };
        let whole = format!("shows the whole play, and all that {prints}");
        let serve = ("-- --serve".to_owned(), "runs your server on a real port, with a page to try it in");
        let serve = (!self.exercise.is_client()).then_some(serve);
        let scenes = [
            (scene.to_owned(), "plays the scenes with this in their name"),
            (format!("{scene} -- --nocapture"), &*whole),
        ];
        for (arguments, what) in
            std::iter::once((String::new(), all)).chain(stage).chain(scenes).chain(serve).chain([
                ("-- --hint".to_owned(), "shows the first hint"),
                ("-- --hint 2".to_owned(), "shows the second"),
                ("-- --list".to_owned(), "lists the scenes"),
            ])
        {
            page.text("  ", &self.command(&arguments));
            page.text("      ", what);
        }
        page.blank();
        page.text("  ", "Also as in any Rust test: --exact, --skip NAME, --show-output.");
        page.blank();
        page
    }

    /// What grades the exercise isn't what was shipped.
    fn tampered(&self, sentences: &[String]) -> Page {
        let (mut page, path) = (self.page.another(), self.exercise.path());
        for sentence in sentences {
            page.text("", &format!("{} {sentence}.", self.bad.apply_to("✗")));
        }
        page.text(
            "  ",
            "These files grade the exercise, so the result doesn't count. This command restores them and leaves your own \
             code alone:",
        );
        page.blank();
        page.lines
            .push(format!("    git restore {path}/exercise.toml {path}/expected.snap {path}/scenes.toml"));
        page.blank();
        page
    }

    /// The verdict where nothing can be compared: `sentence` says why, without its full stop. `scenes` is how many were
    /// asked for, `filtered` how many were not.
    pub fn not_graded(&self, sentence: String, scenes: usize, filtered: usize) -> Page {
        let mut page = self.heading();
        page.append(self.tampered(&[sentence]));
        page.append(self.result(0, scenes, 0, filtered));
        page
    }

    /// libtest's closing line, which editors and CI can read.
    fn result(&self, passed: usize, failed: usize, ignored: usize, filtered: usize) -> Page {
        // To have run nothing is no pass.
        let ok = failed == 0 && passed > 0;
        let word = if ok { self.good.apply_to("ok") } else { self.bad.apply_to("FAILED") };
        let mut page = self.page.another();
        page.lines.push(format!(
            "test result: {word}. {passed} passed; {failed} failed; {ignored} ignored; 0 measured; {filtered} filtered out"
        ));
        page
    }
}

/// The names of the scenes with such a verdict.
fn of(verdict: &Verdict, matches: impl Fn(&SceneVerdict) -> bool) -> Vec<&str> {
    let scenes = verdict.scenes.iter().filter(|(_, one)| matches(one));
    scenes.map(|(scene, _)| scene.name.as_str()).collect()
}

fn first_failure(verdict: &Verdict) -> Option<(&scenario::Scene, &Played, &Difference)> {
    verdict.scenes.iter().find_map(|(scene, one)| match one {
        SceneVerdict::Failed { played, difference, .. } => Some((scene, played, difference)),
        _ => None,
    })
}

/// What the server logged, and then what it printed.
fn output_of(played: &Played) -> Vec<String> {
    let events = played.transcript.steps.iter().flat_map(|step| &step.server);
    let logged = events.filter_map(|event| match event {
        ServerEvent::Log(line) => Some(format!("{}: {line}", line.level)),
        _ => None,
    });
    logged.chain(played.output.lines().map(ToOwned::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenario::{ClientEvent, ClientOutcome, Cost, Scene, StepResult};

    const ABOUT: &str = "title = 't'\nquestion = 'q'\norder = 1\npage = 'p'\ntask = 't'\nminutes = 1\nhints = ['h']\n\
                         starter = { why = 'w' }\nmistake = []";

    fn scene(name: &str) -> Scene {
        Scene::new(name, name).emit("ada", "say", "hi")
    }

    /// Ada hears it, or not. The server has printed twenty lines.
    fn played(hears: bool) -> Played {
        let said = ClientEvent::Event { ns: "/".into(), event: "said".into(), args: "hi".into() };
        let events = if hears { vec![said] } else { Vec::new() };
        let clients = vec![ClientOutcome { client: "ada".into(), events, left: false, frames: Vec::new() }];
        let steps = vec![StepResult { step: scene("").steps.remove(0), server: Vec::new(), clients }];
        let transcript = Transcript { clients: vec!["ada".into()], steps, error: None };
        Played { transcript, output: "a line\n".repeat(20), ..Played::default() }
    }

    /// What is read where these scenes pass, and three that are made from a seed, and where those fail.
    fn read(passing: &[&str], failing: &[&str]) -> Vec<String> {
        let mut exercise: Exercise = toml::from_str(ABOUT).unwrap();
        exercise.scenes = passing.iter().chain(failing).map(|name| scene(name)).collect();
        exercise.random = exercise.scenes.extract_if(.., |scene| scene.name.starts_with("random")).collect();
        let difference = Difference::between(&played(true).transcript, &played(false).transcript);
        let failed = || SceneVerdict::Failed {
            played: played(false),
            expected: played(true).transcript,
            difference: difference.clone(),
        };
        let passed = passing.iter().map(|name| (scene(name), SceneVerdict::Passed(played(true))));
        let scenes = passed.chain(failing.iter().map(|name| (scene(name), failed()))).collect();
        let (diagnosis, tampered) = (Diagnosis::None, Vec::new());
        let verdict = Verdict {
            scenes,
            later: 0,
            random_passed: 3,
            runs_kept: 200,
            cost: Cost { delivered: 300, sent: 420 },
            diagnosis,
            tampered,
        };
        verdict_lines(&exercise, &verdict, "", 0)
    }

    #[test]
    fn scenes_made_from_a_seed_are_counted_where_all_others_pass() {
        let counted = "✓ pass a, b and 3 short scenes made from a seed".to_owned();
        let kept = "✓ kept what is promised, in 200 runs made from a seed".to_owned();
        assert!(read(&["a", "b"], &[]).contains(&kept));
        let cost = "  300 messages were delivered, each sent 1.4 times on average".to_owned();
        assert!(read(&["a", "b"], &[]).contains(&cost));
        assert!(read(&["a", "b"], &[]).contains(&counted));
        assert!(read(&["a", "b"], &["random-4"]).contains(&counted));
        assert!(read(&["a", "b"], &["c"]).contains(&"✓ pass a, b".to_owned()));
    }

    #[test]
    fn a_verdict_fits_one_screen_however_much_there_is_to_say() {
        let failing: Vec<_> = (0..30).map(|i| format!("scene-{i}")).collect();
        let lines = read(&["a"], &failing.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(lines.len() <= 23, "{}", lines.join("\n"));
        assert!(lines.iter().any(|line| line.ends_with(" more scenes")), "{}", lines.join("\n"));
        assert!(lines.iter().any(|line| line.contains("got: ")), "{}", lines.join("\n"));
    }
}
