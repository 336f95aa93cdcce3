//! What is written: a line that changes while something is going on, verdicts, and what stands below them.
//!
//! In a terminal the screen is cleared for each verdict, so that it stands alone. Otherwise all is plain lines, one after
//! the other, for a pipe and for a screen reader.

use std::io::Write;

use super::keys::Action;
use super::state::Keys;

/// Clears what can be seen, and goes to the top. What was scrolled away stays.
const CLEAR: &str = "\u{1b}[2J\u{1b}[H";

/// Goes to the beginning of the line, and clears it.
const CLEAR_LINE: &str = "\r\u{1b}[K";

/// Ends all colours.
const PLAIN: &str = "\u{1b}[0m";

/// Writes to `out`. Nobody may be reading: that is no error.
pub(super) struct Screen<W: Write> {
    out: W,
    /// The columns of the terminal. `None`: only lines.
    columns: Option<usize>,
    /// The last line of the terminal has words that will be written over.
    pending: bool,
    /// What is going on, as it was told last.
    told: String,
}

impl<W: Write> Screen<W> {
    pub(super) fn new(out: W, columns: Option<usize>) -> Self {
        Self { out, columns, pending: false, told: String::new() }
    }

    /// The terminal has another width.
    pub(super) fn resize(&mut self, columns: usize) {
        if self.columns.is_some() {
            self.columns = Some(columns);
        }
    }

    /// What is going on. In a terminal each word of it takes the place of the one before.
    pub(super) fn progress(&mut self, what: &str) {
        if self.columns.is_some() {
            self.last_line(what);
        } else if !what.starts_with(&self.told) || self.told.is_empty() {
            // Seconds aren't told line by line.
            what.clone_into(&mut self.told);
            self.line(what);
        }
        self.flush();
    }

    /// A verdict, alone.
    pub(super) fn verdict(&mut self, lines: &[String], keys: &Keys) {
        if self.columns.is_some() {
            self.write(CLEAR);
            self.pending = false;
        }
        self.below(lines, keys);
    }

    /// Below what is there.
    pub(super) fn below(&mut self, lines: &[String], keys: &Keys) {
        self.begin_line();
        for line in lines {
            self.line(line);
        }
        self.keys(keys);
    }

    /// The line of keys.
    pub(super) fn keys(&mut self, keys: &Keys) {
        self.told.clear();
        match self.columns {
            Some(columns) => {
                let line = key_line(keys, columns);
                self.last_line(&line);
            }
            None => self.line(&format!("{} (a letter, then Enter)", key_line(keys, usize::MAX))),
        }
        self.flush();
    }

    /// Leaves the cursor at the beginning of an empty line, for whoever writes next.
    pub(super) fn end(&mut self) {
        if self.pending {
            self.write("\n");
            self.pending = false;
        }
        self.flush();
    }

    /// Goes to an empty line, for another program that writes there.
    pub(super) fn make_room(&mut self) {
        self.begin_line();
        self.flush();
    }

    /// Goes to the beginning of the last line, which is cleared.
    fn begin_line(&mut self) {
        if std::mem::take(&mut self.pending) {
            self.write(CLEAR_LINE);
        }
    }

    fn last_line(&mut self, text: &str) {
        self.begin_line();
        // A line that is wrapped can't be cleared as one.
        let most = self.columns.unwrap_or(usize::MAX).saturating_sub(1);
        let text: String = harmless(text).chars().take(most).collect();
        self.write(&text);
        self.pending = true;
    }

    fn line(&mut self, line: &str) {
        let line = harmless(line);
        self.write(&line);
        self.write("\n");
    }

    fn write(&mut self, text: &str) {
        let _ = self.out.write_all(text.as_bytes());
    }

    fn flush(&mut self) {
        let _ = self.out.flush();
    }
}

/// As much of the keys as fits.
fn key_line(keys: &Keys, columns: usize) -> String {
    let entry = |action: &Action| match (action, &keys.next) {
        (Action::Next, Some(next)) => format!("n next: {next}"),
        (Action::Try, _) if keys.serving => "t stop".to_owned(),
        _ => format!("{} {}", action.key(), action.word()),
    };
    let long: Vec<_> = Action::ALL.iter().map(entry).collect();
    let short: Vec<_> = Action::ALL.iter().map(|action| action.key().to_string()).collect();
    let lines =
        [long.join("  "), format!("{}  ? keys", short[..short.len() - 1].join(" ")), "? keys".to_owned()];
    let fits = lines.iter().find(|line| line.chars().count() < columns);
    fits.cloned().unwrap_or_default()
}

