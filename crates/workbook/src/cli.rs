//! What can be said on the command line. The comments here are its help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::dev::Dev;

/// The Socket.IO workbook. With no command: builds the book and serves it on this machine.
#[derive(Debug, Parser)]
#[command(name = "workbook", bin_name = "cargo run --", args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) serve: ServeOptions,
    /// The workspace's folder, if it is not the one that this was built in
    #[arg(long, value_name = "DIR", global = true, hide = true)]
    pub(crate) root: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Builds the book and serves it on this machine; rebuilds it when a page changes
    Serve(ServeOptions),
    /// Serves the server of an exercise on a real port, with a page to try it in; starts it again when you save
    #[command(after_help = TRY_EXAMPLES)]
    Try(TryOptions),
    /// Gives the verdict on an exercise at each save; keys show a hint, go to the next one, and more
    #[command(after_help = WATCH_EXAMPLES)]
    Watch(WatchOptions),
    /// Looks at everything that the workbook needs, and says how to mend what is amiss
    #[command(after_help = DOCTOR_EXAMPLES)]
    Doctor {
        /// Writes JSON, for other programs
        #[arg(long)]
        json: bool,
    },
    /// Builds the book as a static site, which needs no server
    Build {
        /// The folder it is written to [default: target/book, or target/book-student]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Builds it for students: without the teacher's parts, and without the solutions in the exercises' cards
        #[arg(long)]
        student: bool,
    },
    /// Makes one archive of the workbook and its libraries, for laptops without a network
    Offline {
        /// The file it is written to [default: target/socketio-workbook.tar.gz]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// For maintainers: adds an exercise, plays everything many times, measures
    #[command(subcommand)]
    Dev(Dev),
    /// Is mdBook's preprocessor, for a plain `mdbook build`: reads the book on standard input
    Preprocess {
        #[command(subcommand)]
        query: Option<PreprocessQuery>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum PreprocessQuery {
    /// Whether the preprocessor can be used with a renderer: says it with the exit code
    Supports {
        /// The renderer's name
        renderer: String,
    },
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ServeOptions {
    /// The port to serve on [default: 3000, or the next that is free]
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// Opens the book in the browser
    #[arg(long)]
    pub(crate) open: bool,
    /// Looks for changed files every second, for a disk that does not tell of them (a network drive, WSL's /mnt)
    #[arg(long)]
    pub(crate) poll: bool,
}

/// What `watch --help` ends with.
const WATCH_EXAMPLES: &str = "\
Examples:
  cargo workbook watch                  the exercise where you were
  cargo workbook watch broadcast        this one
  cargo workbook watch --plain          plain lines, for a screen reader; a key is a letter and Enter

Keys:
  h hint   l list   n next   t try   d diff   e edit   r run   q quit   ? keys

It looks at your files twenty times a second, so it works on every disk. In a pipe, with NO_COLOR and with TERM=dumb it
writes plain lines. It ends when its input ends.";

/// What `doctor --help` ends with.
const DOCTOR_EXAMPLES: &str = "\
Examples:
  cargo workbook doctor                 a line for each thing, with the remedy below it
  cargo workbook doctor --json          the same, for other programs

Exit codes:
  0  nothing must be mended
  1  what is marked ✗ must be mended";

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct WatchOptions {
    /// The exercise [default: the one where you were, or else the next one]
    pub(crate) name: Option<String>,
    /// Writes plain lines, and reads keys as lines: for a screen reader
    #[arg(long)]
    pub(crate) plain: bool,
}

/// What `try --help` ends with.
const TRY_EXAMPLES: &str = "\
Examples:
  cargo run -- try chat-message --open             your own server, in the browser
  cargo run -- try broadcast --solution            the workbook's solution
  cargo run -- try broadcast --mistake io-emit     a known mistake, to show to a class

Without this tool, and for one run: cargo test -p chat-message -- --serve";

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct TryOptions {
    /// The exercise: chat-message, broadcast, …
    pub(crate) name: String,
    /// The port to serve on [default: 4000, or the next that is free]
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// Opens the page in the browser
    #[arg(long)]
    pub(crate) open: bool,
    /// Serves the solution instead of your own server
    #[arg(long, conflicts_with = "mistake")]
    pub(crate) solution: bool,
    /// Serves a known mistake instead of your own server
    #[arg(long, value_name = "NAME")]
    pub(crate) mistake: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(line: &str) -> Option<Command> {
        let words = std::iter::once("workbook").chain(line.split_whitespace());
        Cli::try_parse_from(words).unwrap_or_else(|error| panic!("{line}: {error}")).command
    }

    #[test]
    fn each_command_is_understood() {
        Cli::command().debug_assert();
        assert!(parse("").is_none());
        assert!(matches!(parse("serve --port 0"), Some(Command::Serve(ServeOptions { port: Some(0), .. }))));
        let own = parse("try broadcast --port 0 --open");
        assert!(matches!(
            own,
            Some(Command::Try(TryOptions { port: Some(0), open: true, solution: false, .. }))
        ));
        let mistake = parse("try broadcast --mistake io-emit");
        assert!(
            matches!(mistake, Some(Command::Try(TryOptions { mistake: Some(name), .. })) if name == "io-emit")
        );
        assert!(matches!(parse("build"), Some(Command::Build { out: None, student: false })));
        assert!(matches!(parse("build --student"), Some(Command::Build { out: None, student: true })));
        assert!(matches!(parse("offline --out x"), Some(Command::Offline { out: Some(_) })));
        assert!(matches!(parse("preprocess"), Some(Command::Preprocess { query: None })));
        let supports = parse("preprocess supports html");
        let Some(Command::Preprocess { query: Some(PreprocessQuery::Supports { renderer }) }) = supports
        else {
            panic!("{supports:?}")
        };
        assert_eq!(renderer, "html");
        assert!(
            matches!(parse("dev new rooms/x"), Some(Command::Dev(Dev::New { name })) if name == "rooms/x")
        );
        assert!(matches!(parse("dev soak"), Some(Command::Dev(Dev::Soak { plays: 10_000 }))));
        assert!(matches!(parse("dev soak 5"), Some(Command::Dev(Dev::Soak { plays: 5 }))));
        assert!(matches!(parse("dev measure"), Some(Command::Dev(Dev::Measure { .. }))));
        assert!(matches!(parse("dev scale"), Some(Command::Dev(Dev::Scale { exercises: 25 }))));
        assert!(matches!(parse("dev mutate"), Some(Command::Dev(Dev::Mutate { filter: None }))));
    }

    #[test]
    fn what_is_no_command_is_an_error() {
        for line in [
            "x",
            "--port x",
            "--port 1 build",
            "try",
            "try x --solution --mistake y",
            "dev",
            "dev new",
            "dev soak many",
            "preprocess supports",
        ] {
            let words = std::iter::once("workbook").chain(line.split_whitespace());
            assert!(Cli::try_parse_from(words).is_err(), "{line}");
        }
    }
}
