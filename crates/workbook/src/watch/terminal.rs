//! The terminal: told to hand over each key, and put back as it was.

use std::io::{self, IsTerminal};

use console::Term;

/// Whether keys are read one by one and the screen is cleared; otherwise there are only lines.
pub(super) fn is_interactive(plain: bool) -> bool {
    // `NO_COLOR` and `TERM=dumb` are among what this asks for. On Windows it also makes the console understand escape
    // sequences.
    !plain && io::stdin().is_terminal() && Term::stdout().features().colors_supported()
}

/// Rows and columns.
pub(super) fn size() -> (usize, usize) {
    let (rows, columns) = Term::stdout().size_checked().unwrap_or((24, 80));
    (rows.into(), columns.into())
}

/// As long as it lives, the terminal hands over each key at once and doesn't show it. Dropped, also by a panic, it leaves
/// the terminal as it was found.
///
/// This isn't what is called raw mode: Ctrl+C and Ctrl+Z are signals as ever, and the end of a line is one. So a program
/// that is killed outright leaves a terminal that can be used.
#[cfg(unix)]
pub(super) struct SingleKeys {
    before: Option<rustix::termios::Termios>,
}

#[cfg(unix)]
impl SingleKeys {
    /// `interactive`: otherwise nothing is changed.
    pub(super) fn begin(interactive: bool) -> io::Result<Self> {
        let before = interactive.then(|| rustix::termios::tcgetattr(io::stdin())).transpose()?;
        let keys = Self { before };
        keys.again();
        Ok(keys)
    }

    /// Once more, after [`Self::pause`].
    pub(super) fn again(&self) {
        use rustix::termios::{LocalModes, SpecialCodeIndex};
        let Some(before) = &self.before else { return };
        let mut keys = before.clone();
        keys.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        keys.special_codes[SpecialCodeIndex::VMIN] = 1;
        keys.special_codes[SpecialCodeIndex::VTIME] = 0;
        Self::set(&keys);
    }

    /// As it was found, for an editor or for the shell.
    pub(super) fn pause(&self) {
        if let Some(before) = &self.before {
            Self::set(before);
        }
    }

    fn set(modes: &rustix::termios::Termios) {
        // Now: to wait until all is written could take for ever, after Ctrl+S. A terminal that is gone needs nothing.
        let _ = rustix::termios::tcsetattr(io::stdin(), rustix::termios::OptionalActions::Now, modes);
    }
}

/// Windows' console tells of keys without another mode.
#[cfg(not(unix))]
pub(super) struct SingleKeys;

#[cfg(not(unix))]
#[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as on Unix")]
impl SingleKeys {
    pub(super) fn begin(_: bool) -> io::Result<Self> {
        Ok(Self)
    }

    pub(super) fn again(&self) {}

    pub(super) fn pause(&self) {}
}

impl Drop for SingleKeys {
    fn drop(&mut self) {
        self.pause();
    }
}
