//! The workbook's own tool: serves the book, plays its scenes, builds it as a static site.

mod cli;
mod dev;
mod preprocess;
mod say;
mod serve;
mod yours;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use site::{Plays, Reader};

use crate::cli::{Cli, Command};
use crate::say::{complain, say};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let root = cli.root.clone().unwrap_or_else(catalogue::root);
    match run(cli, &root) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli, root: &Path) -> Result<()> {
    match cli.command.unwrap_or(Command::Serve(cli.serve)) {
        Command::Serve(options) => serve::serve(root, &options),
        Command::Build { out } => {
            let out = out.unwrap_or_else(|| root.join("target").join("book"));
            site::build(root, &out, Reader::Alone, &Plays::default())?;
            say!("The book is in {}: open its index.html, no server is needed.", out.display());
            Ok(())
        }
        Command::Dev(command) => dev::run(root, &command),
        Command::Preprocess { question } => preprocess::preprocess(question.as_ref()),
    }
}
