//! What a process has used, as Linux counts it.

use std::fs::read_to_string;

use anyhow::{Context, Result};
use serde::Serialize;

/// A moment in the life of a process.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Used {
    /// The memory that it has now, in bytes.
    pub(crate) rss: u64,
    /// The most that it has ever had.
    pub(crate) peak: u64,
    /// Its time on all cores, in seconds.
    pub(crate) cpu: f64,
}

/// What the process `id` has used so far; `self` is this one.
pub(crate) fn used(id: &str) -> Result<Used> {
    let status = read_to_string(format!("/proc/{id}/status")).context("the process runs")?;
    let bytes = |field: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(field)).context("Linux says it")?;
        anyhow::Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
    };
    // In hundredths of a second, as for every program on Linux. The name before it may have blanks.
    let stat = read_to_string(format!("/proc/{id}/stat"))?;
    let fields: Vec<_> = stat.rsplit(')').next().context("a name")?.split_whitespace().collect();
    let ticks = |index: usize| {
        fields.get(index).context("Linux says it")?.parse::<f64>().map_err(anyhow::Error::from)
    };
    Ok(Used { rss: bytes("VmRSS:")?, peak: bytes("VmHWM:")?, cpu: (ticks(11)? + ticks(12)?) / 100.0 })
}
