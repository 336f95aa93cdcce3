//! The learner's commands, over a course in a folder of its own. What they write is kept as snapshots.

mod check;
mod course;
mod solving;

use std::fs;
use std::path::Path;

use progress::{Passed, Store};
use tempfile::TempDir;

use super::run;
use crate::cli::{Cli, Command};
use crate::course::{Course, NoSuchExercise};
use crate::exit::Exit;
use crate::source::Source;
use crate::terminal::Terminal;

/// What a command wrote, and how it ended.
#[derive(Debug)]
struct Ran {
    out: String,
    err: String,
    exit: Exit,
}

/// A course in a folder of its own.
struct Folder(TempDir);

impl Folder {
    /// Two parts: three exercises, one of them a further step, and one more.
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("book/SUMMARY.md", "# Summary\n\n# Part I · Talk\n\n- [Say it](talk/say.md)\n\n# Part II · Rooms\n\n- [What?](rooms/what.md)\n");
        folder.exercise("talk", "greet", "order = 10\nminutes = 5\nformerly = ['hallo']", "talk/say.md");
        folder.exercise("talk", "greet-all", "order = 11\nminutes = 15\nafter = 'greet'", "talk/say.md");
        folder.exercise("talk", "echo", "order = 20\nminutes = 50", "talk/say.md");
        folder.exercise("rooms", "join", "order = 30\nminutes = 30", "rooms/what.md");
        folder
    }

    fn exercise(&self, chapter: &str, name: &str, more: &str, page: &str) {
        let dir = format!("exercises/{chapter}/{name}");
        self.write(&format!("{dir}/Cargo.toml"), "");
        let about = format!(
            "title = 'Learn what {name} means, step by step'\nquestion = '{chapter} 1'\n{more}\npage = '{page}'\n\
             task = 'When a client says `{name}`, everybody hears it.'\n\
             hints = ['Look at `socket`.', 'Emit it.', '`socket.emit(…)`.']\nstarter = {{ why = 'It does nothing.' }}\n\
             mistake = []\n"
        );
        self.write(&format!("{dir}/exercise.toml"), &about);
        let scene = "[[scene]]\nname = 's'\ntitle = 't'\nsteps = [{ connect = { clients = ['ada'] } }]\n";
        self.write(&format!("{dir}/scenes.toml"), scene);
        let starter = format!("//! Learn {name}.\n\npub fn server() {{\n    // Here.\n}}\n");
        self.write(&format!("{dir}/src/lib.rs"), &starter);
        self.write(&format!("solutions/{chapter}/{name}/starter.rs"), &starter);
        let solution = starter.replace("    // Here.\n", "    emit();\n");
        self.write(&format!("solutions/{chapter}/{name}/solution.rs"), &solution);
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn store(&self) -> Store {
        Store::at(self.path())
    }

    fn write(&self, file: &str, text: &str) {
        let file = self.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path().join(file)).unwrap()
    }

    /// Marks an exercise as passed, with its code as it is now.
    fn pass(&self, name: &str) {
        let course = Course::read(self.path()).unwrap();
        let source = Source::read(course.find(name).unwrap()).checksum;
        self.store()
            .update(|progress| {
                progress.last = Some(name.to_owned());
                let work = progress.work_mut(name);
                work.checks += 1;
                work.passed = Some(Passed { source, at: 1 });
            })
            .unwrap();
    }

    fn run(&self, line: &str) -> Ran {
        self.run_in(line, 80, None)
    }

    /// Runs a command as it is typed, in so many columns. `answers`: what a person says; `None`: nobody is there.
    fn run_in(&self, line: &str, width: usize, answers: Option<&str>) -> Ran {
        console::set_colors_enabled(false);
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let result = run(&parse(line), self.path(), &mut Terminal::test(&mut out, &mut err, width, answers));
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { out: text(out), err: text(err), exit: result.expect("a learner's command").unwrap() }
    }

    /// Runs a command that can't be done. Returns the sentence, and whether it is about the name.
    fn error(&self, line: &str) -> (String, bool) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let result = run(&parse(line), self.path(), &mut Terminal::test(&mut out, &mut err, 80, None));
        let error = result.expect("a learner's command").unwrap_err();
        assert!(out.is_empty());
        (format!("{error:#}"), error.is::<NoSuchExercise>())
    }
}

fn parse(line: &str) -> Command {
    use clap::Parser;

    let words = std::iter::once("workbook").chain(line.split_whitespace());
    Cli::try_parse_from(words).unwrap().command.unwrap()
}
