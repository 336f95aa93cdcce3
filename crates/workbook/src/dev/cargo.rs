//! Running cargo.

use std::env;
use std::path::Path;
use std::process::Command;

/// cargo, in the folder `dir`: the one this was started by, if it was.
pub(super) fn cargo(dir: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(dir);
    cargo
}
