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

use anyhow::Result;
use clap::Subcommand;

/// The maintainers' commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Dev {
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

pub(crate) fn run(root: &Path, command: &Dev) -> Result<()> {
    match command {
        Dev::New { name } => scaffold::new(root, name),
        Dev::Soak { plays } => soak::soak(root, *plays),
        Dev::Measure { base } => measure::measure(root, base),
        Dev::Scale { exercises } => scale::scale(root, *exercises),
        Dev::Mutate { filter, page: false } => mutate::mutate(root, filter.as_deref()),
        Dev::Mutate { filter, page: true } => mutate::mutate_page(root, filter.as_deref()),
    }
}
