//! The verdict in words, for a terminal: readable without colour, in a pipe, and in a narrow window.

use console::{Style, Term};
use scenario::text::list;
use scenario::{Difference, PlayError, ServerEvent, Side, StepDifference, Transcript};

use crate::diagnosis::Diagnosis;
use crate::player::Played;
use crate::verdict::{SceneVerdict, Verdict};
use crate::{Exercise, Mistake};

/// Writes the report's pieces to standard output.
pub(crate) struct Report {
    width: usize,
    bold: Style,
    good: Style,
    bad: Style,
    faint: Style,
}

impl Report {
    pub(crate) fn new() -> Self {
        // In a pipe nobody knows the width; a line of text is read well at eighty.
        let width =
            Term::stdout().size_checked().map_or(80, |(_, columns)| usize::from(columns)).clamp(30, 100);
        Self {
            width,
            bold: Style::new().bold(),
            good: Style::new().green().bold(),
            bad: Style::new().red().bold(),
            faint: Style::new().dim(),
        }
    }

    fn paragraph(&self, indent: &str, text: &str) {
        let options = textwrap::Options::new(self.width).initial_indent(indent).subsequent_indent(indent);
        println!("{}", textwrap::fill(text.trim(), options));
    }

    pub(crate) fn heading(&self, exercise: &Exercise) {
        let Exercise { name, question, title, task, .. } = exercise;
        println!("\n{} · {question} · {title}", self.bold.apply_to(name));
        self.paragraph("  ", task);
        println!();
    }

    /// The verdict on all scenes that were played, what is known of the server, and where to look next.
    pub(crate) fn verdict(&self, exercise: &Exercise, verdict: &Verdict) {
        // Whether there is an empty line above: a failure wants one.
        let mut spaced = true;
        for (scene, one) in &verdict.scenes {
            let (name, title) = (&scene.name, &scene.title);
            if matches!(one, SceneVerdict::Failed { .. }) && !spaced {
                println!();
            }
            spaced = false;
            match one {
                SceneVerdict::Passed(played) => {
                    println!("{} {name}: {title}", self.good.apply_to("✓ pass"));
                    if played.thread_panicked() {
                        self.thread_panic(played);
                        spaced = true;
                    }
                }
                SceneVerdict::NotPlayed => println!("{} {name}: {title}", self.faint.apply_to("· not run")),
                SceneVerdict::Failed { played, difference } => {
                    println!("{} {name}: {title}\n", self.bad.apply_to("✗ FAIL"));
                    self.failure(played, difference);
                    spaced = true;
                }
            }
        }
        if verdict.random_passed > 0 && verdict.failed() == 0 {
            let scenes = verdict.random_passed;
            println!("{} and {scenes} short scenes made from a seed", self.good.apply_to("✓ pass"));
            spaced = false;
        }
        if !spaced {
            println!();
        }
        if !verdict.tampered.is_empty() {
            self.tampered(exercise, &verdict.tampered);
        } else if verdict.failed() > 0 {
            self.diagnosis(exercise, &verdict.diagnosis);
            self.what_next(exercise);
        } else {
            self.passed(exercise, verdict.passed());
        }
    }

    fn failure(&self, played: &Played, difference: &Difference) {
        match &played.transcript.error {
            // What the others would have heard is not the point.
            Some(error) => {
                self.ended_early(&played.transcript);
                self.remedy(error);
            }
            None => self.difference(&played.transcript, difference),
        }
        self.output(&played.output);
    }

    /// A panic that failed no scene must be seen all the same.
    fn thread_panic(&self, played: &Played) {
        println!();
        self.output(&played.output);
        self.paragraph(
            "  ",
            "A thread that your code started has panicked. No client notices, so the scene passes. Fix it all the same.",
        );
        println!();
    }

