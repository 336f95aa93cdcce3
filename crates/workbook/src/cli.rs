//! What can be said on the command line. The comments here are its help.

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::course::nearest;
use crate::exit::{self, Exit};
use crate::output::err;

/// The Socket.IO workbook. With no command: builds the book, serves it on this machine, and says where you were.
///
/// `cargo workbook …` and `cargo run -- …` are the same.
#[derive(Debug, Parser)]
#[command(name = "workbook", bin_name = "cargo workbook", args_conflicts_with_subcommands = true)]
#[command(after_help = exit::HELP)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) serve: ServeOptions,
    /// The workspace's folder, if it is not the one that this was built in
    #[arg(long, value_name = "DIR", global = true, hide = true)]
    pub(crate) root: Option<PathBuf>,
}

impl Cli {
    /// What the command line asks for. If it can't be understood, the program ends here, and says why.
    pub(crate) fn read() -> Self {
        Self::try_parse().unwrap_or_else(|error| {
            let first = std::env::args().nth(1).unwrap_or_default();
            if let Some(sentences) = no_such_command(&first) {
                err!("{sentences}");
                std::process::exit(Exit::NotUnderstood as i32);
            }
            error.exit()
        })
    }
}

/// What to say of a first word that is no command. `None`: it's one, or an option.
fn no_such_command(word: &str) -> Option<String> {
    let cli = Cli::command();
    let commands: Vec<_> = cli.get_subcommands().map(|command| command.get_name()).collect();
    if word.is_empty() || word.starts_with('-') || word == "help" || commands.contains(&word) {
        return None;
    }
    let nearest = nearest(word, &commands);
    let meant = match &nearest[..] {
        [] => String::new(),
        names => format!(" Did you mean `{}`?", names.join("` or `")),
    };
    let learners: Vec<_> = commands.iter().filter(|name| !NOT_FOR_LEARNERS.contains(name)).copied().collect();
    Some(format!(
        "There is no command `{word}`.{meant} Nothing was done.\n\nThe commands: {}.\nWhat each does: cargo workbook --help",
        learners.join(", ")
    ))
}

/// The commands that are for maintainers and for mdBook.
const NOT_FOR_LEARNERS: [&str; 2] = ["dev", "preprocess"];

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Builds the book and serves it on this machine; rebuilds it when a page changes
    Serve(ServeOptions),
    /// Lists all exercises: the parts, how each stands, and how long the rest takes
    #[command(after_help = LIST_EXAMPLES)]
    List {
        /// Writes JSON, for other tools
        #[arg(long)]
        json: bool,
    },
    /// Says what to do next, and the command for it
    #[command(after_help = NEXT_EXAMPLES)]
    Next,
    /// Builds an exercise, plays its scenes over your server, and says what came of it
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckOptions),
    /// Shows a hint: one more each time
    #[command(after_help = HINT_EXAMPLES)]
    Hint {
        /// The exercise [default: the one where you were]
        name: Option<String>,
        /// Shows all hints
        #[arg(long)]
        all: bool,
    },
    /// Shows how your code differs from the solution; asks first if you haven't passed
    #[command(after_help = DIFF_EXAMPLES)]
    Diff(SolutionOptions),
    /// Shows the solution, and where it is; asks first if you haven't passed
    #[command(after_help = SOLUTION_EXAMPLES)]
    Solution(SolutionOptions),
    /// Puts an exercise back as it was shipped; keeps your code, for `undo`
    #[command(after_help = RESET_EXAMPLES)]
    Reset {
        /// The exercise, or `all` [default: the one where you were]
        name: Option<String>,
    },
    /// Brings back the code that the last `reset` or `undo` replaced
    #[command(after_help = UNDO_EXAMPLES)]
    Undo {
        /// The exercise [default: the one where you were]
        name: Option<String>,
    },
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
    /// Writes what a shell needs to complete commands (in bash and zsh, exercises too), and a command `workbook`
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
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

It looks at your files a hundred times a second, so it works on every disk. In a pipe, with NO_COLOR and with TERM=dumb it
writes plain lines. It ends when its input ends.";

/// What `completions --help` ends with.
const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  source <(cargo workbook completions bash)                             in bash, and likewise in zsh
  cargo workbook completions fish | source                              in fish
  cargo workbook completions powershell | Out-String | Invoke-Expression

