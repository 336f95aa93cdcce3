//! Serves a solution, with the system's allocator: `serve broadcast/solution [FOLDER] [OPTION=NUMBER …]`.

use anyhow::Result;

fn main() -> Result<()> {
    bench::serve()
}