    /// The steps up to the last that differs, with what was expected and what happened.
    fn difference(&self, played: &Transcript, difference: &Difference) {
        let last = difference.last_step().unwrap_or_default();
        let (mut any_ungraded, mut any_difference) = (false, false);
        for (i, step) in difference.steps.iter().enumerate().take(last + 1) {
            self.line(' ', None, &step.step.to_string());
            // Log events that aren't graded stand where the server logged them: at the step's beginning.
            let server = played.steps.get(i).map_or(&[][..], |result| &result.server);
            let lines = with_places(step, server).lines();
            let ungraded =
                |event: &&ServerEvent| matches!(event, ServerEvent::Log(_) | ServerEvent::NoHandler { .. });
            for event in server.iter().filter(ungraded) {
                let event = event.to_string();
                if !lines.iter().any(|line| line.item == event) {
                    any_ungraded = true;
                    self.line('·', Some(&self.faint), &format!("  {event}"));
                }
            }
            for line in lines {
                let (sign, style) = match line.side {
                    Side::Both => (' ', None),
                    Side::Expected => ('-', Some(&self.good)),
                    Side::Actual => ('+', Some(&self.bad)),
                };
                any_difference |= line.side != Side::Both;
                self.line(sign, style, &format!("  {}", line.item));
            }
        }
        if any_difference {
            let legend = "-  expected, but did not happen     +  happened, but was not expected";
            println!("\n  {}", self.faint.apply_to(legend));
        }
        if any_ungraded {
            println!(
                "  {}",
                self.faint.apply_to("·  logged by your server, as it is: not compared word for word")
            );
        }
        println!();
    }

    fn ended_early(&self, played: &Transcript) {
        let lines = played.lines();
        let last = lines.len().saturating_sub(1);
        for (i, line) in lines.iter().enumerate() {
            if i == last {
                self.line('+', Some(&self.bad), line);
            } else {
                self.line(' ', None, line);
            }
        }
        println!();
    }

    fn line(&self, sign: char, style: Option<&Style>, text: &str) {
        let options = textwrap::Options::new(self.width.saturating_sub(4)).subsequent_indent("      ");
        for (i, text) in textwrap::wrap(text, options).iter().enumerate() {
            let sign = if i == 0 { sign } else { ' ' };
            match style {
                Some(style) => println!("  {}", style.apply_to(format!("{sign} {text}"))),
                None => println!("  {sign} {text}"),
            }
        }
    }

    /// What to make of a server that did not let the scene end.
    fn remedy(&self, error: &PlayError) {
        let remedy = match error {
            PlayError::ThreadBlocked {} => {
                "While a handler holds the thread, the server can't do anything else. Look for a loop without an end, or \
                 for a call that waits without `.await`."
            }
            PlayError::NeverIdle {} => "Look for a loop without an end around an `.await`.",
            PlayError::TooManyFrames { .. } => "Look for an emit in a loop without an end.",
            PlayError::SetupPanicked { .. } => "Fix this first: no client could connect.",
            PlayError::ProcessExited { .. } => {
                "Something called `exit` or `abort`, or used up the stack. A server outlives each of its clients: leave a \
                 handler with `return`."
            }
        };
        self.paragraph("  ", remedy);
        println!();
    }

    fn output(&self, output: &str) {
        if !output.is_empty() {
            println!("  Your server printed:");
            for line in output.lines() {
                println!("    {}", self.faint.apply_to(line));
            }
            println!();
        }
    }

    /// Which known mistake it is, and why that isn't the solution.
    fn diagnosis(&self, exercise: &Exercise, diagnosis: &Diagnosis) {
        match diagnosis {
            Diagnosis::None => return,
            Diagnosis::AsShipped => {
                println!("{}", self.bold.apply_to("This is the exercise as it was shipped."));
                self.paragraph("  ", &exercise.starter.why);
            }
            Diagnosis::Mistakes(names) => {
                let mistakes: Vec<&Mistake> =
                    names.iter().filter_map(|name| exercise.mistake(name)).collect();
                self.mistakes(&mistakes);
            }
        }
        println!();
    }

    fn mistakes(&self, mistakes: &[&Mistake]) {
        if let [mistake] = mistakes {
            let named = format!("Your server does what “{}” does. ({})", mistake.claim, mistake.name);
            for line in textwrap::wrap(&named, self.width) {
                println!("{}", self.bold.apply_to(line));
            }
            self.paragraph("  ", &mistake.why);
            return;
        }
        let claims: Vec<_> = mistakes.iter().map(|mistake| format!("“{}”", mistake.claim)).collect();
        self.paragraph("", &format!("Your server does what {} all do:", list(&claims)));
        for mistake in mistakes {
            self.paragraph("  ", &format!("{}: {}", mistake.claim, mistake.why));
        }
    }

