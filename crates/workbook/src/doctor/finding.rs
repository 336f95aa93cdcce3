//! What the doctor found, and how it is written.

use console::Style;
use serde::Serialize;

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Health {
    /// As it should be.
    Good,
    /// The workbook works; you may want to know.
    Note,
    /// It must be mended.
    Bad,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// What was looked at, in a word or two.
    pub(super) what: &'static str,
    pub(super) health: Health,
    /// What was found.
    pub(super) found: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remedy: Option<String>,
}

impl Finding {
    pub(super) fn good(what: &'static str, found: impl Into<String>) -> Self {
        Self { what, health: Health::Good, found: found.into(), remedy: None }
    }

    pub(super) fn note(what: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what, health: Health::Note, found: found.into(), remedy: Some(remedy.into()) }
    }

    pub(super) fn bad(what: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what, health: Health::Bad, found: found.into(), remedy: Some(remedy.into()) }
    }

    /// A mark and a word, what was found, and below it the remedy.
    pub(super) fn lines(&self) -> String {
        let (mark, word, style) = match self.health {
            Health::Good => ("✓", "good", Style::new().green()),
            Health::Note => ("!", "note", Style::new().yellow()),
            Health::Bad => ("✗", "mend", Style::new().red().bold()),
        };
        let mark = style.apply_to(format!("{mark} {word}"));
        let remedy = self.remedy.as_ref().map(|remedy| format!("\n{:22}→ {remedy}", "")).unwrap_or_default();
        format!("{mark}  {:12}  {}{remedy}", self.what, self.found)
    }
}
