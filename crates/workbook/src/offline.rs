//! `cargo run -- offline`: one archive of the workbook and the source of all its libraries, for laptops without a network.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::output::out;

/// What the archive's folder is called.
const NAME: &str = "socketio-workbook";

/// Tells cargo to take the libraries from the folder beside it, and not to look for a network.
const CONFIG: &str = "\
# Made by `cargo run -- offline`: the libraries' source lies in vendor/.
[source.crates-io]
replace-with = \"vendored\"

[source.vendored]
directory = \"vendor\"

[net]
offline = true
";

/// Writes the archive to `out`, or into the target folder.
pub(crate) fn offline(root: &Path, out: Option<&Path>) -> Result<()> {
    let target = root.join("target");
    let default = target.join(format!("{NAME}.tar.gz"));
    let out = std::path::absolute(out.unwrap_or(&default))?;
    fs::create_dir_all(&target).with_context(|| format!("{} can't be made", target.display()))?;
    // Beside the target folder's other files: a temporary folder may be too small.
    let staging = tempfile::tempdir_in(&target).context("there is no room for the archive's files")?;
    let folder = staging.path().join(NAME);

    let changed = run(Command::new("git").current_dir(root).args(["status", "--porcelain"]), GIT)?;
    if !changed.is_empty() {
        out!("What you haven't committed isn't in the archive.");
    }
    // A clone, not a copy: no exercise that is solved here, and `git restore` works there. Its history stays here.
    let mut clone = Command::new("git");
    clone.args(["clone", "--quiet", "--no-local", "--depth", "1"]).arg(root).arg(&folder);
    run(&mut clone, GIT)?;
    run(Command::new("git").current_dir(&folder).args(["remote", "remove", "origin"]), GIT)?;
    let exclude = folder.join(".git").join("info").join("exclude");
    write(&exclude, "/vendor/\n/.cargo/\n")?;
    let config = folder.join(".cargo").join("config.toml");
    let committed = fs::read_to_string(&config).unwrap_or_default();

    out!("Collecting the libraries …");
    let mut vendor = builder::cargo(&folder);
    vendor.env_remove("CARGO_TARGET_DIR").env_remove("CARGO_MANIFEST_DIR");
    run(vendor.args(["vendor", "--quiet", "--locked", "--versioned-dirs", "vendor"]), NETWORK)?;
    // cargo makes none if there is nothing to put in it, but looks for it.
    fs::create_dir_all(folder.join("vendor"))?;
    write(&config, &format!("{committed}{CONFIG}"))?;
    if !committed.is_empty() {
        // There it isn't a change of the learner's.
        let mut keep = Command::new("git");
        keep.current_dir(&folder).args(["update-index", "--skip-worktree", ".cargo/config.toml"]);
        run(&mut keep, GIT)?;
    }

    out!("Packing …");
    let mut tar = Command::new("tar");
    run(tar.arg("-czf").arg(&out).arg("-C").arg(staging.path()).arg(NAME), TAR)?;
    let size = fs::metadata(&out)?.len() / 1_000_000;
    out!(
        "The archive is {} ({size} MB). On each laptop, with Rust installed and no network:\n\n    \
         tar -xf {NAME}.tar.gz\n    cd {NAME}\n    cargo test -p hello\n",
        out.display()
    );
    Ok(())
}

const GIT: &str =
    "The archive is made of what is committed. Run this in a clone of the repository, with git installed";
const NETWORK: &str = "This one step needs a network: cargo downloads the libraries for all systems";
const TAR: &str = "Linux, macOS and Windows 10 have `tar`. Install it, or pack the folder elsewhere";

/// Runs a program, and returns what it writes to standard output. `remedy` is said if it fails.
fn run(command: &mut Command, remedy: &str) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("{program} can't be run. {remedy}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{program} failed. {remedy}.\n{}", said.trim_end());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn write(file: &Path, text: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, text).with_context(|| format!("{} can't be written", file.display()))
}
