//! How much of the machine a worker may use: a server that allocates or writes for ever must not take the learner's
//! computer down before its play is over.

use std::path::Path;
use std::process::Command;

/// The most memory of a worker, in KiB. The program needs some tens of MB; a thread's stack counts as 2 MB.
#[cfg(target_os = "linux")]
const MEMORY: u64 = 1024 * 1024;

/// The longest file that it may write, in blocks of 512 bytes: 256 MB.
#[cfg(target_os = "linux")]
const FILE: u64 = 512 * 1024;

/// A command that starts `program` with these limits, where the system has them.
///
/// To set them is unsafe in Rust, and a crate for it costs two seconds of a learner's first build. The shell does it in a
/// millisecond. macOS doesn't keep to a limit of memory, and takes away the path of dynamic libraries when a shell is
/// started; there and on Windows it's the play's time that ends such a server.
pub(crate) fn limited(program: &Path) -> Command {
    #[cfg(target_os = "linux")]
    {
        let limits = format!("ulimit -S -c 0; ulimit -S -d {MEMORY}; ulimit -S -f {FILE}");
        let mut shell = Command::new("/bin/sh");
        shell.arg("-c").arg(format!("{{ {limits}; }} 2>/dev/null; exec \"$0\" \"$@\"")).arg(program);
        shell
    }
    #[cfg(not(target_os = "linux"))]
    Command::new(program)
}
