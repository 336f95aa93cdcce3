//! The verdict in words, for a terminal: readable without colour, in a pipe, and in a narrow window.

use console::{Style, Term};

use super::seal::Broken;
use super::verdict::{DiffLine, Side};
use crate::{Exercise, STARTER, Trouble, list};

/// Writes the report's pieces to standard output.
pub(super) struct Report {
    width: usize,
    bold: Style,
    good: Style,
    bad: Style,
    faint: Style,
}

impl Report {
    pub(super) fn new() -> Self {
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

    pub(super) fn heading(&self, exercise: &Exercise, is_solution: bool) {
        let Exercise { name, question, title, task, .. } = exercise;
        if is_solution {
            println!(
                "\nThe solution of {} (yours is tested by `cargo test -p {name}`)\n",
                self.bold.apply_to(name)
            );
        } else {
            println!("\n{} · {question} · {title}", self.bold.apply_to(name));
            self.paragraph("  ", task);
            println!();
        }
    }

    pub(super) fn passed(&self, scene: &str, title: &str) {
        println!("{} {scene}: {title}", self.good.apply_to("✓ pass"));
    }

    pub(super) fn failed(&self, scene: &str, title: &str) {
        println!("{} {scene}: {title}\n", self.bad.apply_to("✗ FAIL"));
    }

    pub(super) fn not_played(&self, scene: &str, title: &str) {
        println!("{} {scene}: {title}", self.faint.apply_to("· not played"));
    }

    /// The scene in words, with what was expected and what happened.
    pub(super) fn comparison(&self, lines: &[DiffLine]) {
        for line in lines {
            let (sign, style) = match line.side {
                Side::Both => (' ', None),
                Side::Aside => ('·', Some(&self.faint)),
                Side::Expected => ('-', Some(&self.good)),
                Side::Yours => ('+', Some(&self.bad)),
            };
            let options = textwrap::Options::new(self.width.saturating_sub(4)).subsequent_indent("      ");
            for (i, text) in textwrap::wrap(&line.text, options).iter().enumerate() {
                let sign = if i == 0 { sign } else { ' ' };
                match style {
                    Some(style) => println!("  {}", style.apply_to(format!("{sign} {text}"))),
                    None => println!("  {sign} {text}"),
                }
            }
        }
        let any = |side| lines.iter().any(|line| line.side == side);
        if any(Side::Expected) || any(Side::Yours) {
            println!(
                "\n  {}",
                self.faint.apply_to("-  expected, and did not happen     +  happened, and was not expected")
            );
            if any(Side::Aside) {
                println!("  {}", self.faint.apply_to("·  logged, and not graded"));
            }
        }
        println!();
    }

    /// What to make of a server that did not let the scene end.
    pub(super) fn trouble(&self, trouble: &Trouble) {
        let remedy = match trouble {
            Trouble::Blocks => {
                "While a handler holds the thread, nobody else is served: the whole server stands still. Look for a loop \
                 without an end, or for a call that waits without `.await`."
            }
            Trouble::NeverSettles => {
                "It gives the thread back and takes it again, for ever. Look for a loop without an end around an `.await`."
            }
            Trouble::Floods { .. } => "Look for an emit in a loop without an end.",
            Trouble::SetUpPanics { .. } => "Nothing was played. Mend this first.",
            Trouble::EndsProcess { .. } => {
                "Something in it called `exit` or `abort`, or used up the stack. A server outlives each of its clients: \
                 leave a handler with `return`."
            }
        };
        self.paragraph("  ", remedy);
        println!();
    }

    pub(super) fn printed(&self, printed: &str) {
        if !printed.is_empty() {
            println!("  Your server printed:");
            for line in printed.lines() {
                println!("    {}", self.faint.apply_to(line));
            }
            println!();
        }
    }

    /// Which wrong answer it is, and why that is not the answer.
    pub(super) fn recognised(&self, exercise: &Exercise, names: &[&str]) {
        let told: Vec<_> =
            exercise.wrong.iter().filter(|wrong| names.contains(&wrong.name.as_str())).collect();
        match (names, told.as_slice()) {
            ([], _) => {}
            ([STARTER], _) => {
                println!("{}", self.bold.apply_to("This is the exercise as it was shipped."));
                self.paragraph("  ", &exercise.starter.why);
                println!();
            }
            (_, [wrong]) => {
                let named = format!("This is what “{}” does. ({})", wrong.claim, wrong.name);
                for line in textwrap::wrap(&named, self.width) {
                    println!("{}", self.bold.apply_to(line));
                }
                self.paragraph("  ", &wrong.why);
                println!();
            }
            (_, several) => {
                let claims: Vec<_> = several.iter().map(|wrong| format!("“{}”", wrong.claim)).collect();
                self.paragraph("", &format!("This is what {} all do here:", list(&claims)));
                for wrong in several {
                    self.paragraph("  ", &format!("{}: {}", wrong.claim, wrong.why));
                }
                println!();
            }
        }
    }

    /// Where to look next.
    pub(super) fn what_next(&self, exercise: &Exercise) {
        let Exercise { name, part, .. } = exercise;
        let file = format!("exercises/{part}/{name}/src/lib.rs");
        let page = format!("`cargo run`, then http://127.0.0.1:3000/{}", exercise.page_html());
        println!("  {}  {file}", self.bold.apply_to("your code"));
        println!("  {}   {page}", self.bold.apply_to("the page"));
        println!("  {}     cargo test -p {name} -- --hint", self.bold.apply_to("a hint"));
        println!();
    }

    /// No scene has such a name.
    pub(super) fn none_chosen(&self, scenes: &[&str]) {
        self.paragraph(
            "",
            &format!("No scene is called so, and none was played. There are {}.", list(scenes)),
        );
        println!();
    }

    /// Those that were chosen passed; that is not yet the exercise.
    pub(super) fn some_passed(&self, passed: usize, of: usize) {
        let what =
            format!("What was played of it is right: {passed} of {of} scenes. The others were left out.");
        println!("{}\n", self.good.apply_to(what));
    }

    pub(super) fn all_passed(&self, exercise: &Exercise, scenes: usize, is_solution: bool) {
        let Exercise { name, part, .. } = exercise;
        if is_solution {
            println!("The solution plays all {scenes} scenes as they are kept.\n");
        } else {
            println!("{}", self.good.apply_to(format!("All {scenes} scenes play as they should.")));
            self.paragraph("  ", &format!("Compare with solutions/{part}/{name}/src/lib.rs."));
            println!();
        }
    }

    /// A hint, and how to get the next.
    pub(super) fn hint(&self, exercise: &Exercise, number: usize) {
        let all = exercise.hints.len();
        let number = number.clamp(1, all);
        println!("\n{} {number} of {all}", self.bold.apply_to("Hint"));
        self.paragraph("  ", &exercise.hints[number - 1]);
        if number < all {
            println!("\n  More: cargo test -p {} -- --hint {}\n", exercise.name, number + 1);
        } else {
            println!(
                "\n  That was the last. The solution: solutions/{}/{}/src/lib.rs\n",
                exercise.part, exercise.name
            );
        }
    }

    /// The expectation itself is not what it was.
    pub(super) fn broken(&self, exercise: &Exercise, broken: &[Broken]) {
        let dir = format!("exercises/{}/{}", exercise.part, exercise.name);
        for Broken { file, what } in broken {
            println!("{} {dir}/{file} {what}.", self.bad.apply_to("✗"));
        }
        self.paragraph(
            "  ",
            "What grades the exercise has changed, so nothing is proved. This brings back what was shipped (delete what it \
             leaves over), and does not touch your own code:",
        );
        println!("\n    git restore {dir}/tests\n");
    }

    /// libtest's closing line, which editors and CI know how to read.
    pub(super) fn result(&self, passed: usize, failed: usize, filtered: usize) {
        let word = if failed == 0 { self.good.apply_to("ok") } else { self.bad.apply_to("FAILED") };
        println!(
            "test result: {word}. {passed} passed; {failed} failed; 0 ignored; 0 measured; {filtered} filtered out"
        );
    }
}
