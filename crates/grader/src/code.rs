//! A learner's code, read for a few plain signs: which snippets stand in it, and in which line.

/// Stands in a snippet for anything within one statement that isn't awaited.
const GAP: char = '…';

/// Code without its comments and its white space, except in texts: `"chat message"`. It still knows its lines.
pub(crate) struct Code {
    text: String,
    /// For each byte of the text, its line in the file, counted from 1.
    lines: Vec<usize>,
}

impl Code {
    /// Reads code.
    pub(crate) fn of(source: &str) -> Self {
        let (mut code, mut line) = (Self { text: String::new(), lines: Vec::new() }, 1);
        let (mut rest, mut in_text) = (source, false);
        while let Some(c) = rest.chars().next() {
            let mut end = c.len_utf8();
            let mut keep = true;
            match c {
                // What is escaped in a text, and the character '"', don't end it.
                '\\' if in_text => end += rest[1..].chars().next().map_or(0, char::len_utf8),
                '\'' if rest.starts_with("'\"'") => end = 3,
                '"' => in_text = !in_text,
                '/' if !in_text && rest.starts_with("//") => {
                    (end, keep) = (rest.find('\n').unwrap_or(rest.len()), false);
                }
                '/' if !in_text && rest.starts_with("/*") => {
                    (end, keep) = (rest[2..].find("*/").map_or(rest.len(), |at| at + 4), false);
                }
                _ => keep = in_text || !c.is_whitespace(),
            }
            if keep {
                code.text.push_str(&rest[..end]);
                code.lines.resize(code.text.len(), line);
            }
            line += rest[..end].matches('\n').count();
            rest = &rest[end..];
        }
        code
    }

    /// The code itself.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What stands in a line, counted from 1.
    pub(crate) fn line(&self, number: usize) -> &str {
        let start = self.lines.partition_point(|line| *line < number);
        let end = self.lines.partition_point(|line| *line <= number);
        &self.text[start..end]
    }

    /// The line in which a snippet begins, where it first stands. Spaces don't count. `…` in a snippet stands for anything
    /// within one statement that isn't awaited: `io.emit(…);`
    pub(crate) fn find(&self, snippet: &str) -> Option<usize> {
        let snippet = Self::of(snippet).text;
        let parts: Vec<_> = snippet.split(GAP).collect();
        let (first, rest) = parts.split_first()?;
        let mut starts = self.text.match_indices(first);
        let (start, _) = starts.find(|(at, _)| goes_on(&self.text[at + first.len()..], rest))?;
        self.lines.get(start).copied()
    }

    /// The line of a handler that asks for `Data` more than once.
    pub(crate) fn line_with_data_twice(&self) -> Option<usize> {
        let handlers = self.text.match_indices(".on(").filter_map(|(at, on)| {
            let (_, rest) = self.text[at + on.len()..].split_once('|')?;
            Some((at, rest.split_once('|')?.0))
        });
        let data = |arguments: &str| {
            let of = |sign| {
                arguments.match_indices(sign).filter(|(at, _)| !arguments[..*at].ends_with("Try")).count()
            };
            of("Data::<") + of("Data(")
        };
        let (at, _) = handlers.into_iter().find(|(_, arguments)| data(arguments) > 1)?;
        self.lines.get(at).copied()
    }

    /// The line of a variable that is changed and not shared, before a handler that takes what it uses.
    pub(crate) fn line_of_unshared_variable(&self) -> Option<usize> {
        if ["Mutex", "RwLock", "Atomic", "static"].iter().any(|shared| self.text.contains(shared)) {
            return None;
        }
        let start = self.text.find("pubfnserver(")?;
        let end = self.text.rfind("asyncmove|")?;
        let at = start + self.text.get(start..end)?.find("letmut")?;
        self.lines.get(at).copied()
    }

    /// The names of the events that it has a handler for, as they are written: `.on("say", …)`. `None`: not all of them
    /// can be read. A module of the learner's own may have others.
    pub(crate) fn handled_events(&self) -> Option<Vec<&str>> {
        if self.text.is_empty() || self.text.contains(".on_fallback(") || self.find("mod…;").is_some() {
            return None;
        }
        let handlers = self.text.match_indices(".on(").map(|(at, on)| &self.text[at + on.len()..]);
        handlers.map(|rest| Some(rest.strip_prefix('"')?.split_once('"')?.0)).collect()
    }
}

/// Whether the parts follow each other in the text, with nothing between them that a [`GAP`] can't stand for.
fn goes_on(text: &str, parts: &[&str]) -> bool {
    let Some((next, rest)) = parts.split_first() else { return true };
    let within = |at: usize| !text[..at].contains([';', '{', '}']) && !text[..at].contains(".await");
    text.match_indices(next)
        .take_while(|(at, _)| within(*at))
        .any(|(at, _)| goes_on(&text[at + next.len()..], rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_spaces_do_not_count() {
        let code = Code::of("a /*/ b */ c // d\n  é \"f\" / 2");
        assert_eq!(code.text(), "acé\"f\"/2");
        assert_eq!(Code::of("a // b").text(), "a");
        assert_eq!(Code::of("a /* b").text(), "a");
        let texts = "on(\"a \\\" // b\", '\"', \"c d\") // e";
        assert_eq!(Code::of(texts).text(), "on(\"a \\\" // b\",'\"',\"c d\")");
    }

    #[test]
    fn a_snippet_is_found_in_its_line() {
        let code = Code::of("// io.emit(x)\nfn a() {\n    /* 1\n    2 */ io\n        .emit(x);\n}\n");
        assert_eq!(code.find("io.emit( x )"), Some(4));
        assert_eq!(code.find("fn a"), Some(2));
        assert_eq!(code.find("emit(y"), None);
        assert_eq!([0, 1, 2, 4, 5, 9].map(|line| code.line(line)), ["", "", "fna(){", "io", ".emit(x);", ""]);
    }

    #[test]
    fn a_gap_ends_with_its_statement_and_at_an_await() {
        for forgotten in [
            "io.emit(\"said\", &text);",
            "let _ = io.emit(\"said\", &f(text));",
            "drop(io.emit(\"said\", &text));",
            "io.emit(\"a\", &b).await.ok(); io.emit(\"c\", &d);",
        ] {
            assert!(Code::of(forgotten).find("io.emit(…);").is_some(), "{forgotten}");
        }
        for other in ["io.emit(\"said\", &text).await.ok();", "io.emit(\"said\", &text) }  x();", "io.emit("]
        {
            assert_eq!(Code::of(other).find("io.emit(…);"), None, "{other}");
        }
        assert!(Code::of("let _x = async { a }").find("let _…= async {").is_some());
    }

    #[test]
    fn handlers_are_read_if_all_can_be() {
        let events = |source| Code::of(source).handled_events().map(|names| names.join(" "));
        assert_eq!(events("s.on(\"say\", a); s . on ( \"Say\", b)"), Some("say Say".to_owned()));
        assert_eq!(events("s.on_disconnect(a)"), Some(String::new()));
        assert_eq!(events("s.on(\"say\", a); s.on(SAY, b)"), None);
        assert_eq!(events("s.on_fallback(a)"), None);
        assert_eq!(events("mod rooms; s.on(\"say\", a)"), None);
    }
}