    /// Where to look next.
    fn what_next(&self, exercise: &Exercise) {
        let Exercise { name, question, page, .. } = exercise;
        println!("  {}  {}/src/lib.rs", self.bold.apply_to("your code"), exercise.path());
        println!(
            "  {}   {question}: `cargo run` serves it, its text is book/{page}",
            self.bold.apply_to("the page")
        );
        println!("  {}     cargo test -p {name} -- --hint", self.bold.apply_to("a hint"));
        println!();
    }

    /// No scene was chosen.
    pub(crate) fn nothing_run(&self, exercise: &Exercise) {
        let scenes: Vec<_> = exercise.scenes.iter().map(|scene| scene.name.as_str()).collect();
        self.paragraph(
            "",
            &format!("No scene has such a name. Nothing was run. There are {}.", list(&scenes)),
        );
        println!();
        self.result(0, 0, scenes.len());
    }

    fn passed(&self, exercise: &Exercise, passed: usize) {
        let all = exercise.scenes.len();
        if passed < all {
            let what = format!("{passed} of {all} scenes pass. The others were not run.");
            println!("{}\n", self.good.apply_to(what));
            return;
        }
        println!("{}", self.good.apply_to(format!("All {all} scenes pass.")));
        self.paragraph("  ", &format!("Compare with {}/solution.rs.", exercise.solution_path()));
        println!();
    }

    /// A hint, and how to get the next.
    ///
    /// # Errors
    /// If there is no hint of that number: with a sentence that says so.
    pub(crate) fn hint(&self, exercise: &Exercise, number: usize) -> Result<(), String> {
        let all = exercise.hints.len();
        let hint = number.checked_sub(1).and_then(|number| exercise.hints.get(number));
        let hint = hint.ok_or_else(|| {
            format!("There is no hint {number} for {}. Its hints are 1 to {all}.", exercise.name)
        })?;
        println!("\n{} {number} of {all}", self.bold.apply_to("Hint"));
        self.paragraph("  ", hint);
        if number < all {
            println!("\n  Another one: cargo test -p {} -- --hint {}\n", exercise.name, number + 1);
        } else {
            println!("\n  That was the last one. The solution: {}/solution.rs\n", exercise.solution_path());
        }
        Ok(())
    }

    /// What grades the exercise isn't what was shipped.
    pub(crate) fn tampered(&self, exercise: &Exercise, sentences: &[String]) {
        let path = exercise.path();
        for sentence in sentences {
            println!("{} {sentence}.", self.bad.apply_to("✗"));
        }
        self.paragraph(
            "  ",
            "These files grade the exercise, so the result doesn't count. This command restores them and leaves your own \
             code alone:",
        );
        println!("\n    git restore {path}/exercise.toml {path}/expected.snap {path}/scenes.toml\n");
    }

    /// libtest's closing line, which editors and CI can read.
    pub(crate) fn result(&self, passed: usize, failed: usize, filtered: usize) {
        let word = if failed == 0 { self.good.apply_to("ok") } else { self.bad.apply_to("FAILED") };
        println!(
            "test result: {word}. {passed} passed; {failed} failed; 0 ignored; 0 measured; {filtered} filtered out"
        );
    }
}

/// The difference with the places of the server's panics. They aren't compared, but a learner wants to know them.
fn with_places(step: &StepDifference, server: &[ServerEvent]) -> StepDifference {
    let is_panic = |event: &ServerEvent| matches!(event, ServerEvent::Panic { .. });
    let mut step = step.clone();
    let mut panics = server.iter().filter(|event| is_panic(event));
    for change in step.server.iter_mut().filter(|change| change.side != Side::Expected) {
        if is_panic(&change.item)
            && let Some(panic) = panics.next()
        {
            change.item = panic.clone();
        }
    }
    step
}
