//! What maintainers do: add an exercise, play everything ten thousand times, measure.
// Nothing here grades: sizes are printed, and processes are looked at now and then.
#![allow(clippy::cast_precision_loss, clippy::disallowed_methods)]

mod browser;
mod clone;
mod measure;
mod mutate;
mod scaffold;
mod scale;
mod soak;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// What maintainers do: adds an exercise, plays everything many times, measures, breaks the code
#[derive(Debug, Parser)]
#[command(name = "cargo dev", bin_name = "cargo dev")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a new exercise: its folder and its solution's, filled with a small one that works
    New {
        /// CHAPTER/NAME, as `rooms/leave-room`: the chapter is a folder of the book, the name a concept
        name: String,
    },
    /// Plays every scene many times under load: tells whether a play ever differed, and how long a play takes
    Soak {
        /// How often each scene is played
        #[arg(default_value_t = 10_000)]
        plays: u32,
    },
    /// Measures the README's numbers in clean clones, beside an earlier commit and rustlings; takes about ten minutes
    Measure {
        /// The commit to measure beside this one
        #[arg(long, default_value = "ad2581b")]
        base: String,
        /// Only what lies between an edit and the verdict: two minutes
        #[arg(long)]
        edits: bool,
    },
    /// Measures what a further exercise costs, in a clone with 25 more; takes about five minutes
    Scale {
        /// How many exercises are added
        #[arg(default_value_t = 25)]
        exercises: usize,
    },
    /// Breaks the code in many small ways in a clone, and tells which of them no test notices; takes a quarter of an hour
    Mutate {
        /// Only the mutations with this in their promise or their file
        filter: Option<String>,
        /// Breaks the pages' scripts instead: the tests in a browser have to notice, which takes Node and chromium
        #[arg(long)]
        page: bool,
    },
}

fn main() -> ExitCode {
    match run(&grader::root(), &Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(root: &Path, command: &Command) -> Result<()> {
    match command {
        Command::New { name } => scaffold::new(root, name),
        Command::Soak { plays } => soak::soak(root, *plays),
        Command::Measure { base, edits: false } => measure::measure(root, base),
        Command::Measure { base, edits: true } => measure::measure_edits(root, base),
        Command::Scale { exercises } => scale::scale(root, *exercises),
        Command::Mutate { filter, page: false } => mutate::mutate(root, filter.as_deref()),
        Command::Mutate { filter, page: true } => mutate::mutate_page(root, filter.as_deref()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Option<Command> {
        Cli::try_parse_from(std::iter::once("dev").chain(line.split_whitespace())).ok().map(|cli| cli.command)
    }

    #[test]
    fn the_commands_are_understood() {
        assert!(matches!(parse("new rooms/x"), Some(Command::New { name }) if name == "rooms/x"));
        assert!(matches!(parse("soak"), Some(Command::Soak { plays: 10_000 })));
        assert!(matches!(parse("soak 5"), Some(Command::Soak { plays: 5 })));
        assert!(matches!(parse("measure"), Some(Command::Measure { edits: false, .. })));
        assert!(matches!(parse("measure --edits"), Some(Command::Measure { edits: true, .. })));
        assert!(matches!(parse("scale"), Some(Command::Scale { exercises: 25 })));
        assert!(matches!(parse("mutate"), Some(Command::Mutate { filter: None, page: false })));
        assert!(matches!(parse("mutate --page"), Some(Command::Mutate { filter: None, page: true })));
        for line in ["", "new", "soak many", "x"] {
            assert!(parse(line).is_none(), "{line}");
        }
    }
}
