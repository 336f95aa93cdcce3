//! Lines of text for a terminal: wrapped to its width, readable without colour, in a pipe and in a narrow window.

use console::{Style, Term};
use textwrap::{Options, WordSplitter};

/// What fits a terminal of 24 rows, beside the line that cargo writes behind it and the prompt. The first line is empty,
/// so nothing is lost with it.
const ROWS: usize = 23;

/// Lines, from the first to the last.
#[derive(Debug, Clone)]
pub struct Page {
    /// How many columns there are.
    pub width: usize,
    /// How many lines can be seen at once.
    pub rows: usize,
    /// What stands on it.
    pub lines: Vec<String>,
}

/// For a window of 24 rows and 80 columns.
impl Default for Page {
    fn default() -> Self {
        Self { width: 80, rows: ROWS, lines: Vec::new() }
    }
}

impl Page {
    /// A page for standard output.
    pub fn for_terminal() -> Self {
        // In a pipe nobody knows the size; a line of text is read well at eighty.
        let (rows, columns) = Term::stdout().size_checked().unwrap_or((24, 80));
        let rows = usize::from(rows).saturating_sub(24 - ROWS);
        Self { width: usize::from(columns).clamp(30, 100), rows: rows.max(ROWS), lines: Vec::new() }
    }

    /// An empty page of the same size.
    #[must_use]
    pub fn another(&self) -> Self {
        Self { lines: Vec::new(), ..*self }
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.lines.push(String::new());
    }

    /// A text, wrapped. Its first line begins with `first`, the others are indented as far.
    pub fn text(&mut self, first: &str, text: &str) {
        self.styled(first, text, &Style::new());
    }

    /// A text in a style, wrapped. `first` is in the style, too.
    pub fn styled(&mut self, first: &str, text: &str, style: &Style) {
        let indent = " ".repeat(first.chars().count());
        for (i, line) in self.wrap(text, indent.len()).into_iter().enumerate() {
            let line = format!("{}{line}", if i == 0 { first } else { &indent });
            self.lines.push(if line.trim().is_empty() {
                String::new()
            } else {
                style.apply_to(line).to_string()
            });
        }
    }

    /// A text behind a word that is in bold: `a hint     cargo test …`.
    pub fn entry(&mut self, word: &str, column: usize, text: &str) {
        let bold = Style::new().bold();
        for (i, line) in self.wrap(text, column).into_iter().enumerate() {
            let gap = " ".repeat(column.saturating_sub(2 + word.len()));
            let start = if i == 0 { format!("  {}{gap}", bold.apply_to(word)) } else { " ".repeat(column) };
            self.lines.push(format!("{start}{line}"));
        }
    }

    /// Words are never torn, neither at a hyphen nor elsewhere: names, paths and commands stay whole. Only a list of objects
    /// that is too wide for a line may be broken between two of them.
    fn wrap(&self, text: &str, indent: usize) -> Vec<String> {
        let width = self.width.saturating_sub(indent).max(20);
        let is_too_wide = text.split(' ').any(|word| word.chars().count() > width);
        let text = if is_too_wide { text.replace("},{", "}, {") } else { text.to_owned() };
        let options = Options::new(width).word_splitter(WordSplitter::NoHyphenation).break_words(false);
        textwrap::wrap(text.trim(), options).into_iter().map(std::borrow::Cow::into_owned).collect()
    }

    /// All lines of another page.
    pub fn append(&mut self, mut other: Self) {
        self.lines.append(&mut other.lines);
    }

    /// The lines, each with its line end.
    pub fn into_text(self) -> String {
        self.lines.into_iter().map(|line| line + "\n").collect()
    }

    /// Writes it to standard output.
    pub fn print(&self) {
        for line in &self.lines {
            println!("{line}");
        }
    }
}

/// A long text without its middle.
pub(crate) fn shorten(text: &str) -> String {
    const MOST: usize = 200;
    let count = text.chars().count();
    if count <= MOST {
        return text.to_owned();
    }
    let head: String = text.chars().take(MOST / 2).collect();
    let tail: String = text.chars().skip(count - MOST / 4).collect();
    format!("{head} … ({} characters are left out) … {tail}", count - MOST / 2 - MOST / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(width: usize) -> Page {
        Page { width, rows: ROWS, lines: Vec::new() }
    }

    #[test]
    fn a_list_that_is_too_wide_is_broken_between_its_objects() {
        let mut narrow = page(30);
        narrow.text("  ", r#"gets [{"id":1},{"id":2},{"id":3},{"id":4}]"#);
        assert_eq!(narrow.lines, [r#"  gets [{"id":1}, {"id":2},"#, r#"  {"id":3}, {"id":4}]"#]);
        narrow.text("  ", r#"[{"id":1},{"id":2}]"#);
        assert_eq!(narrow.lines[2], r#"  [{"id":1},{"id":2}]"#, "this one fits");
    }

    #[test]
    fn words_are_never_torn() {
        let mut narrow = page(30);
        narrow.text("  ", "Compare with solutions/chat/chat-message/solution.rs, line by line.");
        assert_eq!(
            narrow.lines,
            ["  Compare with", "  solutions/chat/chat-message/solution.rs,", "  line by line."]
        );
    }

    #[test]
    fn what_follows_is_indented_as_far() {
        let mut page = page(30);
        page.text("  got:  ", "ada hears a text that is longer");
        page.entry("a hint", 10, "cargo test -p chat-message -- --hint");
        let hint = ["  a hint  cargo test -p", "          chat-message --", "          --hint"];
        assert_eq!(page.lines, [&["  got:  ada hears a text that", "        is longer"], &hint[..]].concat());
    }

    #[test]
    fn a_long_text_loses_its_middle() {
        assert_eq!(shorten("short"), "short");
        let long = format!("a{}z", "é".repeat(1000));
        let short = shorten(&long);
        assert!(
            short.starts_with('a') && short.ends_with('z') && short.contains("852 characters"),
            "{short}"
        );
    }
}