Then `workbook` does what `cargo workbook` does, from any folder, and Tab completes it.";

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
    /// For our own tests: builds with the libraries of the workspace in this folder
    #[arg(long, value_name = "DIR", hide = true)]
    pub(crate) kit_of: Option<PathBuf>,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct CheckOptions {
    /// The exercise, or `all` for those that you've begun [default: the one where you were]
    pub(crate) name: Option<String>,
    /// Writes JSON, for other tools
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct SolutionOptions {
    /// The exercise [default: the one where you were]
    pub(crate) name: Option<String>,
    /// Doesn't ask, even if you haven't passed
    #[arg(long)]
    pub(crate) yes: bool,
}

/// What `list --help` ends with; the others likewise.
const LIST_EXAMPLES: &str = "\
Examples:
  cargo workbook list
  cargo workbook list --json

A pass counts for the code that passed. If you change it, the list says so.";

const NEXT_EXAMPLES: &str = "\
Example:
  cargo workbook next";

const CHECK_EXAMPLES: &str = "\
Examples:
  cargo workbook check broadcast     the same verdict as `cargo test -p broadcast`, sooner
  cargo workbook check               the exercise where you were
  cargo workbook check all           all that you've begun, a line each; what has passed, and hasn't changed since, isn't
                                     played again

Exit codes:
  0  passed
  1  not yet: a scene fails, or nothing was checked
  2  the command can't be understood, or there is no such exercise
  3  your code doesn't compile
  4  something else is in the way: standard error says what
With `all`: that of the first exercise that doesn't pass.";

const HINT_EXAMPLES: &str = "\
Examples:
  cargo workbook hint broadcast      the first hint; the next time, the second
  cargo workbook hint                for the exercise where you were
  cargo workbook hint --all";

const DIFF_EXAMPLES: &str = "\
Examples:
  cargo workbook diff broadcast
  cargo workbook diff broadcast --yes     doesn't ask

Exit codes: 1 if nobody is there to be asked, and 2 if there is no such exercise.";

const SOLUTION_EXAMPLES: &str = "\
Examples:
  cargo workbook solution broadcast
  cargo workbook solution broadcast --yes     doesn't ask

Exit codes: 1 if nobody is there to be asked, and 2 if there is no such exercise.";

const RESET_EXAMPLES: &str = "\
Examples:
  cargo workbook reset broadcast
  cargo workbook reset                  the exercise where you were
  cargo workbook reset all

Your code is kept in .workbook/backups. `cargo workbook undo broadcast` brings it back.";

const UNDO_EXAMPLES: &str = "\
Examples:
  cargo workbook undo broadcast
  cargo workbook undo                   the exercise where you were

Done twice, it changes nothing: what it replaces is kept, too.";

/// What `try --help` ends with.
const TRY_EXAMPLES: &str = "\
Examples:
  cargo workbook try chat-message --open             your own server, in the browser
  cargo workbook try broadcast --solution            the workbook's solution
  cargo workbook try broadcast --mistake io-emit     a known mistake, to show to a class

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
        assert!(matches!(parse("list --json"), Some(Command::List { json: true })));
        assert!(matches!(parse("next"), Some(Command::Next)));
        assert!(matches!(parse("check"), Some(Command::Check(CheckOptions { name: None, json: false }))));
        assert!(
            matches!(parse("check all --json"), Some(Command::Check(CheckOptions { name: Some(all), json: true })) if all == "all")
        );
        assert!(matches!(parse("hint --all"), Some(Command::Hint { name: None, all: true })));
        assert!(matches!(parse("hint x"), Some(Command::Hint { name: Some(_), all: false })));
        assert!(matches!(
            parse("diff x"),
            Some(Command::Diff(SolutionOptions { name: Some(_), yes: false }))
        ));
        assert!(matches!(
            parse("solution --yes"),
            Some(Command::Solution(SolutionOptions { yes: true, .. }))
        ));
        assert!(matches!(parse("reset all"), Some(Command::Reset { name: Some(name) }) if name == "all"));
        assert!(matches!(parse("undo x"), Some(Command::Undo { name: Some(name) }) if name == "x"));
        let watch = parse("watch broadcast --plain");
        assert!(matches!(watch, Some(Command::Watch(WatchOptions { name: Some(_), plain: true, .. }))));
        assert!(matches!(
            parse("watch"),
            Some(Command::Watch(WatchOptions { name: None, plain: false, .. }))
        ));
        assert!(matches!(parse("doctor --json"), Some(Command::Doctor { json: true })));
        assert!(matches!(parse("completions zsh"), Some(Command::Completions { .. })));
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
    }

    #[test]
    fn a_word_that_is_no_command_is_told_which_there_are() {
        for word in ["list", "help", "--port", "-h", ""] {
            assert_eq!(no_such_command(word), None, "{word}");
        }
        let said = no_such_command("lst").unwrap();
        assert!(
            said.starts_with("There is no command `lst`. Did you mean `list`? Nothing was done."),
            "{said}"
        );
        assert!(said.contains("The commands: serve, list, next, check, hint"), "{said}");
        let said = no_such_command("broadcast").unwrap();
        assert!(said.starts_with("There is no command `broadcast`. Nothing was done."), "{said}");
    }

    #[test]
    fn what_is_no_command_is_an_error() {
        for line in [
            "x",
            "--port x",
            "--port 1 build",
            "try",
            "try x --solution --mistake y",
            "check x y",
            "preprocess supports",
        ] {
            let words = std::iter::once("workbook").chain(line.split_whitespace());
            assert!(Cli::try_parse_from(words).is_err(), "{line}");
        }
    }
}
