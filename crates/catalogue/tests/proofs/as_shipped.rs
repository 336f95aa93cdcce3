//! As shipped, each exercise fails for its intended reason: its own test program is run, as a learner would run it.

use std::collections::HashMap;
use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use catalogue::{Entry, root};
use serde_json::Value;
use stage::grade::is_as_shipped;

use super::Proof;

/// The exercises' test programs by the exercises' names, or what the compiler said.
pub(crate) struct Programs(Result<HashMap<String, PathBuf>, String>);

/// Compiles the test programs of the exercises that are as shipped. A learner's may not compile just now.
pub(crate) fn compile(entries: &[Entry]) -> Programs {
    let shipped: Vec<_> = entries.iter().filter(|entry| is_as_shipped(&entry.dir)).collect();
    if shipped.is_empty() {
        return Programs(Ok(HashMap::new()));
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root()).args(["test", "--quiet", "--no-run", "--test", "grade"]);
    command.arg("--message-format=json-render-diagnostics").stdin(Stdio::null());
    for entry in shipped {
        command.args(["--package", &entry.exercise.name]);
    }
    let output = match command.output() {
        Ok(output) if output.status.success() => output,
        Ok(output) => return Programs(Err(String::from_utf8_lossy(&output.stderr).into_owned())),
        Err(error) => return Programs(Err(format!("cargo cannot be run: {error}"))),
    };
    let messages = output.stdout.split(|byte| *byte == b'\n');
    let programs = messages
        .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
        .filter_map(|message| {
            let program = message["executable"].as_str()?;
            // `path+file:///…/exercises/chat/broadcast#0.1.0`
            let package = message["package_id"].as_str()?.split('#').next()?.rsplit('/').next()?;
            Some((package.to_owned(), PathBuf::from(program)))
        })
        .collect();
    Programs(Ok(programs))
}

/// As shipped the exercise fails, and is recognised as what was shipped.
pub(crate) fn fails_for_its_reason(entry: &Entry, programs: &Programs) -> Proof {
    let name = &entry.exercise.name;
    if !is_as_shipped(&entry.dir) {
        if env::var_os("CI").is_some() {
            return Err("src/lib.rs is not as it was sealed: `cargo run -- dev accept` seals it".to_owned());
        }
        return Ok("your own by now: that it fails as shipped is not proved here".to_owned());
    }
    let programs =
        programs.0.as_ref().map_err(|said| format!("as shipped the exercises do not compile:\n{said}"))?;
    let program = programs.get(name).ok_or("cargo built no test program for it")?;
    let output = Command::new(program).output().map_err(|error| format!("{}: {error}", program.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let reason = entry.exercise.starter.why.split_whitespace().collect::<Vec<_>>().join(" ");
    if output.status.success() {
        Err("as shipped it passes: there is nothing to do".to_owned())
    } else if !one_line.contains("This is the exercise as it was shipped.") || !one_line.contains(&reason) {
        Err(format!("as shipped it does not fail for its intended reason, but so:\n{text}"))
    } else {
        Ok(format!("as shipped it fails, and says why: {reason}"))
    }
}
