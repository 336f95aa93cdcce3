//! `watch` as a learner has it: over an exercise on a disk, in a terminal and through pipes.
//!
//! The learner's own exercises are left alone: the exercises here are copies, built with the real workspace's kit.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The first build of all may take as long.
const LONG: Duration = Duration::from_mins(3);

/// How often to look whether something that will be so is so.
const LOOK: Duration = Duration::from_millis(10);

/// Two exercises as they were shipped, in a folder of their own.
struct Workspace {
    folder: TempDir,
}

impl Workspace {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Self { folder };
        for name in ["broadcast", "hello"] {
            for kind in ["exercises", "solutions"] {
                let (from, to) = (root().join(kind).join("chat").join(name), workspace.path(kind, name));
                fs::create_dir_all(to.join("src")).unwrap();
                for entry in fs::read_dir(from).unwrap().map(Result::unwrap).filter(|it| it.path().is_file())
                {
                    fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
                }
            }
            fs::write(workspace.source(name), workspace.kept(name, "starter")).unwrap();
        }
        workspace
    }

    fn path(&self, kind: &str, name: &str) -> PathBuf {
        self.folder.path().join(kind).join("chat").join(name)
    }

    fn source(&self, name: &str) -> PathBuf {
        self.path("exercises", name).join("src").join("lib.rs")
    }

    fn kept(&self, name: &str, which: &str) -> String {
        fs::read_to_string(self.path("solutions", name).join(format!("{which}.rs"))).unwrap()
    }

    /// Saves in place, as some editors do.
    fn save(&self, code: &str) {
        fs::write(self.source("broadcast"), code).unwrap();
    }

    /// Saves by giving a new file the old one's name, as others do.
    fn save_by_rename(&self, code: &str) {
        let file = self.source("broadcast");
        let new = file.with_extension("rs.new");
        fs::write(&new, code).unwrap();
        fs::rename(new, file).unwrap();
    }

    fn watch(&self, arguments: &[&str]) -> Command {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_workbook"));
        command
            .arg("watch")
            .args(arguments)
            .arg("--root")
            .arg(self.folder.path())
            .arg("--kit-of")
            .arg(root());
        command.env("CARGO_TARGET_DIR", target).env("TERM", "xterm").env_remove("NO_COLOR");
        command
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

/// A tool that runs, and what it has said. It is ended with the test, whatever comes of it.
struct Running {
    child: Child,
    output: Receiver<Vec<u8>>,
    said: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    fn start(mut command: Command, output: Option<Box<dyn Read + Send>>) -> Self {
        let mut child = command.spawn().expect("the tool starts");
        let mut output = output.unwrap_or_else(|| Box::new(child.stdout.take().expect("its output")));
        let (sender, receiver) = mpsc::channel();
        let read = move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                let _ = sender.send(bytes[..count].to_vec());
            }
        };
        thread::Builder::new().spawn(read).unwrap();
        Self { child, output: receiver, said: String::new() }
    }

    /// Waits until it has said `words`. Returns all that it said up to there since the last time.
    #[track_caller]
    fn says(&mut self, words: &str) -> String {
        let deadline = Instant::now() + LONG;
        loop {
            if let Some(at) = self.said.find(words) {
                let rest = self.said.split_off(at + words.len());
                return std::mem::replace(&mut self.said, rest);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.said.push_str(&String::from_utf8_lossy(&bytes)),
                Err(error) => panic!("it didn't say {words:?} ({error}), but: {}", self.said),
            }
        }
    }

    /// Waits for its end.
    #[track_caller]
    fn ends(&mut self) -> ExitStatus {
        let deadline = Instant::now() + LONG;
        loop {
            match self.child.try_wait().unwrap() {
                Some(status) => return status,
                None if Instant::now() > deadline => panic!("it goes on: {}", self.said),
                None => thread::park_timeout(LOOK),
            }
        }
    }
}

