//! Which editor opens the learner's file, and how.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Editors that need the terminal. All others have a window.
const IN_TERMINAL: [&str; 17] = [
    "vi", "vim", "nvim", "nano", "pico", "emacs", "hx", "helix", "micro", "kak", "joe", "jed", "ne", "mg",
    "mcedit", "ed", "amp",
];

/// Editors that take `-g FILE:LINE`, as VS Code does.
const LIKE_CODE: [&str; 6] = ["code", "code-insiders", "codium", "vscodium", "cursor", "windsurf"];

/// How the file is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Opener {
    /// With this program and these arguments. `in_terminal`: it needs the terminal, and is waited for.
    Program { program: PathBuf, arguments: Vec<String>, in_terminal: bool },
    /// As the system opens such a file.
    System,
}

/// The editor that is asked for by `$VISUAL` or `$EDITOR`; or else VS Code, if it is found; or else the system's.
///
/// `var` returns a variable of the environment, `find` a program on the PATH.
pub(super) fn opener(
    file: &Path,
    line: Option<usize>,
    var: impl Fn(&str) -> Option<String>,
    find: impl Fn(&str) -> Option<PathBuf>,
) -> Opener {
    let asked =
        ["VISUAL", "EDITOR"].iter().find_map(|name| var(name).filter(|value| !value.trim().is_empty()));
    let Some(asked) = asked else {
        let code = find("code");
        return code.map_or(Opener::System, |code| program(&code, Vec::new(), file, line));
    };
    // A path with spaces, as on Windows, is one word if it is a file.
    if let Some(found) = find(asked.trim()) {
        return program(&found, Vec::new(), file, line);
    }
    let mut words = asked.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
    let name = words.next().unwrap_or_default();
    let arguments: Vec<_> = words.map(ToOwned::to_owned).collect();
    program(&find(name).unwrap_or_else(|| PathBuf::from(name)), arguments, file, line)
}

fn program(path: &Path, mut arguments: Vec<String>, file: &Path, line: Option<usize>) -> Opener {
    let name = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    let shown = file.display().to_string();
    if LIKE_CODE.contains(&&*name) {
        // Nobody waits for it here.
        arguments.retain(|argument| argument != "--wait" && argument != "-w");
        arguments.extend(["-g".to_owned(), line.map_or(shown.clone(), |line| format!("{shown}:{line}"))]);
        return Opener::Program { program: path.to_owned(), arguments, in_terminal: false };
    }
    let in_terminal = IN_TERMINAL.contains(&&*name);
    let plus = in_terminal && !matches!(&*name, "hx" | "helix" | "ed" | "amp");
    match line {
        Some(line) if plus => arguments.extend([format!("+{line}"), shown]),
        Some(line) if matches!(&*name, "hx" | "helix" | "zed" | "subl") => {
            arguments.push(format!("{shown}:{line}"));
        }
        _ => arguments.push(shown),
    }
    Opener::Program { program: path.to_owned(), arguments, in_terminal }
}

impl Opener {
    /// Opens it. Returns what the learner should know, as a sentence.
    pub(super) fn open(&self, file: &Path, terminal_is_free: bool) -> Result<String, String> {
        let shown = file.display();
        match self {
            Self::System => match open::that_detached(file) {
                Ok(()) => Ok(format!("Opened {shown}. Set $EDITOR to choose another editor.")),
                Err(error) => {
                    Err(format!("No editor is found ({error}). Open {shown} yourself, or set $EDITOR."))
                }
            },
            Self::Program { program, in_terminal: true, .. } if !terminal_is_free => Err(format!(
                "{} needs the terminal for itself. Open {shown} in another one.",
                program.display()
            )),
            Self::Program { program, arguments, in_terminal } => {
                let failed = |error: io::Error| {
                    format!("{} can't be started ({error}). Is $VISUAL or $EDITOR right?", program.display())
                };
                let mut command = Command::new(program);
                command.args(arguments);
                if *in_terminal {
                    command.status().map_err(failed)?;
                    return Ok(format!("Back from {}.", program.display()));
                }
                command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
                // Ctrl+C is for us.
                #[cfg(unix)]
                std::os::unix::process::CommandExt::process_group(&mut command, 0);
                let mut child = command.spawn().map_err(failed)?;
                // Somebody has to notice its end, or it stays in the list of processes.
                let waiter = std::thread::Builder::new().name("editor".to_owned());
                let _ = waiter.spawn(move || child.wait());
                Ok(format!("Opened {shown} in {}.", program.display()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is run for these variables, where these programs are on the PATH.
    fn runs(vars: &[(&str, &str)], found: &[&str], line: Option<usize>) -> (String, bool) {
        let var = |name: &str| vars.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned());
        let find = |name: &str| found.contains(&name).then(|| PathBuf::from(name));
        match opener(Path::new("lib.rs"), line, var, find) {
            Opener::System => ("system".to_owned(), false),
            Opener::Program { program, arguments, in_terminal } => {
                (format!("{} {}", program.display(), arguments.join(" ")), in_terminal)
            }
        }
    }

    #[test]
    fn the_editor_that_is_asked_for_comes_first() {
        let seven = Some(7);
        for (vars, found, line, command, in_terminal) in [
            (
                &[("VISUAL", "code --wait"), ("EDITOR", "vi")][..],
                &["code", "vi"][..],
                seven,
                "code -g lib.rs:7",
                false,
            ),
            (&[("EDITOR", "vim -u NONE")], &["code"], seven, "vim -u NONE +7 lib.rs", true),
            (&[("EDITOR", "vim")], &[], None, "vim lib.rs", true),
            (&[("EDITOR", "hx")], &["hx"], seven, "hx lib.rs:7", true),
            (&[("EDITOR", "gedit")], &["gedit"], seven, "gedit lib.rs", false),
            (
                &[("EDITOR", "/opt/my editor/zed")],
                &["/opt/my editor/zed"],
                seven,
                "/opt/my editor/zed lib.rs:7",
                false,
            ),
            (&[("EDITOR", " ")], &["code"], None, "code -g lib.rs", false),
            (&[], &["code"], seven, "code -g lib.rs:7", false),
            (&[], &[], seven, "system", false),
        ] {
            assert_eq!(runs(vars, found, line), (command.to_owned(), in_terminal), "{vars:?}");
        }
    }

    #[test]
    fn one_that_needs_the_terminal_is_not_started_without_it() {
        let opener = Opener::Program { program: "vi".into(), arguments: Vec::new(), in_terminal: true };
        let error = opener.open(Path::new("lib.rs"), false).unwrap_err();
        assert_eq!(error, "vi needs the terminal for itself. Open lib.rs in another one.");
    }

    #[test]
    fn one_that_is_not_there_is_an_error_that_says_what_to_look_at() {
        let opener =
            Opener::Program { program: "no-such-editor".into(), arguments: Vec::new(), in_terminal: false };
        let error = opener.open(Path::new("lib.rs"), true).unwrap_err();
        assert!(error.contains("no-such-editor can't be started") && error.contains("$EDITOR"), "{error}");
    }
}
