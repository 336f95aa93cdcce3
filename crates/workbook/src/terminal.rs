//! Where a command writes, and whom it may ask. A test gives it a few strings instead.

use std::fmt::Display;
use std::io::{self, BufRead, IsTerminal, Write};

use grader::Page;

/// The two outputs, and the input if a person sits there.
pub(crate) struct Terminal<'a> {
    out: Box<dyn Write + 'a>,
    err: Box<dyn Write + 'a>,
    /// Standard error is seen by a person: a line there can be taken back.
    live: bool,
    answers: Option<Box<dyn BufRead + 'a>>,
    width: usize,
}

impl Terminal<'static> {
    /// The terminal, or whatever this program's output goes to.
    pub(crate) fn of_process() -> Self {
        let live = io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let asks = io::stdin().is_terminal() && io::stderr().is_terminal();
        Self {
            out: Box::new(io::stdout()),
            err: Box::new(io::stderr()),
            live,
            answers: asks.then(|| Box::new(io::stdin().lock()) as Box<dyn BufRead>),
            width: Page::for_terminal().width,
        }
    }
}

#[cfg(test)]
impl<'a> Terminal<'a> {
    /// One that writes to these, and is so many columns wide. `answers`: what a person says; `None`: nobody is there.
    pub(crate) fn test(
        out: &'a mut Vec<u8>,
        err: &'a mut Vec<u8>,
        width: usize,
        answers: Option<&'a str>,
    ) -> Self {
        Self {
            out: Box::new(out),
            err: Box::new(err),
            live: false,
            answers: answers.map(|answers| Box::new(answers.as_bytes()) as Box<dyn BufRead>),
            width,
        }
    }
}

impl Terminal<'_> {
    /// An empty page of its width.
    pub(crate) fn page(&self) -> Page {
        Page { width: self.width, ..Page::default() }
    }

    /// Writes to standard output, if anyone reads it.
    pub(crate) fn out(&mut self, text: impl Display) {
        let _ = write!(self.out, "{text}").and_then(|()| self.out.flush());
    }

    /// Writes a line to standard error, if anyone reads it.
    pub(crate) fn note(&mut self, line: impl Display) {
        let _ = writeln!(self.err, "{line}");
    }

    /// Says what goes on: in a line that the next one takes the place of, or as a plain line where nobody watches.
    pub(crate) fn doing(&mut self, what: &str) {
        let line = if self.live { format!("\r\x1b[2K{what}") } else { format!("{what}\n") };
        let _ = write!(self.err, "{line}").and_then(|()| self.err.flush());
    }

    /// Whether a person watches, who sees a line only while it stands.
    pub(crate) fn is_live(&self) -> bool {
        self.live
    }

    /// Takes back the line of [`Terminal::doing`].
    pub(crate) fn done(&mut self) {
        if self.live {
            let _ = write!(self.err, "\r\x1b[2K").and_then(|()| self.err.flush());
        }
    }

    /// Asks, and returns whether the answer is yes. `None`: nobody is there to answer.
    pub(crate) fn ask(&mut self, question: &str) -> Option<bool> {
        let answers = self.answers.as_mut()?;
        let _ = write!(self.err, "{question} [y/N] ").and_then(|()| self.err.flush());
        let mut answer = String::new();
        // The end of the input is a no.
        answers.read_line(&mut answer).ok()?;
        Some(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }
}