/// Through pipes: keys are lines.
fn through_pipes(workspace: &Workspace) -> (Running, ChildStdin) {
    let mut command = workspace.watch(&["broadcast"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = Running::start(command, None);
    let keys = running.child.stdin.take().unwrap();
    (running, keys)
}

/// What the line of keys ends with, in a pipe and in a terminal.
const KEYS: &str = "? keys";

#[test]
fn each_way_to_save_gives_a_verdict_of_what_was_saved_last() {
    let workspace = Workspace::new();
    let (starter, solution) =
        (workspace.kept("broadcast", "starter"), workspace.kept("broadcast", "solution"));
    let (mut tool, mut keys) = through_pipes(&workspace);
    let mut verdicts = tool.says(KEYS);
    assert!(verdicts.contains("This is the exercise as it was shipped."), "{verdicts}");

    workspace.save_by_rename(&solution.replace("&text", "&txt"));
    let verdict = tool.says(KEYS);
    assert!(verdict.contains("E0425") && verdict.contains("doesn't compile"), "{verdict}");
    verdicts.push_str(&verdict);

    // While it is built, and once more.
    workspace.save(&starter);
    tool.says("Building");
    workspace.save(&starter.replace("socket.on", "socket .on"));
    tool.says("Building");
    workspace.save_by_rename(&solution);
    let mut verdict = tool.says(KEYS);
    while !verdict.contains("All 5 scenes pass") {
        // Where this test is slow, an earlier save has its verdict, too. The last one follows.
        verdict = tool.says(KEYS);
    }
    assert!(verdict.contains("All 5 scenes pass") && verdict.contains("n next: hello"), "{verdict}");
    verdicts.push_str(&verdict);
    assert!(!verdicts.contains('\u{1b}'), "no escape sequences in a pipe: {verdicts:?}");

    writeln!(keys, "q").unwrap();
    assert_eq!(tool.ends().code(), Some(0));
}

#[test]
fn a_server_that_blocks_is_ended_by_the_next_save_and_gives_a_verdict_without_one() {
    let workspace = Workspace::new();
    let solution = workspace.kept("broadcast", "solution");
    let blocks =
        solution.replace("socket.broadcast()", "loop {} #[allow(unreachable_code)] socket.broadcast()");
    assert_ne!(blocks, solution);
    workspace.save(&blocks);
    let (mut tool, mut keys) = through_pipes(&workspace);
    tool.says("Playing");
    // As a whole: for half a save there may be a verdict, too.
    workspace.save_by_rename(&solution);
    let verdict = tool.says(KEYS);
    assert!(verdict.contains("All 5 scenes pass") && !verdict.contains("FAIL"), "{verdict}");

    // It ends when its input ends, but not before the verdict.
    workspace.save(&blocks);
    tool.says("Playing");
    writeln!(keys, "hint").unwrap();
    tool.says("hint 1 of");
    drop(keys);
    let verdict = tool.says("test result: FAILED");
    assert!(verdict.contains("FAIL"), "{verdict}");
    assert_eq!(tool.ends().code(), Some(0));
}

#[test]
fn a_pass_leads_to_the_next_exercise() {
    let workspace = Workspace::new();
    workspace.save(&workspace.kept("broadcast", "solution"));
    let (mut tool, mut keys) = through_pipes(&workspace);
    tool.says("n next: hello");
    writeln!(keys, "n").unwrap();
    let verdict = tool.says(KEYS);
    let verdict = if verdict.contains("watching") { verdict } else { verdict + &tool.says(KEYS) };
    assert!(verdict.contains("hello/src/lib.rs") && verdict.contains("as it was shipped"), "{verdict}");
    writeln!(keys, "q").unwrap();
    assert_eq!(tool.ends().code(), Some(0));
}

#[cfg(unix)]
mod terminal {
    use rustix::process::{Pid, WaitOptions, waitpid};
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{LocalModes, Termios, tcgetattr};

    use super::*;

    /// A terminal: what a person sees and types, and what a program has.
    struct Terminal {
        person: fs::File,
        program: fs::File,
    }

    impl Terminal {
        fn open() -> Self {
            // No other program may have the person's end, or it would never be closed.
            #[cfg(target_os = "linux")]
            let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
            #[cfg(not(target_os = "linux"))]
            let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
            let person = openpt(flags).unwrap();
            rustix::io::fcntl_setfd(&person, rustix::io::FdFlags::CLOEXEC).unwrap();
            grantpt(&person).and_then(|()| unlockpt(&person)).unwrap();
            let name = ptsname(&person, Vec::new()).unwrap();
            let program = fs::File::options().read(true).write(true).open(name.to_str().unwrap()).unwrap();
            Self { person: person.into(), program }
        }

        fn watch(&self, workspace: &Workspace) -> Running {
            let mut command = workspace.watch(&["broadcast"]);
            let program = || self.program.try_clone().unwrap();
            command.stdin(program()).stdout(program()).stderr(program());
            Running::start(command, Some(Box::new(self.person.try_clone().unwrap())))
        }

        fn press(&self, keys: &[u8]) {
            (&self.person).write_all(keys).unwrap();
        }

        fn modes(&self) -> Termios {
            tcgetattr(&self.program).unwrap()
        }

        fn hands_over_each_key(&self) -> bool {
            !self.modes().local_modes.intersects(LocalModes::ICANON | LocalModes::ECHO)
        }
    }

    /// All of a terminal's modes, to be compared.
    fn shown(modes: &Termios) -> String {
        format!("{modes:?}")
    }

    fn send(signal: &str, tool: &Running) {
        let sent = Command::new("kill").args([signal, &tool.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    fn is_stopped(tool: &Running) -> bool {
        let process = i32::try_from(tool.child.id()).ok().and_then(Pid::from_raw);
        let status = waitpid(process, WaitOptions::UNTRACED | WaitOptions::NOHANG).unwrap();
        status.is_some_and(|(_, status)| status.stopped())
    }

    #[track_caller]
    fn wait_until(what: &str, is_so: impl Fn() -> bool) {
        let deadline = Instant::now() + LONG;
        while !is_so() {
            assert!(Instant::now() < deadline, "never: {what}");
            thread::park_timeout(LOOK);
        }
    }

    #[test]
    fn however_it_ends_the_terminal_is_as_it_was_found() {
        let workspace = Workspace::new();
        let ways: [(&str, &dyn Fn(&Terminal, &Running)); 5] = [
            ("q", &|terminal, _| terminal.press(b"q")),
            ("Ctrl+D", &|terminal, _| terminal.press(b"\x04")),
            ("-INT", &|_, tool| send("-INT", tool)),
            ("-TERM", &|_, tool| send("-TERM", tool)),
            ("-HUP", &|_, tool| send("-HUP", tool)),
        ];
        for (way, end) in ways {
            let terminal = Terminal::open();
            let before = shown(&terminal.modes());
            let mut tool = terminal.watch(&workspace);
            let screen = tool.says(KEYS);
            assert!(screen.contains("\u{1b}[2J"), "{way}: each verdict stands alone");
            assert!(terminal.hands_over_each_key(), "{way}");
            end(&terminal, &tool);
            assert_eq!(tool.ends().code(), Some(0), "{way}");
            assert_eq!(shown(&terminal.modes()), before, "{way}");
        }
    }

    #[test]
    fn ctrl_z_gives_the_terminal_back_until_it_goes_on() {
        let workspace = Workspace::new();
        let terminal = Terminal::open();
        let before = shown(&terminal.modes());
        let mut tool = terminal.watch(&workspace);
        tool.says(KEYS);
        send("-TSTP", &tool);
        // It puts the terminal back first. A -CONT in between would be lost.
        wait_until("it has stopped", || is_stopped(&tool));
        assert_eq!(shown(&terminal.modes()), before);
        // It takes no keys while it is stopped. Those that come now are for the shell.
        send("-CONT", &tool);
        wait_until("it goes on", || terminal.hands_over_each_key());
        tool.says("watching");
        terminal.press(b"?");
        tool.says("shows these keys");
        terminal.press(b"q");
        assert_eq!(tool.ends().code(), Some(0));
        assert_eq!(shown(&terminal.modes()), before);
    }

    #[test]
    fn a_terminal_that_is_closed_ends_it() {
        let workspace = Workspace::new();
        let Terminal { mut person, program } = Terminal::open();
        let mut command = workspace.watch(&["broadcast"]);
        command.stdin(program.try_clone().unwrap()).stdout(program).stderr(Stdio::null());
        let mut tool = Running::start(command, Some(Box::new(std::io::empty())));
        let mut said = Vec::new();
        while !String::from_utf8_lossy(&said).contains(KEYS) {
            let mut bytes = [0; 4096];
            let count = person.read(&mut bytes).unwrap();
            said.extend_from_slice(&bytes[..count]);
        }
        drop(person);
        assert_eq!(tool.ends().code(), Some(0));
    }

    #[test]
    fn an_editor_has_the_terminal_as_it_was_found() {
        let workspace = Workspace::new();
        let terminal = Terminal::open();
        let before = shown(&terminal.modes());
        // The name of one that needs the terminal: it says how it finds it, and waits for a key of its own.
        let editor = workspace.folder.path().join("vi");
        let out = workspace.folder.path().join("found");
        fs::write(
            &editor,
            format!("#!/bin/sh\nstty -a >'{0}.new'\nmv '{0}.new' '{0}'\nread line\n", out.display()),
        )
        .unwrap();
        fs::set_permissions(&editor, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let mut command = workspace.watch(&["broadcast"]);
        let program = || terminal.program.try_clone().unwrap();
        command.stdin(program()).stdout(program()).stderr(program()).env("VISUAL", &editor);
        let mut tool = Running::start(command, Some(Box::new(terminal.person.try_clone().unwrap())));
        tool.says(KEYS);
        terminal.press(b"e");
        wait_until("the editor runs", || out.exists());
        let found = fs::read_to_string(&out).unwrap();
        assert!(found.contains(" icanon") && found.contains(" echo "), "{found}");
        assert_eq!(shown(&terminal.modes()), before);
        terminal.press(b"q\n");
        tool.says("Back from");
        assert!(terminal.hands_over_each_key(), "and the q was the editor's");
        terminal.press(b"q");
        assert_eq!(tool.ends().code(), Some(0));
        assert_eq!(shown(&terminal.modes()), before);
    }
}