/// A line without what would do something to the terminal. Colours stay, and end with the line. A learner's server may
/// print anything.
fn harmless(line: &str) -> String {
    let mut clean = String::with_capacity(line.len());
    let (mut rest, mut coloured) = (line, false);
    while let Some(at) = rest.find(|c: char| c.is_control()) {
        clean.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(colour) = colour(rest) {
            clean.push_str(colour);
            coloured = true;
            rest = &rest[colour.len()..];
            continue;
        }
        if rest.starts_with('\t') {
            clean.push_str("    ");
        }
        let one = rest.chars().next().map_or(0, char::len_utf8);
        rest = &rest[one..];
    }
    clean.push_str(rest);
    if coloured && !clean.ends_with(PLAIN) {
        clean.push_str(PLAIN);
    }
    clean
}

/// The colour that the text begins with: `ESC [ 1 ; 31 m`.
fn colour(text: &str) -> Option<&str> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    parameters[end..].starts_with('m').then(|| &text[..=(2 + end)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(columns: Option<usize>, does: impl FnOnce(&mut Screen<&mut Vec<u8>>)) -> String {
        let mut bytes = Vec::new();
        does(&mut Screen::new(&mut bytes, columns));
        String::from_utf8(bytes).unwrap()
    }

    fn lines(text: &[&str]) -> Vec<String> {
        text.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn in_a_terminal_a_verdict_stands_alone_and_the_keys_are_the_last_line() {
        let text = written(Some(80), |screen| {
            screen.progress("Building x …");
            screen.progress("Building x … 1 s");
            screen.verdict(&lines(&["one", "two"]), &Keys::default());
            screen.below(&lines(&["Hint"]), &Keys::default());
            screen.end();
        });
        let keys = "h hint  l list  n next  t try  d diff  e edit  r run  q quit  ? keys";
        assert_eq!(
            text,
            format!(
                "Building x …{CLEAR_LINE}Building x … 1 s{CLEAR}one\ntwo\n{keys}{CLEAR_LINE}Hint\n{keys}\n"
            )
        );
    }

    #[test]
    fn without_one_there_are_only_lines_and_no_escape_sequence() {
        let text = written(None, |screen| {
            screen.progress("Building x …");
            screen.progress("Building x … 1 s");
            screen.progress("Playing x …");
            screen.verdict(&lines(&["one"]), &Keys { next: Some("y".into()), serving: true });
            screen.end();
        });
        let keys =
            "h hint  l list  n next: y  t stop  d diff  e edit  r run  q quit  ? keys (a letter, then Enter)";
        assert_eq!(text, format!("Building x …\nPlaying x …\none\n{keys}\n"));
        assert!(!text.contains('\u{1b}'));
    }

    #[test]
    fn the_keys_fit_the_window() {
        let keys = Keys { next: Some("a-long-name-of-an-exercise".into()), serving: false };
        for columns in 1..100 {
            let line = key_line(&keys, columns);
            assert!(line.chars().count() < columns, "{columns}: {line}");
        }
        assert_eq!(key_line(&keys, 30), "h l n t d e r q  ? keys");
        assert_eq!(key_line(&keys, 10), "? keys");
    }

    #[test]
    fn what_a_server_prints_can_do_nothing_to_the_terminal() {
        for (line, shown) in [
            ("plain é 🦀", "plain é 🦀"),
            ("\u{1b}[2J\u{1b}[?1049h\u{1b}[?25lhidden", "[2J[?1049h[?25lhidden"),
            ("\u{1b}]0;title\u{7}", "]0;title"),
            ("a\rb\u{8}\u{9b}2J", "ab2J"),
            ("a\tb", "a    b"),
            ("\u{1b}[1;31mred", "\u{1b}[1;31mred\u{1b}[0m"),
            ("\u{1b}[31mred\u{1b}[0m", "\u{1b}[31mred\u{1b}[0m"),
            ("\u{1b}[31", "[31"),
        ] {
            assert_eq!(harmless(line), shown);
        }
    }
}
