//! What the compiler says. rustc and cargo say it in the same JSON.
//!
//! Source: <https://doc.rust-lang.org/rustc/json.html>

use std::fmt;
use std::path::Path;

use serde::Deserialize;

use crate::advice::{Advice, advice};

/// One message of the compiler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// `error` or `warning`; others (`failure-note`, …) are left out.
    pub level: String,
    /// The error's code, `E0597`, if it has one.
    pub code: Option<String>,
    /// The message as rustc prints it, without colours.
    pub rendered: String,
    /// The file and the line it is about, if there is one.
    pub place: Option<(String, usize)>,
    /// What to do about it, if it is one that everybody meets once.
    pub advice: Option<Advice>,
}

impl Diagnostic {
    /// Whether it's an error, and not a warning.
    pub fn is_error(&self) -> bool {
        self.level == "error"
    }

    /// Whether it is about some code. At last rustc counts the others, which is about none.
    pub fn is_about_code(&self) -> bool {
        self.place.is_some()
    }

    /// The line of `file` that it is about, if it is about that file. rustc names it by its whole path, cargo from the
    /// workspace's folder.
    pub fn line_in(&self, file: &Path) -> Option<usize> {
        let (place, line) = self.place.as_ref()?;
        file.ends_with(place).then_some(*line)
    }
}

/// As rustc prints it, and the advice behind it.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rendered)?;
        let Some(Advice { sentence, page }) = &self.advice else { return Ok(()) };
        let page = page.map(|page| format!(" See book/{page}")).unwrap_or_default();
        writeln!(f, "→ {sentence}{page}\n")
    }
}

#[derive(Deserialize)]
pub(crate) struct Message {
    level: String,
    code: Option<Code>,
    rendered: Option<String>,
    #[serde(default)]
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    line_start: usize,
    is_primary: bool,
}

impl Message {
    /// The message, if it is an error or a warning about some code.
    pub(crate) fn diagnostic(self) -> Option<Diagnostic> {
        if !matches!(self.level.as_str(), "error" | "warning") {
            return None;
        }
        let primary = self.spans.into_iter().find(|span| span.is_primary);
        let (code, rendered) = (self.code.map(|code| code.code), self.rendered?);
        Some(Diagnostic {
            level: self.level,
            advice: advice(code.as_deref(), &rendered),
            code,
            rendered,
            place: primary.map(|span| (span.file_name, span.line_start)),
        })
    }
}

/// The diagnostics in what rustc wrote to standard error with `--error-format=json`.
pub(crate) fn of_rustc(stderr: &[u8]) -> Vec<Diagnostic> {
    let lines = stderr.split(|byte| *byte == b'\n');
    lines.filter_map(|line| serde_json::from_slice::<Message>(line).ok()?.diagnostic()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_and_warnings_are_read_with_their_places() {
        let error = r#"{"message":"m","code":{"code":"E0425"},"level":"error","rendered":"error[E0425]: m",
            "spans":[{"file_name":"b.rs","line_start":1,"is_primary":false},
                     {"file_name":"a.rs","line_start":7,"is_primary":true}]}"#;
        let note = r#"{"message":"m","code":null,"level":"failure-note","rendered":"For more …","spans":[]}"#;
        let stderr = format!("{}\n{note}\nnot JSON\n", error.replace('\n', ""));
        let expected = Diagnostic {
            level: "error".into(),
            code: Some("E0425".into()),
            rendered: "error[E0425]: m".into(),
            place: Some(("a.rs".into(), 7)),
            advice: None,
        };
        assert_eq!(of_rustc(stderr.as_bytes()), [expected]);
    }

    #[test]
    fn the_line_in_a_file_is_known_by_its_whole_path_and_by_its_end() {
        let at = |place: Option<&str>| Diagnostic {
            level: "warning".into(),
            code: None,
            rendered: String::new(),
            place: place.map(|place| (place.into(), 7)),
            advice: None,
        };
        let file = Path::new("/w/exercises/chat/x/src/lib.rs");
        for place in ["/w/exercises/chat/x/src/lib.rs", "exercises/chat/x/src/lib.rs"] {
            assert_eq!(at(Some(place)).line_in(file), Some(7), "{place}");
        }
        for place in [Some("exercises/chat/x/src/rooms.rs"), Some("exercises/chat/y/src/lib.rs"), None] {
            assert_eq!(at(place).line_in(file), None, "{place:?}");
        }
        assert!(at(Some("a.rs")).is_about_code() && !at(None).is_about_code());
    }
}
