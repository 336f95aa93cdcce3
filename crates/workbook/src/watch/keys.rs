//! Keys: what they mean, and reading them.

use std::io::{self, BufRead, Read};
use std::sync::mpsc::{self, Sender, SyncSender};
use std::thread;

use super::state::Event;

/// The longest line that is taken as one, in bytes.
const MAX_LINE: u64 = 256;

/// More keys at once than this were not pressed but pasted, and mean nothing here.
const MOST_KEYS: usize = 4;

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Hint,
    List,
    Next,
    Try,
    Diff,
    Edit,
    Run,
    Quit,
    Help,
    /// Yes, to a question.
    Yes,
    /// Any other.
    Other,
    /// A line that is no key.
    Unknown,
}

impl Action {
    /// Those that stand in the line of keys, in their order.
    pub(super) const ALL: [Self; 9] = [
        Self::Hint,
        Self::List,
        Self::Next,
        Self::Try,
        Self::Diff,
        Self::Edit,
        Self::Run,
        Self::Quit,
        Self::Help,
    ];

    pub(super) fn key(self) -> char {
        match self {
            Self::Hint => 'h',
            Self::List => 'l',
            Self::Next => 'n',
            Self::Try => 't',
            Self::Diff => 'd',
            Self::Edit => 'e',
            Self::Run => 'r',
            Self::Quit => 'q',
            Self::Yes => 'y',
            Self::Help | Self::Other | Self::Unknown => '?',
        }
    }

    /// In a word, for the line of keys.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::List => "list",
            Self::Next => "next",
            Self::Try => "try",
            Self::Diff => "diff",
            Self::Edit => "edit",
            Self::Run => "run",
            Self::Quit => "quit",
            Self::Yes => "yes",
            Self::Help | Self::Other | Self::Unknown => "keys",
        }
    }

    /// In a sentence.
    pub(super) fn does(self) -> &'static str {
        match self {
            Self::Hint => "shows a hint, and one more each time",
            Self::List => "lists the exercises, and how each stands",
            Self::Next => "goes to the next exercise that hasn't passed",
            Self::Try => "serves your server on a real port, to try it in a browser; again stops it",
            Self::Diff => "shows the solution beside your code; asks first",
            Self::Edit => "opens your file in your editor ($VISUAL, $EDITOR, VS Code or the system's)",
            Self::Run => "runs the scenes again",
            Self::Quit => "quits, as Ctrl+C does",
            Self::Yes => "says yes",
            Self::Help | Self::Other | Self::Unknown => "shows these keys",
        }
    }

    fn of(key: char) -> Self {
        let key = key.to_ascii_lowercase();
        // Ctrl+D and Ctrl+C, where no signal is made of them.
        if matches!(key, '\u{4}' | '\u{3}') {
            return Self::Quit;
        }
        let all = Self::ALL.into_iter().chain([Self::Yes]);
        all.into_iter().find(|action| action.key() == key).unwrap_or(Self::Other)
    }
}

/// What these bytes from a terminal mean. Escape sequences (arrows, a mouse) and what was pasted mean nothing.
pub(super) fn pressed(bytes: &[u8]) -> Vec<Action> {
    let text = String::from_utf8_lossy(bytes);
    if text.starts_with('\u{1b}') || text.chars().count() > MOST_KEYS {
        return Vec::new();
    }
    text.chars().map(Action::of).collect()
}

/// What a line means: a key, or its word. An empty one means nothing.
pub(super) fn entered(line: &str) -> Option<Action> {
    let line = line.trim().to_lowercase();
    let mut chars = line.chars();
    let key = chars.next()?;
    let action = if chars.next().is_none() {
        Action::of(key)
    } else {
        let mut all = Action::ALL.into_iter().chain([Action::Yes]);
        all.find(|action| action.word() == line).unwrap_or(Action::Unknown)
    };
    // Whoever enters a line doesn't press a key by accident.
    Some(if action == Action::Other { Action::Unknown } else { action })
}

