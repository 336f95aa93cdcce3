//! What maintainers do: add an exercise, accept what it plays as, play everything ten thousand times, measure.

mod accept;
mod cargo;
mod measure;
mod scaffold;
mod soak;

use std::path::Path;

use anyhow::Result;
use clap::Subcommand;

/// The maintainers' commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Dev {
    /// Makes a new exercise: its folders, its solution, its line in the catalogue
    New {
        /// PART/NAME, as `rooms/leave-room`: the part is a folder of the book, the name a concept
        name: String,
    },
    /// Keeps what an exercise plays as now: its answer, its wrong answers, itself as shipped; and seals it
    Accept {
        /// The exercise's name; none: all of them
        names: Vec<String>,
    },
    /// Plays every kept scene many times under load: tells whether one play ever differed, and how long a play takes
    Soak {
        /// How often each scene is played
        #[arg(default_value_t = 10_000)]
        plays: u32,
    },
    /// Measures what the README says in numbers, from a clean clone; takes some minutes
    Measure,
}

pub(crate) fn run(root: &Path, command: &Dev) -> Result<()> {
    match command {
        Dev::New { name } => scaffold::new(root, name),
        Dev::Accept { names } => accept::accept(root, names),
        Dev::Soak { plays } => soak::soak(root, *plays),
        Dev::Measure => measure::measure(root),
    }
}
