//! `cargo workbook completions SHELL`: what a shell needs to complete commands and options; in bash and zsh, the exercises'
//! names, too.
//!
//! cargo completes its own commands, and nothing behind an alias. So this also makes a command `workbook`, which does what
//! `cargo workbook` does, from any folder.

use std::path::Path;

use clap::builder::PossibleValuesParser;
use clap::{Command, CommandFactory};
use clap_complete::{Shell, generate};

use crate::cli::Cli;

/// The commands that take an exercise's name.
const NAMED: [&str; 8] = ["watch", "try", "check", "hint", "diff", "solution", "reset", "undo"];

/// The script. `names` are the exercises'.
pub(crate) fn completions(root: &Path, names: Vec<String>, shell: Shell) -> String {
    // clap wants names that live as long as the program, which is not for long.
    let names: Vec<&'static str> = names.into_iter().map(|name| &*name.leak()).collect();
    let mut command = NAMED.into_iter().fold(Cli::command().name("workbook"), |command, name| {
        command.mut_subcommand(name, |command| with_names(command, &names))
    });
    let mut script = Vec::new();
    generate(shell, &mut command, "workbook", &mut script);
    let manifest = root.join("Cargo.toml").display().to_string();
    format!("{}\n{}", function(shell, &manifest), String::from_utf8_lossy(&script))
}

fn with_names(command: Command, names: &[&'static str]) -> Command {
    let all = if command.get_name() == "check" || command.get_name() == "reset" { &["all"][..] } else { &[] };
    let names: Vec<_> = names.iter().chain(all).copied().collect();
    command.mut_arg("name", |argument| argument.value_parser(PossibleValuesParser::new(names)))
}

/// The command `workbook`, in the shell's own language.
fn function(shell: Shell, manifest: &str) -> String {
    let run = |quoted: String| format!("cargo run --quiet --manifest-path {quoted} --package workbook --");
    match shell {
        Shell::PowerShell => {
            let quoted = format!("'{}'", manifest.replace('\'', "''"));
            format!("function workbook {{ {} @args }}", run(quoted))
        }
        Shell::Fish => {
            let quoted = format!("'{}'", manifest.replace('\\', r"\\").replace('\'', r"\'"));
            format!("function workbook; {} $argv; end", run(quoted))
        }
        Shell::Elvish => {
            let quoted = format!("'{}'", manifest.replace('\'', "''"));
            format!("fn workbook {{|@arguments| {} $@arguments }}", run(quoted))
        }
        _ => {
            let quoted = format!("'{}'", manifest.replace('\'', r"'\''"));
            format!("workbook() {{ {} \"$@\"; }}", run(quoted))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shell_gets_a_command_and_completes_commands_and_names() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell, Shell::Elvish] {
            let script =
                completions(Path::new("/it's/here"), vec!["broadcast".into(), "join-room".into()], shell);
            let first = script.lines().next().unwrap();
            assert!(first.contains("workbook") && first.contains("s/here"), "{shell}: {first}");
            let mut words = vec!["watch", "doctor", "plain"];
            // clap completes the value of an argument without an option in these two only.
            if matches!(shell, Shell::Bash | Shell::Zsh) {
                words.extend(["broadcast", "join-room"]);
            }
            for word in words {
                assert!(script.contains(word), "{shell}: {word}");
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_takes_the_folder_for_one_word() {
        let function = function(Shell::Bash, "/it's/a b/Cargo.toml");
        let script = format!("cargo() {{ printf '%s|' \"$@\"; }}; {function}; workbook watch 'x y'");
        let output = std::process::Command::new("/bin/sh").args(["-c", &script]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(said, "run|--quiet|--manifest-path|/it's/a b/Cargo.toml|--package|workbook|--|watch|x y|");
    }
}
