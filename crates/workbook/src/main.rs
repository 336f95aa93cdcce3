//! The workbook's own tool: serves the book, plays its scenes, builds it as a static site.

mod check;
mod cli;
mod commands;
mod compiler;
mod completions;
mod course;
mod doctor;
mod exit;
mod files;
mod known_pass;
mod offline;
mod output;
mod preprocess;
mod programs;
mod serve;
mod served_program;
mod source;
mod terminal;
mod try_server;
mod watch;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use site::{PlayCache, Target};

use crate::cli::{Cli, Command};
use crate::course::{Course, NoSuchExercise};
use crate::exit::Exit;
use crate::output::{err, out};
use crate::terminal::Terminal;
use players::Players;

fn main() -> ExitCode {
    let cli = Cli::read();
    let root = cli.root.clone().unwrap_or_else(grader::root);
    // rustc takes a path in a program as one from that program's folder.
    let root = std::path::absolute(&root).unwrap_or(root);
    let exit = run(cli, &root).unwrap_or_else(|error| {
        err!("error: {error:#}");
        if error.is::<NoSuchExercise>() { Exit::NotUnderstood } else { Exit::Failed }
    });
    exit.into()
}

fn run(cli: Cli, root: &Path) -> Result<Exit> {
    let command = cli.command.unwrap_or(Command::Serve(cli.serve));
    if let Some(result) = commands::run(&command, root, &mut Terminal::of_process()) {
        return result;
    }
    match command {
        Command::Serve(options) => serve::serve(root, &options)?,
        Command::Build { out, student } => {
            let (name, target) =
                if student { ("book-student", Target::Student) } else { ("book", Target::Static) };
            let out = out.unwrap_or_else(|| root.join("target").join(name));
            site::build(root, &out, target, &PlayCache::new(Players::build(root)?))?;
            out!("The book is in {}. Open its index.html: no server is needed.", out.display());
        }
        Command::Offline { out } => offline::offline(root, out.as_deref())?,
        Command::Try(options) => try_server::try_server(root, &options)?,
        Command::Watch(options) => watch::watch(Course::read(root)?, &options)?,
        Command::Completions { shell } => {
            let names = Course::read(root)?.exercises.into_iter().map(|exercise| exercise.name).collect();
            out!("{}", completions::completions(root, names, shell));
        }
        Command::Doctor { json } if !doctor::doctor(root, json)? => return Ok(Exit::NotYet),
        Command::Preprocess { query } => preprocess::preprocess(query.as_ref())?,
        // Those of the learner have been run.
        _ => {}
    }
    Ok(Exit::Done)
}