/// Reads keys on a thread, one at a time and only when asked: while an editor has the terminal, nothing is taken from it.
pub(super) struct Keys {
    ask: SyncSender<()>,
}

impl Keys {
    /// `single`: standard input is a terminal that tells of each key. Otherwise a key is a line.
    pub(super) fn read(single: bool, events: Sender<Event>) -> io::Result<Self> {
        let (ask, asked) = mpsc::sync_channel(1);
        thread::Builder::new().name("keys".to_owned()).spawn(move || {
            while asked.recv().is_ok() {
                let event = match if single { read_keys() } else { read_line(&mut io::stdin().lock()) } {
                    Ok(Some(actions)) => Event::Typed(actions),
                    Ok(None) | Err(_) => Event::InputEnded,
                };
                if events.send(event).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { ask })
    }

    /// Asks for the next. It comes as an event.
    pub(super) fn next(&self) {
        let _ = self.ask.try_send(());
    }
}

/// `None`: there will be no more.
#[cfg(not(windows))]
fn read_keys() -> io::Result<Option<Vec<Action>>> {
    let mut bytes = [0; 64];
    loop {
        match io::stdin().lock().read(&mut bytes) {
            Ok(0) => return Ok(None),
            Ok(count) => return Ok(Some(pressed(&bytes[..count]))),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Windows has keys as events of the console. It needs no other mode for that, so there is none to put back.
#[cfg(windows)]
fn read_keys() -> io::Result<Option<Vec<Action>>> {
    Ok(match console::Term::stdout().read_key()? {
        console::Key::Char(key) => Some(pressed(key.to_string().as_bytes())),
        console::Key::CtrlC => None,
        _ => Some(Vec::new()),
    })
}

/// The next line. Of one that never ends, the beginning. `None`: there will be no more.
fn read_line(input: &mut impl BufRead) -> io::Result<Option<Vec<Action>>> {
    let mut line = Vec::new();
    input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    Ok(Some(entered(&String::from_utf8_lossy(&line)).into_iter().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_means_one_thing() {
        for action in Action::ALL {
            assert_eq!(pressed(action.key().to_string().as_bytes()), [action]);
            assert_eq!(entered(&action.key().to_string()), Some(action));
            assert_eq!(entered(&format!(" {} \r\n", action.word().to_uppercase())), Some(action));
        }
        assert_eq!(pressed(b"H"), [Action::Hint], "caps lock");
        assert_eq!(pressed(b"\x04"), [Action::Quit], "Ctrl+D");
        assert_eq!(pressed("é".as_bytes()), [Action::Other]);
        assert_eq!(pressed(b"hn"), [Action::Hint, Action::Next], "pressed quickly");
    }

    #[test]
    fn arrows_and_pasted_text_mean_nothing() {
        for bytes in [&b"\x1b[A"[..], b"\x1bOP", b"\x1b", b"socket.on(\"say\")"] {
            assert_eq!(pressed(bytes), [], "{bytes:?}");
        }
    }

    #[test]
    fn a_line_that_is_no_key_is_told_of() {
        for line in ["what?", "x", "é", "hh"] {
            assert_eq!(entered(line), Some(Action::Unknown), "{line}");
        }
        assert_eq!(entered(""), None);
        assert_eq!(entered(" \n"), None);
    }

    #[test]
    fn lines_are_read_until_there_are_no_more_and_a_long_one_comes_in_pieces() {
        let mut input = io::Cursor::new([&b"h\n\nquit"[..], &vec![b'x'; 300], b"\n"].concat());
        let mut next = || read_line(&mut input).unwrap();
        assert_eq!(next(), Some(vec![Action::Hint]));
        assert_eq!(next(), Some(vec![]));
        assert_eq!(next(), Some(vec![Action::Unknown]), "it begins with quit, and isn't it");
        assert_eq!(next(), Some(vec![Action::Unknown]), "the rest of it");
        assert_eq!(next(), None);
    }
}
