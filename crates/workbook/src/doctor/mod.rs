//! `cargo workbook doctor`: looks at everything that the workbook needs, and says how to mend what is amiss.
//!
//! Each check is a function of a [`System`], so that every finding has its test. None waits longer than a few seconds.

mod build;
mod disk;
mod finding;
mod surroundings;
mod system;
#[cfg(test)]
mod tests;

use std::path::Path;

use anyhow::Result;
use serde::Serialize;

use crate::output::out;
use finding::{Finding, Health};
use system::{Computer, System};

/// What is written with `--json`.
#[derive(Serialize)]
struct Report<'a> {
    /// Whether nothing must be mended.
    healthy: bool,
    findings: &'a [Finding],
}

/// Writes what it finds. Returns whether nothing must be mended.
pub(crate) fn doctor(root: &Path, json: bool) -> Result<bool> {
    let computer = Computer::new(root);
    let mut findings = Vec::new();
    for check in CHECKS {
        let found = check(&computer, root);
        if !json {
            for finding in &found {
                out!("{}", finding.lines());
            }
        }
        findings.extend(found);
    }
    let healthy = findings.iter().all(|finding| finding.health != Health::Bad);
    if json {
        out!("{}", serde_json::to_string_pretty(&Report { healthy, findings: &findings })?);
    } else if healthy {
        out!("\nNothing must be mended.");
    } else {
        out!("\nMend what is marked ✗, from the top. Then run the doctor again.");
    }
    Ok(healthy)
}

/// Each looks at one thing. In the order in which one would mend them.
const CHECKS: [fn(&dyn System, &Path) -> Vec<Finding>; 11] = [
    |system, root| vec![build::rust(system, root)],
    |system, _| vec![build::linker(system)],
    |system, root| vec![build::libraries(system, root)],
    |system, root| build::oddities(system, root),
    |system, root| vec![disk::room(system, root)],
    |system, root| vec![disk::kind(system, root)],
    |system, root| vec![disk::clock(system, root)],
    |system, root| vec![disk::line_ends(system, root)],
    |system, _| vec![surroundings::port(system, 3000, "the book", "cargo run -- --port 3456")],
    |system, _| vec![surroundings::port(system, 4000, "`try`", "cargo run -- try NAME --port 4567")],
    |system, _| vec![surroundings::editor(system)],
];
