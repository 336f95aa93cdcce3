//! What is kept. Values only.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::Notice;

/// The format's version. A field that is added, changed or left out makes it greater: an older program would lose what it
/// doesn't know.
pub const VERSION: u32 = 1;

/// What the learner has done so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The format's version.
    pub version: u32,
    /// The exercise that was worked at last.
    #[serde(default)]
    pub last: Option<String>,
    /// The exercises that were ever worked at, by their names.
    #[serde(default)]
    pub exercises: BTreeMap<String, Work>,
    /// What the pages keep: guesses, words of one's own. By names that the pages choose.
    #[serde(default)]
    pub page: BTreeMap<String, serde_json::Value>,
    /// Damaged files that were set aside, and of which nobody has been told yet: where they are, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) set_aside: Vec<(String, String)>,
}

/// What was done in one exercise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Work {
    /// When it passed, and with which source. It stays when the source is changed.
    pub passed: Option<Passed>,
    /// How often it was checked.
    pub checks: u32,
    /// How many hints were shown.
    pub hints: usize,
    /// Whether the solution was shown.
    pub solution_seen: bool,
}

/// A pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// The checksum of the source that passed.
    pub source: String,
    /// When, in seconds since 1970.
    pub at: u64,
}

impl Passed {
    /// A pass of this source, now.
    pub fn now(source: String) -> Self {
        let at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self { source, at }
    }
}

/// How an exercise stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It has never passed.
    NotYet,
    /// It passed, with the source as it is now.
    Passed,
    /// It passed before. The source was changed since, and wasn't seen to pass.
    ChangedSince,
}

impl Work {
    /// How it stands with a source of this checksum.
    pub fn standing(&self, source: &str) -> Standing {
        match &self.passed {
            None => Standing::NotYet,
            Some(passed) if passed.source == source => Standing::Passed,
            Some(_) => Standing::ChangedSince,
        }
    }

    /// Takes what was done under another name.
    fn merge(&mut self, other: Self) {
        let at = |passed: &Option<Passed>| passed.as_ref().map(|passed| passed.at);
        if at(&other.passed) > at(&self.passed) {
            self.passed = other.passed;
        }
        self.checks = self.checks.saturating_add(other.checks);
        self.hints = self.hints.max(other.hints);
        self.solution_seen |= other.solution_seen;
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            version: VERSION,
            last: None,
            exercises: BTreeMap::new(),
            page: BTreeMap::new(),
            set_aside: Vec::new(),
        }
    }
}

impl Progress {
    /// What was done in the exercise of that name.
    pub fn work(&self, name: &str) -> Work {
        self.exercises.get(name).cloned().unwrap_or_default()
    }

    /// The same, to be changed.
    pub fn work_mut(&mut self, name: &str) -> &mut Work {
        self.exercises.entry(name.to_owned()).or_default()
    }

    /// Puts what was done under an exercise's former name under the name that it has now.
    pub(crate) fn rename(&mut self, former: &str, name: &str) {
        if self.last.as_deref() == Some(former) {
            self.last = Some(name.to_owned());
        }
        if let Some(work) = self.exercises.remove(former) {
            self.work_mut(name).merge(work);
        }
    }

    /// What hasn't been told yet. It counts as told then.
    pub(crate) fn take_notices(&mut self) -> Vec<Notice> {
        self.set_aside.drain(..).map(|(to, why)| Notice::SetAside { to, why }).collect()
    }
}
