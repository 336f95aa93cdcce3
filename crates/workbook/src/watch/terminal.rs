//! The terminal: told to hand over each key, and put back as it was.

use std::io::{self, IsTerminal};
#[cfg(unix)]
use std::os::fd::{AsFd, OwnedFd};

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
    /// The terminal, and how it was found.
    before: Option<(OwnedFd, rustix::termios::Termios)>,
}

#[cfg(unix)]
impl SingleKeys {
    /// `interactive`: otherwise nothing is changed.
    pub(super) fn begin(interactive: bool) -> io::Result<Self> {
        if !interactive {
            return Ok(Self { before: None });
        }
        Self::of(io::stdin().as_fd().try_clone_to_owned()?)
    }

    fn of(terminal: OwnedFd) -> io::Result<Self> {
        let modes = rustix::termios::tcgetattr(&terminal)?;
        let keys = Self { before: Some((terminal, modes)) };
        keys.again();
        Ok(keys)
    }

    /// Once more, after [`Self::pause`].
    pub(super) fn again(&self) {
        use rustix::termios::{LocalModes, SpecialCodeIndex};
        let Some((terminal, before)) = &self.before else { return };
        let mut keys = before.clone();
        keys.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        keys.special_codes[SpecialCodeIndex::VMIN] = 1;
        keys.special_codes[SpecialCodeIndex::VTIME] = 0;
        set(terminal, &keys);
    }

    /// As it was found, for an editor or for the shell.
    pub(super) fn pause(&self) {
        if let Some((terminal, before)) = &self.before {
            set(terminal, before);
        }
    }
}

#[cfg(unix)]
fn set(terminal: &OwnedFd, modes: &rustix::termios::Termios) {
    // Now: to wait until all is written could take for ever, after Ctrl+S. A terminal that is gone needs nothing.
    let _ = rustix::termios::tcsetattr(terminal, rustix::termios::OptionalActions::Now, modes);
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

#[cfg(all(test, unix))]
mod tests {
    use std::panic::catch_unwind;

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{LocalModes, tcgetattr};

    use super::*;

    #[test]
    fn a_panic_leaves_the_terminal_as_it_was_found() {
        let pty = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&pty).and_then(|()| unlockpt(&pty)).unwrap();
        let name = ptsname(&pty, Vec::new()).unwrap();
        let open = std::fs::File::options().read(true).write(true).open(name.to_str().unwrap()).unwrap();
        let modes = || tcgetattr(&open).unwrap().local_modes;
        let before = modes();
        assert!(before.contains(LocalModes::ICANON | LocalModes::ECHO));
        let terminal = OwnedFd::from(open.try_clone().unwrap());
        let during = catch_unwind(|| {
            let _keys = SingleKeys::of(terminal).unwrap();
            std::panic::panic_any(modes());
        });
        let during = *during.unwrap_err().downcast::<LocalModes>().unwrap();
        assert!(!during.intersects(LocalModes::ICANON | LocalModes::ECHO), "{during:?}");
        assert!(during.contains(LocalModes::ISIG), "Ctrl+C is a signal as ever");
        assert_eq!(modes(), before);
    }
}
